"""Revised Tokuhashi and Tomita: every component, every boundary, least and most."""

from __future__ import annotations

import itertools

import pytest

from cohort_stats.scores import (
    tokuhashi_group,
    tokuhashi_primary_points,
    tokuhashi_total,
    tomita_aim,
    tomita_growth_points,
    tomita_strategy,
    tomita_total,
)

WORST = {
    "karnofsky": 10,
    "extraspinal_bone": 3,
    "vertebral": 3,
    "major_organs": "Unremovable",
    "primary": "Lung",
    "frankel": "A",
}


@pytest.mark.parametrize(
    ("component", "worth"),
    [
        ("karnofsky", dict(zip(range(10, 110, 10), [0] * 4 + [1] * 3 + [2] * 3, strict=True))),
        ("extraspinal_bone", {0: 2, 1: 1, 2: 1, 3: 0, 12: 0}),
        ("vertebral", {1: 2, 2: 1, 3: 0, 9: 0}),
        ("major_organs", {"Unremovable": 0, "Removable": 1, "None": 2}),
        ("frankel", {"A": 0, "B": 0, "C": 1, "D": 1, "E": 2}),
    ],
)
def test_tokuhashi_points(component: str, worth: dict[object, int]) -> None:
    found = {level: tokuhashi_total(**(WORST | {component: level})) for level in worth}
    assert found == worth


def test_tokuhashi_primary_sites() -> None:
    sites = {
        0: "Lung, Osteosarcoma, Stomach, Bladder, Oesophagus, Esophagus, Pancreas",
        1: "Liver, Gallbladder, gall bladder, Unidentified, unknown origin",
        2: "Others, other",
        3: "Kidney, Uterus",
        4: "Rectum",
        5: "Thyroid, Breast, Prostate, Carcinoid tumour, carcinoid tumor",
    }
    for worth, names in sites.items():
        found = tokuhashi_primary_points(names.split(", "))
        assert set(found) == {worth}
        assert tokuhashi_total(**(WORST | {"primary": worth})) == worth
    with pytest.raises(ValueError, match="primary must be one of .*; got 'Melanoma'"):
        tokuhashi_primary_points("Melanoma")


def test_tokuhashi_least_and_most() -> None:
    assert tokuhashi_total(**WORST) == 0
    assert tokuhashi_total(100, 0, 1, "None", "Prostate", "E") == 15


def test_tokuhashi_groups() -> None:
    found = tokuhashi_group(list(range(16))).tolist()
    assert found == ["< 6 months"] * 9 + ["≥ 6 months"] * 3 + ["≥ 1 year"] * 4
    with pytest.raises(ValueError, match="total must be a whole number from 0 to 15"):
        tokuhashi_group(16)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"karnofsky": 75}, "karnofsky must be a number from 10 to 100 in steps of 10 %; got 75"),
        ({"karnofsky": 0}, "got 0"),
        ({"vertebral": 0}, "vertebral must be a whole number from 1 to 33 vertebrae; got 0"),
        ({"extraspinal_bone": 1.5}, "extraspinal_bone must be a whole number .*; got 1.5"),
        ({"frankel": "F"}, "frankel must be one of 'A', 'B', 'C', 'D', 'E'; got 'F'"),
    ],
)
def test_tokuhashi_refuses(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tokuhashi_total(**(WORST | wrong))


def test_tomita_is_the_sum_of_three() -> None:
    growth, visceral = {"Slow": 1, "Moderate": 2, "Rapid": 4}, {"None": 0, "Treatable": 2}
    visceral["Untreatable"] = 4
    bone = {"Solitary": 1, "Isolated": 1, "Multiple": 2}
    totals = set()
    for g, v, b in itertools.product(growth, visceral, bone):
        assert tomita_total(g, v, b) == growth[g] + visceral[v] + bone[b]
        totals.add(tomita_total(g, v, b))
    assert (min(totals), max(totals)) == (2, 10)


def test_tomita_sites_are_those_of_the_publication() -> None:
    names = ["Breast", "Thyroid", "Kidney", "Uterus", "Lung", "Stomach"]
    assert tomita_growth_points(names).tolist() == [1, 1, 2, 2, 4, 4]
    with pytest.raises(ValueError, match="primary must be one of .*; got 'Colon'"):
        tomita_growth_points("Colon")


def test_tomita_classes() -> None:
    strategies = tomita_strategy(list(range(2, 11))).tolist()
    assert strategies == (
        ["Wide or marginal excision (2–3)"] * 2
        + ["Marginal or intralesional excision (4–5)"] * 2
        + ["Palliative surgery (6–7)"] * 2
        + ["Supportive care (8–10)"] * 3
    )
    aims = tomita_aim(list(range(2, 11))).tolist()
    assert aims == (
        ["Long-term local control (2–3)"] * 2
        + ["Middle-term local control (4–5)"] * 2
        + ["Short-term palliation (6–7)"] * 2
        + ["Terminal care (8–10)"] * 3
    )
    for wrong in (1, 11):
        with pytest.raises(ValueError, match="total must be a whole number from 2 to 10"):
            tomita_strategy(wrong)
