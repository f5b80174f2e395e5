"""Second opinions of models and curves: the same model of the same patients, or a reason."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import small_plan
from test_run import cohort, patients

from analyses import running
from analyses.cross_check.findings import DIFFERS, SINGULAR, Compared, CrossCheck, NoOpinion
from analyses.cross_check.whitening import whitened
from analyses.plan import plan_from
from analyses.running import run
from reports.cross_check import cross_check_lines

pytestmark = pytest.mark.filterwarnings("default")

COX = """
[[steps]]
id = "one"
kind = "cox"
title = "Risk factors"
endpoint = "os"
covariates = ["arm", { variable = "age", knots = 4 }, "marker"]
"""
ALL = 'selection = { rule = "all" }\n'
LOGISTIC = COX.replace('"cox"', '"logistic"').replace('endpoint = "os"', 'outcome = "dead_year"')
KM = """
[[steps]]
id = "one"
kind = "kaplan_meier"
title = "Survival"
endpoint = "os"
by = "arm"
times = [6, 12, 400]
"""
MATCH = '[[steps]]\nid = "match"' + small_plan.PLAN.partition('id = "match"')[2].partition("[[")[0]


def checked(steps: str, frame: pd.DataFrame | None = None, change=("", "")) -> CrossCheck:
    head = small_plan.PLAN.partition("[[steps]]")[0].replace(*change, 1)
    head = head.replace(head[head.index("[derived.low") : head.index("[derived.dead")], "")
    plan = plan_from(tomllib.loads(head + steps))
    found = run(cohort(plan, some_unknown() if frame is None else frame), plan, cross_check=True)
    assert found.not_done == ()
    return found.cross_check


def some_unknown() -> pd.DataFrame:
    frame = patients(200)
    frame.loc[frame.index % 7 == 0, "marker"] = np.nan
    return frame


def all_of(check: CrossCheck) -> list[Compared]:
    return [one for several in check.compared.values() for one in several]


def differing(check: CrossCheck) -> list[Compared]:
    return [one for one in all_of(check) if one.verdict == DIFFERS]


@pytest.mark.parametrize("step", [COX, LOGISTIC], ids=["cox", "logistic"])
@pytest.mark.parametrize(
    "words",
    [ALL + 'interactions = [["arm", "marker"]]', ALL + 'interactions = [["arm", "age"]]',
     'selection = { rule = "forward", by = "aic" }', 'selection = { rule = "backward" }',
     'selection = { rule = "both", by = "aic" }', 'selection = { rule = "lasso" }'],
)  # fmt: skip
def test_products_splines_and_searches_agree(step, words):
    check = checked(step + words)
    assert differing(check) == []
    assert check.without == {}
    together = [one for one in all_of(check) if one.analysis == "one/multivariable"]
    assert together
    if "interactions" in words:
        assert any(" × " in str(one.where.get("term")) for one in together)


@pytest.mark.parametrize("sets", ["strata", "robust", "independent"])
def test_matched_sets_agree(sets):
    step = COX.replace("knots = 4", "per = 1") + ALL + f'on = "match"\nsets = "{sets}"\n'
    check = checked(MATCH + step, patients(300))
    assert differing(check) == []
    assert any(one.analysis == "one/multivariable" for one in all_of(check))


def test_strata_and_late_entry_at_event_times_agree():
    frame = patients(200)
    frame["months"] = frame["months"].round() + 1
    frame["entry"] = (frame["months"] / 2).round()
    late = '[variables.entry]\nlabel = "Entry"\ntype = "number"\nunit = "months"\n\n[derived.old]'
    for preset in ("recommended", "spss"):
        step = COX.replace('"arm", ', "") + ALL + 'strata = ["arm"]\n'
        head = ('time = "months"\n', 'time = "months"\nentry = "entry"\n')
        plan = small_plan.PLAN.partition("[[steps]]")[0].replace("[derived.old]", late, 1)
        plan = plan.replace("recommended", preset).replace(*head, 1)
        plan = plan.replace(plan[plan.index("[derived.low") : plan.index("[derived.dead")], "")
        made = plan_from(tomllib.loads(plan + step))
        check = run(cohort(made, frame), made, cross_check=True).cross_check
        assert differing(check) == []
        assert len(check) > 8


def test_exact_ties_and_firth_have_no_second_opinion():
    exact = ('preset = "recommended"', 'preset = "recommended"\nties = "exact"')
    check = checked(COX + ALL, change=exact)
    assert len(check) == 0
    assert all("tied events exactly" in why for why in check.without.values())
    firth = checked(LOGISTIC + ALL + 'estimator = "firth"\n')
    assert len(firth) == 0
    assert all("Firth" in why for why in firth.without.values())


def test_times_beyond_follow_up_are_left_out():
    frame = patients(200)
    few = frame["arm"] == "Observation"
    frame.loc[few, "months"] = frame.loc[few, "months"].clip(upper=8)
    check = checked(KM + "rmst = 10\n", frame)
    assert differing(check) == []
    assert all(np.isfinite(one.difference) for one in all_of(check))
    assert {"survival", "rmst"} <= {one.statistic for one in all_of(check)}


def test_landmark_analyses_agree():
    check = checked(KM + "landmark = 2\nrmst = 6\n")
    assert differing(check) == []
    assert {"curve", "curve_low", "survival_high", "median", "rmst", "chi_square"} <= {
        one.statistic for one in all_of(check)
    }


@pytest.mark.parametrize("scale", ["log-log", "log", "plain"])
def test_limits_of_survival_agree_on_every_scale(scale):
    change = ('preset = "recommended"', f'survival_interval = "{scale}"')
    check = checked(KM, change=change)
    assert differing(check) == []
    ends = [one for one in all_of(check) if one.statistic.endswith(("_low", "_high"))]
    assert {one.statistic for one in ends} == {"curve_low", "curve_high", "survival_low",
                                               "survival_high"}  # fmt: skip
    assert {one.library for one in ends} == {"lifelines" if scale == "log-log" else "statsmodels"}
    assert max(one.difference for one in ends) < 1e-9


@pytest.mark.parametrize(
    ("words", "library"),
    [('weights = "peto-peto"', "lifelines"), ("weights = [1, 0.5]", "lifelines"),
     ('strata = "old"', "statsmodels"), ('strata = "old"\nweights = "tarone-ware"', "statsmodels"),
     ('pairwise = "holm"', "lifelines"), ('pairwise = "holm"\nstrata = "old"', "statsmodels")],
)  # fmt: skip
def test_every_log_rank_test_agrees(words, library):
    frame = some_unknown()
    frame["months"] = frame["months"].clip(lower=0.1)  # lifelines weighs times above 0 only
    check = checked(KM + words, frame)
    assert differing(check) == []
    tests = [one for one in all_of(check) if one.statistic == "p"]
    assert {one.library for one in tests} == {library}
    assert len(tests) == (4 if "pairwise" in words else 1)


def test_log_rank_tests_without_a_second_opinion_say_so():
    check = checked(KM + 'strata = "old"\nweights = "peto-peto"\ntrend = true')
    assert "this test with strata" in check.without["one/log-rank"]
    assert "trend" in check.without["one/trend"]


def test_curves_with_late_entry_agree_without_an_excuse():
    frame = patients(200)
    frame["months"] = frame["months"].round() + 1
    frame["entry"] = (frame["months"] / 2).round().where(frame.index % 2 == 0, 0.0)
    late = '[variables.entry]\nlabel = "Entry"\ntype = "number"\nunit = "months"\n\n[derived.old]'
    text = small_plan.PLAN.partition("[[steps]]")[0].replace("[derived.old]", late, 1)
    text = text.replace('time = "months"\n', 'time = "months"\nentry = "entry"\n', 1)
    text = text.replace(text[text.index("[derived.low") : text.index("[derived.dead")], "")
    plan = plan_from(tomllib.loads(text + KM))
    check = run(cohort(plan, frame), plan, cross_check=True).cross_check
    assert [one for one in all_of(check) if one.verdict == "explained"] == []
    assert differing(check) == []
    assert {"curve", "curve_low", "chi_square"} <= {one.statistic for one in all_of(check)}


@pytest.mark.parametrize(
    ("step", "statistics"),
    [
        (KM, {"curve", "survival", "median"}),
        (COX.replace("knots = 4", "per = 1") + ALL, {"coefficient"}),
        (LOGISTIC.replace("knots = 4", "per = 1") + ALL, {"coefficient", "log_likelihood"}),
        ('[[steps]]\nid = "one"\ntitle = "Who"\nkind = "compare"\nby = "treated"\n'
         'rows = ["age", "old"]\n', {"mean", "percent"}),
        ('[[steps]]\nid = "one"\ntitle = "Deaths"\nkind = "proportion"\nby = "treated"\n'
         'outcome = "dead"\n', {"proportion"}),
    ],
    ids=["kaplan_meier", "cox", "logistic", "compare", "proportion"],
)  # fmt: skip
def test_weighted_patients_agree(step, statistics):
    weight = MATCH.replace('kind = "match"', 'kind = "weight"')
    check = checked(weight + step.strip() + '\non = "match"\n', patients(300))
    assert differing(check) == []
    assert {one.statistic for one in all_of(check)} == statistics


@pytest.mark.parametrize("step", [COX, LOGISTIC], ids=["cox", "logistic"])
def test_a_planted_error_is_found(step, monkeypatch):
    kind = "cox" if step is COX else "logistic"
    done = running.STEPS[kind]

    def wrong(*given):
        univariable, together, *others = done(*given)
        numbers = together.numbers.copy()
        here = (numbers["statistic"] == "se") & (numbers["term"] == "arm × marker")
        assert here.any()
        numbers.loc[here, "value"] *= 1.001
        return (univariable, replace(together, numbers=numbers), *others)

    monkeypatch.setitem(running.STEPS, kind, wrong)
    check = checked(step + ALL + 'interactions = [["arm", "marker"]]')
    assert {(one.statistic, one.where["term"]) for one in differing(check)} == {
        ("se", "arm × marker")
    }


def test_words_of_other_programs_stay_out(monkeypatch):
    import lifelines

    def halted(*given, **more):
        raise lifelines.exceptions.ConvergenceError("delta contains nan value(s). See https://…")

    monkeypatch.setattr(lifelines.CoxPHFitter, "fit", halted)
    said = "\n".join(cross_check_lines(checked(COX + ALL)))
    assert "not to be had: the other program did not converge" in said
    assert "http" not in said
    assert SINGULAR in str(NoOpinion.of(np.linalg.LinAlgError("Singular matrix")))


def test_columns_that_determine_each_other_are_said_to():
    x = np.arange(10.0)
    for matrix in (np.column_stack([x, 2 * x]), np.ones((10, 1))):
        with pytest.raises(NoOpinion, match="singular"):
            whitened(matrix)


PAIRS = '[variables.pair]\nlabel = "Pair"\ntype = "integer"\n\n[derived.old]'


def test_conditional_logistic_models_agree():
    frame = patients(200)
    frame["pair"] = np.arange(200.0) // 4
    step = LOGISTIC.replace("knots = 4", "per = 10") + ALL + 'strata = ["pair"]\n'
    check = checked(step, frame, ("[derived.old]", PAIRS))
    assert differing(check) == []
    assert check.without == {}
    assert {"coefficient", "se", "log_likelihood"} == {one.statistic for one in all_of(check)}
