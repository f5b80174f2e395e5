"""Steps on matched and on weighted patients: what each makes of weights and sets."""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
import pytest

from analyses.plan import plan_from
from analyses.running import run
from cohort_stats.cohort import Cohort, Flow
from cohort_stats.matching.matched import match
from cohort_stats.matching.weighting import weight
from cohort_stats.problem import PlanError
from cohort_stats.results import pick
from cohort_stats.survival.weighted_curves import robust_logrank

HEAD = """
[study]
key = "samples"
title = "Samples"
question = "Do weights and sets reach the steps?"
design = "Made up for tests"

[variables.id]
label = "Patient"
type = "id"

[variables.drug]
label = "Drug"
type = "yesno"

[variables.age]
label = "Age"
type = "number"
unit = "years"

[variables.sex]
label = "Sex"
type = "category"
levels = ["Man", "Woman"]

[variables.dead]
label = "Died"
type = "yesno"

[variables.months]
label = "Survival"
type = "number"
unit = "months"

[endpoints.os]
label = "Survival"
time = "months"
event = "dead"

[[steps]]
id = "sample"
{sample}
title = "Patients made comparable"
treated = "drug"
covariates = ["age", "sex"]
"""
STEP = """
[[steps]]
id = "later"
title = "A later step"
on = "sample"
"""
MATCH, WEIGHT = 'kind = "match"', 'kind = "weight"'
FULL = 'kind = "match"\nmethod = "full"'
AGAIN = 'kind = "match"\nreplacement = true'
TWO = 'kind = "match"\nratio = 2'
COX = 'kind = "cox"\nendpoint = "os"\ncovariates = ["drug"]\nselection = { rule = "all" }'
LOGISTIC = (
    'kind = "logistic"\noutcome = "dead"\ncovariates = ["drug"]\nselection = { rule = "all" }'
)
KM = 'kind = "kaplan_meier"\nendpoint = "os"\nby = "drug"\ntimes = [12]'
COMPARE = 'kind = "compare"\nrows = ["age", "sex"]\nby = "drug"'
SHARE = 'kind = "proportion"\noutcome = "dead"\nby = "drug"'


def plan(sample: str, step: str = ""):
    text = HEAD.replace("{sample}", sample) + (STEP + step if step else "")
    return plan_from(tomllib.loads(text))


def cohort(dictionary, n: int = 240, seed: int = 4) -> Cohort:
    rng = np.random.default_rng(seed)
    age = rng.normal(60, 10, n).round(1)
    sex = rng.random(n) < 0.5
    drug = rng.random(n) < 1 / (1 + np.exp(1 - 0.05 * (age - 60) - 0.5 * sex))
    months = rng.exponential(20 * np.exp(0.3 * drug - 0.02 * (age - 60)), n).round(1) + 0.1
    dead = months < 30
    yes_no = [level.label for level in dictionary["drug"].levels]

    def category(values, labels):
        return pd.Categorical.from_codes(values.astype(int), labels, ordered=False)

    frame = pd.DataFrame(
        {
            "id": [f"P{i}" for i in range(n)],
            "drug": category(drug, yes_no),
            "age": age,
            "sex": category(sex, ["Man", "Woman"]),
            "dead": category(dead, yes_no),
            "months": np.minimum(months, 30),
        }
    )
    return Cohort(frame, dictionary, "made_up.xlsx", "", True, Flow(n))


def results(sample: str, step: str):
    made = plan(sample, step)
    done = run(cohort(made.dictionary), made)
    assert not done.not_done, done.not_done
    return done


def number(done, statistic: str, analysis: str = "later", **where) -> float:
    found = pick(done.stack(), statistic, analysis=analysis, **where)
    assert len(found) == 1, (statistic, where, len(found))
    return float(found["value"].iloc[0])


def by_hand():
    frame = cohort(plan(MATCH).dictionary).frame
    treated = pd.Series(frame["drug"].cat.codes == 1)
    end = (frame["months"].to_numpy(), (frame["dead"].cat.codes == 1).to_numpy())
    return frame, treated, end


def test_a_cox_model_of_weighted_patients_is_weighted_and_robust():
    from cohort_stats.endpoint import Endpoint
    from cohort_stats.regression.cox_model import cox

    done = results(WEIGHT, COX)
    frame, treated, end = by_hand()
    w = weight(treated, frame, ["age", "sex"]).weights
    frame = frame.assign(w=w, own=np.arange(len(frame)))
    model = cox(Endpoint(*end), frame, ["drug"], weights="w", cluster="own")
    for statistic in ("coefficient", "se"):
        got = number(done, statistic, "later/multivariable", term="drug")
        assert got == pytest.approx(model.value(statistic), rel=1e-10)
    method = done.steps[1].results[0].method
    assert "weighted by the propensity score, robust standard errors" in method
    assert "`" not in method


