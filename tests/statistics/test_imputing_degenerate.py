"""Imputing and pooling where there is little, nothing, or too much to go by."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from r_values import data, value

from cohort_stats.comparing.groups import compare_groups
from cohort_stats.comparing.rows import Row
from cohort_stats.conventions import RECOMMENDED
from cohort_stats.endpoint import Endpoint
from cohort_stats.imputing.against_known import compare_missing
from cohort_stats.imputing.chained_equations import impute
from cohort_stats.imputing.patterns import missing_pattern
from cohort_stats.imputing.pooled_comparison import pool_comparison
from cohort_stats.imputing.pooled_models import pool_models
from cohort_stats.imputing.pooled_survival import pool_incidence, pool_survival, pool_tests
from cohort_stats.imputing.rubin import pool_estimates
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.fine_gray_model import fine_gray
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.regression.ordinal_model import ordinal
from cohort_stats.survival.competing import cumulative_incidence
from cohort_stats.survival.curves import kaplan_meier, logrank

NAN = np.nan
WALD = RECOMMENDED.overriding(logistic_interval="wald")


def frame_of(**columns) -> pd.DataFrame:
    return pd.DataFrame(columns)


@pytest.mark.parametrize(
    "frame",
    [
        frame_of(x=[1.0, NAN], z=[2.0, 3.0]),  # one known value
        frame_of(x=[1.0, 1.0, NAN], z=[2.0, 3.0, 4.0]),  # the known values do not vary
        frame_of(x=[1.0, 2.0, NAN, 5.0], z=[3.0, 3.0, 3.0, 3.0]),  # the predictor does not
        frame_of(x=[1.0, 2.0, NAN, 5.0], z=[2.0, 4.0, 6.0, 10.0]),  # it determines x
        frame_of(x=[1.0, NAN, NAN, 5.0], z=[NAN, 4.0, NAN, 10.0]),  # a patient without any value
        frame_of(x=[1e100, NAN, 2e100], z=[1e-100, 2e-100, 3e-100]),
        frame_of(x=pd.Categorical(["a", None, "a"], ["a", "b"]), z=[1.0, 2, 3]),  # one level
        frame_of(x=pd.Categorical(["a", None, "b"], ["a", "b"]), z=[1.0, 2, 3]),
        frame_of(
            x=pd.Categorical(["a", None, "b", "c"], list("abcd"), ordered=True), z=[1.0, 2, 3, 3]
        ),
        frame_of(x=pd.Categorical(["a", None, "b", "c"], list("abcd")), z=[1.0, 2, 3, 3]),
    ],
)
def test_the_smallest_cohorts_are_imputed_with_what_they_have(frame):
    found = impute(frame, list(frame), imputations=3, iterations=3)
    for one in found.frames:
        assert one.notna().all().all()
        for name in frame:
            assert set(one[name]) <= set(frame[name].dropna())


def test_more_predictors_than_patients_are_said():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(8, 12)), columns=list("abcdefghijkl"))
    frame.loc[:2, "a"] = NAN
    found = impute(frame, list(frame), imputations=3, iterations=2)
    assert "5 known values for 13 predictors" in found.result.warnings[0]
    assert np.isfinite(found.frames[0]["a"]).all()


def test_numbers_of_any_size_and_place_are_imputed_alike():
    frame = data("lung.csv")[["age", "wt.loss", "meal.cal"]]
    moved = frame * 1e6 + 1e9
    a = impute(frame, list(frame), imputations=2, iterations=2)
    b = impute(moved, list(frame), imputations=2, iterations=2)
    for one, other in zip(a.frames, b.frames, strict=True):
        np.testing.assert_allclose(other.to_numpy(), one.to_numpy(dtype=float) * 1e6 + 1e9)


def test_a_sample_without_patients_or_variables_is_refused():
    with pytest.raises(ValueError, match="at least 1 column"):
        impute(frame_of(x=[1.0]), [])
    with pytest.raises(ValueError, match="has none"):
        impute(frame_of(x=np.array([], dtype=float)), ["x"])
    empty = missing_pattern(frame_of(x=np.array([], dtype=float)), ["x"])
    assert value(empty, "patterns") == 0
    assert np.isnan(value(empty, "missing_percent", term="x"))
    nobody = missing_pattern(frame_of(x=[NAN, NAN], y=[1.0, 2.0]), ["x", "y"])
    assert nobody.warnings == (
        "`x` is missing in every patient",
        "no patient has a value of every variable",
    )
    with pytest.raises(ValueError, match="'x' is in everybody"):
        compare_missing(frame_of(x=[NAN, NAN], y=[1.0, 2.0]), "x", ["y"])


def test_one_patient_without_a_value_is_compared_as_far_as_can_be():
    frame = frame_of(x=[1.0, 2, NAN, 4], y=[1.0, 2, 3, 4])
    result = compare_missing(frame, "x", [Row("y", "mean")])
    assert np.isnan(value(result, "p", term="y"))
    assert "fewer than two known values" in result.warnings[0]


def test_models_that_cannot_be_fitted_in_a_set_have_no_estimate_and_say_why():
    frame = frame_of(x=[1.0, 2, 3, 4, 5, 6], z=[1.0, 1, 1, 1, 1, 1])
    y = pd.Series([True, False, True, False, True, False])
    separated = pd.Series([False, False, False, True, True, True])
    constant = pool_models([logistic(y, frame, ["z"], conventions=WALD)] * 3)
    assert "does not vary" in constant.warnings[0]
    assert constant.n_used == 6
    sets = [logistic(o, frame, ["x"], conventions=WALD) for o in (y, separated, y)]
    mixed = pool_models(sets)
    assert "not pooled, for want of a finite estimate in every set: `x`" in mixed.warnings[0]
    assert any(w.startswith("in 1 of 3 imputed sets: separation: `x`") for w in mixed.warnings)
    assert np.isnan(value(mixed, "coefficient", term="x"))


def test_curves_without_events_or_with_nobody_left_pool_without_limits():
    none = Endpoint(np.array([1.0, 2, 3, 4]), np.zeros(4, dtype=bool))
    every = Endpoint(np.array([1.0, 2, 3, 4]), np.ones(4, dtype=bool))
    groups = [pd.Series(list(g)) for g in ("aabb", "abab", "abba")]
    for endpoint, at_two in ((none, 1.0), (every, 0.5)):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            curves = [kaplan_meier(endpoint, g, times=[2.0, 4.0]) for g in groups]
            result = pool_survival(curves)
            tested = pool_tests([logrank(endpoint, g) for g in groups])
        assert value(result, "survival", group="Overall", time=2.0) == at_two
        last = value(result, "survival", group="Overall", time=4.0)
        assert last == (1.0 if at_two == 1 else 0.0)
    assert np.isfinite(value(tested, "p"))
    without = pool_tests([logrank(none, g) for g in groups])
    assert np.isnan(value(without, "p"))
    assert "no event happened" in without.warnings[0]


def test_a_group_that_a_set_lacks_is_passed_over_with_what_is_there():
    frame = frame_of(x=[1.0, 2, 3, 4, 6, 5])
    groups = [pd.Categorical(list(g), list("abc")) for g in ("aabbcc", "aabbbb", "aabbcc")]
    results = [
        compare_groups(frame.assign(g=g), [Row("x", "mean")], by="g", conventions=RECOMMENDED)
        for g in groups
    ]
    result = pool_comparison(results, [Row("x", "mean")])
    assert np.isnan(value(result, "p", term="x"))
    assert value(result, "n", group="a", term="x") == 2


def test_fine_gray_models_pool_by_rubins_rules():
    frame = data("pbc.csv")
    names = ["age", "copper", "stage"]
    frame["stage"] = pd.Categorical(frame["stage"].astype("Int64"), ordered=True)
    status = frame["status"].to_numpy()
    endpoint = Endpoint(frame["time"].to_numpy(float), status == 2, competing=status == 1)
    sets = impute(frame, names, endpoints=[endpoint], imputations=4, iterations=2)
    assert "the competing event of the endpoint" in sets.result.method
    models = [fine_gray(endpoint, one, names) for one in sets.frames]
    result = pool_models(models, fine_gray(endpoint, frame, names))
    beta = np.array([value(m, "coefficient", term="copper") for m in models])
    se = np.array([value(m, "se", term="copper") for m in models])
    assert value(result, "coefficient", term="copper") == pytest.approx(beta.mean())
    total = np.mean(se**2) + (1 + 1 / 4) * beta.var(ddof=1)
    assert value(result, "se", term="copper") == pytest.approx(np.sqrt(total))
    assert value(result, "imputed_patients") == frame[names].isna().any(axis=1).sum()
    ratio = value(result, "subdistribution_hazard_ratio", term="copper")
    assert ratio == pytest.approx(np.exp(beta.mean()))
    assert np.isfinite(value(result, "global_p", term="stage"))


def test_pooling_does_not_depend_on_the_order_of_the_sets():
    frame = data("lung.csv")
    endpoint = Endpoint(frame["time"].to_numpy(float), frame["status"] == 2)
    sets = impute(frame, ["age", "wt.loss", "ph.karno"], endpoints=[endpoint], imputations=4)
    models = [cox(endpoint, one, ["age", "wt.loss"]) for one in sets.frames]
    a, b = pool_models(models), pool_models(models[::-1])
    np.testing.assert_allclose(a.numbers["value"], b.numbers["value"], rtol=1e-9)


def test_incidence_pools_on_the_scale_of_its_interval():
    frame = data("pbc.csv")
    frame["stage"] = pd.Categorical(frame["stage"].astype("Int64"), ordered=True)
    status = frame["status"].to_numpy()
    endpoint = Endpoint(frame["time"].to_numpy(float), status == 2, competing=status == 1)
    sets = impute(frame, ["stage", "age"], endpoints=[endpoint], imputations=5, iterations=2).frames
    curves = [cumulative_incidence(endpoint, one["stage"], times=[1000, 3000]) for one in sets]
    result = pool_incidence(curves, 6)
    for time in (1000, 3000):
        where = {"group": "4", "time": time}
        f = np.array([value(c, "cumulative_incidence", **where) for c in curves])
        se = np.array([value(c, "cumulative_incidence_se", **where) for c in curves])
        one = pool_estimates(np.log(-np.log(f)), (se / (f * np.log(f))) ** 2)
        ends = np.exp(-np.exp([one.estimate, *one.limits[::-1]]))
        for name, wanted in zip(("", "_low", "_high"), ends, strict=True):
            got = value(result, f"cumulative_incidence{name}", **where)
            assert got == pytest.approx(wanted, rel=1e-9)
    overall = result.numbers.query("statistic == 'incidence_curve' and group == 'Overall'")
    alone = curves[0].numbers.query("statistic == 'incidence_curve' and group == 'Overall'")
    np.testing.assert_allclose(overall["value"], alone["value"], rtol=1e-12)
    assert value(result, "imputed_patients", group="Overall") == 6


def test_proportional_odds_models_pool_by_rubins_rules():
    frame = data("pbc.csv")
    stage = pd.Series(pd.Categorical(frame["stage"].astype("Int64"), ordered=True))
    keep = stage.notna()
    frame, stage = frame[keep].reset_index(drop=True), stage[keep].reset_index(drop=True)
    frame["edema"] = pd.Categorical(frame["edema"])
    sets = impute(
        frame, ["copper", "age", "edema"], outcomes={"stage": stage.cat.codes}, imputations=3
    ).frames
    models = [ordinal(stage, one, ["copper", "age", "edema"]) for one in sets]
    result = pool_models(models)
    beta = np.array([value(m, "coefficient", term="copper") for m in models])
    se = np.array([value(m, "se", term="copper") for m in models])
    wanted = pool_estimates(beta, se**2, len(stage) - 4 - 3)
    assert value(result, "df", term="copper") == pytest.approx(wanted.df)
    assert value(result, "p", term="copper") == pytest.approx(wanted.p)
    assert value(result, "global_df", term="edema") == 2
    assert value(result, "wald_df") == 4


def test_a_row_of_another_test_is_refused_and_profiles_become_wald():
    frame = pd.DataFrame({"x": np.arange(12.0), "g": pd.Categorical(["a", "b"] * 6)})
    results = [compare_groups(frame, [Row("x", "mean")], by="g")] * 2
    with pytest.raises(ValueError, match="'x' was compared by Welch’s t-test, not by ranks"):
        pool_comparison(results, ["x"])
    yes = pd.Series([1, 0, 0, 1, 1, 0] * 2)
    pooled = pool_models([logistic(yes, frame, ["x"])] * 2)
    assert "profile" not in pooled.method
    assert set(pooled.numbers["method"]) == {
        "logistic regression, Wald interval, pooled over 2 imputed sets"
    }
