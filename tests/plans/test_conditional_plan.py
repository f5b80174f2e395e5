"""Conditional logistic regression in plans: columns of sets, matched sets, the table."""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
import pytest
import small_plan
from test_run import cohort, patients

from analyses.plan import StudyPlan, plan_from
from analyses.running import StudyResults, run
from cohort_stats.problem import PlanError
from cohort_stats.regression.conditional_model import conditional_logistic
from cohort_stats.results import pick
from reports.sentences.regression import model_text
from reports.table import markdown
from reports.tables.regression import regression_table
from reports.view import View

PAIR = '[variables.pair]\nlabel = "Pair"\ntype = "integer"\n\n[derived.old]'
STEP = """
[[steps]]
id = "within"
kind = "logistic"
title = "Death within matched sets"
outcome = "dead"
covariates = ["arm", {{ variable = "age", per = 10 }}]
selection = {{ rule = "all" }}
{words}
"""
STRATA = 'strata = ["pair"]'


def plan_of(words: str) -> StudyPlan:
    head = small_plan.PLAN.replace("[derived.old]", PAIR, 1)
    return plan_from(tomllib.loads(head + STEP.format(words=words)))


def results_of(words: str) -> StudyResults:
    frame, plan = patients(200), plan_of(words)
    frame["pair"] = np.arange(200.0) // 4
    return run(cohort(plan, frame), plan)


def test_a_column_of_sets_gives_the_models_of_the_verb():
    results = results_of(STRATA)
    (done,) = (d for d in results.steps if d.step.id == "within")
    frame = results.cohort.frame
    direct = conditional_logistic(frame["dead"] == "Yes", frame, ["arm"], sets=["pair"])
    found = pick(done.results[0].numbers, "odds_ratio", term="arm")["value"]
    assert np.array_equal(found, pick(direct.numbers, "odds_ratio")["value"])
    table = markdown(regression_table(done.step, View(results)))
    assert "Patients are compared within 50 matched sets; the " in table
    assert "LR p: likelihood-ratio test of the model without the term." in table
    assert "onditional logistic regression, exact, Wald interval, within sets by" in table
    assert "Cox" not in table.replace("Cox–Snell", "")
    assert "hazard" not in table
    assert "multivariable model has 200 patients" in model_text(done.step, View(results))
    assert done.results[0].method.startswith("Conditional logistic regression (exact, Wald")


@pytest.mark.parametrize("rows", [1, 2])
def test_a_cluster_that_is_not_taken_into_account_is_told(rows):
    frame = patients(200)
    frame["pair"], frame["centre"] = np.arange(200.0) // 4, np.arange(200.0) // rows
    centre = PAIR.replace("pair", "centre").replace('"Pair"', '"Centre"\nrole = "cluster"')
    head = small_plan.PLAN.replace("[derived.old]", PAIR, 1).replace("[derived.old]", centre, 1)
    plan = plan_from(tomllib.loads(head + STEP.format(words=STRATA)))
    (done,) = (d for d in run(cohort(plan, frame), plan).steps if d.step.id == "within")
    told = [w for w in done.results[0].warnings if "takes rows of one `centre`" in w]
    assert len(told) == (rows > 1)


def test_matched_sets_may_be_conditioned_on():
    results = results_of('on = "match"\nsets = "conditional"')
    (done,) = (d for d in results.steps if d.step.id == "within")
    assert "within sets by matched set" in str(done.results[0].numbers["method"].iloc[0])
    assert pd.notna(pick(done.results[0].numbers, "odds_ratio")["value"]).any()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ('strata = ["pear"]', "strata[1]: expected a variable of the dictionary, found 'pear'"),
        ('strata = ["marker"]', "strata[1]: expected a column that names the set"),
        ('strata = ["arm"]', "strata[1]: expected a variable that is no covariate of this step"),
        (f'{STRATA}\nestimator = "firth"', "no estimator within matched sets"),
        (f"{STRATA}\nvalidation = {{ bootstrap = 20 }}", "no validation within matched sets"),
        (f'{STRATA}\ninteractions = [["arm", "age"]]', "no interactions within matched sets"),
        (f'{STRATA}\nmissing = "imputed"', "conditional logistic models are not pooled"),
        ('sets = "conditional"', "sets: expected only with 'on'"),
    ],
)
def test_what_does_not_go_together_is_refused(words, told):
    with pytest.raises(PlanError) as refused:
        plan_of(words)
    assert told in str(refused.value)
