"""Conditional logistic regression, against R, in plain sums, and where sets say nothing."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from r_values import case, close, convention, data, factor, names, value

from cohort_stats.regression.conditional_model import conditional_logistic
from cohort_stats.results import pick

STEM = "conditional"
OUTCOME = {"infert": "case", "infert factor": "case", "retinopathy": "status", "bacteria": "y"}
SETS = {"infert": "stratum", "infert factor": "stratum", "retinopathy": "id", "bacteria": "ID"}
COVARIATES = {"infert": ["spontaneous", "induced"], "infert factor": ["spontaneous", "induced"],
              "retinopathy": ["trt", "risk"], "bacteria": ["week"]}  # fmt: skip


def fitted(name, **choices):
    frame = data(case(STEM, name)["data"])
    outcome = frame[OUTCOME[name]].isin([1, "y"])
    if name == "infert factor":
        for column in COVARIATES[name]:
            frame[column] = factor(frame[column])
    return conditional_logistic(
        outcome, frame, COVARIATES[name], sets=[SETS[name]], conventions=convention(**choices)
    )


@pytest.mark.parametrize("name", names(STEM, ""))
def test_estimates_and_tests(name):
    if name == "_r":
        return
    result, wanted = fitted(name), case(STEM, name)["values"]
    same = {"coefficient": "coefficient", "se": "se", "p": "p", "odds_ratio": "odds_ratio"}
    named = {"odds_ratio_low": "low", "odds_ratio_high": "high", "term_lr_chi_square": "lr_terms"}
    for ours, theirs in (same | named).items():
        close(pick(result.numbers, ours)["value"].to_numpy(), wanted[theirs], f"{name} {ours}")
    for ours, theirs in (("lr_chi_square", "lr"), ("wald_chi_square", "wald"),
                         ("score_chi_square", "score")):  # fmt: skip
        close(value(result, ours), wanted[theirs], f"{name} {ours}")
    close(value(result, "log_likelihood_null"), wanted["loglik"][0], name)
    close(value(result, "log_likelihood"), wanted["loglik"][1], name)
    assert (result.n_used, value(result, "events", term="")) == (wanted["n"], wanted["events"])


def test_the_likelihood_is_that_of_every_choice_within_a_set():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"x": rng.normal(size=40), "set": np.repeat(np.arange(10), 4)})
    outcome = pd.Series(rng.random(40) < 0.4)
    result = conditional_logistic(outcome, frame, ["x"], sets=["set"])
    beta, total = value(result, "coefficient", term="x"), 0.0
    for _, part in frame.groupby("set"):
        y = outcome[part.index].to_numpy()
        x = part["x"].to_numpy()
        every = [np.exp(beta * x[list(c)].sum()) for c in combinations(range(4), int(y.sum()))]
        total += beta * x[y].sum() - np.log(sum(every))
    assert value(result, "log_likelihood") == pytest.approx(total, rel=1e-12)
    both = outcome.groupby(frame["set"]).nunique() == 2
    assert value(result, "informative_sets") == both.sum()
    assert value(result, "sets") == 10


def test_pairs_equal_mcnemars_odds_ratio():
    """Of 1:1 pairs and one yes/no covariate the estimate is the ratio of discordant pairs."""
    exposed = [(1, 0)] * 12 + [(0, 1)] * 5 + [(1, 1)] * 9 + [(0, 0)] * 4
    frame = pd.DataFrame({"x": np.ravel(exposed), "pair": np.repeat(np.arange(30), 2)})
    outcome = pd.Series([True, False] * 30)
    result = conditional_logistic(outcome, frame, ["x"], sets=["pair"])
    assert value(result, "odds_ratio", term="x") == pytest.approx(12 / 5, rel=1e-9)
    profile = conditional_logistic(
        outcome, frame, ["x"], sets=["pair"], conventions=convention(cox_interval="profile")
    )
    assert value(profile, "odds_ratio_low", term="x") != value(result, "odds_ratio_low", term="x")
    assert "profile-likelihood interval" in profile.method


FRAME = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 7], "set": [1, 1, 2, 2, 3, 3]})
FRAME["fixed"] = FRAME["set"].astype(float)


@pytest.mark.parametrize(
    ("outcome", "covariates", "words"),
    [
        ([1, 0, 1, 0, 0, 1], ["x", "fixed"], "`fixed` does not vary within any set"),
        ([1, 1, 0, 0, 0, 0], ["x"], "no set holds patients with and without the outcome"),
        ([0, 0, 0, 0, 0, 0], ["x"], "no patient has the outcome"),
    ],
)
def test_sets_that_say_nothing(outcome, covariates, words):
    result = conditional_logistic(pd.Series(outcome), FRAME, covariates, sets=["set"])
    assert f"conditional logistic model not fitted: {words}" in result.warnings
    assert pick(result.numbers, "coefficient").empty


def test_an_odds_ratio_that_runs_to_infinity_is_named():
    result = conditional_logistic(pd.Series([1, 0, 1, 0, 1, 0]), FRAME, ["x"], sets=["set"])
    assert any(w.startswith("no finite odds ratio for `x`") for w in result.warnings)
    assert not any("hazard" in w or "Cox" in w for w in result.warnings)
    assert value(result, "odds_ratio", term="x") == 0


def test_arguments():
    with pytest.raises(ValueError, match="sets must name at least one column"):
        conditional_logistic(pd.Series([0, 1]), FRAME[:2], ["x"], sets=[])
    with pytest.raises(ValueError, match="sets must be a list of columns; got str"):
        conditional_logistic(pd.Series([0, 1]), FRAME[:2], ["x"], sets="set")
