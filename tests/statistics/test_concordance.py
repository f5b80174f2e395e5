"""Concordance: pairs counted one by one, other programs, and data without a pair."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from r_values import data, endpoint

from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels.concordance import pairs
from cohort_stats.kernels.wavelet import by_rank
from cohort_stats.regression.concordance import c_and_error, concordance, cox_concordance
from cohort_stats.regression.cox_model import fit_cox


def oddities(seed: int, n: int = 60):
    rng = np.random.default_rng(seed)
    time = rng.integers(2, 15, n).astype(float)
    return {
        "time": time,
        "event": rng.random(n) < 0.5,
        "score": rng.integers(0, rng.choice([1, 2, 9, 500]) + 1, n) / 7,
        "stratum": rng.integers(0, 4, n),
        "entry": rng.integers(0, time.astype(int)).astype(float),
        "weight": rng.random(n) + 0.1,
    }


def naive(time, event, score, stratum=None, entry=None, weight=None):
    n = len(time)
    found = np.zeros((3, n))
    for i in range(n):
        for j in range(n):
            later = time[j] > time[i] or (time[j] == time[i] and not event[j])
            there = entry is None or entry[j] < time[i]
            together = stratum is None or stratum[i] == stratum[j]
            if event[i] and later and there and together:
                kind = 2 if score[i] == score[j] else int(score[i] < score[j])
                found[kind, i] += 1 if weight is None else weight[j]
                found[kind, j] += 1 if weight is None else weight[i]
    return found


@pytest.mark.parametrize(
    "given", [(), ("stratum",), ("entry",), ("weight",), ("stratum", "entry", "weight")]
)
@pytest.mark.parametrize("seed", range(8))
def test_pairs(seed, given):
    made = oddities(seed)
    kept = {k: v for k, v in made.items() if k in ("time", "event", "score", *given)}
    wanted, found = naive(**kept), pairs(**kept)
    for ours, theirs in zip((found.concordant, found.discordant, found.tied), wanted, strict=True):
        assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_error_is_the_change_when_a_weight_changes(seed):
    made = oddities(seed)
    step, changes = 1e-6, []
    for i in range(60):
        weight = made["weight"].copy()
        up, down = weight.copy(), weight.copy()
        up[i] += step
        down[i] -= step
        values = [c_and_error(pairs(**{**made, "weight": w}), w)[0] for w in (up, down)]
        changes.append((values[0] - values[1]) / (2 * step) * weight[i])
    _, se = c_and_error(pairs(**made), made["weight"])
    assert se == pytest.approx(math.sqrt(np.sum(np.square(changes))), rel=1e-5)


@pytest.mark.parametrize("size", [1, 7, 8, 9, 600])
def test_ranks_within_stretches(size):
    rng = np.random.default_rng(size)
    rank, than = rng.integers(0, size, 50), rng.integers(0, size, 30)
    low = rng.integers(0, 50, 30)
    high = np.array([rng.integers(a, 51) for a in low])
    stretches = [rank[a:b] for a, b in zip(low, high, strict=True)]
    wanted = [
        [(part < t).sum(), (part == t).sum(), (part > t).sum()]
        for part, t in zip(stretches, than, strict=True)
    ]
    assert_allclose(by_rank(rank, None, low, high, than), np.transpose(wanted))


@pytest.mark.filterwarnings("default")
def test_against_lifelines():
    utils = pytest.importorskip("lifelines.utils")
    frame = data("gbsg2.csv")
    end = endpoint("gbsg2", frame)
    ours = concordance(end, frame["pnodes"])
    # Their index speaks for long survival.
    theirs = utils.concordance_index(end.time, -frame["pnodes"], end.event)
    assert ours.value("concordance") == pytest.approx(theirs, rel=1e-12)


def test_without_censoring_and_one_event_time_it_is_the_area_under_the_roc_curve():
    from cohort_stats.discrimination.roc_curve import roc

    frame = data("infert.csv")
    case = frame["case"] == 1
    end = Endpoint(np.where(case, 1.0, 2.0), case.to_numpy())
    ours = concordance(end, frame["spontaneous"])
    area = roc(case, frame["spontaneous"], direction="high")
    assert ours.value("concordance") == pytest.approx(area.value("auc"), rel=1e-12)


def test_a_score_turned_round():
    frame = data("lung.csv")
    end = endpoint("lung", frame)
    up, down = concordance(end, frame["age"]), concordance(end, -frame["age"])
    assert up.value("concordance") + down.value("concordance") == pytest.approx(1)
    assert up.value("concordance_se") == pytest.approx(down.value("concordance_se"))
    missing = concordance(end, frame["wt.loss"])
    assert (missing.n_used, missing.n_missing) == (214, 14)


@pytest.mark.parametrize(
    ("time", "event"), [([1, 2, 3], [0, 0, 0]), ([2, 2, 2], [1, 1, 1]), ([], []), ([1], [1])]
)
def test_no_two_patients_can_be_compared(time, event):
    end = Endpoint(np.array(time, float), np.array(event, bool))
    result = concordance(end, pd.Series(np.arange(len(time)), dtype=float))
    assert result.warnings == ("concordance not computed: no two patients can be compared",)
    assert "concordance" not in set(result.numbers["statistic"])


def test_equal_scores_are_one_half():
    end = Endpoint(np.array([1.0, 2, 3, 4]), np.array([1, 1, 0, 1]))
    result = concordance(end, pd.Series([5.0] * 4))
    assert (result.value("concordance"), result.value("concordance_se")) == (0.5, 0)


def test_a_score_that_points_the_other_way_is_pointed_out():
    end = Endpoint(np.array([1.0, 2, 3, 4]), np.array([1, 1, 0, 1]))
    told = "the concordance is below 0.5: in these data a high score goes with a late event"
    assert concordance(end, pd.Series([1.0, 2, 3, 4])).warnings == (told,)
    assert concordance(end, pd.Series([4.0, 3, 2, 1])).warnings == ()


def test_a_model_without_finite_estimates():
    end = Endpoint(np.array([1.0, 2, 3, 4]), np.array([1, 1, 1, 1]))
    model = fit_cox(end, pd.DataFrame({"x": [4.0, 3, 2, 1]}), ["x"])
    result = cox_concordance(model)
    assert result.warnings == ("concordance not computed: the model has no finite estimates",)


def test_a_score_of_another_length():
    end = Endpoint(np.array([1.0, 2]), np.array([1, 1]))
    with pytest.raises(ValueError, match=r"score must have one entry a patient \(2\); got 3"):
        concordance(end, pd.Series([1.0, 2, 3]))
