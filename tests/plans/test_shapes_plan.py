"""Splines, interactions and late entry of Cox and logistic models, in plans."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
import small_plan
from test_run import cohort, patients

from analyses.plan import plan_from
from analyses.running import run
from cohort_stats.endpoint import Endpoint
from cohort_stats.problem import PlanError
from cohort_stats.regression.covariate import interaction
from cohort_stats.regression.cox_model import fit_cox
from cohort_stats.regression.effects import effects_within
from cohort_stats.results import pick
from reports.figures.curve import curve_plots
from reports.figures.forest import forest_plot
from reports.table import markdown
from reports.tables.regression import regression_table
from reports.view import View

COX = 'selection = { rule = "univariable", p_below = 0.2 }'
ALL = 'selection = { rule = "all" }'
WRONG = [
    (f'{ALL}\ninteractions = [["arm", "dead"]]', "a covariate of this step"),
    (f'{ALL}\ninteractions = [["arm", "arm"]]', "two different covariates"),
    (
        'selection = { rule = "forward" }\ninteractions = [["arm", "age"]]',
        "beside interactions",
    ),
]


@pytest.mark.parametrize(("words", "message"), WRONG)
def test_what_does_not_go_together_is_refused(words, message):
    with pytest.raises(PlanError) as refused:
        small_plan.plan_with(COX, words)
    assert message in str(refused.value)


def cox_with(covariates: str, more: str = "", entry: bool = False, rule: str = ALL):
    plan = small_plan.PLAN.replace(
        'covariates = ["arm", { variable = "age", per = 10 }, "marker"]\n' + COX,
        f"covariates = {covariates}\n{rule}\n{more}",
        1,
    )
    if entry:
        plan = plan.replace('time = "months"\n', 'time = "months"\nentry = "entry"\n', 1)
        late = '[variables.entry]\nlabel = "Entry"\ntype = "number"\nunit = "months"\n\n'
        plan = plan.replace("[derived.old]", late + "[derived.old]", 1)
    return plan_from(tomllib.loads(plan))


def done(plan, frame=None):
    frame = patients() if frame is None else frame
    return run(cohort(plan, frame), plan)


def test_splines_and_interactions_in_a_packet():
    covariates = '["arm", { variable = "age", knots = 4 }, { variable = "marker", knots = 3 }]'
    results = done(cox_with(covariates, 'interactions = [["arm", "marker"]]'))
    assert not [s for s in results.not_done if s.step.id == "cox"]
    view = View(results)
    step = next(s for s in results.plan.file.steps if s.id == "cox")
    table = markdown(regression_table(step, view))
    assert "Nonlinear part" in table
    assert "Arm, by Marker" in table
    assert "Age: restricted cubic spline with knots at" in table
    assert "for interaction" in table
    drawings = list(curve_plots(step, view))
    assert [d.key for d in drawings] == ["cox_age", "cox_marker"]
    assert "Hazard ratio along Age, years, against" in drawings[0].alt
    assert "Arm, by Marker" in forest_plot(step, view).alt


def test_a_plan_gives_what_the_verbs_give():
    plan = cox_with('["arm", "age", "marker"]', 'interactions = [["age", "arm"]]')
    numbers = done(plan).stack()
    frame = patients()
    end = Endpoint(frame["months"].to_numpy(float), (frame["dead"] == "Yes").to_numpy())
    model = fit_cox(end, frame, ["arm", "age", "marker", interaction("age", "arm")])
    wanted = effects_within(model, "age", "arm").numbers
    found = numbers[numbers["analysis"] == "cox/within/age/arm"]
    np.testing.assert_allclose(found["value"], wanted["value"], rtol=1e-9)


def test_late_entry_of_a_cox_step():
    frame = patients().assign(entry=lambda f: f["months"] / 3)
    plan = cox_with('["age", "marker"]', entry=True)
    numbers = done(plan, frame).stack()
    dead = (frame["dead"] == "Yes").to_numpy()
    late = Endpoint(frame["months"].to_numpy(float), dead, entry=frame["entry"].to_numpy(float))
    for part, names in (("univariable", ["age"]), ("multivariable", ["age", "marker"])):
        mine = numbers[numbers["analysis"] == f"cox/{part}"]
        got = pick(mine, "coefficient", term="age")["value"].iloc[0]
        wanted = fit_cox(late, frame, names).result.value("coefficient", term="age")
        assert got == pytest.approx(wanted, rel=1e-9)
    with pytest.raises(PlanError, match="no validation where the endpoint has entry times"):
        cox_with('["age", "marker"]', "validation = { bootstrap = 20 }", entry=True)


def test_knots_of_what_is_no_number_are_refused():
    for covariate, message in (
        ('{ variable = "arm", knots = 4 }', "knots of a number"),
        ('{ variable = "age", knots = 2 }', "a number from 3 to 7"),
        ('{ variable = "age", knots = 4, per = 10 }', "not beside per or score"),
    ):
        with pytest.raises(PlanError) as refused:
            cox_with(f"[{covariate}]")
        assert message in str(refused.value)


def test_a_curve_after_a_search_is_of_the_patients_of_the_model():
    frame = patients()
    rng = np.random.default_rng(3)
    age = frame["age"].to_numpy(float)
    frame["months"] = np.round(rng.exponential(40 * np.exp(-(age - age.mean()) / 5)) + 0.1, 2)
    frame["marker"] = np.where(rng.random(len(frame)) < 0.3, np.nan, rng.normal(size=len(frame)))
    search = 'selection = { rule = "backward", enter = 0.01, remove = 0.01 }'
    plan = cox_with('[{ variable = "age", knots = 3 }, "marker"]', rule=search)
    numbers = done(plan, frame).stack()
    model = numbers[numbers["analysis"] == "cox/multivariable"]
    curve = numbers[numbers["analysis"] == "cox/curve/age"]
    assert set(model["term"]) >= {"age"}
    assert "marker" not in set(model["term"])
    complete = int(frame[["age", "marker", "months"]].notna().all(axis=1).sum())
    assert set(model["n_used"]) == set(curve["n_used"]) == {complete}
