"""Rates, medians, numbers at risk, log-rank; patients from a curve: simulated, read back."""

from __future__ import annotations

import numpy as np
import pytest
from as_printed import holds, shown
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.printed import survival_models, survival_rates
from analyses.printed.guyot import patients_of_curve
from analyses.printed.number import read_printed as R
from analyses.printed.outcome import Verdict
from cohort_stats.kernels import cox
from cohort_stats.kernels.lifetable import first_time_at_or_below, life_table, survival
from cohort_stats.kernels.logrank import group_counts, logrank


def test_a_rate_and_the_deaths_behind_it():
    # 20 of 100 died: at most 80%, at least 0; with 30 at risk at least 30 / 50
    fine = survival_rates.survival_of_deaths(R("72%"), 100, 20, 30)
    assert fine.verdict is Verdict.WITHIN_ROUNDING
    crude = survival_rates.survival_of_deaths(R("80%"), 100, 20)
    assert [e.convention for e in crude.explanations] == ["crude"]
    for rate in ("83%", "57%"):
        wrong = survival_rates.survival_of_deaths(R(rate), 100, 20, 30)
        assert wrong.verdict is Verdict.INCONSISTENT
        assert survival_rates.ENTRY in wrong.assumed
    assert survival_rates.survival_of_deaths(R("28%"), 100, 20, 30, incidence=True).verdict.holds
    total = survival_rates.survival_of_deaths(R("83%"), 100, 20, by_then=False)
    assert total.verdict is Verdict.WITHIN_ROUNDING


def test_deaths_needed():
    # 81.6% of 26: at most 26 × 0.1845 = 4; with 10 at risk at least 10 × 0.1835 / 0.8165 = 2.2
    assert survival_rates.deaths_for_rate(R("81.6%"), 26, 10) == (3, 4)
    assert survival_rates.deaths_of_rate(R("4"), R("81.6%"), 26).verdict.holds
    wrong = survival_rates.deaths_of_rate(R("9"), R("81.6%"), 26)
    assert wrong.verdict is Verdict.INCONSISTENT


def test_rates_on_their_side_of_the_median():
    good = survival_rates.rate_and_median(R("62%"), R("6"), R("9.1"))
    assert good.verdict is Verdict.REPRODUCED
    assert survival_rates.rate_and_median(R("42%"), R("6"), R("9.1")).verdict is (
        Verdict.INCONSISTENT
    )
    assert survival_rates.rate_and_median(R("58%"), R("12"), R("9.1")).verdict is (
        Verdict.INCONSISTENT
    )
    assert survival_rates.rate_and_median(R("48%"), R("9"), R("9.1")).verdict is (
        Verdict.NOT_CHECKABLE
    )


def test_numbers_at_risk_never_rise():
    falling = [R(n) for n in ("106", "71", "71", "35")]
    assert survival_rates.never_rising(falling).verdict is Verdict.REPRODUCED
    rising = [R(n) for n in ("106", "71", "72")]
    assert survival_rates.never_rising(rising).verdict is Verdict.IMPOSSIBLE
    assert survival_rates.at_risk_after_deaths(R("31"), 50, 20).verdict is Verdict.IMPOSSIBLE


def test_models_explain_and_never_contradict():
    # 0.5^(12 / 6) = 25%
    assert survival_models.rate_and_median(R("25%"), R("12"), R("6")).verdict is Verdict.REPRODUCED
    other = survival_models.rate_and_median(R("35%"), R("12"), R("6"))
    assert other.verdict is Verdict.UNDER_CONVENTION
    assert other.explanations[0].words == "Weibull with shape 0.60"
    assert survival_models.rate_and_median(R("49%"), R("12"), R("6")).verdict is (
        Verdict.NOT_CHECKABLE
    )
    ratio = R("1.96"), R("1.22"), R("3.14")
    assert survival_models.hazard_ratio_of_rates(ratio, R("40%"), R("60%")).verdict.holds
    upside = survival_models.hazard_ratio_of_medians(ratio, R("12"), R("6"))
    assert upside.verdict is Verdict.NOT_CHECKABLE
    assert [e.convention for e in upside.explanations] == ["reference"]


def test_log_rank_near_and_far():
    ratio = R("1.96"), R("1.22"), R("3.14")  # Wald: 0.0053
    assert survival_models.logrank_of_interval(R("0.005"), ratio).verdict.holds
    near = survival_models.logrank_of_interval(R("0.003"), ratio)
    assert near.verdict is Verdict.NOT_CHECKABLE
    far = survival_models.logrank_of_interval(R("0.30"), ratio)
    assert far.verdict is Verdict.INCONSISTENT
    assert far.assumed


def simulated(seed: int, n: int, hazard: float = 0.06, follow: float = 30):
    rng = np.random.default_rng(seed)
    died, lost = rng.exponential(1 / hazard, n), rng.uniform(2, follow, n)
    return np.minimum(died, lost), died <= lost


