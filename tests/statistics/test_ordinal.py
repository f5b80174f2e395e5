"""Proportional odds regression against R (see ordinal.R), by its definition, and odd input."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, names, value

from cohort_stats.kernels import ordinal as kernel
from cohort_stats.regression.logistic_model import fit_logistic
from cohort_stats.regression.ordinal_model import THRESHOLD, fit_ordinal, ordinal
from cohort_stats.regression.proportional_odds import ordinal_term_tests, proportional_odds


def asked(key: str):
    """Outcome, frame, covariates and roles of a case."""
    if key == "wine":
        frame = data("wine.csv")
        return frame["rating"], frame, ["temp", "contact"], {}
    if key == "housing":
        frame = data("housing.csv")
        order = ["Low", "Medium", "High"]
        sat = pd.Series(pd.Categorical(frame["Sat"], order, ordered=True))
        frame["Infl"] = pd.Categorical(frame["Infl"], order)
        return sat, frame, ["Infl", "Type", "Cont"], {"weights": "Freq"}
    if key == "pbc stage":
        frame = data("pbc.csv").query("stage > 1 and platelet.notna()").reset_index(drop=True)
        frame["log(bili)"] = np.log(frame["bili"])
        return frame["stage"], frame, ["age", "albumin", "log(bili)", "sex", "platelet"], {}
    frame = data("retinopathy.csv")
    return pd.cut(frame["risk"], [0, 8, 10, 12]), frame, ["age", "trt", "laser"], {}


CASES = names("ordinal", "wine", "housing", "pbc", "retinopathy")


def fitted(key: str, **more: object):
    outcome, frame, covariates, roles = asked(key)
    return fit_ordinal(outcome, frame, covariates, **{**roles, **more})


@pytest.mark.parametrize("key", CASES)
def test_estimates(key):
    wanted = case("ordinal", key)["values"]
    model = fitted(key)
    assert model.result.n_used == wanted["n"]
    close(model.fitted.beta, wanted["coef"])
    close(model.fitted.thresholds, wanted["thresholds"])
    close(np.sqrt(np.diag(model.covariance)), wanted["se"])
    for name, column in (("log_likelihood", "loglik"), ("log_likelihood_null", "loglik_null")):
        close(value(model.result, name), wanted[column], rtol=1e-10)
    for name in ("nagelkerke", "cox_snell"):
        close(value(model.result, name), wanted[name])
    for j, (term, level) in enumerate(zip(model.columns.terms, model.columns.levels, strict=True)):
        for end, column in (("low", "lower"), ("high", "upper")):
            got = math.log(value(model.result, f"odds_ratio_{end}", term=term, level=level))
            close(got, wanted[column][j], f"{term} {end}", 1e-7)


@pytest.mark.parametrize("key", CASES)
def test_terms_and_proportional_odds(key):
    wanted = case("ordinal", key)["values"]
    model = fitted(key)
    tests, odds = ordinal_term_tests(model), proportional_odds(model)
    for term, by_term in wanted["by_term"].items():
        close(value(tests, "term_lr_chi_square", term=term), by_term["lr"], term, 1e-7)
        assert value(tests, "term_lr_df", term=term) == by_term["df"]
        close(value(odds, "po_chi_square", term=term), by_term["nominal"], term, 1e-6)
        assert value(odds, "po_df", term=term) == by_term["nominal_df"]
    close(value(odds, "po_global_chi_square"), wanted["nominal"], rtol=1e-6)
    assert value(odds, "po_global_df") == wanted["nominal_df"]


@pytest.mark.parametrize(("key", "cluster"), [("wine", "judge"), ("retinopathy risk", "id")])
def test_clusters(key, cluster):
    wanted = case("ordinal", key)["values"]["robust_se"]
    model = fitted(key, cluster=cluster)
    close(np.sqrt(np.diag(model.covariance)), wanted)
    assert "robust to clustering" in model.result.method
    assert "lr_p" not in set(model.result.numbers["statistic"])
    assert ordinal_term_tests(model).numbers.empty
    assert proportional_odds(model).numbers.empty


@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.ConvergenceWarning")
def test_second_opinion():
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    outcome, frame, covariates, _ = asked("pbc stage")
    frame = frame.assign(sex=(frame["sex"] == "m") * 1.0)
    other = OrderedModel(outcome.astype(int), frame[covariates], distr="logit")
    found = other.fit(method="bfgs", disp=0, gtol=1e-8, maxiter=500)
    close(fit_ordinal(outcome, frame, covariates).fitted.beta, found.params[:5], rtol=1e-4)


def test_two_levels_are_a_logistic_model():
    frame = data("birthwt.csv")
    two = fit_ordinal(frame["low"], frame, ["age", "smoke"])
    one = fit_logistic(frame["low"], frame, ["age", "smoke"])
    close(two.fitted.beta, one.beta[1:])
    close(two.fitted.thresholds, -one.beta[:1])
    for statistic in ("odds_ratio_low", "odds_ratio_high", "p"):
        got = (m.result.value(statistic, term="smoke") for m in (two, one))
        close(*got, statistic, 1e-7)
    assert proportional_odds(two).numbers.empty


@pytest.mark.parametrize("seed", range(6))
def test_likelihood_by_its_definition(seed):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(30, 2)) * [1, 100]
    place = rng.integers(0, 4, 30)
    place[:4] = range(4)
    weight = rng.integers(1, 4, 30).astype(float)
    model = kernel.fit(place, matrix, weight=weight)

    def log_likelihood(thresholds, beta):
        cuts = [-math.inf, *thresholds, math.inf]
        total = 0.0
        for k, x, w in zip(place, matrix, weight, strict=True):
            up, down = (1 / (1 + math.exp(-(c - x @ beta))) for c in cuts[k : k + 2][::-1])
            total += w * math.log(up - down)
        return total

    best = log_likelihood(model.thresholds, model.beta)
    assert model.log_likelihood == pytest.approx(best, rel=1e-12)
    for step in np.eye(5) * 1e-4:
        cut, slope = step[:3], step[3:] / [1, 100]
        up = log_likelihood(model.thresholds + cut, model.beta + slope)
        down = log_likelihood(model.thresholds - cut, model.beta - slope)
        assert up < best
        assert down < best
        assert abs(up - down) / 2e-4 < 1e-5
    assert np.abs(model.scores.sum(axis=0)).max() < 1e-5


def test_weights_order_scale_and_direction():
    outcome, frame, covariates, _ = asked("pbc stage")
    plain = fit_ordinal(outcome, frame, covariates)
    shuffled = frame.sample(frac=1, random_state=1).assign(age=lambda f: f["age"] * 1e5 - 1e7)
    other = fit_ordinal(outcome[shuffled.index], shuffled, covariates)
    close(other.fitted.beta * [1e5, 1, 1, 1, 1], plain.fitted.beta, rtol=1e-7)
    backwards = fit_ordinal(5 - outcome, frame, covariates)
    close(-backwards.fitted.beta, plain.fitted.beta)
    twice = pd.concat([frame, frame], ignore_index=True)
    doubled = fit_ordinal(pd.concat([outcome, outcome], ignore_index=True), twice, covariates)
    weighted = fit_ordinal(outcome, frame.assign(w=2), covariates, weights="w")
    for model in (doubled, weighted):
        close(model.fitted.beta, plain.fitted.beta)
        close(model.covariance * 2, plain.covariance, rtol=1e-7)


def test_separation_is_named():
    frame = pd.DataFrame({"g": [0, 0, 0, 0, 1, 1, 1, 0, 0], "z": [1.0, 2, 3, 4, 1, 2, 3, 4, 5]})
    result = ordinal(pd.Series([0, 1, 2, 1, 2, 2, 2, 0, 1]), frame, ["g", "z"])
    [warning] = [w for w in result.warnings if "separation" in w]
    assert "`g`" in warning
    assert "`z`" not in warning
    assert result.value("odds_ratio", term="g") == np.inf
    low, high = (result.value(f"odds_ratio_{e}", term="g") for e in ("low", "high"))
    assert 1 < low < high == np.inf
    assert np.isnan(result.value("p", term="g"))
    assert np.isfinite(result.value("p", term="z"))


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        ([2, 2, 2, 2], "every patient has the level 2"),
        ([None] * 4, "no patient has every value known"),
        ([1, 2, 3, 1], "the covariates determine each other (one is a combination of the rest)"),
    ],
)
def test_what_cannot_be_fitted(outcome, why):
    frame = pd.DataFrame({"x": [1.0, 3, 2, 4]})
    frame["y"] = frame["x"] * 2
    result = ordinal(pd.Series(outcome, dtype="Int64"), frame, ["x", "y"])
    assert result.warnings[0] == f"proportional odds model not fitted: {why}"


def test_levels_nobody_has_leave_no_threshold():
    levels = pd.Categorical(list("aacceeaacc"), list("abcde"), ordered=True)
    frame = pd.DataFrame({"x": [1.0, 2, 3, 1, 5, 4, 2, 3, 1, 2]})
    result = ordinal(pd.Series(levels), frame, ["x"], conventions=convention())
    thresholds = result.numbers.query("term == @THRESHOLD")["level"].unique()
    assert list(thresholds) == ["a | c", "c | e"]
    assert THRESHOLD == "(Threshold)"


def test_p_values():
    from scipy.stats import chi2

    wanted = case("ordinal", "housing")["values"]["by_term"]["Type"]
    tests = ordinal_term_tests(fitted("housing"))
    p = chi2.sf(wanted["lr"], wanted["df"])
    close(value(tests, "term_lr_p", term="Type"), p, rtol=P_VALUE)


def test_odds_that_are_not_proportional_are_named():
    rng = np.random.default_rng(4)
    x = rng.normal(size=600)
    place = np.where(
        rng.random(600) < 0.4, 0, np.where(rng.random(600) < 1 / (1 + np.exp(-2 * x)), 2, 1)
    )
    model = fit_ordinal(pd.Series(place), pd.DataFrame({"x": x}), ["x"])
    [warning] = proportional_odds(model).warnings
    assert warning.startswith("the odds are not proportional for `x`")
