"""Reviews: the studies that they print, as a workbook, and what they pool from these."""

from __future__ import annotations

from collections import Counter

import pytest

from analyses.plan import load_plan
from analyses.published.reading import load_published
from analyses.running import StudyResults, run
from cohort_stats import read_cohort
from data_templates.build import HERE
from data_templates.reviews import printed_studies, review_keys

REVIEWS = [key for key in review_keys() if key.startswith("sanker")]


def results(key: str) -> StudyResults:
    plan = load_plan(key)
    return run(read_cohort(HERE / f"{key}_studies_real.xlsx", plan.dictionary), plan)


@pytest.mark.parametrize("key", REVIEWS)
def test_the_workbook_holds_the_areas_of_the_registry(key):
    _, frame = printed_studies(key)
    rows = zip(frame["auc"], frame["low"].fillna(""), frame["high"].fillna(""), strict=True)
    ours = Counter(tuple(map(str, row)) for row in rows)
    printed = Counter(
        tuple(x.text if (x := value.get(part)) else "" for part in ("auc", "low", "high"))
        for value in load_published(key).values.values()
        if "auc" in value.parts and value.address.startswith(("table3", "table4", "table5"))
    )
    assert ours == printed


@pytest.mark.parametrize("key", review_keys())
def test_the_first_remark_says_that_rows_are_real(key):
    remarks, _ = printed_studies(key)
    assert remarks[0].startswith("REAL (published)")
    assert not results(key).cohort.synthetic


def pooled(done: StudyResults, step: str, names: tuple[str, ...], digits: int) -> list[float]:
    found = next(one.results[0] for one in done.steps if one.step.id == step)
    return [round(found.value(name, term="pooled", group=""), digits) for name in names]


def test_the_printed_studies_give_the_pooled_numbers():
    # As Sanker et al. 2025 print them; the lower prediction limit at 90 days is printed 0.65.
    done = results("sanker2025outcomes")
    names = ("estimate", "estimate_low", "estimate_high", "prediction_low", "prediction_high")
    assert pooled(done, "figure3", names, 2) == [0.79, 0.75, 0.82, 0.66, 0.88]
    assert pooled(done, "figure3_dl", names, 2) == [0.79, 0.75, 0.82, 0.65, 0.88]
    assert pooled(done, "figure4", names, 2) == [0.80, 0.75, 0.85, 0.62, 0.91]
    assert pooled(done, "table4", names[:3], 3) == [0.876, 0.871, 0.881]
    assert pooled(done, "table5", names[:3], 3) == [0.810, 0.803, 0.816]
    imaging = results("sanker2025imaging")
    assert pooled(imaging, "table3", names[:3], 3) == [0.971, 0.965, 0.978]
    not_used = next(one.results[0] for one in imaging.steps if one.step.id == "table5")
    assert any("Zhang 2023" in w and "no range" in w for w in not_used.warnings)