def curve_at(time, event, points):
    table = life_table(time, event)
    height, _ = survival(table)
    at = np.searchsorted(table.time, points, side="right") - 1
    return np.where(at < 0, 1.0, height[np.maximum(at, 0)])


def digitised(time, event):
    """A curve as a hand reads it: 120 points of three decimals, numbers at risk every 6 months."""
    points = np.linspace(0, time.max(), 120)
    risk_time = np.arange(0, time.max(), 6.0)
    at_risk = [int((time >= t).sum()) for t in risk_time]
    return points, np.round(curve_at(time, event, points), 3), risk_time, at_risk


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_patients_of_a_curve_give_the_curve_and_the_hazard_ratio(seed):
    arms = [simulated(seed, 200), simulated(seed + 100, 180, hazard=0.11)]
    made = []
    for time, event in arms:
        points, height, risk_time, at_risk = digitised(time, event)
        found = patients_of_curve(points, height, risk_time, at_risk, events=int(event.sum()))
        assert len(found.time) == len(time)
        assert abs(found.event.sum() - event.sum()) <= 0.05 * event.sum()
        again = curve_at(found.time, found.event, points)
        assert np.abs(again - height).max() < 0.035  # the last few patients
        assert np.abs(again - height).mean() < 0.005
        made.append((found.time, found.event))
    true, ours = (
        cox.fit(
            np.concatenate([t for t, _ in pairs]),
            np.concatenate([e for _, e in pairs]),
            np.repeat([0.0, 1.0], [len(t) for t, _ in pairs])[:, None],
        )
        for pairs in (arms, made)
    )
    assert ours.beta[0] == pytest.approx(true.beta[0], abs=0.05)
    assert np.sqrt(ours.covariance[0, 0]) == pytest.approx(np.sqrt(true.covariance[0, 0]), rel=0.05)


def test_a_curve_without_totals_and_impossible_input():
    time, event = simulated(4, 60)
    points, height, risk_time, at_risk = digitised(time, event)
    found = patients_of_curve(points, height, risk_time, at_risk)
    assert len(found.time) == 60
    assert np.abs(curve_at(found.time, found.event, points) - height).max() < 0.05
    with pytest.raises(ValueError, match="must not rise"):
        patients_of_curve(points, height, [0, 6], [10, 12])
    with pytest.raises(ValueError, match="between 0 and 1"):
        patients_of_curve([0, 1], [100, 90], [0], [10])


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.integers(5, 80), st.integers(0, 2), st.floats(1, 25))
def test_rates_of_patients_are_never_contradicted(seed, n, places, when):
    time, event = simulated(seed, n)
    height = float(curve_at(time, event, np.array([when]))[0])
    printed = shown(100 * height, places)
    rate = R(f"{printed.text}%")
    died, left = int((event & (time <= when)).sum()), int((time > when).sum())
    assert holds(survival_rates.survival_of_deaths(rate, n, died, left))
    assert holds(survival_rates.survival_of_deaths(rate, n, int(event.sum()), by_then=False))
    dead = R(f"{shown(100 - 100 * height, places).text}%")
    assert holds(survival_rates.survival_of_deaths(dead, n, died, left, incidence=True))
    assert holds(survival_rates.deaths_of_rate(shown(died, 0), rate, n, left))
    table = life_table(time, event)
    curve, _ = survival(table)
    median = first_time_at_or_below(table.time, curve, 0.5)
    if np.isfinite(median):
        assert holds(survival_rates.rate_and_median(rate, shown(when, 2), shown(median, 1)))
        assert holds(survival_models.rate_and_median(rate, shown(when, 2), shown(median, 1)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(15, 100), st.floats(0.03, 0.3))
def test_log_rank_tests_of_patients_are_never_contradicted(seed, n, hazard):
    from cohort_stats.distributions import chi_square_tail

    arms = [simulated(seed, n), simulated(seed + 1, n, hazard=hazard)]
    time, event = (np.concatenate(x) for x in zip(*arms, strict=True))
    group = np.repeat([0, 1], n)
    if min(e.sum() for _, e in arms) < 3:
        return
    fitted = cox.fit(time, event, group[:, None].astype(float))
    se = float(np.sqrt(fitted.covariance[0, 0]))
    ratio = [shown(float(np.exp(fitted.beta[0] + z * se)), 2) for z in (0, -1.959964, 1.959964)]
    observed, expected, covariance = logrank(group_counts(time, event, group, 2))
    chi = float((observed - expected)[0] ** 2 / covariance[0, 0])
    p = shown(chi_square_tail(chi, 1), 3)
    p = R("<0.001") if p.value == 0 else p
    assert holds(survival_models.logrank_of_interval(p, tuple(ratio)))
