"""Numbers as they are printed."""

from __future__ import annotations

import math

import pytest

from reports import format as f
from reports import p_values
from reports.house_style import printing_in

INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0, "<0.001"),
        (0.00049, "<0.001"),
        (0.0005, "0.001"),
        (0.0114, "0.011"),
        (0.0496, "0.050"),
        (0.04951, "0.050"),
        (0.5, "0.500"),
        (0.9994, "0.999"),
        (0.9996, ">0.999"),
        (1.0, ">0.999"),
        (NAN, "–"),
    ],
)
def test_p(p, text):
    assert p_values.p_value(p) == text


def test_p_in_a_sentence():
    assert p_values.p_equals(0.0034) == "p = 0.003"
    assert p_values.p_equals(1e-9) == "p < 0.001"
    assert p_values.p_equals(NAN) == "p not available"


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ((0.69, 0.54, 0.885), "0.69 (0.54–0.89)"),
        ((12.345, 0.001, 4321.0), "12.35 (<0.01–4321)"),
        ((150.04, 99.999, 2e7), "150.0 (100.00–>1000)"),
        ((INF, 1.2, INF), "∞ (1.20–∞)"),
        ((0.9949, 0.9878, 1.0019), "0.995 (0.988–1.002)"),
        ((INF, NAN, NAN), "∞ (n.e.)"),
        ((0.0, NAN, NAN), "0.00 (n.e.)"),
        ((NAN, NAN, NAN), "n.e."),
    ],
)
def test_ratios(values, text):
    assert f.ratio_interval(*values) == text


def test_percentages_have_no_decimals_below_100_patients():
    assert f.count_percent(5, 100 * 5 / 24, 24) == "5 (21%)"
    assert f.count_percent(290, 100 * 290 / 686, 686) == "290 (42.3%)"
    assert f.count_percent(0, NAN, 0) == "–"


def test_minus_signs_and_zero():
    assert f.number(-1.25, 1) == "−1.2"
    assert f.number(-0.001, 2) == "0.00"
    assert f.number(-INF, 2) == "−∞"


def test_means_and_medians_share_the_decimals_of_their_row():
    assert f.mean_sd(53.05, 10.12, f.row_decimals("mean_sd", 53.05, 10.12)) == "53.0 ± 10.1"
    assert f.row_decimals("median_quartiles", 3.0, 1.0, 7.0) == 0
    assert f.row_decimals("median_quartiles", 3.0, 1.5, 7.0) == 1
    assert f.row_decimals("median_quartiles", NAN, NAN, NAN) == 0
    assert f.median_quartiles(32.5, 7, 131.75, 1) == "32.5 (7.0–131.8)"


def test_times():
    assert f.time_interval(1807, 1528, 2018) == "1807 (1528–2018)"
    assert f.time_interval(2018, 1918, NAN) == "2018 (1918–n.r.)"
    assert f.time_interval(NAN, NAN, NAN) == "n.r."
    assert f.time_interval(12.34567, 9, 15.5) == "12.3 (9.0–15.5)"
    assert f.time_interval(26.6, 25, NAN) == "26.6 (25.0–n.r.)"
    assert f.time_interval(0.52, 0.413, 0.664) == "0.52 (0.41–0.66)"


def test_a_cutoff_and_its_limits_have_the_same_decimals():
    assert f.value_interval(28.215, 28.165, 49.66) == "28.215 (28.165–49.660)"
    assert f.value_interval(42, 41.25, 43.5) == "42.00 (41.25–43.50)"
    assert f.value_interval(42, NAN, NAN) == "42"


def test_shares():
    assert f.share_interval(0.9155, 0.8917, 0.9344) == "91.5% (89.2–93.4%)"
    assert f.share_interval(1.0, NAN, NAN) == "100.0% (n.e.)"
    with printing_in("ama"):
        assert f.share_interval(0.9155, 0.8917, 0.9344) == "91.5% (89.2%-93.4%)"
    assert f.share_interval(NAN, NAN, NAN) == "–"


@pytest.mark.parametrize(
    ("value", "text"), [(3.5, "3.5"), (127.273, "127.3"), (0.04321, "0.04321"), (1e6, "1000000")]
)
def test_general(value, text):
    assert f.general(value) == text
