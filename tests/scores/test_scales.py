"""Ordered scales: their grades, their order, which end is better."""

from __future__ import annotations

import pandas as pd
import pytest

from cohort_stats.scores import (
    SCALES,
    change,
    escc_class,
    graded,
    grades_gained,
    in_words,
    karnofsky_class,
)

CODES = {
    "frankel": "A B C D E",
    "nurick": "0 1 2 3 4 5",
    "ecog": "0 1 2 3 4 5",
    "asa": "1 2 3 4 5 6",
    "motor": "0 1 2 3 4 5",
    "escc": "0 1a 1b 1c 2 3",
}
BEST = {"frankel": "E", "nurick": "0", "ecog": "0", "asa": "1", "motor": "5", "escc": "0"}
each_scale = pytest.mark.parametrize("name", CODES)


def test_no_scale_is_forgotten() -> None:
    assert set(SCALES) == set(CODES) == set(BEST)


@each_scale
def test_grades_in_their_order(name: str) -> None:
    codes = CODES[name].split()
    assert list(SCALES[name].codes) == codes
    found = graded(name, pd.Series(codes[::-1]))
    assert found.cat.ordered
    assert list(found.cat.categories) == codes
    assert found.tolist() == codes[::-1]
    assert len(set(in_words(name, codes))) == len(codes)


@each_scale
def test_every_change_goes_the_right_way(name: str) -> None:
    codes = CODES[name].split()
    ascending = codes if BEST[name] == codes[-1] else codes[::-1]
    assert ascending[-1] == BEST[name]
    for i, before in enumerate(ascending):
        for j, after in enumerate(ascending):
            word = ["Worse", "Unchanged", "Improved"][(j > i) - (j < i) + 1]
            assert change(name, before, after) == word
            assert grades_gained(name, before, after) == j - i


def test_grades_typed_as_numbers() -> None:
    assert graded("asa", [1, 2.0, "3"]).tolist() == ["1", "2", "3"]
    assert graded("escc", 2) == "2"
    assert graded("escc", " 1C ") == "1c"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("asa", 0), ("asa", 7), ("ecog", 6), ("motor", 4.5), ("motor", "4+"), ("escc", "1"),
     ("escc", 1), ("frankel", 1), ("nurick", True), ("ecog", -1)],
)  # fmt: skip
def test_what_is_no_grade(name: str, wrong: object) -> None:
    with pytest.raises(ValueError, match="grade must be one of .*; got "):
        graded(name, wrong)


@pytest.mark.parametrize("verb", [change, grades_gained, lambda s, b, a: graded(s, a)])
def test_no_such_scale(verb: object) -> None:
    with pytest.raises(ValueError, match="scale must be one of 'frankel', .*; got 'asia'"):
        verb("asia", "A", "B")  # type: ignore[operator]


def test_escc_classes() -> None:
    grades = ["0", "1", "1a", "1b", "1c", "2", "3"]
    assert escc_class(grades).tolist() == ["Low grade (0–1c)"] * 5 + ["High grade (2–3)"] * 2
    assert escc_class(1) == "Low grade (0–1c)"
    with pytest.raises(ValueError, match="grade must be one of .*; got 4"):
        escc_class(4)


def test_karnofsky_classes() -> None:
    found = karnofsky_class(list(range(10, 110, 10))).tolist()
    assert found == ["Poor (10–40)"] * 4 + ["Moderate (50–70)"] * 3 + ["Good (80–100)"] * 3
    for wrong in (0, 45, 110, 0.8):
        with pytest.raises(ValueError, match="karnofsky must be a number from 10 to 100"):
            karnofsky_class(wrong)
