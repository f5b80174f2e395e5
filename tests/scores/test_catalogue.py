"""Scores by name: all there, each with arguments it checks, units it knows, patients it refuses."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cohort_stats import scores
from cohort_stats.scores.catalogue import ALBUMIN, CATALOGUE, HEIGHT, LYMPHOCYTES
from cohort_stats.scores.charlson import WEIGHTS
from cohort_stats.scores.elementwise import Refused
from cohort_stats.scores.procedures import PROCEDURES

every_score = pytest.mark.parametrize("name", CATALOGUE)


def test_every_definition_can_be_asked_for_by_name() -> None:
    operations = {one.label.lower().replace(" ", "_") for one in PROCEDURES}
    left = {*scores.DEFINITIONS} - {*CATALOGUE} - operations
    assert left == {"noms_inputs"}
    parts = {name for name in CATALOGUE if name.startswith("noms_")}
    assert parts == {f"noms_{field}" for field in scores.NomsInputs.__dataclass_fields__}


@every_score
def test_every_score_has_its_row_in_the_documentation(name: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "scores.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    row = next(line for line in rows if f"`{name}`" in line.split(" | ")[0])
    for argument in CATALOGUE[name].arguments:
        assert f"`{argument.name}`" in row
        assert argument.unit in row


@every_score
def test_arguments_are_those_of_the_function(name: str) -> None:
    score = CATALOGUE[name]
    function = getattr(score.compute, "func", score.compute)
    given = [argument.name for argument in score.arguments]
    if name == "charlson_without_cancer":
        assert given == list(WEIGHTS)
    elif not name.startswith("noms_"):
        bound = len(getattr(score.compute, "args", ()))
        fixed = getattr(score.compute, "keywords", {})
        own = list(inspect.signature(function).parameters.values())[bound:]
        taken = [p.name for p in own if p.name not in fixed]
        optional = [p.name for p in own if p.default is not p.empty]
        assert [p for p in taken if p not in optional] == given
    assert score.definition.source


@every_score
def test_each_argument_refuses_what_it_does_not_know_though_the_others_are_missing(
    name: str,
) -> None:
    score = CATALOGUE[name]
    for argument in score.arguments:
        for wrong in ("nonsense", "-7"):
            with pytest.raises(Refused) as raised:
                score.reads(argument.name, wrong)
            assert raised.value.argument == argument.name


@every_score
def test_missing_inputs_give_missing_of_the_right_kind(name: str) -> None:
    score = CATALOGUE[name]
    gaps = {a.name: pd.Series([None, None], dtype=object) for a in score.arguments}
    values, refused = score.of(gaps)
    assert values.isna().all()
    assert refused == {}
    if score.levels:
        assert tuple(values.cat.categories) == score.levels
    else:
        assert values.dtype == float


@every_score
def test_one_refused_patient_leaves_the_others_as_they_were(name: str) -> None:
    score = CATALOGUE[name]
    good = {a.name: _something(name, a.name) for a in score.arguments}
    clean, _ = score.of({k: pd.Series([v, None, v], dtype=object) for k, v in good.items()})
    first = score.arguments[0].name
    spoilt = {k: pd.Series([v, None, v, v], dtype=object) for k, v in good.items()}
    spoilt[first] = pd.Series([good[first], None, good[first], "nonsense"], dtype=object)
    found, refused = score.of(spoilt)
    assert list(refused) == [3]
    assert refused[3].argument == first
    pd.testing.assert_series_equal(found.iloc[:3], clean, check_freq=False)
    assert clean.notna().tolist() == [True, False, True]
    assert pd.isna(found.iloc[3])


def _something(score: str, argument: str) -> object:
    """Any value that an argument takes."""
    tried: list[object] = [
        "A", "1a", "Yes", "No", "Lung", "Lymphoma", "None", "Rigid", "Lytic", "T11",
        "Normal alignment", "Solitary", "TES", "Pain-free", 3, 4, 10, 60, 170, 22.5, 1200,
    ]  # fmt: skip
    for value in tried:
        try:
            CATALOGUE[score].compute(
                **{a.name: value if a.name == argument else None for a in _arguments(score)}
            )
        except Refused:
            continue
        return value
    raise AssertionError(f"{score}: no value fits {argument}")


def _arguments(score: str) -> tuple:
    return CATALOGUE[score].arguments


def test_units_are_known_in_their_spellings_and_converted_where_it_is_safe() -> None:
    assert [ALBUMIN.factor(u) for u in ("g/dL", "g/dl", "G/DL", "g/L", "mmol/L")] == [
        1, 1, 1, 0.1, None,
    ]  # fmt: skip
    for same in ("/mm³", "/mm3", "/µL", "/uL", "cells/µL"):
        assert LYMPHOCYTES.factor(same) == 1, same
    for thousand in ("10^9/L", "×10⁹/L", "10⁹/L", "x10^3/µL", "10³/µL", "K/µL"):
        assert LYMPHOCYTES.factor(thousand) == 1000, thousand
    assert (HEIGHT.factor("cm"), HEIGHT.factor("m"), HEIGHT.factor("inch")) == (1, 100, None)


def test_numbers_that_labels_spell_are_read_as_numbers() -> None:
    assert CATALOGUE["karnofsky_class"].reads("karnofsky", "90") == 90
    assert CATALOGUE["sins_total"].reads("pain", "3") == 3
    assert CATALOGUE["ecog"].reads("grade", "2") == "2"
    with pytest.raises(Refused, match="in steps of 10 %; got 95"):
        CATALOGUE["karnofsky_class"].reads("karnofsky", "95")


def test_a_class_begins_exactly_at_its_cut_off() -> None:
    """64 kg and 160 cm are 24.999999999999996 kg/m² to a computer."""
    bmi, _ = CATALOGUE["body_mass_index"].of({"weight": pd.Series([64.0]), "height": 160})
    assert CATALOGUE["bmi_class"].of({"bmi": bmi})[0].tolist() == ["Overweight"]


def test_a_constant_serves_every_patient() -> None:
    doses = pd.Series([3.0, np.nan, 2.0])
    values, _ = CATALOGUE["biologically_effective_dose"].of(
        {"dose_per_fraction": doses, "fractions": 10, "alpha_beta": 10}
    )
    assert values.fillna(-1).tolist() == [39, -1, 24]
