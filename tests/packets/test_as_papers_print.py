"""What clinical papers print beside the usual: ranges, coefficients, curves named after events."""

from __future__ import annotations

import pytest
from picture_packet import plan, step, view

from analyses.plan import PlanError
from cohort_stats.results import pick
from reports.figures import study_figures
from reports.figures.flow import flow_plot
from reports.table import markdown
from reports.tables import study_tables
from reports.text import methods_text, results_text

ENDPOINT = (
    '[endpoints.event]\nlabel = "{label}"\ntime = "follow_up"\n'
    'event = {{ variable = "died", is = "yes" }}\n'
)
CURVES = step("kaplan_meier", 'endpoint = "event"\nby = "arm"\ntimes = [12]', "curves")
COVARIATES = 'covariates = ["months", "arm", { variable = "ecog_0", score = true }]\n'
MODELS = step(
    "logistic",
    f'outcome = "died"\n{COVARIATES}selection = {{ rule = "all" }}\ncoefficients = true',
    "logit",
) + step(
    "cox",
    f'endpoint = "event"\n{COVARIATES}selection = {{ rule = "all" }}\ncoefficients = true',
    "cox",
)


def test_a_range_is_of_the_smallest_and_the_largest_value():
    rows = '{ variable = "days", summary = "range" }, "months"'
    shown = view(step("compare", f'by = "arm"\nrows = [{rows}]', "base"))
    table = next(markdown(t) for t in study_tables(shown) if t.key == "base")
    numbers = shown.results.stack().query("analysis == 'base' and term == 'days'")
    ends = [
        f"{pick(numbers, name, group='Overall')['value'].item():.1f}"
        for name in ("median", "min", "max")
    ]
    assert "Interval from diagnosis to surgery (days), median (range)" in table
    assert "median (Q1–Q3)" in table
    assert "{} ({}–{})".format(*ends) in table.replace(",", "")
    methods = " ".join(words for _, words in methods_text(shown))
    assert "A median with its range has the smallest and the largest value in brackets." in methods


def test_a_range_alone_is_told_in_the_sentence():
    described = view(step("compare", 'rows = ["days"]\nsummary = "range"', "base"))
    words = dict(results_text(described))["What it shows"]
    low, high = (
        pick(described.results.stack(), name, analysis="base")["value"].max()
        for name in ("min", "max")
    )
    assert f"({low:.0f}–{high:.0f}) days" in words


@pytest.mark.parametrize("kind", ["logit", "cox"])
def test_coefficients_stand_with_their_errors(kind):
    shown = view(ENDPOINT.format(label="Overall survival") + MODELS)
    table = next(t for t in study_tables(shown) if t.key == f"{kind}_coefficients")
    names = [str(row.cells[0]) for row in table.rows]
    alone, together = names.index("Univariable"), names.index("Multivariable")
    covariates = ["Interval from surgery to radiotherapy, per month", "Arm: Radiotherapy"]
    assert names[alone + 1 : alone + 3] == covariates
    assert names[together + 1] == ("Constant" if kind == "logit" else covariates[0])
    numbers = shown.results.stack().query(f"analysis == '{kind}/multivariable'")
    row = next(r for r in table.rows[together:] if str(r.cells[0]) == covariates[0])
    wanted = [pick(numbers, s, term="months")["value"].item() for s in ("coefficient", "se", "z")]
    assert [cell.values[0] for cell in row.cells[1:4]] == wanted
    assert ("residual deviance" in " ".join(table.notes)) == (kind == "logit")


def test_coefficients_are_not_pooled_over_imputed_sets():
    words = MODELS.replace("coefficients = true", 'coefficients = true\nmissing = "imputed"')
    with pytest.raises(PlanError, match="tables of coefficients are not pooled"):
        plan(ENDPOINT.format(label="Overall survival") + words)


@pytest.mark.parametrize(
    ("label", "wanted"),
    [("Overall survival", "Overall survival"), ("Painful fracture", "Without painful fracture")],
)
def test_a_curve_that_falls_is_not_called_after_its_event(label, wanted):
    shown = view(ENDPOINT.format(label=label) + CURVES)
    drawing = next(d for d in study_figures(shown) if d.key == "curves")
    assert drawing.figure.axes[0].get_ylabel() == wanted
    table = next(markdown(t) for t in study_tables(shown) if t.key == "curves")
    assert f"{wanted} (95% CI) at" in table
    time = "overall survival" if label == wanted else "time to painful fracture"
    assert f"Median {time} was" in dict(results_text(shown))["What it shows"]


def test_the_flow_ends_in_groups_that_the_plan_names():
    named = '[groups.two]\nvariable = "response"\nlevels = ["Complete", "Partial"]\n'
    steps = step("compare", 'by = "arm"\nrows = ["days"]', "first")
    steps += step("compare", 'by = "two"\nrows = ["days"]', "second")
    alt = flow_plot(view(named + steps)).alt
    assert "Response: Complete" in alt
    assert "Arm:" not in alt
    assert "not in an analysis, for missing values or another group:" in alt
    assert "Arm: Surgery" in flow_plot(view(step("compare", 'by = "arm"\nrows = ["days"]'))).alt


def test_few_patients_of_a_named_group_do_not_end_the_flow():
    named = '[groups.few]\nvariable = "centre"\nlevels = ["Centre A", "Centre B"]\n'
    steps = step("compare", 'by = "arm"\nrows = ["days"]', "first")
    steps += step("compare", 'by = "few"\nrows = ["days"]', "second")
    assert "Arm: Surgery" in flow_plot(view(named + steps)).alt
