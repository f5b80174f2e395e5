"""Strata, clusters, weights and late entry: naive twins, invariances, and odd input."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest
from cox_models import asked, frame_of, model_of
from numpy.testing import assert_allclose, assert_array_equal
from r_values import convention, data, endpoint, value

from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import cox as kernel
from cohort_stats.kernels import pieces, stretches
from cohort_stats.kernels.cox_exact import exact_likelihood
from cohort_stats.kernels.cox_residuals import time_interaction
from cohort_stats.kernels.monotone import endless_direction
from cohort_stats.kernels.partial_likelihood import partial_likelihood
from cohort_stats.kernels.risk_sets import risk_sets
from cohort_stats.regression.concordance import cox_concordance
from cohort_stats.regression.cox_model import cox, fit_cox
from cohort_stats.regression.cox_sample import Roles
from cohort_stats.regression.proportional_hazards import proportional_hazards, scaled_schoenfeld

SEEDS = range(8)
KINDS = ["strata", "entry", "weights", "all"]


def oddities(seed: int, kind: str):
    """A small cohort with ties and, by `kind`, strata, late entries and weights."""
    rng = np.random.default_rng(seed)
    n = 40
    time = rng.integers(2, 12, n).astype(float)
    event = rng.random(n) < 0.6
    event[0] = True
    matrix = rng.normal(size=(n, 2))
    given = {
        "stratum": rng.integers(0, 4, n) if kind in ("strata", "all") else None,
        "entry": rng.integers(0, time.astype(int)).astype(float)
        if kind in ("entry", "all")
        else None,
        "weight": rng.random(n) + 0.2 if kind in ("weights", "all") else None,
    }
    return time, event, matrix, given


def naive(beta, time, event, matrix, ties, stratum=None, entry=None, weight=None, g=None):
    """Log partial likelihood; with `g`, of a model with covariate × g(time) beside each."""
    n = len(time)
    stratum = np.zeros(n) if stratum is None else stratum
    entry = np.full(n, -1.0) if entry is None else entry
    weight = np.ones(n) if weight is None else weight
    total = 0.0
    for s in set(stratum):
        for t in sorted({time[i] for i in range(n) if event[i] and stratum[i] == s}):
            x = matrix if g is None else np.hstack([matrix, matrix * g[t]])
            risk = np.exp(x @ beta)
            there = [i for i in range(n) if stratum[i] == s and entry[i] < t <= time[i]]
            dead = [i for i in there if event[i] and time[i] == t]
            mean_weight = sum(weight[i] for i in dead) / len(dead)
            everyone = sum(weight[i] * risk[i] for i in there)
            tied = sum(weight[i] * risk[i] for i in dead)
            for k, i in enumerate(dead):
                left_out = k / len(dead) * tied if ties == "efron" else 0.0
                total += weight[i] * (x[i] @ beta) - mean_weight * math.log(everyone - left_out)
    return total


def slopes(function, at, step=1e-4):
    """Gradient and Hessian by differences."""
    p = len(at)
    unit = np.eye(p) * step
    gradient = np.array([(function(at + u) - function(at - u)) / (2 * step) for u in unit])
    hessian = np.array(
        [
            [
                function(at + u + v) - function(at + u - v) - function(at - u + v)
                + function(at - u - v)
                for v in unit
            ]
            for u in unit
        ]
    ) / (4 * step**2)  # fmt: skip
    return gradient, hessian


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_partial_likelihood(seed, kind, ties):
    time, event, matrix, given = oddities(seed, kind)
    sets = risk_sets(time, event, matrix, ties, **given)
    beta = np.random.default_rng(seed).normal(size=2)

    def slowly(b):
        return naive(b, time, event, matrix, ties, **given)

    found, score, information = partial_likelihood(beta, sets)
    assert found == pytest.approx(slowly(beta), rel=1e-12)
    gradient, hessian = slopes(slowly, beta)
    assert_allclose(score, gradient, rtol=1e-5, atol=1e-5)
    assert_allclose(information, -hessian, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_the_ph_test_is_the_score_test_of_a_time_interaction(seed, kind):
    time, event, matrix, given = oddities(seed, kind)
    matrix = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    fitted = kernel.fit(time, event, matrix, **given)
    g = {t: math.sqrt(t) for t in set(time)}
    centre = np.mean([g[t] for t in time[event]])
    g = {t: v - centre for t, v in g.items()}

    def slowly(b):
        return naive(b, time, event, matrix, "efron", **given, g=g)

    score, information = time_interaction(fitted, np.sqrt(time))
    gradient, hessian = slopes(slowly, np.concatenate([fitted.beta, [0, 0]]))
    assert_allclose(score, gradient, rtol=1e-4, atol=1e-4)
    assert_allclose(information, -hessian, rtol=1e-3, atol=1e-3)


def naively_endless(time, event, matrix, direction, entry, stratum):
    along = matrix @ direction
    gaps = [
        along[i] - along[j]
        for i in np.flatnonzero(event)
        for j in range(len(time))
        if stratum[i] == stratum[j] and entry[j] < time[i] <= time[j]
    ]
    return min(gaps) > -1e-9 and max(gaps) > 1e-9


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("seed", range(40))
def test_monotone_likelihood_with_strata_and_late_entry(seed, late):
    rng = np.random.default_rng(seed)
    n = 9
    time, event = rng.integers(1, 5, n).astype(float), rng.random(n) < 0.5
    matrix, stratum = rng.integers(0, 2, (n, 2)).astype(float), rng.integers(0, 2, n)
    event[0] = True
    entry = rng.integers(0, time.astype(int)).astype(float) if late else np.full(n, -1.0)
    sets = risk_sets(time, event, matrix, "efron", stratum=stratum, entry=entry if late else None)
    direction = endless_direction(sets)
    candidates = [np.array([a, b], float) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b]
    exists = any(naively_endless(time, event, matrix, d, entry, stratum) for d in candidates)
    assert direction.any() == exists
    if exists:
        assert naively_endless(time, event, matrix, direction, entry, stratum)


def same(a, b, statistics=("coefficient", "se", "p", "hazard_ratio_low", "log_likelihood")):
    for statistic in statistics:
        left, right = (r.numbers.loc[r.numbers["statistic"] == statistic, "value"] for r in (a, b))
        assert_allclose(left, right, rtol=1e-9, err_msg=statistic)


@pytest.mark.parametrize(
    "name", ["cgd everything, efron", "rats strata, efron", "heart intervals, breslow"]
)
def test_order_of_rows_and_unit_of_time(name):
    end, frame, covariates, roles = asked(name)
    order = np.random.default_rng(1).permutation(len(frame))
    plain = fit_cox(end, frame, covariates, roles)
    moved = fit_cox(end.where(order), frame.iloc[order], covariates, roles)
    same(plain.result, moved.result)
    months = Endpoint(end.time / 30.4375, end.event)
    scaled = frame.assign(**{roles.entry: frame[roles.entry] / 30.4375}) if roles.entry else frame
    same(plain.result, fit_cox(months, scaled, covariates, roles).result)
    for transform in ("km", "rank"):
        a, b = (proportional_hazards(m, transform=transform) for m in (plain, moved))
        same(a, b, ("ph_chi_square", "ph_p", "ph_global_p"))
    before, after = scaled_schoenfeld(plain), scaled_schoenfeld(moved)
    assert_allclose(before["treat" if "cgd" in name else covariates[0]].sum(),
                    after["treat" if "cgd" in name else covariates[0]].sum())  # fmt: skip


def test_whole_weights_are_repeated_rows():
    """With Breslow's ties; Efron's treat repeated rows as tied with each other."""
    frame = frame_of("lung copies, breslow").dropna(subset=["age", "ph.ecog"])
    end = endpoint("lung", frame)
    breslow = convention(ties="breslow")
    weighted = cox(end, frame, ["age", "ph.ecog"], weights="copies", conventions=breslow)
    rows = np.repeat(np.arange(len(frame)), frame["copies"])
    repeated = cox(end.where(rows), frame.iloc[rows], ["age", "ph.ecog"], conventions=breslow)
    same(weighted, repeated, ("coefficient", "se", "p"))


def test_patients_cut_into_intervals_are_the_same_patients():
    frame = data("veteran.csv")
    end = endpoint("veteran", frame)
    cut = 50.0
    first = frame.assign(
        start=0.0, stop=np.minimum(end.time, cut), dead=end.event & (end.time <= cut)
    )
    second = frame.assign(start=cut, stop=end.time, dead=end.event)[end.time > cut]
    both = pd.concat([first, second], ignore_index=True)
    split = Endpoint(both["stop"].to_numpy(), both["dead"].to_numpy())
    chosen = ["karno", "celltype"]
    plain, intervals = (
        fit_cox(end, frame, chosen),
        fit_cox(split, both, chosen, Roles(entry="start")),
    )
    same(plain.result, intervals.result)
    a, b = proportional_hazards(plain), proportional_hazards(intervals)
    same(a, b, ("ph_chi_square", "ph_global_p"))


def test_each_row_its_own_cluster_is_the_sandwich():
    frame = data("veteran.csv").assign(row=range(137), half=1.5)
    end = endpoint("veteran", frame)
    own = fit_cox(end, frame, ["karno", "trt"], Roles(cluster="row"))
    weighted = fit_cox(end, frame, ["karno", "trt"], Roles(weights="half"))
    assert_allclose(own.covariance, weighted.covariance, rtol=1e-9)
    assert "lr_p" not in set(own.result.numbers["statistic"])
    assert "robust to clustering within `row`" in own.result.method
    assert "robust standard errors" in weighted.result.method


def test_a_matched_pair_in_each_stratum_is_a_sign_test():
    """Pairs as strata, the first of two times an event: log of the ratio of wins."""
    wins, losses = 13, 5
    pair = np.repeat(np.arange(wins + losses), 2)
    x = np.tile([1.0, 0.0], wins + losses)
    time = np.where((pair < wins) == (x == 1), 1.0, 2.0)
    end = Endpoint(time, time == 1.0)
    result = cox(end, pd.DataFrame({"x": x, "pair": pair}), ["x"], strata=["pair"])
    assert value(result, "coefficient", term="x") == pytest.approx(math.log(wins / losses))
    assert value(result, "se", term="x") == pytest.approx(math.sqrt(1 / wins + 1 / losses))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"strata": ["clinic"]}, "strata must be columns of the frame; got 'clinic'"),
        ({"cluster": "clinic"}, "cluster must be columns of the frame; got 'clinic'"),
        ({"weights": "zero"}, "weights must be positive numbers; got 0"),
        ({"entry": "begin"}, "entry must be columns of the frame; got 'begin'"),
    ],
)
def test_refusals(given, words):
    frame = data("veteran.csv").assign(zero=0.0)
    with pytest.raises(ValueError, match=re.escape(words)):
        cox(endpoint("veteran", frame), frame, ["karno"], **given)


def test_missing_roles_and_intervals_that_end_before_they_begin_are_left_out():
    frame = data("veteran.csv").assign(start=0.0, site="a")
    end = endpoint("veteran", frame)
    frame.loc[3, "start"] = end.time[3]
    frame.loc[4, "site"] = None
    result = cox(end, frame, ["karno"], strata=["site"], entry="start")
    assert (result.n_used, result.n_missing) == (135, 2)
    assert result.warnings == ("left out for an observation that ends before it begins: 1 row",)


def test_a_covariate_that_only_tells_strata_apart():
    frame = data("veteran.csv")
    frame["code"] = (frame["celltype"] == "large") * 1.0
    result = cox(endpoint("veteran", frame), frame, ["code"], strata=["celltype"])
    why = "the patients at risk when events happened are too alike"
    assert result.warnings == (f"Cox model not fitted: {why}",)
    model = fit_cox(endpoint("veteran", frame), frame, ["code"], Roles(("celltype",)))
    assert proportional_hazards(model).numbers.empty
    with pytest.raises(ValueError, match="model must have finite estimates"):
        scaled_schoenfeld(model)


@pytest.mark.parametrize(
    ("time", "event", "x", "transform", "why"),
    [
        ([1, 2, 3, 4], [1, 1, 1, 1], [4, 3, 2, 1], "km", "the model has no finite estimates"),
        ([1, 2, 3, 4], [0, 1, 0, 0], [4, 3, 2, 5], "km", "the events are too few"),
        ([5] * 6, [1, 1, 0, 0, 1, 0], [1, 2, 3, 4, 5, 7], "km", "too alike in time"),
        ([0, 2, 3, 4, 5], [1, 1, 1, 1, 0], [4, 3, 5, 1, 2], "log", "time 0, at which an event"),
    ],
)
def test_proportional_hazards_that_cannot_be_tested(time, event, x, transform, why):
    end = Endpoint(np.array(time, float), np.array(event))
    model = fit_cox(end, pd.DataFrame({"x": np.array(x, float)}), ["x"])
    result = proportional_hazards(model, transform=transform)
    assert result.numbers.empty
    assert len(result.warnings) == 1
    assert result.warnings[0].startswith("proportional hazards not tested: ")
    assert why in result.warnings[0]


def test_an_unknown_transform():
    with pytest.raises(
        ValueError, match="transform must be one of 'km', 'identity', 'rank', 'log'"
    ):
        proportional_hazards(model_of("ovarian plain, efron"), transform="sqrt")


def test_overlapping_intervals_of_a_patient_are_named():
    end, frame, covariates, roles = asked("cgd intervals cluster, efron")
    assert not any("overlap" in w for w in fit_cox(end, frame, covariates, roles).result.warnings)
    start = frame["tstart"].where(frame["tstart"] == 0, frame["tstart"] - 1)
    result = fit_cox(end, frame.assign(tstart=start), covariates, roles).result
    patients = frame.loc[frame["tstart"] > 0, "id"].nunique()
    words = f"intervals of the same `id` overlap, at risk twice at one time: {patients} clusters"
    assert words in result.warnings


def test_exact_ties_refuse_weights_and_what_would_take_too_long():
    end, frame, covariates, roles = asked("lung copies, efron")
    with pytest.raises(ValueError, match="weights must not be given with exact ties"):
        fit_cox(end, frame, covariates, roles, conventions=convention(ties="exact"))
    n = 3000
    rng = np.random.default_rng(0)
    many = Endpoint(np.ones(n), np.arange(n) < n // 2)
    x = pd.DataFrame({"x": rng.normal(size=n)})
    result = cox(many, x, ["x"], conventions=convention(ties="exact"))
    assert "1500 events at one time among 3000 patients are too many" in result.warnings[0]
    assert not (result.numbers["statistic"] == "hazard_ratio").any()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("late", [False, True])
def test_the_exact_likelihood_is_the_sum_over_subsets(seed, late):
    from itertools import combinations

    rng = np.random.default_rng(seed)
    n = 10
    time, event = rng.integers(1, 4, n).astype(float), rng.random(n) < 0.6
    event[0] = True
    matrix, stratum = rng.normal(size=(n, 2)), rng.integers(0, 2, n)
    entry = rng.integers(0, time.astype(int)).astype(float) if late else None
    sets = risk_sets(time, event, matrix, "exact", stratum=stratum, entry=entry)

    def slowly(beta):
        risk, total = np.exp(matrix @ beta), 0.0
        begins = np.full(n, -1.0) if entry is None else entry
        for s in (0, 1):
            for t in set(time[event & (stratum == s)]):
                there = np.flatnonzero((stratum == s) & (begins < t) & (t <= time))
                dead = np.flatnonzero(event & (time == t) & (stratum == s))
                every = sum(np.prod(risk[[*some]]) for some in combinations(there, len(dead)))
                total += np.log(np.prod(risk[dead]) / every)
        return total

    beta = rng.normal(size=2)
    found, score, information = exact_likelihood(beta, sets)
    assert found == pytest.approx(slowly(beta), rel=1e-12)
    gradient, hessian = slopes(slowly, beta)
    assert_allclose(score, gradient, rtol=1e-5, atol=1e-5)
    assert_allclose(information, -hessian, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", KINDS)
def test_pieces_and_threads_change_nothing(kind, order, monkeypatch):
    rng = np.random.default_rng(2)
    n = 400
    time, event = rng.integers(2, 60, n).astype(float), rng.random(n) < 0.6
    matrix = np.asarray(rng.normal(size=(n, 3)), order=order)
    _, _, _, given = oddities(1, kind)
    given = {
        name: None if v is None else rng.permutation(np.resize(v, n)) for name, v in given.items()
    }
    if given["entry"] is not None:
        given["entry"] = np.minimum(given["entry"], time - 1)
    whole = kernel.fit(time, event, matrix, **given)
    monkeypatch.setattr(pieces, "MANY", 10)
    monkeypatch.setattr(stretches, "CHUNK", 7)
    parted = kernel.fit(time, event, matrix, **given)
    assert_allclose(parted.beta, whole.beta, rtol=1e-10)
    assert_allclose(parted.covariance, whole.covariance, rtol=1e-10)
    # Times that are no whole days, in the same order.
    shifted = {**given, "entry": None if given["entry"] is None else given["entry"] / 7}
    assert_allclose(kernel.fit(time / 7, event, matrix, **shifted).beta, whole.beta, rtol=1e-10)


def test_a_fitted_model_is_not_changed_by_what_becomes_of_the_frame():
    rng = np.random.default_rng(4)
    endpoint = Endpoint(rng.integers(1, 50, 60).astype(float), rng.random(60) < 0.7)
    frame = pd.DataFrame({"x": rng.normal(size=60), "z": rng.normal(size=60)})
    model = fit_cox(endpoint, frame, ["x", "z"])
    before = cox_concordance(fit_cox(endpoint, frame, ["x", "z"])).value("concordance")
    frame.loc[:, "x"] = rng.normal(size=60)
    assert cox_concordance(model).value("concordance") == before


def test_columns_side_by_side_or_each_alone():
    rng = np.random.default_rng(6)
    time, event = rng.integers(1, 50, 90).astype(float), rng.random(90) < 0.7
    matrix = rng.normal(size=(90, 3))
    alone = [np.ascontiguousarray(column) for column in matrix.T]
    assert_array_equal(kernel.fit(time, event, alone).beta, kernel.fit(time, event, matrix).beta)
