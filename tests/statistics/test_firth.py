"""Firth's penalised likelihood against R (see logistic_more.R), and by its definition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, factor, names, value

from cohort_stats.kernels import firth as kernel
from cohort_stats.regression.firth_model import firth, fit_firth
from cohort_stats.regression.logistic_model import fit_logistic, logistic
from cohort_stats.regression.logistic_rows import INTERCEPT

MODELS = {
    "firth birthwt": ("birthwt.csv", "low", ["age", "lwt", "race", "smoke", "ht", "ui"]),
    "firth birthwt separated": ("birthwt.csv", "low", ["lwt", "smoke", "ptl"]),
    "firth infert": (
        "infert.csv",
        "case",
        ["education", "age", "parity", "induced", "spontaneous"],
    ),
}


def asked(name: str):
    file, outcome, covariates = MODELS[name]
    frame = data(file)
    for column in ("race", "ptl"):
        if column in frame:
            frame[column] = factor(frame[column])
    return frame[outcome], frame, covariates


def places(model) -> list[dict[str, str]]:
    pairs = zip(model.columns.terms, model.columns.levels, strict=True)
    return [{"term": t, "level": v} for t, v in [(INTERCEPT, ""), *pairs]]


@pytest.mark.parametrize("name", names("logistic_more", "firth "))
def test_firth(name):
    wanted = case("logistic_more", name)["values"]
    model = fit_firth(*asked(name))
    close(model.beta, wanted["coef"])
    close(np.sqrt(np.diag(model.covariance)), wanted["se"])
    close(value(model.result, "penalised_log_likelihood"), wanted["loglik"])
    close(value(model.result, "lr_chi_square"), wanted["model"])
    for k, where in enumerate(places(model)):
        close(model.result.value("p", **where), wanted["p"][k], rtol=P_VALUE)
        for end, column in (("low", "lower"), ("high", "upper")):
            got = np.log(model.result.value(f"odds_ratio_{end}", **where))
            close(got, wanted[column][k], f"{where} {end}")
    from scipy.stats import chi2

    for term in model.columns.references:
        by_term = wanted["by_term"]
        chi_square = by_term.get(term, by_term.get(f"factor({term})"))
        p = chi2.sf(chi_square, len(model.columns.positions(term)))
        close(value(model.result, "global_p", term=term), p, rtol=P_VALUE)


def test_it_stands_beside_a_separated_model():
    name = "firth birthwt separated"
    wanted = case("logistic_more", name)["values"]
    model = fit_logistic(*asked(name))
    assert np.isinf(model.result.value("coefficient", term="ptl", level="3"))
    for k, where in enumerate(places(model)[1:], start=1):
        close(model.result.value("firth_coefficient", **where), wanted["coef"][k])
        close(model.result.value("firth_p", **where), wanted["p"][k], rtol=P_VALUE)
        ratio = model.result.value("firth_odds_ratio_low", **where)
        close(np.log(ratio), wanted["lower"][k])
    [warning] = [w for w in model.result.warnings if "separation" in w]
    assert "`ptl` 3 (none of 1 patient has the outcome)" in warning
    assert "Firth" in warning


def test_a_reference_level_that_separates_is_named():
    frame = pd.DataFrame({"g": pd.Categorical(list("aaabbbccc")), "y": [0, 0, 0, 1, 0, 1, 0, 1, 0]})
    [warning] = [w for w in logistic(frame["y"], frame, ["g"]).warnings if "separation" in w]
    assert warning.startswith("separation: `g` a (none of 3 patients have the outcome) predicts")


def test_separation_of_many_rows_is_found():
    """A rare level without the outcome; constraints enter the linear programme in turns."""
    rng = np.random.default_rng(0)
    n = 40_000
    frame = pd.DataFrame({"x": rng.normal(size=n), "z": rng.normal(size=n)})
    frame["g"] = pd.Categorical(rng.choice(list("abcd"), n, p=[0.5, 0.3, 0.199, 0.001]))
    outcome = pd.Series((rng.random(n) < 0.2) & (frame["g"] != "d"))
    result = logistic(outcome, frame, ["x", "z", "g"], conventions="stata")
    [warning] = [w for w in result.warnings if "separation" in w]
    assert warning.startswith(f"separation: `g` d (none of {(frame['g'] == 'd').sum()} patients")
    assert "beside" not in warning
    rest = frame["g"] != "d"
    without = logistic(outcome[rest], frame[rest], ["x", "z", "g"], conventions="stata")
    for term in ("x", "z"):
        for statistic in ("odds_ratio", "se"):
            got, wanted = (r.value(statistic, term=term) for r in (result, without))
            close(got, wanted, statistic, 1e-7)


def test_no_separation_no_firth():
    result = logistic(*asked("firth birthwt"))
    assert "firth_p" not in set(result.numbers["statistic"])


def test_two_by_two_table_adds_one_half_to_each_cell():
    """In a saturated model the penalised estimate is the log odds ratio of counts plus ½."""
    x = np.repeat([0, 0, 1, 1], [7, 3, 2, 0])
    y = np.repeat([0, 1, 0, 1], [7, 3, 2, 0])
    frame = pd.DataFrame({"x": x})
    result = firth(pd.Series(y), frame, ["x"])
    wanted = (0.5 / 2.5) / (3.5 / 7.5)
    assert result.value("odds_ratio", term="x") == pytest.approx(wanted, rel=1e-9)


def test_weights_are_repeated_rows():
    y, frame, covariates = asked("firth birthwt")
    frame["times"] = 1 + np.arange(len(frame)) % 3
    long = frame.loc[frame.index.repeat(frame["times"])].reset_index(drop=True)
    weighted = fit_firth(y, frame, covariates, weights="times")
    repeated = fit_firth(long["low"], long, covariates)
    close(weighted.beta, repeated.beta)
    for statistic in ("p", "odds_ratio_high"):
        got, again = (m.result.value(statistic, term="smoke") for m in (weighted, repeated))
        close(got, again, rtol=1e-7)


def test_scale_origin_and_order_do_not_matter():
    y, frame, covariates = asked("firth birthwt")
    turned = frame.assign(lwt=frame["lwt"] * 1e6 - 1e8).sample(frac=1, random_state=3)
    plain, other = firth(y, frame, covariates), firth(y[turned.index], turned, covariates)
    for term in ("smoke", "age"):
        for statistic in ("odds_ratio", "odds_ratio_low", "p"):
            close(other.value(statistic, term=term), plain.value(statistic, term=term), rtol=1e-7)
    close(other.value("p", term="lwt"), plain.value("p", term="lwt"), rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_the_maximum_of_the_penalised_likelihood(seed):
    """The slope of the definition, by differences, is zero at the estimate."""
    rng = np.random.default_rng(seed)
    matrix = np.column_stack([np.ones(15), rng.normal(size=(15, 2))])
    y = (rng.random(15) < 0.3).astype(float)
    y[:2] = 0, 1

    def penalised(beta):
        p = 1 / (1 + np.exp(-matrix @ beta))
        information = matrix.T @ np.diag(p * (1 - p)) @ matrix
        return np.log(np.where(y == 1, p, 1 - p)).sum() + np.linalg.slogdet(information)[1] / 2

    best = kernel.fit(y, matrix)
    assert best.log_likelihood == pytest.approx(penalised(best.beta), rel=1e-12)
    for step in np.eye(3) * 1e-4:
        slope = (penalised(best.beta + step) - penalised(best.beta - step)) / 2e-4
        assert abs(slope) < 1e-6


@pytest.mark.parametrize(
    ("y", "why"), [([0] * 6, "no patient has"), ([1] * 6, "every patient has"), ([], "no patient")]
)
def test_what_cannot_be_fitted(y, why):
    frame = pd.DataFrame({"x": np.arange(len(y), dtype=float)})
    result = firth(pd.Series(y, dtype=float), frame, ["x"], conventions=convention())
    assert result.warnings[0].startswith(f"logistic model not fitted: {why}")


def test_a_covariate_that_separates_completely():
    frame = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6]})
    result = firth(pd.Series([0, 0, 0, 1, 1, 1]), frame, ["x"])
    ratio, low, high = (result.value(f"odds_ratio{e}", term="x") for e in ("", "_low", "_high"))
    assert 1 < low < ratio < high < np.inf
    assert 0.001 < result.value("p", term="x") < 0.05
