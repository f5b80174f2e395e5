"""What a plan's steps point out by themselves, and how figures keep many groups apart."""

from __future__ import annotations

import itertools
import tomllib

import numpy as np
import pandas as pd
import pytest
import small_plan
from test_run import cohort, patients
from test_shapes_plan import cox_with, done

from analyses.plan import StudyPlan, plan_from
from analyses.running import StudyResults, run
from cohort_stats.problem import PlanError
from cohort_stats.results import pick
from reports.figures.curve import curve_plots
from reports.figures.style import ink_of, line_of
from reports.figures.survival import survival_plot
from reports.table import markdown
from reports.tables import study_tables
from reports.view import View

E_VALUE = """
[[steps]]
id = "share"
kind = "proportion"
title = "Deaths"
outcome = "dead"
by = "{by}"
e_value = true
"""
SCALE = '[variables.grade]\nlabel = "Grade"\ntype = "ordered"\nlevels = {levels}\n\n'
ROC = """
[[steps]]
id = "scale"
kind = "roc"
title = "Grade and death within a year"
outcome = "dead_year"
marker = "grade"
direction = "high"
"""


def plan_of(steps: str, *changes: tuple[str, str]) -> StudyPlan:
    words = small_plan.PLAN
    for old, new in changes:
        assert old in words
        words = words.replace(old, new, 1)
    return plan_from(tomllib.loads(words + steps))


def warnings_of(results: StudyResults, step: str) -> list[str]:
    (one,) = (d for d in results.steps if d.step.id == step)
    return [w for r in one.results for w in r.warnings]


def test_an_e_value_of_more_than_two_groups_is_refused():
    with pytest.raises(PlanError, match=r"e_value: expected two groups.*'arm', which has 3 levels"):
        plan_of(E_VALUE.format(by="arm"))
    plan_of(E_VALUE.format(by="treated"))


def test_an_e_value_that_cannot_be_had_says_so():
    frame = patients()
    frame["dead"] = pd.Categorical(["No"] * len(frame), categories=["No", "Yes"], ordered=True)
    plan = plan_of(E_VALUE.format(by="treated"))
    told = warnings_of(run(cohort(plan, frame), plan), "share")
    assert "no E-value: the risk ratio cannot be estimated" in told


def test_a_row_stands_once_in_a_comparison():
    rows = 'rows = ["age", { variable = "marker", summary = "mean" }, "old"]'
    with pytest.raises(PlanError, match="rows: expected each variable only once"):
        plan_of("", (rows, 'rows = ["age", { variable = "age", summary = "mean" }]'))


def test_a_level_and_a_group_of_one_patient_are_pointed_out():
    frame = patients()
    arm = frame["arm"].astype(object).mask(frame["arm"] == "Observation", "Surgery")
    arm.iloc[0] = "Observation"
    frame["arm"] = pd.Categorical(arm, categories=frame["arm"].cat.categories, ordered=True)
    plan = plan_of("", ('by = "treated"\nrows', 'by = "arm"\nrows'))
    results = run(cohort(plan, frame), plan)
    told = warnings_of(results, "cox")
    assert any("`arm` Observation is a single patient" in words for words in told)
    told = warnings_of(results, "baseline")
    assert any(words.startswith("‘Observation’ is a group of one") for words in told)


@pytest.mark.parametrize(
    ("levels", "words", "numbers"),
    [
        ('{ 0 = "none", 2 = "mild", 5 = "severe" }', "none = 0, mild = 2, severe = 5", (0, 2, 5)),
        ('["none", "mild", "severe"]', "none = 1, mild = 2, severe = 3", (1, 2, 3)),
    ],
)
def test_an_ordered_scale_is_a_marker_by_its_codes_or_ranks(levels, words, numbers):
    plan = plan_of(ROC, ("[derived.old]", SCALE.format(levels=levels) + "[derived.old]"))
    frame = patients()
    labels = np.array(["none", "mild", "severe"])
    drawn = np.random.default_rng(2).integers(0, 3, len(frame))
    frame["grade"] = pd.Categorical(labels[drawn], categories=labels, ordered=True)
    frame.loc[3, "grade"] = np.nan
    results = run(cohort(plan, frame), plan)
    (step,) = (d for d in results.steps if d.step.id == "scale")
    (result,) = step.results
    assert result.method.endswith(f"Levels of `grade` were taken as numbers: {words}.")
    cuts = pick(result.numbers, "roc_sensitivity")["level"].astype(float)
    middle = [(a + b) / 2 for a, b in itertools.pairwise(numbers)]
    assert sorted(cuts[np.isfinite(cuts)]) == middle
    (table,) = (t for t in study_tables(View(results)) if t.key == "scale")
    assert f"Levels of Grade as numbers: {words}." in markdown(table)


