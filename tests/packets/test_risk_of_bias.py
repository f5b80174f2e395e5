"""Judgements of risk of bias: words of the plan, table, bars, sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from picture_packet import texts_fit
from studies_packet import GOLDEN as GOLDEN_TABLES
from studies_packet import ONLY_COUNTS, PLAN, frame, plan_of, view_of

from analyses.plan import PlanError
from reports.figures import study_figures
from reports.table import markdown
from reports.tables import study_tables
from reports.text import methods_text, results_text

GOLDEN = Path(__file__).parent / "golden"
ROWS = view_of(PLAN, frame())


def tables(view):
    return {table.key: table for table in study_tables(view)}


@pytest.mark.parametrize("key", GOLDEN_TABLES)
def test_golden(key):
    found = markdown(tables(ROWS)[key])
    assert found == (GOLDEN / f"studies_{key}.md").read_text(encoding="utf-8")


def test_bars_are_as_long_as_their_shares():
    drawing = next(d for d in study_figures(ROWS) if d.key == "bias")
    (axes, *_) = (a for a in drawing.figure.axes if a.get_xlabel())
    assert axes.get_xlabel() == "Studies, %"
    widths = [bar.get_width() for bar in axes.patches]
    # Participants 2 low, 2 unclear, 1 high; analysis 1 low, 0 unclear, 3 high and 1 not judged.
    np.testing.assert_allclose(widths, [40, 40, 20, 25, 0, 75])
    texts_fit(drawing.figure)


def test_nobody_is_called_a_patient():
    words = " ".join(text for _, text in [*methods_text(ROWS), *results_text(ROWS)])
    written = words + "".join(markdown(t) for t in tables(ROWS).values())
    assert "patient" not in written.casefold()
    assert "‘High’ in at least one domain: 4 (80%) of 5 studies" in written
    assert "Analysis 3 (75%) of 4 studies" in written


def test_counts_need_no_rows():
    view = view_of(ONLY_COUNTS, frame().iloc[:1])
    table = markdown(tables(view)["as_printed"])
    assert "29 (62%)" in table
    assert "at least one domain" not in table


@pytest.mark.parametrize("rows", [frame().assign(participants=pd.NA, analysis=pd.NA)])
def test_without_any_judgement_the_step_is_not_done(rows):
    view = view_of(PLAN, rows)
    reasons = {one.step.id: one.reason for one in view.results.not_done}
    assert reasons["bias"] == "the cohort holds none of its domains"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('domains = ["participants", "analysis"]', "", "domains: expected variables, or counts"),
        ('"participants", "analysis"]', '"participants", "patients"]', "a category or yes/no"),
        ('"participants", "analysis"]', '"participants", "other"]', "the levels of 'participants'"),
        ('"participants", "analysis"]', '"analysis", "analysis"]', "'analysis' again"),
        ('study = "study"\n', 'study = "studdy"\n', "did you mean 'study'"),
        ("High = 29 }", "Higher = 29 }", "the same two or more judgements"),
        ("High = 29 }", "High = -1 }", "counts.Analysis.High"),
    ],
)
def test_mistakes_of_the_plan_are_named(old, new, message):
    assert old in PLAN
    with pytest.raises(PlanError) as wrong:
        plan_of(PLAN.replace(old, new, 1))
    assert message in str(wrong.value)
