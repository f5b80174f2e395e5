"""SINS: points, total, class, location; and the synthetic cohort of lee2024."""

from __future__ import annotations

import itertools

import pytest

from analyses import load_plan
from cohort_stats import read_cohort
from cohort_stats.scores import sins_class, sins_location, sins_points, sins_total
from cohort_stats.scores.sins import COMPONENTS
from data_templates.build import HERE

ALL = [f"C{i}" for i in range(8)] + [f"T{i}" for i in range(1, 13)]
ALL += [f"{part}{i}" for part in "LS" for i in range(1, 6)]


@pytest.mark.parametrize(
    ("component", "worth"),
    [
        ("location", {"Junctional": 3, "Mobile spine": 2, "Semi-rigid": 1, "Rigid": 0}),
        ("pain", {"Yes": 3, "Occasional but not mechanical": 1, "Pain-free": 0}),
        ("lesion", {"Lytic": 2, "Mixed": 1, "Blastic": 0}),
        (
            "alignment",
            {"Subluxation/translation": 4, "De novo deformity": 2, "Normal alignment": 0},
        ),
        (
            "collapse",
            {
                ">50% collapse": 3,
                "<50% collapse": 2,
                "No collapse with >50% body involved": 1,
                "None": 0,
            },
        ),
        ("posterolateral", {"Bilateral": 3, "Unilateral": 1, "None": 0}),
    ],
)
def test_points_of_every_level(component: str, worth: dict[str, int]) -> None:
    assert {level: sins_points(component, level) for level in worth} == worth
    assert len(COMPONENTS[component]) == len(worth)
    assert sins_points(component, list(worth.values())).tolist() == list(worth.values())


def test_points_that_no_level_has_are_refused() -> None:
    with pytest.raises(ValueError, match="pain must be one of .*'Yes' \\(3\\); got 2"):
        sins_points("pain", 2)
    with pytest.raises(ValueError, match="component must be one of .*; got 'age'"):
        sins_points("age", "Yes")


def test_location_of_every_vertebra() -> None:
    by_hand = {
        "Junctional": "C0 C1 C2 C7 T1 T2 T11 T12 L1 L5 S1",
        "Mobile spine": "C3 C4 C5 C6 L2 L3 L4",
        "Semi-rigid": "T3 T4 T5 T6 T7 T8 T9 T10",
        "Rigid": "S2 S3 S4 S5",
    }
    expected = {name: place for place, names in by_hand.items() for name in names.split()}
    assert dict(zip(ALL, sins_location(ALL), strict=True)) == expected
    assert sins_location("occiput") == "Junctional"
    with pytest.raises(ValueError, match="vertebra must be one of .*; got 'T11-L1'"):
        sins_location("T11-L1")
    with pytest.raises(ValueError, match="got 'C8'"):
        sins_location("C8")


def test_total_is_least_and_most_of_every_component() -> None:
    least = [min(c, key=lambda level: c[level]) for c in COMPONENTS.values()]
    most = [max(c, key=lambda level: c[level]) for c in COMPONENTS.values()]
    assert sins_total(*least) == 0
    assert sins_total(*most) == 18


def test_total_rises_with_every_component() -> None:
    totals = [
        (points, sins_total(*points))
        for points in itertools.product(*(sorted(c.values()) for c in COMPONENTS.values()))
    ]
    assert all(total == sum(points) for points, total in totals)


def test_class_of_every_total() -> None:
    found = sins_class(list(range(19))).tolist()
    assert found == ["Stable"] * 7 + ["Potentially unstable"] * 6 + ["Unstable"] * 6


@pytest.mark.parametrize("total", [-1, 19, 6.5])
def test_totals_that_do_not_exist(total: float) -> None:
    expected = f"total must be a whole number from 0 to 18 points; got {total:g}"
    with pytest.raises(ValueError, match=expected):
        sins_class(total)


def test_totals_of_the_synthetic_cohort_are_the_sums_of_their_components() -> None:
    cohort = read_cohort(HERE / "lee2024_SYNTHETIC.xlsx", load_plan("lee2024").dictionary)
    parts = [cohort.frame[f"sins_{name}"] for name in COMPONENTS]
    total = sins_total(*parts)
    known = total.notna() & cohort.frame["sins"].notna()
    assert known.sum() > 200
    assert (total[known] == cohort.frame.loc[known, "sins"]).all()