@pytest.mark.parametrize("how", ["robust", "strata", "independent"])
def test_a_cox_model_of_matched_patients_takes_sets_as_asked(how):
    from cohort_stats.endpoint import Endpoint
    from cohort_stats.regression.cox_model import cox

    done = results(MATCH, f'{COX}\nsets = "{how}"')
    frame, treated, end = by_hand()
    matched = match(treated, frame, ["age", "sex"])
    here = matched.sets > 0
    given = frame.assign(set=matched.sets)[here]
    roles = {"robust": {"cluster": "set"}, "strata": {"strata": ["set"]}, "independent": {}}[how]
    model = cox(Endpoint(end[0][here], end[1][here]), given, ["drug"], **roles)
    got = number(done, "se", "later/multivariable", term="drug")
    assert got == pytest.approx(model.value("se"), rel=1e-10)
    said = "take matched patients as independent" in done.steps[1].results[0].method
    assert said == (how == "independent")


def test_survival_of_weighted_patients_is_weighted():
    from cohort_stats.endpoint import Endpoint

    done = results(WEIGHT, KM)
    frame, treated, end = by_hand()
    w = pd.Series(weight(treated, frame, ["age", "sex"]).weights)
    wanted = robust_logrank(Endpoint(*end), frame["drug"], weights=w)
    got = number(done, "chi_square", "later/log-rank")
    assert got == pytest.approx(wanted.value("chi_square"), rel=1e-10)
    assert "robust weighted log-rank test" in done.steps[1].results[1].method


def test_survival_of_matched_patients_is_compared_as_asked():
    values = {}
    for how in ("robust", "strata", "independent"):
        done = results(MATCH, f'{KM}\nsets = "{how}"')
        values[how] = number(done, "p", "later/log-rank")
        tests = pick(done.stack(), "p", analysis="later/log-rank")["method"].item()
        words = {"robust": "robust log-rank", "strata": "stratified", "independent": ""}
        assert words[how] in tests
    assert len(set(values.values())) == 3


def test_weighted_patients_are_described_without_p_values():
    done = results(WEIGHT, COMPARE)
    numbers = done.stack()
    assert pick(numbers, "p", analysis="later").empty
    assert abs(number(done, "smd", term="age")) < 0.1
    before = number(done, "smd", "sample", term="age", group="before weighting")
    assert abs(before) > 0.3


def test_matched_pairs_are_compared_within_pairs_when_asked():
    done = results(MATCH, f'{COMPARE}\nsets = "paired"')
    methods = set(pick(done.stack(), "p", analysis="later")["method"])
    assert methods == {"Wilcoxon signed rank test", "McNemar’s test (exact)"}
    plain = results(MATCH, COMPARE)
    assert "take matched patients as independent" in plain.steps[1].results[0].method


def test_shares_of_matched_and_weighted_patients():
    paired = results(MATCH, f'{SHARE}\nsets = "paired"\nrosenbaum = [1, 2]\ne_value = true')
    assert "McNemar" in paired.steps[1].results[0].method
    low, high = (
        number(paired, "largest_p", "later/rosenbaum", level=level) for level in ("1", "2")
    )
    assert 0 < low <= high <= 1
    assert number(paired, "e_value", "later/e-values") >= 1
    robust = results(MATCH, SHARE)
    assert "clustered by matched set" in robust.steps[1].results[0].method
    weighted = results(WEIGHT, SHARE)
    assert "take the weights as known" in weighted.steps[1].results[0].method
    values = {number(d, "risk_difference_low") for d in (paired, robust, weighted)}
    assert len(values) == 3


def test_e_values_of_models_are_of_the_covariates_named():
    for step, measure in ((COX, "hazard"), (LOGISTIC, "odds")):
        done = results(WEIGHT, f'{step}\ne_values = ["drug"]')
        found = pick(done.stack(), "e_value", analysis="later/e-values")
        assert len(found) == 1
        assert measure in found["method"].item()
        assert "common" in found["method"].item()


