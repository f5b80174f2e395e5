"""Nomograms of a plan: their numbers, the figure read back, and plans that are refused."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from building_packet import plan
from gbsg2_packet import folder

from analyses.running import run
from cohort_stats.problem import PlanError
from cohort_stats.validation import read_cohort
from data_templates.gbsg2 import write_gbsg2
from reports.figures import study_figures
from reports.figures.scales import Mark, Scale, laid_out
from reports.figures.style import size_of
from reports.view import View

COX = """
[[steps]]
id = "cox"
kind = "cox"
title = "Recurrence"
endpoint = "rfs"
covariates = ["hormone", { variable = "age", per = 10 }, "grade", { variable = "nodes", per = 5 }]
selection = { rule = "all" }
nomogram = { at = [730, 1825, 9000] }
"""
LOGISTIC = """
[[steps]]
id = "logit"
kind = "logistic"
title = "Recurrence within 2 years"
outcome = "recurrence_2y"
covariates = ["hormone", "menopause", { variable = "grade", score = true }, "nodes"]
selection = { rule = "forward", by = "aic" }
nomogram = true
"""


def view_of(text: str, **changed: object) -> View:
    study = plan(text)
    cohort = read_cohort(write_gbsg2(folder() / "nomogram.xlsx"), study.dictionary)
    return View(run(replace(cohort, **changed), study))


@cache
def view() -> View:
    return view_of(COX + LOGISTIC)


@cache
def drawings(width: float):
    results = view().results
    file = results.plan.file
    report = file.report.model_copy(update={"figure_width": width})
    study = replace(results.plan, file=file.model_copy(update={"report": report}))
    return {d.key: d for d in study_figures(View(replace(results, plan=study)))}


def test_points_add_up_to_what_the_model_predicts_for_a_patient():
    numbers, model = (view().numbers(f"logit/{part}") for part in ("nomogram", "multivariable"))
    total = numbers.get("nomogram_points", term="hormone", level="No")
    total += numbers.get("nomogram_points", term="grade", level="III")
    total += numbers.get("nomogram_points", term="nodes", level="10")
    logit = numbers.get("nomogram_zero") + total / numbers.get("nomogram_unit")
    beta = {t: model.get("coefficient", term=t) for t in ("(Intercept)", "grade", "nodes")}
    assert not np.isnan(list(beta.values())).any()
    assert model.get("reference", term="hormone", level="No") == 1
    assert logit == pytest.approx(beta["(Intercept)"] + 2 * beta["grade"] + 10 * beta["nodes"])


def test_the_longest_scale_is_100_points_and_numbers_end_with_the_data():
    numbers = view().numbers("cox/nomogram")
    frame = view().results.cohort.frame
    for term in ("age", "nodes"):
        ends = [float(v) for v in numbers.unique_levels_of("nomogram_end", term)]
        assert ends == [frame[term].min(), frame[term].max()]
    points = [numbers.get("nomogram_end", term="nodes", level=v) for v in ("1.0", "51.0")]
    assert points == [0, pytest.approx(100)]


def test_a_time_beyond_follow_up_is_said_not_drawn():
    numbers = view().numbers("cox/nomogram")
    assert numbers.unique("time", "nomogram_survival_points") == [730, 1825]
    (done,) = (d for d in view().results.steps if d.step.id == "cox")
    assert any(w.startswith("no survival at 9000") for r in done.results for w in r.warnings)


@pytest.mark.parametrize("width", [174.0, 84.0])
@pytest.mark.parametrize("key", ["cox", "logit"])
def test_ticks_stand_at_the_recorded_points(width, key):
    numbers, drawing = view().numbers(f"{key}/nomogram"), drawings(width)[f"{key}_nomogram"]
    upper, lower = drawing.figure.axes
    assert size_of(drawing.figure)[0] == pytest.approx(width)
    drawn = {round(float(x), 6) for line in upper.lines for x in line.get_xdata()}
    for term in numbers.unique("term", "nomogram_points"):
        for level in numbers.unique_levels_of("nomogram_points", term):
            points = numbers.get("nomogram_points", term=term, level=level)
            assert round(points, 6) in drawn
    name = "survival" if key == "cox" else "risk"
    frame = numbers.frame
    wanted = frame.loc[frame["statistic"] == f"nomogram_{name}_points", "value"]
    drawn = {round(float(x), 6) for line in lower.lines for x in line.get_xdata()}
    assert {round(x, 6) for x in wanted} <= drawn
    assert upper.get_xlim() == (0, 100)
    assert lower.get_xlim() == (0, pytest.approx(numbers.get("nomogram_most")))
    assert "grade: I 0 points" in drawing.alt
    assert len(drawing.spots) == sum(
        len(numbers.unique_levels_of("nomogram_points", t)) for t in numbers.unique("term")
        if t
    )  # fmt: skip


@pytest.mark.parametrize("width", [174.0, 84.0])
@pytest.mark.parametrize("key", ["cox", "logit"])
def test_no_label_runs_into_another_or_out_of_the_figure(width, key):
    drawing = drawings(width)[f"{key}_nomogram"]
    figure = drawing.figure
    drawing.bytes("png")
    boxes = [t.get_window_extent() for a in figure.axes for t in a.texts]
    page = figure.bbox
    for k, box in enumerate(boxes):
        assert page.x0 <= box.x0 < box.x1 <= page.x1
        assert page.y0 <= box.y0
        assert not any(box.overlaps(other) for other in boxes[:k])


def test_many_levels_of_a_kind_stand_in_several_rows():
    marks = tuple(Mark(k, "a level of some length") for k in range(12))
    (laid,) = laid_out([Scale("X", (0, 12), marks, every=True)], 60.0, 100.0)
    assert 0 not in laid.rows
    assert len(set(laid.rows)) == len(laid.rows) == 12
    (short,) = laid_out([Scale("X", (0, 1), marks[:3])], 60.0, 100.0)
    assert short.rows == (1, 0, -1)


@pytest.mark.parametrize(
    ("text", "old", "new", "words"),
    [
        (COX, "{ at = [730, 1825, 9000] }", "true", "times at which survival is read off"),
        (COX, "[730, 1825, 9000]", "[730, 730]", "each time only once"),
        (COX, "[730, 1825, 9000]", "[-1]", "above 0"),
        (COX, "{ at = [730, 1825, 9000] }", '"yes"', "{ at = [12, 24] }"),
        (COX, "nomogram", 'strata = ["menopause"]\nnomogram', "no strata"),
        (COX, "nomogram", 'interactions = [["hormone", "grade"]]\nnomogram', "no interactions"),
        (COX, "per = 5", "knots = 3", "no knots"),
        (LOGISTIC, "nomogram = true", "nomogram = { at = [12] }", "has no times"),
    ],
)
def test_a_plan_that_cannot_be_drawn_is_refused(text, old, new, words):
    assert old in text
    with pytest.raises(PlanError) as refused:
        plan(text.replace(old, new, 1))
    assert words in str(refused.value)
    assert "nomogram" in str(refused.value)


def test_no_nomogram_where_nothing_entered():
    text = LOGISTIC.replace('"forward", by = "aic"', '"univariable", p_below = 1e-12')
    found = view_of(
        text.replace(', "nodes"', "").replace('{ variable = "grade", score = true }', '"age"')
    )
    assert not found.numbers("logit/nomogram")
    (done,) = found.results.steps
    assert any("no nomogram: no covariate entered" in w for r in done.results for w in r.warnings)
