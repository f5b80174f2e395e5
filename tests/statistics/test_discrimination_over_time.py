"""Survival cut-offs, time-dependent areas, decision curves: loops, invariances, degenerate."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from r_values import value

from cohort_stats.discrimination.decision_curves import TREAT_ALL, decision_curve
from cohort_stats.discrimination.reclassified import CAVEAT, reclassification
from cohort_stats.discrimination.survival_cutoffs import survival_cutoff
from cohort_stats.discrimination.time_areas import compare_time_areas, time_roc
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import maxstat
from cohort_stats.kernels import time_roc as kernel

SEEDS = range(6)


def cohort(seed: int, n: int = 50, competing: bool = False) -> tuple[Endpoint, pd.Series]:
    """Times in whole months with many ties, a marker with ties, some competing events."""
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=n), 1)
    time = np.ceil(rng.exponential(12 * np.exp(-0.6 * x)))
    censor = np.ceil(rng.uniform(2, 30, n))
    event = time <= censor
    other = event & (rng.random(n) < 0.25) if competing else None
    event = event & ~other if other is not None else event
    return Endpoint(np.minimum(time, censor), event, competing=other), pd.Series(x)


# ---- survival cut-offs ------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_scores_and_statistics_in_plain_loops(seed):
    endpoint, x = cohort(seed)
    time, event, n = endpoint.time, endpoint.event, len(x)
    scores = []
    for i in range(n):
        hazard = sum(
            event[j] / (n - sum(time <= time[j]) + 1) for j in range(n) if time[j] <= time[i]
        )
        scores.append(event[i] - hazard)
    assert maxstat.logrank_scores(time, event) == pytest.approx(scores)
    result = survival_cutoff(endpoint, x, p_method="lausen 1994", minprop=0.2)
    curve = result.numbers[result.numbers["statistic"] == "maxstat"]
    a = np.array(scores)
    for cut, got in zip(curve["level"].astype(float), curve["value"], strict=True):
        upper = x.to_numpy() > cut
        m = upper.sum()
        assert min(m, n - m) >= int(0.2 * n)
        variance = m * (n - m) / (n - 1) * a.var()
        assert got == pytest.approx((a[upper].sum() - m * a.mean()) / math.sqrt(variance))
    assert value(result, "test_statistic") == pytest.approx(curve["value"].abs().max())
    best = curve.loc[curve["value"].abs().idxmax()]
    assert value(result, "cutoff") == float(best["level"])
    above = x > value(result, "cutoff")
    assert value(result, "events", group="above") == event[above].sum()
    assert value(result, "n", group="below") == (~above).sum()


@pytest.mark.parametrize("method", ["permutation", "lausen 1994", "lausen 1992"])
def test_rows_and_units_do_not_matter_to_a_survival_cutoff(method):
    endpoint, x = cohort(1, competing=True)
    kept = {"p_method": method, "permutations": 500}
    plain = survival_cutoff(endpoint, x, **kept)
    order = np.random.default_rng(0).permutation(len(x))
    shuffled = survival_cutoff(endpoint.where(order), x[order], **kept)
    pd.testing.assert_frame_equal(plain.numbers, shuffled.numbers, rtol=1e-9)
    days = Endpoint(30 * endpoint.time, endpoint.event, competing=endpoint.competing)
    scaled = survival_cutoff(days, 4 * x, **kept)
    assert value(scaled, "p") == pytest.approx(value(plain, "p"))
    assert value(scaled, "cutoff") == pytest.approx(4 * value(plain, "cutoff"))
    assert "censored" in plain.warnings[-1]


def test_the_corrected_p_is_honest_where_nothing_is_to_be_found():
    rng = np.random.default_rng(11)
    found = []
    for _ in range(100):
        endpoint = Endpoint(rng.exponential(1, 40), rng.random(40) < 0.7)
        result = survival_cutoff(endpoint, pd.Series(rng.normal(size=40)), permutations=199)
        found.append((value(result, "p"), value(result, "p_uncorrected")))
    corrected, naive = np.array(found).T
    assert (corrected <= 0.05).mean() <= 0.11
    assert (naive <= 0.05).mean() > 0.25
    assert (corrected >= naive).mean() > 0.95


def test_survival_cutoffs_that_cannot_be_found():
    endpoint, x = cohort(2)
    nobody = Endpoint(endpoint.time, np.zeros(len(x), bool))
    flat, lumps = x * 0, pd.Series(np.r_[np.zeros(48), 1, 1])
    for end, marker, why in (
        (nobody, x, "no event happened"),
        (endpoint, flat, "the marker does not vary"),
        (endpoint, lumps, "no cut leaves 10% of the patients on either side"),
        (endpoint, x * math.nan, "fewer than two patients have a known marker and follow-up"),
        (Endpoint(0 * endpoint.time + 3, endpoint.event | True), x, "every patient has the same"),
    ):
        result = survival_cutoff(end, marker)
        assert result.warnings[0].startswith(f"no cut-off: {why}")
        assert "p" not in set(result.numbers["statistic"])
    two = survival_cutoff(Endpoint([1.0, 2.0], [True, True]), pd.Series([1.0, 2.0]))
    assert value(two, "p") == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"minprop": 0.5}, "minprop must lie between 0 and 0.5"),
        ({"p_method": "HL"}, "p_method must be one of"),
        ({"permutations": 5}, "permutations must be a whole number, at least 99"),
    ],
)
def test_survival_cutoffs_asked_for_wrongly(wrong, words):
    endpoint, x = cohort(2)
    with pytest.raises(ValueError, match=words):
        survival_cutoff(endpoint, x, **wrong)
    late = Endpoint(endpoint.time + 1, endpoint.event, entry=endpoint.time * 0)
    with pytest.raises(ValueError, match="entry times"):
        survival_cutoff(late, x)


# ---- time-dependent areas ---------------------------------------------------------


def naive_area(at, endpoint, x, drop=None):
    """The weighted area, pair by pair; one patient may be counted a little more (jackknife)."""
    time, event, censored = endpoint.time, endpoint.event, endpoint.censored
    weight = np.ones(len(x)) if drop is None else drop

    def uncensored(t, strict):
        kept = 1.0
        for u in sorted(set(time[censored])):
            if u < t or (u == t and not strict):
                gone = weight[censored & (time == u)].sum()
                at_risk = weight[time >= u].sum() - weight[(time == u) & ~censored].sum()
                kept *= 1 - gone / at_risk
        return kept

    late = uncensored(at, strict=False)
    total = pairs = 0.0
    for i in range(len(x)):
        if not (event[i] and time[i] <= at):
            continue
        wi = weight[i] / uncensored(time[i], strict=True)
        for j in range(len(x)):
            if time[j] > at:
                wj = weight[j] / late
            elif not event[j] and not censored[j]:
                wj = weight[j] / uncensored(time[j], strict=True)
            else:
                continue
            total += wi * wj
            pairs += wi * wj * ((x[i] > x[j]) + 0.5 * (x[i] == x[j]))
    return pairs / total


@pytest.mark.parametrize("competing", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_area_at_a_time_pair_by_pair(seed, competing):
    endpoint, x = cohort(seed, competing=competing)
    result = time_roc(endpoint, x, direction="high", times=[6, 12])
    for at in (6, 12):
        got = value(result, "auc", time=at)
        assert got == pytest.approx(naive_area(at, endpoint, x.to_numpy()), rel=1e-12)
        points = result.numbers[result.numbers["time"] == at]
        se, sp = (
            points.loc[points["statistic"] == f"roc_{s}", "value"].to_numpy()
            for s in ("sensitivity", "specificity")
        )
        assert np.trapezoid(se, 1 - sp) == pytest.approx(got)


@pytest.mark.parametrize("competing", [False, True])
def test_the_influence_function_is_the_derivative_of_the_area(competing):
    """Without ties between censoring and other times, where conventions would matter."""
    rng = np.random.default_rng(5)
    endpoint, x = cohort(3, n=30, competing=competing)
    time = endpoint.time + rng.random(30)
    endpoint = Endpoint(time, endpoint.event, competing=endpoint.competing)
    found = kernel.censoring(time, endpoint.censored)
    one = kernel.area_at(9.5, time, endpoint.event, endpoint.censored, x.to_numpy(), found)
    base, step = naive_area(9.5, endpoint, x.to_numpy()), 1e-6
    for i in range(30):
        more = np.ones(30)
        more[i] += step
        derivative = (naive_area(9.5, endpoint, x.to_numpy(), more) - base) / step * 30
        # Hazards of censoring are taken as small: c/Y² for c/(Y(Y − c)).
        assert one.influence[i] == pytest.approx(derivative, rel=0.01, abs=0.01)
    assert abs(one.influence.sum()) < 1e-9


def test_without_censoring_it_is_the_plain_area_and_delong_is_near():
    from cohort_stats.discrimination.roc_curve import roc

    rng = np.random.default_rng(2)
    x = pd.Series(rng.normal(size=200))
    time = rng.exponential(10 * np.exp(-x))
    endpoint = Endpoint(time, np.ones(200, bool))
    ours = time_roc(endpoint, x, direction="high", times=[8])
    plain = roc(pd.Series(time <= 8), x, direction="high", cutoff=0)
    assert value(ours, "auc", time=8) == pytest.approx(value(plain, "auc"), rel=1e-12)
    assert value(ours, "auc_se", time=8) == pytest.approx(value(plain, "auc_se"), rel=0.02)


def test_rows_units_and_direction_do_not_matter_to_time_areas():
    endpoint, x = cohort(4, n=80)
    plain = time_roc(endpoint, x, direction="high", times=[6, 12])
    order = np.random.default_rng(0).permutation(80)
    shuffled = time_roc(endpoint.where(order), x[order], direction="high", times=[6, 12])
    mirrored = time_roc(endpoint, -2 * x, direction="low", times=[6, 12])
    for at in (6, 12):
        for statistic in ("auc", "auc_se", "auc_low", "p"):
            for other in (shuffled, mirrored):
                got = value(other, statistic, time=at)
                assert got == pytest.approx(value(plain, statistic, time=at), rel=1e-10)


def test_a_marker_against_itself_over_time():
    endpoint, x = cohort(5)
    frame = pd.DataFrame({"a": x, "b": -x, "c": x})
    ways = {"a": "high", "b": "low", "c": "high"}
    result = compare_time_areas(endpoint, frame, direction=ways, times=[8])
    where = {"term": "a", "level": "b", "time": 8.0}
    assert value(result, "auc_difference", **where) == pytest.approx(0, abs=1e-12)
    assert math.isnan(value(result, "p", **where))


def test_times_at_which_there_is_no_area():
    endpoint, x = cohort(6)
    result = time_roc(endpoint, x, direction="high", times=[0.5, 1000])
    assert result.warnings == (
        "at 0.5: no area, as no event has happened by then",
        "at 1000: no area, as nobody was followed so long",
    )
    assert math.isnan(value(result, "auc", time=1000.0))
    assert "roc_sensitivity" not in set(result.numbers["statistic"])
    nobody = Endpoint(endpoint.time, np.zeros(len(x), bool))
    assert "no event has happened" in time_roc(nobody, x, direction="high", times=[6]).warnings[0]
    flat = time_roc(endpoint, 0 * x, direction="high", times=[6])
    assert value(flat, "auc", time=6) == pytest.approx(0.5)
    assert math.isnan(value(flat, "p", time=6))
    few = time_roc(endpoint, x, direction="high", times=[2])
    assert few.warnings[0].startswith("at 2: only ")


@pytest.mark.parametrize("times", [[], [0], [-1], ["a"], "12", [math.inf]])
def test_times_that_are_none(times):
    endpoint, x = cohort(6)
    with pytest.raises(ValueError, match="times must be numbers above 0"):
        time_roc(endpoint, x, direction="high", times=times)


# ---- decision curves and reclassification -------------------------------------------


def risks(seed: int, n: int = 60) -> tuple[pd.Series, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    y = pd.Series(rng.random(n) < 0.3)
    frame = pd.DataFrame(rng.random((n, 2)).round(2), columns=["a", "b"])
    return y, frame


@pytest.mark.parametrize("seed", SEEDS)
def test_net_benefit_in_plain_loops(seed):
    y, frame = risks(seed)
    result = decision_curve(y, frame, thresholds=[0.07, 0.3, 0.29, 0.9])
    for level in ("0.07", "0.29", "0.3", "0.9"):
        t = float(level)
        treated = [p >= t for p in frame["a"]]
        right = sum(a and b for a, b in zip(treated, y, strict=True))
        wrong = sum(a and not b for a, b in zip(treated, y, strict=True))
        wanted = right / 60 - wrong / 60 * t / (1 - t)
        got = value(result, "net_benefit", term="a", level=level)
        assert got == pytest.approx(wanted)
        added = [a * (b - (not b) * t / (1 - t)) for a, b in zip(treated, y, strict=True)]
        half = 1.959963984540054 * np.std(added, ddof=1) / 60**0.5
        limits = [value(result, f"net_benefit_{e}", term="a", level=level) for e in ("low", "high")]
        assert limits == pytest.approx([wanted - half, wanted + half])
        every = value(result, "net_benefit", term=TREAT_ALL, level=level)
        avoided = value(result, "avoided_per_100", term="a", level=level)
        assert avoided == pytest.approx(100 * (got - every) / (t / (1 - t)))
    assert any("nowhere better" in w for w in result.warnings) or len(result.warnings) < 2


def test_a_perfect_model_has_the_share_of_cases_as_net_benefit():
    y, _ = risks(1)
    result = decision_curve(y, pd.DataFrame({"oracle": y.astype(float)}), thresholds=[0.1, 0.8])
    for level in ("0.1", "0.8"):
        assert value(result, "net_benefit", term="oracle", level=level) == pytest.approx(y.mean())


def test_risks_that_are_none():
    y, frame = risks(2)
    with pytest.raises(ValueError, match="must lie between 0 and 1; got 0"):
        decision_curve(y, 3 * frame)
    with pytest.raises(ValueError, match="thresholds must be risks above 0 and below 1"):
        decision_curve(y, frame, thresholds=[0, 0.5])
    with pytest.raises(ValueError, match="cutoffs must be ascending risks"):
        reclassification(y, frame["a"], frame["b"], cutoffs=[0.5, 0.2])
    for verb in (decision_curve, lambda o, f: reclassification(o, f["a"], f["b"])):
        assert "no patient has the outcome" in verb(y & False, frame).warnings[0]


def test_reclassification_in_plain_loops_and_of_nothing():
    y, frame = risks(3)
    result = reclassification(y, frame["a"], frame["b"], cutoffs=[0.25, 0.6])
    up = [b > a for a, b in zip(frame["a"], frame["b"], strict=True)]
    down = [b < a for a, b in zip(frame["a"], frame["b"], strict=True)]
    events = sum((u - d) for u, d, e in zip(up, down, y, strict=True) if e) / y.sum()
    others = sum((d - u) for u, d, e in zip(up, down, y, strict=True) if not e) / (~y).sum()
    assert value(result, "nri", term="continuous") == pytest.approx(events + others)
    edge = reclassification(y, frame["a"] * 0 + 0.25, frame["b"] * 0 + 0.6, cutoffs=[0.25, 0.6])
    moved = edge.numbers[edge.numbers["statistic"] == "reclassified"]
    kept = moved[moved["value"] > 0]
    assert set(kept["term"]) == {"25% to < 60%"}
    assert set(kept["level"]) == {"≥ 60%"}
    same = reclassification(y, frame["a"], frame["a"])
    assert value(same, "nri", term="continuous") == 0
    assert math.isnan(value(same, "p"))
    assert same.warnings[0] == CAVEAT
    assert same.warnings[1].startswith("the two models predict the same")


def test_missing_risks_leave_patients_out():
    y, frame = risks(4)
    frame.loc[:4, "a"] = math.nan
    result = decision_curve(y, frame, thresholds=[0.2])
    assert (result.n_used, result.n_missing) == (55, 5)