def test_the_curve_of_a_spline_beside_an_interaction_is_said_to_be_of_it_alone():
    knots = '["arm", { variable = "age", knots = 3 }, "marker"]'
    beside, without = cox_with(knots, 'interactions = [["arm", "age"]]'), cox_with(knots)
    for plan, alone in ((beside, True), (without, False)):
        results = done(plan)
        (step,) = (d.step for d in results.steps if d.step.id == "cox")
        (drawing,) = curve_plots(step, View(results))
        (axes,) = drawing.figure.axes
        shown = " ".join(t.get_text() for t in axes.texts)
        assert ("In a model of this covariate alone, not adjusted" in shown) is alone
        assert ("holds this covariate alone" in drawing.alt) is alone


def many_groups(labels: list[str], *changes: tuple[str, str]) -> StudyResults:
    old = 'levels = { A = "Surgery", B = "Radiotherapy", C = "Observation" }'
    levels = ", ".join(f'"{label}"' for label in labels)
    treated = ('levels = ["B", "A"]', f'levels = ["{labels[1]}", "{labels[0]}"]')
    match = ('is = "Surgery"', f'is = "{labels[0]}"')
    km = ('by = "treated"\ntimes = [12]', 'by = "arm"\ntimes = [12, 600]')
    plan = plan_of("", (old, f"levels = [{levels}]"), treated, match, km, *changes)
    frame = pd.concat([patients()] * 4, ignore_index=True)
    frame["id"] = [str(k) for k in range(len(frame))]
    drawn = np.array(labels)[np.arange(len(frame)) % len(labels)]
    frame["arm"] = pd.Categorical(drawn, categories=labels, ordered=True)
    return run(cohort(plan, frame), plan)


def test_every_group_has_a_line_of_its_own_and_the_axis_ends_with_follow_up():
    results = many_groups([f"G{k}" for k in range(12)])
    (step,) = (d.step for d in results.steps if d.step.id == "km")
    (axes,) = survival_plot(step, View(results)).figure.axes
    looks = {(line.get_color(), str(line._dash_pattern))  # type: ignore[attr-defined]
             for line in axes.lines if line.get_label().startswith("G")}  # fmt: skip
    assert len(looks) == 12
    longest = results.cohort.frame["months"].max()
    assert axes.get_xlim()[1] == pytest.approx(1.02 * longest)


@pytest.mark.parametrize(("groups", "bands"), [(6, 6), (7, 0)])
def test_the_bands_of_many_groups_are_left_out_and_a_note_says_so(groups, bands):
    results = many_groups([f"G{k}" for k in range(groups)])
    (step,) = (d.step for d in results.steps if d.step.id == "km")
    figure = survival_plot(step, View(results)).figure
    assert len(figure.axes[0].collections) == bands
    (note,) = (t.get_text() for t in figure.texts if t.get_text().startswith("At risk:"))
    assert ("No bands" in note) == (bands == 0)


def test_names_beside_the_numbers_at_risk_are_dark_enough_to_read():
    for k in range(7):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in ink_of(k)]
        assert 1.05 / (np.dot((0.2126, 0.7152, 0.0722), linear) + 0.05) >= 4.5
    assert len({ink_of(k) for k in range(7)}) == 7


def test_lines_differ_in_colour_or_dash():
    assert len({str(line_of(k)) for k in range(19)}) == 19


def test_a_long_name_takes_two_lines_beside_the_numbers_at_risk():
    name = "Radiotherapy after resection of the whole tumour"
    results = many_groups([name, "Surgery"])
    (step,) = (d.step for d in results.steps if d.step.id == "km")
    shown = [t.get_text() for t in survival_plot(step, View(results)).figure.texts]
    named = [words for words in shown if words.split() == name.split()]
    assert [words.count("\n") for words in named] == [0, 1]  # legend, risk table
