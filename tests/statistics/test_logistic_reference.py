"""Logistic regression against R's ``glm``; profile limits solved exactly (see logistic.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, factor, names, value

from cohort_stats.regression.logistic_model import logistic
from cohort_stats.regression.logistic_rows import INTERCEPT

OUTCOME = {"infert": ("case", 1), "aSAH": ("outcome", "Poor"), "gbsg2": ("horTh", "yes")}
ALL = {
    "infert all": ["age", "parity", "induced", "spontaneous"],
    "infert factors": ["age", "education", "factor(induced)", "factor(spontaneous)"],
    "aSAH all": ["age", "s100b", "gender", "factor(wfns)"],
    "gbsg2 all": ["age", "menostat", "tsize", "tgrade", "pnodes"],
}
CASES = names("logistic", "infert ", "aSAH ", "gbsg2 ")


def fitted(model: str, interval: str):
    key, term = model.split(" ", 1)
    frame = data(f"{key}.csv")
    covariates = []
    for name in ALL.get(model, [term]):
        plain = name.removeprefix("factor(").removesuffix(")")
        if plain != name:
            frame[plain] = factor(frame[plain])
        covariates.append(plain)
    column, case_level = OUTCOME[key]
    outcome = frame[column] == case_level
    conventions = convention(logistic_interval=interval)
    return logistic(outcome, frame, covariates, conventions=conventions), covariates


def placed(term: str, covariates: list[str]) -> dict[str, str]:
    term = term.replace("factor(", "").replace(")", "") if term != INTERCEPT else term
    name = max((c for c in [*covariates, INTERCEPT] if term.startswith(c)), key=len)
    return {"term": name, "level": term.removeprefix(name)}


@pytest.mark.parametrize("name", CASES)
def test_logistic(name):
    wanted = case("logistic", name)["values"]
    result, covariates = fitted(name, "wald")
    assert (result.n_used, value(result, "events")) == (wanted["n"], wanted["n_event"])
    columns = {
        "coefficient": "coef",
        "se": "se",
        "z": "z",
        "odds_ratio": "or",
        "odds_ratio_low": "or_lower",
        "odds_ratio_high": "or_upper",
        "p": "p",
    }
    for k, term in enumerate(wanted["terms"]):
        for statistic, column in columns.items():
            got = value(result, statistic, **placed(term, covariates))
            # R takes the covariance from the weights of the step before the last: up to 1e-7
            # off, and more in the tail of a p-value. (statsmodels agrees with us to 1e-9.)
            exact = statistic in ("coefficient", "odds_ratio")
            rtol = 1e-8 if exact else 1e-5 if statistic == "p" else 1e-6
            close(got, wanted[column][k], f"{name}: {term} {statistic}", rtol)
    # R gets its likelihood-ratio chi-square from the difference of two deviances.
    close(value(result, "lr_chi_square"), wanted["lr_test"]["chisq"], name, 1e-7)
    close(value(result, "lr_p"), wanted["lr_test"]["p"], name, P_VALUE)
    close(value(result, "lr_df"), wanted["lr_test"]["df"], name)
    close(value(result, "log_likelihood"), wanted["loglik"], name, 1e-11)
    close(value(result, "log_likelihood_null"), -wanted["null_deviance"] / 2, name, 1e-11)
    close(value(result, "deviance"), wanted["deviance"], name, 1e-11)
    close(value(result, "nagelkerke"), wanted["r2"]["nagelkerke"], name, 1e-7)
    close(value(result, "mcfadden"), wanted["r2"]["mcfadden"], name, 1e-7)
    for term in result.numbers.loc[result.numbers["statistic"] == "global_p", "term"]:
        by_term = wanted["by_term"]
        p = by_term.get(term, by_term.get(f"factor({term})"))["wald_p"]
        close(value(result, "global_p", term=term), p, f"{name}: {term} global", P_VALUE)


@pytest.mark.parametrize("name", CASES)
def test_profile_limits(name):
    wanted = case("logistic", name)["values"]
    result, covariates = fitted(name, "profile")
    for k, term in enumerate(wanted["terms"]):
        where = placed(term, covariates)
        for statistic, column in (("low", "or_profile_lower"), ("high", "or_profile_upper")):
            got = value(result, f"odds_ratio_{statistic}", **where)
            close(got, wanted[column][k], f"{name}: {term} {statistic}")


def test_quasi_complete_separation():
    reference = case("logistic", "separation")
    frame = pd.DataFrame(reference["input"])
    wanted = reference["values"]
    result = logistic(frame["y"], frame, ["x"])
    assert value(result, "odds_ratio", term="x") == np.inf
    assert value(result, "odds_ratio_high", term="x") == np.inf
    assert np.isnan(value(result, "se", term="x"))
    assert np.isnan(value(result, "p", term="x"))
    close(value(result, "odds_ratio_low", term="x"), wanted["or_profile_lower"])
    close(value(result, "log_likelihood"), wanted["loglik"], rtol=1e-10)
    assert value(result, "odds_ratio", term=INTERCEPT) == pytest.approx(0.5)
    assert any("`x`" in warning and "separation" in warning for warning in result.warnings)