@pytest.mark.parametrize(
    ("sample", "step", "words"),
    [
        (WEIGHT, 'kind = "roc"\noutcome = "dead"\nmarker = "age"\ndirection = "high"',
         "steps[2] (later).on: expected patients who count alike, as this step does not take"),
        (WEIGHT, f"{KM}\nrmst = 12", "as 'rmst' is for patients who count alike"),
        (FULL, f'{COMPARE}\ndifference = true', "as 'difference' is for patients"),
        (AGAIN, 'kind = "rates"\nendpoint = "os"', "this step does not take weights"),
        (WEIGHT, f'{COX}\nsets = "strata"', "(later).sets: expected only on matched sets"),
        (AGAIN, f'{COX}\nsets = "robust"', "only on matched sets, found 'sample' leaves none"),
        (TWO, f'{COMPARE}\nsets = "paired"', "'paired' only on pairs, matched 1:1"),
        (MATCH, f'{SHARE}\nrosenbaum = [1, 2]', "rosenbaum: expected only with sets = 'paired'"),
        (MATCH, f'{KM}\nsets = "robust"\ntrend = true',
         "sets: expected 'independent' beside 'trend', found 'robust'"),
        (MATCH, f'{COX}\ne_values = ["age"]', "e_values[1]: expected a covariate of this step"),
        (f"{FULL}\nratio = 2", "", "ratio: expected none with the method 'full'"),
        (f"{WEIGHT}\ntrim = [0.9, 0.1]", "", "trim: expected the lower limit first"),
        (f'{WEIGHT}\nestimand = "att"\nstabilised = true', "", "only with the estimand 'ate'"),
        (f'{MATCH}\nexact = ["age"]', "", "exact[1]: expected a category or yes/no"),
        (f'{MATCH}\nscore = "sex"', "", "score: expected a number"),
    ],
)  # fmt: skip
def test_what_a_step_cannot_honour_is_refused_when_the_plan_is_read(sample, step, words):
    with pytest.raises(PlanError) as error:
        plan(sample, step)
    assert words in str(error.value)


def test_weights_that_only_the_patients_bring_about_stop_a_step_that_ignores_them():
    made = plan(TWO, 'kind = "rates"\nendpoint = "os"')
    done = run(cohort(made.dictionary), made)
    assert [n.step.id for n in done.not_done] == ["later"]
    assert done.not_done[0].reason.startswith("its patients differ in weight, and this step")


def test_a_step_without_a_word_for_sets_says_that_it_ignores_them():
    done = results(MATCH, 'kind = "rates"\nendpoint = "os"')
    assert "take matched patients as independent" in done.steps[1].results[0].method


def test_sets_without_a_matching_are_refused():
    text = f'{COX}\nsets = "robust"'
    with pytest.raises(PlanError, match="only with 'on', a step of kind 'match'"):
        plan_from(
            tomllib.loads(
                HEAD.replace("{sample}", MATCH) + STEP.replace('on = "sample"', "") + text
            ),
        )


@pytest.mark.parametrize("sample", [MATCH, WEIGHT])
def test_a_sample_of_a_subgroup_finds_its_own_patients_again(sample):
    only = f'{sample}\nonly = {{ variable = "age", at_least = 58 }}'
    done = results(only, 'kind = "compare"\nrows = ["age"]\nby = "drug"')
    frame, treated, _ = by_hand()
    old = (frame["age"] >= 58).to_numpy()
    part, arm = frame[old].reset_index(drop=True), treated[old].reset_index(drop=True)
    found = (
        match(arm, part, ["age", "sex"]) if sample == MATCH else weight(arm, part, ["age", "sex"])
    )
    wanted = np.average(part["age"], weights=found.weights)
    got = number(done, "mean", term="age", group="Overall")
    assert got == pytest.approx(wanted, rel=1e-12)
    assert number(done, "min", term="age", group="Overall") >= 58


BOTH = COX.replace('["drug"]', '["drug", "age", "sex"]')
FORWARD = BOTH.replace('rule = "all"', 'rule = "forward", enter = 0.5, remove = 0.6')
VALIDATED = f"{BOTH}\nvalidation = {{ bootstrap = 5 }}"


@pytest.mark.parametrize(("step", "what"), [(FORWARD, "search"), (VALIDATED, "validation")])
def test_no_search_among_weighted_patients(step, what):
    with pytest.raises(PlanError, match=f"{what}.* is for patients who count alike"):
        plan(WEIGHT, step)


def test_sets_that_are_strata_are_not_torn_apart():
    done = results(MATCH, f'{VALIDATED}\nsets = "strata"')
    assert pick(done.stack(), "optimism", analysis="later/validation").empty
    warnings = [w for r in done.steps[1].results for w in r.warnings]
    assert any("would tear matched sets apart" in w for w in warnings)


def test_matched_sets_are_drawn_whole():
    done = results(MATCH, f"{FORWARD}\nvalidation = {{ bootstrap = 5 }}")
    found = pick(done.stack(), "optimism", analysis="later/validation", level="C")
    assert "of whole clusters" in found["method"].iloc[0]
    assert (pick(done.stack(), "step_p", analysis="later/selection")["value"] < 0.5).all()
