"""Weighting and matching: second opinions, naive twins, invariances, degenerate cohorts."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels.assignment import match_optimal
from cohort_stats.kernels.nearest import match_nearest, match_nearest_again
from cohort_stats.matching.balance import ks_distance
from cohort_stats.matching.matched import match
from cohort_stats.matching.weighting import AFTER, weight
from cohort_stats.regression.cox_model import cox
from cohort_stats.survival.weighted_curves import robust_logrank, weighted_kaplan_meier


def cohort(n: int = 160, seed: int = 2) -> tuple[pd.Series, pd.DataFrame, Endpoint]:
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=n), rng.integers(0, 3, n)
    treated = pd.Series(rng.random(n) < 1 / (1 + np.exp(0.8 - x - 0.3 * z)))
    frame = pd.DataFrame({"x": x, "z": pd.Categorical(z)})
    time = np.ceil(rng.exponential(20, n))
    return treated, frame, Endpoint(np.minimum(time, 30), time < 30)


# Naive twins --------------------------------------------------------------------------------


def naive_greedy(treated, controls, ratio, caliper):
    free, found = set(range(len(controls))), [[] for _ in treated]
    for k in range(ratio):
        for i in sorted(range(len(treated)), key=lambda i: (-treated[i], i)):
            near = [j for j in sorted(free) if abs(controls[j] - treated[i]) <= caliper]
            if len(found[i]) < k or not near:
                continue
            best = min(near, key=lambda j: (abs(controls[j] - treated[i]), j))
            found[i].append(best)
            free.discard(best)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_greedy_matching_is_that_of_a_naive_twin(seed):
    rng = np.random.default_rng(seed)
    treated, controls = (rng.normal(size=n) for n in rng.integers(1, 15, 2))
    if seed % 2:  # many ties, exact in binary
        treated, controls = np.round(treated * 2) / 2, np.round(controls * 2) / 2
    ratio, caliper = int(rng.integers(1, 4)), [np.inf, 0.5][seed % 3 == 0]
    ours = match_nearest(treated, controls, ratio, caliper)
    wanted = naive_greedy(treated, controls, ratio, caliper)
    assert [[j for j in row if j >= 0] for row in ours.tolist()] == wanted
    again = match_nearest_again(treated, controls, ratio, caliper)
    for i, row in enumerate(again.tolist()):
        near = sorted(range(len(controls)), key=lambda j: (abs(controls[j] - treated[i]), j))
        near = [j for j in near if abs(controls[j] - treated[i]) <= caliper][:ratio]
        assert [j for j in row if j >= 0] == near


@pytest.mark.parametrize("seed", range(8))
def test_optimal_pairs_are_the_best_of_all_that_there_are(seed):
    rng = np.random.default_rng(seed)
    treated, controls = rng.normal(size=4), rng.normal(size=5)
    caliper = [np.inf, 0.6][seed % 2]
    best = (0, 0.0)
    for chosen in permutations([*range(5), *[-1] * 4], 4):
        gaps = [abs(treated[i] - controls[j]) for i, j in enumerate(chosen) if j >= 0]
        if len(gaps) == len({j for j in chosen if j >= 0}) and all(g <= caliper for g in gaps):
            best = min(best, (-len(gaps), sum(gaps)))
    found = match_optimal(treated, controls, 1, caliper)[:, 0]
    gaps = np.abs(treated - controls[found])[found >= 0]
    assert len(gaps) == -best[0]
    assert gaps.sum() == pytest.approx(best[1], abs=1e-12)


def test_ks_is_the_largest_gap_at_any_value():
    rng = np.random.default_rng(5)
    (x, v), (y, w) = ((rng.integers(0, 6, n).astype(float), rng.random(n)) for n in (20, 13))
    wanted = max(
        abs(v[x <= t].sum() / v.sum() - w[y <= t].sum() / w.sum()) for t in np.union1d(x, y)
    )
    assert ks_distance((x, v), (y, w)) == pytest.approx(wanted, rel=1e-12)


# Second opinions ----------------------------------------------------------------------------


@pytest.mark.filterwarnings("default")
def test_weighted_survival_by_lifelines():
    lifelines = pytest.importorskip("lifelines")
    treated, frame, endpoint = cohort()
    w = weight(treated, frame, ["x", "z"]).weights
    ours = weighted_kaplan_meier(endpoint, weights=pd.Series(w), times=(5, 10, 20))
    theirs = lifelines.KaplanMeierFitter().fit(endpoint.time, endpoint.event, weights=w)
    for time in (5, 10, 20):
        wanted = theirs.survival_function_at_times(time).item()
        assert ours.value("survival", time=float(time)) == pytest.approx(wanted, rel=1e-9)
    given = pd.DataFrame({"t": treated.astype(float), "w": w, "own": range(len(w)),
                          "time": endpoint.time, "event": endpoint.event})  # fmt: skip
    fitter = lifelines.CoxPHFitter().fit(
        given.drop(columns="own"), "time", "event", weights_col="w", robust=True,
        fit_options={"precision": 1e-10},
    )  # fmt: skip
    model = cox(endpoint, given, ["t"], weights="w", cluster="own")
    assert model.value("coefficient") == pytest.approx(fitter.params_["t"], rel=1e-5)
    assert model.value("se") == pytest.approx(fitter.standard_errors_["t"], rel=5e-3)


@pytest.mark.filterwarnings("default")
def test_scores_and_weights_by_scikit_learn_and_statsmodels():
    linear = pytest.importorskip("sklearn.linear_model")
    treated, frame, _ = cohort()
    matrix = np.column_stack([frame["x"], pd.get_dummies(frame["z"], drop_first=True)])
    fitted = linear.LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000).fit(matrix, treated)
    found = weight(treated, frame, ["x", "z"])
    assert_allclose(found.score, fitted.predict_proba(matrix)[:, 1], rtol=1e-4)
    stats = pytest.importorskip("statsmodels.stats.weightstats")
    for group in (True, False):
        here = (treated == group).to_numpy()
        theirs = stats.DescrStatsW(frame["x"][here], weights=found.weights[here])
        mine = np.average(frame["x"][here], weights=found.weights[here])
        assert mine == pytest.approx(theirs.mean, rel=1e-12)


# Invariances --------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [{}, {"estimand": "att"}, {"estimand": "ato"},
                                   {"truncate": (5, 95)}, {"trim": (0.2, 0.9)}])  # fmt: skip
def test_weights_do_not_depend_on_order_or_unit(asked):
    treated, frame, _ = cohort()
    plain = weight(treated, frame, ["x", "z"], **asked).weights
    order = np.random.default_rng(0).permutation(len(frame))
    moved = weight(
        treated.iloc[order].reset_index(drop=True),
        frame.iloc[order].reset_index(drop=True),
        ["x", "z"],
        **asked,
    )
    assert_allclose(moved.weights, plain[order], rtol=1e-8)
    other = weight(treated, frame.assign(x=frame["x"] * 100 + 7), ["x", "z"], **asked)
    assert_allclose(other.weights, plain, rtol=1e-7)


def test_overlap_weights_balance_the_means_exactly():
    treated, frame, _ = cohort()
    result = weight(treated, frame, ["x", "z"], estimand="ato").result
    found = result.numbers.query("statistic == 'smd' and group == @AFTER")["value"]
    assert AFTER == "after weighting"
    assert_allclose(found, 0, atol=1e-8)


def test_stabilised_weights_have_the_size_of_the_groups_about():
    treated, frame, _ = cohort(2000)
    plain, stable = (weight(treated, frame, ["x"], stabilised=s).weights for s in (False, True))
    share = np.where(treated, treated.mean(), 1 - treated.mean())
    assert_allclose(stable, plain * share, rtol=1e-12)
    assert stable.mean() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("method", ["nearest", "optimal", "full"])
@pytest.mark.parametrize("seed", range(5))
def test_matching_does_not_depend_on_order_without_ties(method, seed):
    treated, frame, _ = cohort(seed=seed)
    order = np.random.default_rng(0).permutation(len(frame))
    plain = match(treated, frame, ["x"], method=method)
    moved = match(
        treated.iloc[order].reset_index(drop=True),
        frame.iloc[order].reset_index(drop=True),
        ["x"],
        method=method,
    )
    assert {tuple(p) for p in order[moved.pairs]} == {tuple(p) for p in plain.pairs}
    assert_allclose(moved.weights, plain.weights[order], rtol=1e-12)


# Degenerate cohorts -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("treated", "x", "words"),
    [
        ([True] * 6, range(6), "every patient has the treatment"),
        ([False] * 6, range(6), "no patient has the treatment"),
        ([True], [1], "every patient has the treatment"),
        ([True, False] * 3, [1] * 6, "`x` does not vary"),
        ([None] * 6, range(6), "no patient has every value known"),
        ([True, False] * 3, [np.nan] * 6, "no patient has every value known"),
    ],
)
def test_what_cannot_be_weighted_or_matched_says_why(treated, x, words):
    given = pd.Series(treated, dtype="boolean")
    frame = pd.DataFrame({"x": np.array(list(x), dtype=float)})
    for found in (weight(given, frame, ["x"]), match(given, frame, ["x"])):
        assert words in found.result.warnings[-1]
        assert (found.weights == 0).all()
        assert np.isnan(found.score).all()


def test_two_patients_are_a_pair_with_a_warning():
    given, frame = pd.Series([True, False]), pd.DataFrame({"x": [1.0, 2.0]})
    matched = match(given, frame, ["x"], caliper=None)
    assert matched.pairs.tolist() == [[0, 1]]
    weighted = weight(given, frame, ["x"])
    for found in (matched, weighted):
        assert any("separates the groups" in w for w in found.result.warnings)
        assert np.isfinite(found.weights).all()


def test_separated_groups_are_named_and_extreme_weights_too():
    treated = pd.Series(np.arange(40) > 20)
    found = weight(treated, pd.DataFrame({"x": np.arange(40.0)}), ["x"])
    assert any("separates the groups" in w for w in found.result.warnings)
    rng = np.random.default_rng(8)
    x = rng.normal(size=400)
    odd = pd.Series(rng.random(400) < 1 / (1 + np.exp(-3 * x)))
    found = weight(odd, pd.DataFrame({"x": x}), ["x"])
    assert any(w.startswith("extreme weights, over 10 times") for w in found.result.warnings)
    assert any("differ much in weight" in w for w in found.result.warnings)
    calm = weight(odd, pd.DataFrame({"x": x}), ["x"], truncate=(10, 90))
    assert not any(w.startswith("extreme") for w in calm.result.warnings)


def test_nobody_left_after_trimming_is_said():
    treated, frame, _ = cohort()
    found = weight(treated, frame, ["x"], trim=(0.98, 0.99))
    assert found.result.warnings[-1].startswith("weighting not done: nobody of one of the groups")
    assert (found.weights == 0).all()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"estimand": "atc"}, "estimand must be one of"),
        ({"trim": (0.9, 0.1)}, "trim must be two numbers from 0 to 1, in order"),
        ({"truncate": (1,)}, "truncate must be two numbers from 0 to 100"),
        ({"estimand": "att", "stabilised": True}, "stabilised must be False"),
        ({"score": "nothing"}, "score must be columns of the frame; got 'nothing'"),
    ],
)
def test_wrong_wishes_are_named(asked, words):
    treated, frame, _ = cohort()
    with pytest.raises(ValueError, match=words):
        weight(treated, frame, ["x"], **asked)


def test_survival_without_events_groups_or_weights():
    treated, _, endpoint = cohort(20)
    groups, ones = pd.Series(pd.Categorical(treated)), pd.Series(np.ones(20))
    never = Endpoint(endpoint.time, np.zeros(20, dtype=bool))
    result = robust_logrank(never, groups, weights=ones)
    assert result.warnings[-1] == "robust weighted log-rank test not done: no event happened"
    assert np.isnan(result.value("p"))
    curve = weighted_kaplan_meier(never, weights=ones, times=(5,))
    assert curve.value("survival", time=5) == 1
    alone = pd.Series(pd.Categorical(["a"] * 20))
    assert "fewer than two groups" in robust_logrank(endpoint, alone, weights=ones).warnings[-1]
    everybody = Endpoint(np.ones(20), np.ones(20, dtype=bool))
    gone = weighted_kaplan_meier(everybody, weights=ones * 0.3, times=(1,))
    assert gone.value("survival", time=1) == 0
    assert np.isnan(gone.value("survival_low", time=1))
    with pytest.raises(ValueError, match="weights must be one number a patient"):
        weighted_kaplan_meier(endpoint, weights=-ones)
    with pytest.raises(ValueError, match="cluster must be known"):
        robust_logrank(endpoint, groups, cluster=pd.Series([None] * 20))


def test_patients_of_no_weight_are_as_if_absent():
    treated, frame, endpoint = cohort()
    groups = pd.Series(pd.Categorical(treated))
    w = pd.Series(weight(treated, frame, ["x", "z"]).weights)
    here = np.arange(len(w)) % 3 > 0
    some = robust_logrank(endpoint, groups, weights=w.where(here, 0))
    only = robust_logrank(
        endpoint.where(here), groups[here].reset_index(drop=True), weights=w[here]
    )
    assert some.value("chi_square") == pytest.approx(only.value("chi_square"), rel=1e-12)
    assert any("their weight is 0" in warning for warning in some.warnings)
