"""PNI, BMI, doses, instrumentation, Charlson: formulas, boundaries, units."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohort_stats.scores import (
    biologically_effective_dose,
    bmi_class,
    body_mass_index,
    charlson_without_cancer,
    equivalent_dose_2gy,
    fixation_length,
    prognostic_nutritional_index,
    screw_density,
)
from cohort_stats.scores.charlson import CANCER_WEIGHTS, WEIGHTS

# Nutrition -------------------------------------------------------------------------------


def test_pni_by_hand() -> None:
    assert prognostic_nutritional_index(4.0, 2000) == 50
    assert prognostic_nutritional_index(2.8, 1500) == pytest.approx(35.5)


@pytest.mark.parametrize(
    ("albumin", "lymphocytes", "message"),
    [
        (38, 1500, r"albumin must be a number from 0.5 to 7 g/dL; got 38 \(looks like g/L"),
        (10, 1500, "looks like g/L: divide by 10"),
        (70, 1500, "looks like g/L"),
        (3.8, 1.5, r"lymphocytes must be .* /mm³; got 1.5 \(looks like ×10⁹/L: multiply by 1000"),
        (3.8, 49.9, "looks like ×10⁹/L"),
        (8, 1500, "got 8$"),
        (0.4, 1500, "got 0.4$"),
        (3.8, 0, "got 0$"),
        (3.8, 100_001, "got 100001$"),
        ("3.8", 1500, "got '3.8'"),
    ],
)
def test_pni_refuses_other_units(albumin: object, lymphocytes: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        prognostic_nutritional_index(albumin, lymphocytes)


def test_one_wrong_unit_in_a_column_is_refused() -> None:
    with pytest.raises(ValueError, match="got 41"):
        prognostic_nutritional_index(pd.Series([3.8, 41.0]), pd.Series([1500, 1600]))


def test_pni_at_its_limits() -> None:
    assert prognostic_nutritional_index(0.5, 50) == 5.25
    assert prognostic_nutritional_index(7, 100_000) == 570


@given(st.floats(0.5, 6.9), st.floats(50, 9e4), st.floats(0.001, 0.1), st.floats(1, 1e4))
def test_pni_rises_with_both(albumin: float, cells: float, more: float, many: float) -> None:
    least = prognostic_nutritional_index(albumin, cells)
    assert prognostic_nutritional_index(albumin + more, cells) > least
    assert prognostic_nutritional_index(albumin, cells + many) > least


# Body mass index -------------------------------------------------------------------------


def test_bmi_by_hand() -> None:
    assert body_mass_index(81, 180) == pytest.approx(25)
    with pytest.raises(ValueError, match=r"got 1.7 \(looks like m: multiply by 100\)"):
        body_mass_index(65, 1.7)
    with pytest.raises(ValueError, match="weight must be a number from 20 to 300 kg; got 6500"):
        body_mass_index(6500, 170)
    assert body_mass_index([20, 300], [100, 230]).round(1).tolist() == [20.0, 56.7]


@pytest.mark.parametrize(
    ("cutoffs", "at", "labels"),
    [
        (
            "who",
            [18.5, 25, 30, 35, 40],
            ["Underweight", "Normal", "Overweight", "Obese I", "Obese II", "Obese III"],
        ),
        (
            "asia-pacific",
            [18.5, 23, 25, 30],
            ["Underweight", "Normal", "Overweight", "Obese I", "Obese II"],
        ),
    ],
)
def test_bmi_classes_begin_at_their_cut_offs(
    cutoffs: str, at: list[float], labels: list[str]
) -> None:
    assert bmi_class(at, cutoffs=cutoffs).tolist() == labels[1:]
    below = [value - 0.01 for value in at]
    assert bmi_class(below, cutoffs=cutoffs).tolist() == labels[:-1]


def test_bmi_cut_offs_have_a_name() -> None:
    with pytest.raises(ValueError, match="cutoffs must be one of 'who', 'asia-pacific'; got 'x'"):
        bmi_class(22, cutoffs="x")


# Dose --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dose", "fractions", "ratio", "expected"),
    [
        (2, 25, 10, 60), (3, 10, 10, 39), (3, 10, 3, 60), (8, 1, 10, 14.4), (4, 5, 10, 28),
        (24, 1, 10, 81.6), (6, 5, 10, 48), (8, 5, 10, 72), (5, 4, 10, 30), (9, 3, 3, 108),
    ],
)  # fmt: skip
def test_bed_by_hand(dose: float, fractions: int, ratio: float, expected: float) -> None:
    found = biologically_effective_dose(dose, fractions, alpha_beta=ratio)
    assert found == pytest.approx(expected)
    eqd2 = equivalent_dose_2gy(dose, fractions, alpha_beta=ratio)
    assert eqd2 == pytest.approx(expected / (1 + 2 / ratio))


@given(st.integers(1, 60), st.floats(0.5, 30))
def test_fractions_of_two_gray_are_their_own_equivalent(fractions: int, ratio: float) -> None:
    found = equivalent_dose_2gy(2, fractions, alpha_beta=ratio)
    assert found == pytest.approx(2 * fractions)


@given(st.floats(0.1, 29), st.integers(1, 59), st.floats(0.5, 29))
def test_bed_rises_with_dose_and_falls_with_alpha_beta(dose: float, n: int, ratio: float) -> None:
    found = biologically_effective_dose(dose, n, alpha_beta=ratio)
    assert found > dose * n
    assert biologically_effective_dose(dose + 1, n, alpha_beta=ratio) > found
    assert biologically_effective_dose(dose, n + 1, alpha_beta=ratio) > found
    assert biologically_effective_dose(dose, n, alpha_beta=ratio + 1) < found


@pytest.mark.parametrize(
    ("dose", "fractions", "ratio", "message"),
    [
        (300, 10, 10, r"dose_per_fraction must be .* Gy; got 300 \(looks like cGy: divide by 100"),
        (31, 1, 10, "got 31$"),
        (0, 10, 10, "got 0$"),
        (3, 0, 10, "fractions must be a whole number from 1 to 60; got 0"),
        (3, 2.5, 10, "fractions must be a whole number from 1 to 60; got 2.5"),
        (3, 61, 10, "got 61"),
        (3, 10, 0, "alpha_beta must be a number from 0.5 to 30 Gy; got 0"),
    ],
)
def test_doses_refused(dose: float, fractions: float, ratio: float, message: str) -> None:
    for score in (biologically_effective_dose, equivalent_dose_2gy):
        with pytest.raises(ValueError, match=message):
            score(dose, fractions, alpha_beta=ratio)


# Instrumentation -----------------------------------------------------------------------------


def test_screw_density_by_hand() -> None:
    assert screw_density([0, 4, 8, 10], [5, 3, 6, 5]).tolist() == pytest.approx(
        [0, 2 / 3, 2 / 3, 1]
    )
    message = r"screws must be at most the pedicles \(two a vertebra\), 6; got 7"
    with pytest.raises(ValueError, match=message):
        screw_density([4, 7], [3, 3])
    for wrong in ((4, 0), (4.5, 5), (-1, 5), (4, 26)):
        with pytest.raises(ValueError, match="must be a whole number"):
            screw_density(*wrong)


def test_fixation_length_by_hand() -> None:
    assert fixation_length([3, 4, 5, 2], [1, 2, 0, 2]).tolist() == [2, 2, 5, 0]
    with pytest.raises(ValueError, match="with_metastasis must be at most instrumented, 3; got 4"):
        fixation_length(3, 4)


@given(st.integers(1, 25), st.data())
def test_screw_density_is_a_share(levels: int, data: st.DataObject) -> None:
    screws = data.draw(st.integers(0, 2 * levels))
    assert 0 <= screw_density(screws, levels) <= 1


# Charlson ------------------------------------------------------------------------------------

HEALTHY = dict.fromkeys(WEIGHTS, False)


def test_charlson_weights() -> None:
    ones = {name for name, weight in WEIGHTS.items() if weight == 1}
    assert len(ones) == 10
    assert {name: w for name, w in WEIGHTS.items() if w > 1} == {
        "hemiplegia": 2,
        "moderate_or_severe_renal_disease": 2,
        "diabetes_with_organ_damage": 2,
        "moderate_or_severe_liver_disease": 3,
        "aids": 6,
    }
    assert charlson_without_cancer(HEALTHY) == 0
    for name, weight in WEIGHTS.items():
        assert charlson_without_cancer(HEALTHY | {name: "Yes"}) == weight


def test_charlson_counts_the_graver_of_two_grades() -> None:
    both = {"diabetes": 1, "diabetes_with_organ_damage": 1}
    assert charlson_without_cancer(HEALTHY | both) == 2
    both = {"mild_liver_disease": 1, "moderate_or_severe_liver_disease": 1}
    assert charlson_without_cancer(HEALTHY | both) == 3
    assert charlson_without_cancer(dict.fromkeys(WEIGHTS, True)) == 23


@pytest.mark.parametrize("name", CANCER_WEIGHTS)
def test_charlson_has_no_place_for_cancer(name: str) -> None:
    with pytest.raises(ValueError, match=f"conditions must be .*; got them with {name}$"):
        charlson_without_cancer(HEALTHY | {name: True})


def test_charlson_asks_for_every_condition() -> None:
    for name in WEIGHTS:
        asked = {other: False for other in WEIGHTS if other != name}
        with pytest.raises(ValueError, match=f"got them without {name}$"):
            charlson_without_cancer(asked)


def test_charlson_of_a_frame() -> None:
    frame = pd.DataFrame([HEALTHY, HEALTHY | {"aids": True}], index=["p1", "p2"])
    found = charlson_without_cancer(frame)
    assert found.to_dict() == {"p1": 0, "p2": 6}
    with pytest.raises(ValueError, match="aids must be yes or no; got 2"):
        charlson_without_cancer(HEALTHY | {"aids": 2})


def test_charlson_never_falls_when_a_condition_is_added() -> None:
    for first, second in itertools.permutations(WEIGHTS, 2):
        one = charlson_without_cancer(HEALTHY | {first: True})
        assert charlson_without_cancer(HEALTHY | {first: True, second: True}) >= one
