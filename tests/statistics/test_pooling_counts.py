"""Proportions pooled from their counts, against R (see ../reference/pooling_counts.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, names
from scipy.integrate import quad
from scipy.stats import binom, norm

from cohort_stats.kernels import binomial_normal
from cohort_stats.pooling.meta_analysis import POOLED, STUDY, pool
from cohort_stats.pooling.mixed import NO_MAXIMUM
from cohort_stats.pooling.moderators import INTERCEPT, meta_regression
from cohort_stats.pooling.sensitivity import ASYMMETRY, WITHOUT, leave_one_out, small_study_test
from cohort_stats.pooling.studies import from_counts

STEM = "pooling_counts"
Z = convention(pooled_interval="z")


def studies(name: str):
    given = case(STEM, name)["input"]
    return from_counts(given["events"], given["n"], scale="glmm")


@pytest.mark.parametrize("name", names(STEM, "counts ", without=("ablat", "alloc")))
def test_pooled_counts(name):
    wanted = case(STEM, name)["values"]
    result = pool(studies(name), conventions=Z)
    got = {
        s: result.value(s, term=POOLED) for s in ("effect", "effect_se", "tau2", "i2", "h2", "q")
    }
    close(got["effect"], wanted["b"][0], name)
    close(got["effect_se"], wanted["se"][0], name)
    close(
        [got[s] for s in ("tau2", "i2", "h2", "q")], [wanted[s] for s in ("tau2", "i2", "h2", "q")]
    )
    close(result.value("q_p", term=POOLED), wanted["q_p"], name, P_VALUE)
    half = 1.959963984540054 * wanted["se"][0]
    limits = 1 / (1 + np.exp(-(wanted["b"][0] + half * np.array([-1, 1]))))
    close([result.value(f"estimate_{e}", term=POOLED) for e in ("low", "high")], limits)
    r = wanted["rma_glmm"]  # R's own fit stops after five digits
    assert got["effect"] == pytest.approx(r["b"][0], rel=1e-4)
    assert got["tau2"] == pytest.approx(r["tau2"], rel=1e-3)
    common = pool(studies(name), conventions=convention(between_studies="none"))
    close(common.value("effect", term=POOLED), wanted["common"]["b"][0], name)
    close(common.value("effect_se", term=POOLED), wanted["common"]["se"][0], name)


@pytest.mark.parametrize("name", ["counts bcg ablat", "counts bcg alloc"])
def test_moderators(name):
    wanted = case(STEM, name)["values"]
    frame = data("bcg.csv")
    result = meta_regression(studies(name), frame, [name.split()[-1]], conventions=Z)
    numbers = result.numbers
    for ours, theirs in (("coefficient", "b"), ("se", "se")):
        found = numbers[(numbers["statistic"] == ours) & (numbers["term"] != "")]
        assert found["term"].iloc[0] == INTERCEPT
        close(found["value"], wanted[theirs], name)
    close(result.value("tau2", term=""), wanted["tau2"], name)
    close(result.value("q", term=""), wanted["q"], name)


def test_the_likelihood_is_that_of_plain_integration():
    x, n = np.array([0.0, 3, 17, 40, 9]), np.array([12.0, 30, 60, 41, 9])
    fitted = binomial_normal.fit(x, n, np.ones((5, 1)))
    beta = float(fitted.beta[0])

    def log_likelihood(beta: float, tau: float) -> float:
        def density(u: float, events: float, total: float) -> float:
            p = 1 / (1 + np.exp(-(beta + tau * u)))
            return float(binom.pmf(events, total, p) * norm.pdf(u))

        parts = [quad(density, -9, 9, args=(a, b), epsabs=0, epsrel=1e-12, limit=500)[0]
                 for a, b in zip(x, n, strict=True)]  # fmt: skip
        return float(np.sum(np.log(parts)))

    assert fitted.log_likelihood == pytest.approx(log_likelihood(beta, fitted.tau), rel=1e-10)
    for step in ((0.02, 0.0), (-0.02, 0.0), (0.0, 0.02), (0.0, -0.02)):
        assert log_likelihood(beta + step[0], fitted.tau + step[1]) < fitted.log_likelihood


def test_studies_alike_have_no_variance_between_them():
    result = pool(from_counts([10, 20, 40], [20, 40, 80], scale="glmm"), conventions=Z)
    assert result.value("tau2", term=POOLED) == 0
    assert result.value("estimate", term=POOLED) == pytest.approx(0.5)
    assert result.value("effect_se", term=POOLED) == pytest.approx(1 / np.sqrt(140 / 4))


def test_order_and_the_other_outcome_change_nothing():
    one = studies("counts pritz")
    events, n = one.events, one.n
    effect = pool(one, conventions=Z).value("effect", term=POOLED)
    turned = pool(from_counts(events[::-1], n[::-1], scale="glmm"), conventions=Z)
    assert turned.value("effect", term=POOLED) == pytest.approx(effect, rel=1e-10)
    other = pool(from_counts(n - events, n, scale="glmm"), conventions=Z)
    assert other.value("effect", term=POOLED) == pytest.approx(-effect, rel=1e-10)


@pytest.mark.parametrize(
    ("events", "n"),
    [([0, 0, 0], [10, 20, 30]), ([10, 20], [10, 20]), ([0, 10, 0, 10], [10, 10, 10, 10])],
)
def test_counts_without_a_maximum_are_not_pooled(events, n):
    result = pool(from_counts(events, n, scale="glmm"))
    assert np.isnan(result.value("estimate", term=POOLED))
    assert NO_MAXIMUM in result.warnings
    assert result.value("estimate_high", term=STUDY, level="Study 1") > 0


def test_what_else_is_done_with_counts():
    one = studies("counts pritz")
    by = pd.Series(["a", "b"] * 7)
    result = pool(one, by=by, conventions="r")  # one variance for both subgroups
    assert 0 < result.value("p", term="between subgroups") < 1
    assert "weight" not in set(result.numbers["statistic"])
    assert "random-intercept logistic" in result.method
    recommended = pool(one)
    assert recommended.value("df", term=POOLED) == 13
    assert "t with k − 1" in recommended.method
    without = leave_one_out(one, conventions=Z).numbers
    effects = without[(without["term"] == WITHOUT) & (without["statistic"] == "effect")]
    assert len(effects) == 14
    again = pool(from_counts(one.events[1:], one.n[1:], scale="glmm"), conventions=Z)
    assert effects["value"].iloc[0] == again.value("effect", term=POOLED)
    logit = from_counts(one.events, one.n)
    for test in ("egger", "mixed"):
        chosen = convention(funnel_test=test)
        got, wanted = (
            small_study_test(s, conventions=chosen).value("p", term=ASYMMETRY) for s in (one, logit)
        )
        assert got == wanted


def test_one_study_alone():
    result = pool(from_counts([3], [10], scale="glmm"))
    assert result.value("estimate", term=POOLED) == pytest.approx(0.3)
    assert any("one study" in w for w in result.warnings)
