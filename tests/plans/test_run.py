"""A plan applied to a cohort: derived variables, exclusions, steps done and not done."""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
import pytest
from small_plan import PLAN, plan_and, plan_with

from analyses.plan import plan_from
from analyses.running import run
from cohort_stats import cox, logistic, stack
from cohort_stats.cohort import Cohort, Flow
from cohort_stats.comparing.groups import Row, compare_groups
from cohort_stats.endpoint import Endpoint
from cohort_stats.glossary import GLOSSARY
from cohort_stats.problem import PlanError
from cohort_stats.regression.covariate import Covariate
from cohort_stats.results import COLUMNS, pick
from reports.figures.roc import roc_plot
from reports.methods import methods_text
from reports.packet import render
from reports.table import markdown
from reports.tables.flow import flow_table
from reports.tables.roc import roc_table
from reports.text import results_text
from reports.view import View


def patients(n: int = 120, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.normal(60, 12, n).round(1)
    marker = rng.normal(100, 20, n).round(1)
    risk = np.exp(0.02 * (age - 60) - 0.02 * (marker - 100))
    time = rng.exponential(15 / risk)
    censor = rng.uniform(5, 40, n)
    arms = ["Surgery", "Radiotherapy", "Observation"]
    return pd.DataFrame(
        {
            "id": [f"P{i}" for i in range(n)],
            "arm": pd.Categorical(rng.choice(arms, n), categories=arms, ordered=True),
            "age": age,
            "marker": marker,
            "dead": pd.Categorical(
                np.where(time <= censor, "Yes", "No"), categories=["No", "Yes"], ordered=True
            ),
            "months": np.minimum(time, censor).round(1),
        }
    )


def cohort(plan, frame: pd.DataFrame) -> Cohort:
    return Cohort(
        frame, plan.dictionary, "made_up.xlsx", "0" * 64, synthetic=True, flow=Flow(len(frame))
    )


@pytest.fixture(scope="module")
def results():
    plan = plan_with()
    frame = patients()
    frame.loc[0, "age"] = 12
    return run(cohort(plan, frame), plan)


def test_every_step_was_done(results):
    assert [done.step.id for done in results.steps] == [s.id for s in results.plan.file.steps]
    assert results.not_done == ()


def test_numbers_have_the_columns_and_names_of_the_glossary(results):
    numbers = results.stack()
    assert tuple(numbers.columns) == (*COLUMNS, "data")
    assert set(numbers["statistic"]) <= set(GLOSSARY)
    assert set(numbers["data"]) == {"SYNTHETIC"}
    keys = [c for c in COLUMNS if c not in ("value", "method", "n_used", "n_missing")]
    assert not numbers.duplicated(keys).any()


def test_the_flow_is_among_the_numbers(results):
    flow = results.stack().query("analysis == 'flow'")
    assert pick(flow, "n", term="entered")["value"].item() == 120
    assert pick(flow, "excluded", term="Younger than 18")["value"].item() == 1
    assert pick(flow, "remaining", term="Younger than 18")["value"].item() == 119
    assert len(results.cohort) == 119


def test_groups_take_the_plans_levels_in_its_order(results):
    numbers = results.stack().query("analysis == 'baseline' and term == '' and statistic == 'n'")
    assert list(numbers["group"]) == ["Overall", "Radiotherapy", "Surgery"]
    frame = results.cohort.frame
    assert numbers["value"].iloc[0] == frame["arm"].isin(["Surgery", "Radiotherapy"]).sum()


def test_derived_cuts_and_events(results):
    frame = results.cohort.frame
    assert ((frame["age"] >= 60) == (frame["old"] == "≥ 60")).all()
    dead = (frame["dead"] == "Yes") & (frame["months"] <= 12)
    unknown = (frame["dead"] == "No") & (frame["months"] < 12)
    assert (frame["dead_year"].isna() == unknown).all()
    assert ((frame["dead_year"] == "Yes") == dead).all()


def test_the_cutoff_of_a_step_cuts_later_steps_and_says_so(results):
    cutoff = pick(results.stack(), "cutoff", analysis="roc")["value"].item()
    frame = results.cohort.frame
    low, high = frame["low_marker"].cat.categories
    assert ((frame["marker"] < cutoff) == (frame["low_marker"] == low)).all()
    assert f"{cutoff:.5g}" in high
    assert "derived from these data" in results.cohort.dictionary["low_marker"].source


def test_a_step_says_what_the_verb_says(results):
    frame = results.cohort.frame
    endpoint = Endpoint(frame["months"].to_numpy(), (frame["dead"] == "Yes").to_numpy())
    alone = cox(endpoint, frame, [Covariate("age", per=10)])
    numbers = results.stack().query("analysis == 'cox/univariable'")
    found = pick(numbers, "hazard_ratio", term="age")["value"].item()
    assert found == alone.value("hazard_ratio", term="age")


PERSON = """[variables.person]
label = "Person"
type = "text"
role = "cluster"

[variables.arm]"""


@pytest.mark.parametrize("name", ["person", "patient"])
def test_rows_that_belong_together_make_the_errors_of_cox_models_robust(name):
    plan = plan_with("[variables.arm]", PERSON.replace("person", name))
    frame = patients().assign(**{name: [f"Q{i // 2}" for i in range(120)]})
    done = run(cohort(plan, frame), plan)
    (together,) = [r for s in done.steps if s.step.id == "cox" for r in s.results[1:]]
    endpoint = Endpoint(frame["months"].to_numpy(), (frame["dead"] == "Yes").to_numpy())
    terms = together.numbers.loc[together.numbers["statistic"] == "hazard_ratio", "term"]
    chosen = [Covariate(t, per=10.0 if t == "age" else 1.0) for t in dict.fromkeys(terms)]
    robust = cox(endpoint, frame, chosen, cluster=name)
    for term in ("age", "marker"):
        assert together.value("se", term=term) == robust.value("se", term=term)
    assert f"robust to clustering within `{name}`" in together.method
    alone = run(cohort(plan, frame.assign(**{name: frame["id"]})), plan)
    assert not any("robust" in r.method for s in alone.steps for r in s.results)


APART = """
[[steps]]
id = "{0}_apart"
kind = "{0}"
title = "Rows apart, {0}"
{1}
covariates = ["age", "marker"]
selection = {{ rule = "all" }}
clusters = "independent"
"""
BOTH = APART.format("cox", 'endpoint = "os"') + APART.format("logistic", 'outcome = "dead"')


def test_rows_that_belong_together_are_independent_where_a_step_says_so():
    plan = plan_from(tomllib.loads(PLAN.replace("[variables.arm]", PERSON, 1) + BOTH))
    frame = patients().assign(person=[f"Q{i // 2}" for i in range(120)])
    done = run(cohort(plan, frame), plan)
    found = {s.step.id: s.results[1] for s in done.steps if s.step.id.endswith("apart")}
    assert not any("robust" in result.method for result in found.values())
    endpoint = Endpoint(frame["months"].to_numpy(), (frame["dead"] == "Yes").to_numpy())
    plain = cox(endpoint, frame, ["age", "marker"])
    assert found["cox_apart"].value("se", term="age") == plain.value("se", term="age")
    plain = logistic((frame["dead"] == "Yes").astype(float), frame, ["age", "marker"])
    assert found["logistic_apart"].value("se", term="age") == plain.value("se", term="age")
    words = "In ‘Rows apart, cox’, rows of one person were taken as independent."
    assert words in str(methods_text(View(done)))
    with pytest.raises(PlanError, match="a variable with the role 'cluster'"):
        plan_and(BOTH)


def test_strata_of_a_cox_step():
    chosen = 'covariates = ["arm", { variable = "age", per = 10 }, "marker"]'
    plan = plan_with(chosen, 'covariates = ["age", "marker"]\nstrata = ["arm"]')
    frame = patients()
    done = run(cohort(plan, frame), plan)
    (together,) = [r for s in done.steps if s.step.id == "cox" for r in s.results[1:]]
    endpoint = Endpoint(frame["months"].to_numpy(), (frame["dead"] == "Yes").to_numpy())
    direct = cox(endpoint, frame, ["age", "marker"], strata=["arm"])
    assert together.value("se", term="age") == direct.value("se", term="age")
    absent = run(cohort(plan, frame.drop(columns="arm")), plan)
    reasons = {n.step.id: n.reason for n in absent.not_done}
    assert reasons["cox"] == "the cohort holds no value of 'Arm' (stratum)"


def test_every_cox_model_tests_proportional_hazards(results):
    numbers = results.stack()
    for analysis in ("cox/univariable", "cox/multivariable"):
        mine = numbers[numbers["analysis"] == analysis]
        tested = set(mine.loc[mine["statistic"] == "ph_p", "term"])
        assert tested == set(mine.loc[mine["statistic"] == "hazard_ratio", "term"])


def test_hazards_that_are_not_proportional_are_named():
    """The marker doubles the risk at first and halves it later."""
    rng = np.random.default_rng(5)
    frame = patients(400)
    high = frame["marker"] > 100
    late = rng.random(400) < 0.5
    months = np.where(late, rng.uniform(20, 40, 400), rng.uniform(0, 20, 400))
    months = np.where(high & late, rng.uniform(38, 40, 400), months)
    frame = frame.assign(months=months.round(1))
    plan = plan_with(
        'selection = { rule = "univariable", p_below = 0.2 }', 'selection = { rule = "all" }'
    )
    alone, together = next(
        s for s in run(cohort(plan, frame), plan).steps if s.step.id == "cox"
    ).results
    assert any("doubtful in the univariable models for `marker`" in w for w in alone.warnings)
    assert any("doubtful for `marker`" in w for w in together.warnings)
    assert together.value("ph_p", term="marker") < 0.05


def test_the_selection_rule_is_applied_and_recorded(results):
    numbers = results.stack()
    alone = numbers.query("analysis == 'cox/univariable'")
    entered = pick(alone, "entered").set_index("term")["value"]
    for term in ("arm", "age", "marker"):
        p = pick(alone, "global_p" if term == "arm" else "p", term=term)["value"].item()
        assert (p < 0.2) == (entered[term] == 1)
    together = numbers.query("analysis == 'cox/multivariable' and statistic == 'hazard_ratio'")
    assert set(together["term"]) == set(entered.index[entered == 1])
    given = numbers.query("analysis == 'logistic/multivariable' and statistic == 'odds_ratio'")
    assert set(given["term"]) == {"marker", "(Intercept)"}


def test_matched_steps_see_only_matched_patients(results):
    numbers = results.stack()
    pairs = pick(numbers, "matched", analysis="match", group="treated")["value"].item()
    matched = pick(numbers, "n", analysis="matched", group="Overall", term="")["value"].item()
    assert matched == 2 * pairs


def test_running_again_gives_the_same_numbers(results):
    plan = plan_with()
    frame = patients()
    frame.loc[0, "age"] = 12
    pd.testing.assert_frame_equal(run(cohort(plan, frame), plan).stack(), results.stack())


def test_absent_columns_leave_steps_undone_with_reasons():
    plan = plan_with()
    results = run(cohort(plan, patients().drop(columns=["marker", "arm"])), plan)
    reasons = {n.step.id: n.reason for n in results.not_done}
    assert [done.step.id for done in results.steps] == ["cox"]
    assert reasons["baseline"] == "the cohort holds no value of 'Arm' (group)"
    assert reasons["roc"] == "the cohort holds no value of 'Marker' (marker)"
    assert reasons["km_marker"] == (
        "it needs a cut-off from 'Marker and death within a year', which gave none"
    )
    assert reasons["matched"].startswith("the cohort holds no value of 'Arm'")
    (univariable, *_) = results.steps[0].results
    assert "no value in the cohort file: Arm, Marker" in univariable.warnings


@pytest.mark.parametrize("kind", ["cox", "logistic"])
def test_a_covariate_that_could_not_be_derived_is_left_out_and_named(kind, tmp_path):
    outcome = 'endpoint = "os"' if kind == "cox" else 'outcome = "dead"'
    step = (
        f'\n[[steps]]\nid = "m"\nkind = "{kind}"\ntitle = "M"\n{outcome}\n'
        'covariates = ["age", "low_marker"]\nselection = { rule = "all" }\n'
    )
    plan = plan_and(step)
    results = run(cohort(plan, patients().drop(columns="marker")), plan)
    done = next(one for one in results.steps if one.step.id == "m")
    warnings = [w for r in done.results for w in r.warnings]
    assert "no value in the cohort file: Marker by its cut-off" in warnings
    packet = render(results, tmp_path / "packet")
    assert packet.tables


def test_a_spline_of_values_too_alike_is_not_done_with_its_reason():
    step = (
        '\n[[steps]]\nid = "m"\nkind = "cox"\ntitle = "M"\nendpoint = "os"\n'
        'covariates = ["marker", { variable = "age", knots = 4 }]\nselection = { rule = "all" }\n'
    )
    plan = plan_and(step)
    results = run(cohort(plan, patients().assign(age=60.0)), plan)
    assert {n.step.id: n.reason for n in results.not_done}["m"] == (
        "the values of 'Age' are too alike for a spline: leave out its knots"
    )


def test_an_exclusion_that_the_file_cannot_answer_leaves_nobody_out_and_says_so():
    old = 'variable = "age"\nbelow = 18'
    plan = plan_with(old, 'variable = "marker"\nbelow = 18')
    results = run(cohort(plan, patients().drop(columns="marker")), plan)
    assert len(results.cohort) == results.cohort.flow.entered == 120
    numbers = results.stack()
    assert pick(numbers, "unknown", term="Younger than 18")["value"].item() == 120
    why = results.not_applied["Younger than 18"]
    assert why == "the cohort holds no value of 'Marker'"
    assert f"‘Younger than 18’ left nobody out: {why}." in markdown(flow_table(View(results)))


def test_steps_that_rest_on_a_cutoff_that_is_not_there_are_not_done():
    plan = plan_with()
    frame = constant(patients(), dead="Yes").assign(marker=lambda f: -f["months"])
    results = run(cohort(plan, frame), plan)
    assert {n.step.id: n.reason for n in results.not_done}["km_marker"] == (
        "it needs a cut-off from 'Marker and death within a year', which gave none"
    )
    view = View(results)
    (step,) = (d.step for d in results.steps if d.step.id == "roc")
    table = markdown(roc_table(step, view))
    assert "Cut-off: none does better than chance." in table
    assert "Sensitivity" not in table
    assert roc_plot(step, view).alt.endswith("; no cut-off.")
    said = dict(results_text(view))[step.title]
    assert said.endswith("No cut-off did better than chance; none is given.")
    assert not any(word in f"{table} {said}" for word in ("inf", "nan", "∞"))


def constant(frame: pd.DataFrame, **values: str) -> pd.DataFrame:
    for name, level in values.items():
        levels = frame[name].cat.categories
        frame = frame.assign(**{name: pd.Categorical([level] * len(frame), categories=levels)})
    return frame


#: What is done to the patients -> step -> reason.
HOPELESS = [
    (lambda f: constant(f, dead="No"), "cox", "no patient has the event"),
    (
        lambda f: constant(f, arm="Surgery"),
        "baseline",
        "all its patients are in one group of 'Arm'",
    ),
    (
        lambda f: constant(f, arm="Surgery"),
        "match",
        "all its patients are in one group",
    ),
    (
        lambda f: constant(f, dead="No").assign(months=30.0),
        "logistic",
        "every patient lacks the outcome",
    ),
    (
        lambda f: f.assign(months=np.nan),
        "km",
        "the cohort holds no value of 'Survival' (endpoint)",
    ),
]


@pytest.mark.parametrize(("change", "step", "reason"), HOPELESS)
def test_a_cohort_that_does_not_allow_a_step(change, step, reason):
    plan = plan_with()
    results = run(cohort(plan, change(patients())), plan)
    assert {n.step.id: n.reason for n in results.not_done}[step] == reason


def test_tiny_cohorts_never_crash():
    plan = plan_with()
    for n in (1, 2, 3, 5):
        results = run(cohort(plan, patients(n)), plan)
        assert len(results.steps) + len(results.not_done) == len(plan.file.steps)


def test_stack_of_nothing_is_an_empty_frame():
    assert tuple(stack([]).columns) == COLUMNS


def test_a_comparison_of_three_groups_with_pairs_and_checks():
    plan = plan_with(
        'by = "treated"\nrows = ["age",',
        'by = "arm"\nposthoc = "bonferroni"\nsmd = "mean"\ndistribution_checks = true\n'
        'rows = [{ variable = "age", test = "jonckheere", pairs = "dunn" },',
    )
    frame = patients()
    numbers = run(cohort(plan, frame), plan).stack()
    alone = compare_groups(
        frame.loc[frame["age"] >= 18],
        [Row("age", test="jonckheere", pairs="dunn")],
        by="arm",
        posthoc="bonferroni",
    )
    pair = {"term": "age", "group": "Surgery", "level": "Observation"}
    for statistic in ("p", "p_adjusted"):
        got = pick(numbers, statistic, analysis="baseline", **pair)["value"].item()
        assert got == alone.value(statistic, **pair)
    checks = numbers.query("analysis == 'baseline/checks'")
    assert set(checks["term"]) == {"age", "marker"}
    assert len(pick(checks, "normality_p", term="age")) == 3


def test_a_comparison_of_two_groups_with_the_difference_of_means():
    plan = plan_with('by = "treated"\nrows', 'by = "treated"\ndifference = true\nrows')
    numbers = run(cohort(plan, patients()), plan).stack()
    found = pick(numbers, "mean_difference", analysis="baseline")
    assert list(found["term"]) == ["marker"]  # the row summarised by its mean
    means = [
        pick(numbers, "mean", analysis="baseline", term="marker", group=g)["value"].item()
        for g in ("Radiotherapy", "Surgery")
    ]
    assert found["value"].item() == pytest.approx(means[1] - means[0])
