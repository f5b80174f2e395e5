"""Printed numbers read: the marks, signs and separators that papers use, and their rounding."""

from __future__ import annotations

import math

import pytest

from analyses.printed.number import Printed, numbers_in, read_printed
from analyses.published.kinds import KINDS, is_absent, read_cell


def texts(words: str, decimal: str = ".") -> list[str]:
    return [number.text for number, _ in numbers_in(words, decimal)]


def values(words: str, decimal: str = ".") -> list[float]:
    return [number.value for number, _ in numbers_in(words, decimal)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("61.1 ± 12.2", [61.1, 12.2]),
        ("58.6% (n = 78)", [58.6, 78]),
        ("1.637 (1.064–2.517)", [1.637, 1.064, 2.517]),
        ("1.064-2.517", [1.064, 2.517]),
        ("−0.0178", [-0.0178]),
        ("-0.39", [-0.39]),
        ("–0.4 (–0.8–0.1)", [-0.4, -0.8, 0.1]),
        ("−4.1 (−6.0 to −2.2)", [-4.1, -6.0, -2.2]),
        ("0.86−1.2", [0.86, 1.2]),
        ("P = .03", [0.03]),
        ("0·05", [0.05]),
        ("1 ^b", [1]),
        ("0.939 ¹", [0.939]),
        ("34:20", [34, 20]),
        ("7/11 (63.6%)", [7, 11, 63.6]),
        ("1215 ± 590/mm³", [1215, 590]),
        ("T10, L1, IgG4", []),
        ("25,790", [25790]),
        ("1\u202f234.5", [1234.5]),
        ("0,012", [0.012]),
        ("1,5", [1.5]),
        ("BED10 ≥ 50Gy", [50]),
    ],
)
def test_numbers_of_a_text(words, expected):
    assert values(words) == expected


def test_european_decimals():
    assert values("1.234,5 (1,2–3,4)", ",") == [1234.5, 1.2, 3.4]
    assert values("12.345", ",") == [12345]
    assert values("0.05", ",") == [0.05]


def test_comparators_and_trailing_zeros_are_kept():
    small = read_printed("P<.001 *")
    assert (small.comparator, small.value, small.decimals) == ("<", 0.001, 3)
    assert read_printed("p <= 0.050").comparator == "≤"
    assert read_printed("61.0").decimals == 1
    with pytest.raises(ValueError, match="one number"):
        read_printed("1 of 2")


def test_rounding_intervals():
    number = read_printed("0.05")
    assert number.interval() == pytest.approx((0.045, 0.055))
    assert number.interval("truncation") == pytest.approx((0.05, 0.06))
    assert number.covers(0.045)  # half up
    assert number.covers(0.055)  # half to even
    assert not number.covers(0.0551)
    assert number.covers(0.0599, "truncation")
    assert not number.covers(0.06, "truncation")
    minus = read_printed("−1.9")
    assert minus.covers(-1.99, "truncation")
    assert not minus.covers(-1.85, "truncation")
    assert read_printed("<0.001").interval() == (-math.inf, 0.001)
    assert not read_printed("<0.001").covers(0.001)


def test_zero_cut_off_is_above_zero():
    assert Printed("0.00", 0.0, 2).interval("truncation") == (0.0, 0.01)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_reads_its_own_example(kind):
    parts = read_cell(kind, KINDS[kind].example)
    assert set(KINDS[kind].parts) <= set(parts) or kind == "split"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("19 (79.2)", {"count": 19, "percent": 79.2}),
        ("79.2% (n = 19)", {"count": 19, "percent": 79.2}),
        ("79.2% (19/24)", {"count": 19, "n": 24, "percent": 79.2}),
        ("19/24 (79.2%)", {"count": 19, "n": 24, "percent": 79.2}),
        ("19/24", {"count": 19, "n": 24}),
        ("11(20.3%)", {"count": 11, "percent": 20.3}),
        ("1,215 (10%)", {"count": 1215, "percent": 10}),
    ],
)
def test_counts_and_their_share_in_any_order(cell, expected):
    assert {k: n.value for k, n in read_cell("count_percent", cell).items()} == expected


@pytest.mark.parametrize(
    ("kind", "cell"),
    [("mean_sd", "61.1"), ("count_percent", "19"), ("hr_ci", "1.6 (1.1)"), ("p", "n.s.")],
)
def test_a_cell_of_another_kind_is_refused(kind, cell):
    with pytest.raises(ValueError, match=r"a cell like .*; found "):
        read_cell(kind, cell)


def test_limits_that_were_not_reached_are_left_out():
    parts = read_cell("median_ci", "30.7 (15.9–NR)")
    assert {k: n.value for k, n in parts.items()} == {"median": 30.7, "low": 15.9}


@pytest.mark.parametrize("cell", ["", "-", "—", "Reference", "ref.", "1 (ref)", "N/A"])
def test_cells_without_a_number(cell):
    assert is_absent(cell)
    assert not is_absent("0")


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("number", "54O"),
        ("number", "5.4.0"),
        ("number", "5,40"),
        ("number", "~540?"),
        ("mean_sd", "61.1 ± 1x2.2"),
        ("p", "0.O3"),
        ("p", "0.03a"),
        ("number", "6l.1"),
        ("number", "6l"),
        ("number", "61.l"),
        ("number", "6m.1"),
        ("mean_sd", "6l.1 ± 12.2"),
        ("number", "l2 6"),
        ("p", "0.037 %%"),
    ],
)
def test_a_number_that_is_none_is_a_mistake(kind, cell):
    with pytest.raises(ValueError, match="a cell like"):
        read_cell(kind, cell)


@pytest.mark.parametrize(
    "cell", ["0.03 *", "0.03^a", "0.03 a", "0.03†", "50Gy", "1,215", "12 days", "5 L", "61.1%"]
)
def test_marks_and_units_after_a_number_are_allowed(cell):
    assert len(read_cell("number", cell)) == 1
