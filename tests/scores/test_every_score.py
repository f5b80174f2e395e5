"""What all scores share: their examples, definitions, missing values, and one form in and out."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cohort_stats import scores
from cohort_stats.scores import elementwise, form
from cohort_stats.scores.charlson import WEIGHTS

MODULES = [m.name for m in pkgutil.iter_modules(scores.__path__)]
WITH_EXAMPLES = [m for m in MODULES if m not in ("definition", "elementwise", "form", "catalogue")]

# A function and, for each of its inputs, two values.
CASES: dict[str, tuple[Callable[..., Any], list[tuple[Any, Any]]]] = {
    "sins_total": (
        scores.sins_total,
        [
            ("Junctional", "Rigid"),
            ("Yes", "Pain-free"),
            ("Lytic", "Mixed"),
            ("Normal alignment", "De novo deformity"),
            ("None", ">50% collapse"),
            ("None", "Bilateral"),
        ],
    ),
    "sins_class": (scores.sins_class, [(3, 14)]),
    "sins_location": (scores.sins_location, [("C2", "S3")]),
    "tokuhashi_total": (
        scores.tokuhashi_total,
        [(80, 40), (0, 4), (1, 2), ("None", "Removable"), ("Breast", "Lung"), ("E", "A")],
    ),
    "tokuhashi_group": (scores.tokuhashi_group, [(4, 12)]),
    "tokuhashi_primary_points": (scores.tokuhashi_primary_points, [("Lung", "Rectum")]),
    "tomita_total": (
        scores.tomita_total,
        [("Slow", "Lung"), ("None", "Treatable"), ("Solitary", "Multiple")],
    ),
    "tomita_strategy": (scores.tomita_strategy, [(2, 9)]),
    "tomita_aim": (scores.tomita_aim, [(2, 9)]),
    "tomita_growth_points": (scores.tomita_growth_points, [("Slow", "Kidney")]),
    "karnofsky_class": (scores.karnofsky_class, [(40, 90)]),
    "escc_class": (scores.escc_class, [("1c", 3)]),
    "graded": (lambda v: scores.graded("ecog", v), [(0, "4")]),
    "in_words": (lambda v: scores.in_words("nurick", v), [(0, "4")]),
    "grades_gained": (lambda b, a: scores.grades_gained("motor", b, a), [(0, 5), (3, 4)]),
    "change": (lambda b, a: scores.change("frankel", b, a), [("A", "D"), ("B", "D")]),
    "pni": (scores.prognostic_nutritional_index, [(3.5, 4.1), (1200, 800)]),
    "body_mass_index": (scores.body_mass_index, [(65, 80), (170, 180)]),
    "bmi_class": (scores.bmi_class, [(17, 31)]),
    "bed": (
        lambda d, n, r: scores.biologically_effective_dose(d, n, alpha_beta=r),
        [(3, 8), (10, 3), (10, 3)],
    ),
    "eqd2": (
        lambda d, n, r: scores.equivalent_dose_2gy(d, n, alpha_beta=r),
        [(3, 8), (10, 3), (10, 3)],
    ),
    "screw_density": (scores.screw_density, [(8, 6), (5, 4)]),
    "fixation_length": (scores.fixation_length, [(4, 7), (2, 0)]),
    "radiosensitivity_group": (scores.radiosensitivity_group, [("Breast", "RCC")]),
    "procedure": (scores.procedure, [("TES", "Fixation only")]),
    "sins_points": (lambda v: scores.sins_points("pain", v), [("Yes", "Pain-free")]),
    "charlson": (
        lambda *values: scores.charlson_without_cancer(dict(zip(WEIGHTS, values, strict=True))),
        [(True, "No")] * len(WEIGHTS),
    ),
}
every_score = pytest.mark.parametrize("name", CASES)


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_in_docstrings_are_true(module: str) -> None:
    found = doctest.testmod(importlib.import_module(f"cohort_stats.scores.{module}"))
    assert found.failed == 0
    assert found.attempted > 0 or module == "scale_grades"


@every_score
def test_single_values_arrays_and_columns_agree(name: str) -> None:
    score, inputs = CASES[name]
    single = [score(*(pair[i] for pair in inputs)) for i in (0, 1)]
    array = score(*(np.array(pair, dtype=object) for pair in inputs))
    column = score(*(pd.Series(pair, index=["a", "b"]) for pair in inputs))
    assert all(isinstance(one, (str, float)) for one in single)
    assert isinstance(array, np.ndarray)
    assert isinstance(column, pd.Series)
    assert list(column.index) == ["a", "b"]
    assert array.tolist() == column.tolist() == single


@every_score
@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
def test_one_missing_input_leaves_that_output_missing(name: str, missing: object) -> None:
    score, inputs = CASES[name]
    whole = score(*(pair[0] for pair in inputs))
    for gap in range(len(inputs)):
        values = [pair[0] for pair in inputs]
        columns = [pd.Series([v, v], dtype=object) for v in values]
        values[gap], columns[gap].iloc[1] = missing, missing
        assert pd.isna(score(*values))
        found = score(*columns)
        assert found.iloc[0] == whole
        assert pd.isna(found.iloc[1])


@every_score
def test_what_is_not_allowed_is_named_with_what_was_given(name: str) -> None:
    score, inputs = CASES[name]
    for wrong in range(len(inputs)):
        for value in ("nonsense", -7, 777777, object()):
            values = [pair[0] for pair in inputs]
            values[wrong] = value
            with pytest.raises(ValueError, match=r"^\w+ must be .*; got ") as raised:
                score(*values)
            assert str(value) in str(raised.value)


@every_score
def test_an_empty_column_gives_an_empty_column(name: str) -> None:
    score, inputs = CASES[name]
    assert len(score(*(pd.Series([], dtype=object) for _ in inputs))) == 0


def test_columns_of_other_rows_are_refused() -> None:
    weight, height = pd.Series([60, 70]), pd.Series([160, 170], index=[1, 2])
    with pytest.raises(ValueError, match="height must have the rows of weight; got another index"):
        scores.body_mass_index(weight, height)
    with pytest.raises(ValueError, match="height must be as long as weight, 2; got 3"):
        scores.body_mass_index(weight, [160, 170, 180])
    with pytest.raises(ValueError, match="weight must be one value or one column; got 2"):
        scores.body_mass_index(np.ones((2, 2)), 170)


def test_one_value_serves_a_whole_column() -> None:
    found = scores.biologically_effective_dose(pd.Series([2.0, 3.0]), 10, alpha_beta=10)
    assert found.tolist() == [24.0, 39.0]


def test_classes_of_a_column_are_ordered_categories() -> None:
    found = scores.sins_class(pd.Series([14, 2]))
    assert found.cat.ordered
    assert list(found.cat.categories) == ["Stable", "Potentially unstable", "Unstable"]


def test_inputs_are_left_as_they_were() -> None:
    column = pd.Series(["Lung", None])
    before = column.copy()
    scores.tokuhashi_primary_points(column)
    pd.testing.assert_series_equal(column, before)


def test_spelling_that_means_the_same_is_read() -> None:
    assert elementwise.fold(" Semi–Rigid ") == elementwise.fold("semirigid")
    assert scores.sins_points("location", "SEMI rigid") == 1
    with pytest.raises(ValueError, match=r"got 'Juntional' \(did you mean 'Junctional'\?\)"):
        scores.sins_points("location", "Juntional")


def test_truth_values_are_no_numbers() -> None:
    with pytest.raises(ValueError, match="bmi must be a number from 8 to 100 kg/m²; got True"):
        scores.bmi_class(True)


def test_definitions_say_what_and_where() -> None:
    assert len(scores.DEFINITIONS) == sum(len(f.DEFINITIONS) for f in scores.FAMILIES)
    for name, definition in scores.DEFINITIONS.items():
        assert name == name.lower()
        assert definition.words.endswith(".")
        assert any(c.isdigit() for c in definition.source), name
        assert definition.source in str(definition)
    bmi = scores.DEFINITIONS["body_mass_index"]
    assert str(bmi).startswith("Body mass index (kg/m²): Weight in kg")


def test_everything_public_is_there() -> None:
    assert set(scores.__all__) <= set(dir(scores))
    assert form.form_of(a=1).shape == ()
