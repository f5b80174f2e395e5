"""Weights, balance, and analyses of weighted and matched patients against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, names

from cohort_stats.endpoint import Endpoint
from cohort_stats.matching.weighting import AFTER, weight
from cohort_stats.regression.cox_model import cox
from cohort_stats.survival.curves import kaplan_meier, logrank
from cohort_stats.survival.weighted_curves import robust_logrank, weighted_kaplan_meier

COVARIATES = {
    "gbsg2": ["age", "tsize", "pnodes", "menostat", "tgrade"],
    "lalonde": ["age", "educ", "race", "married", "nodegree", "re74", "re75"],
    "lung": ["age", "ph.ecog", "ph.karno", "wt.loss"],
}
KINDS = {
    "ate": {},
    "stabilised": {"stabilised": True},
    "att": {"estimand": "att"},
    "ato": {"estimand": "ato"},
    "truncated": {"truncate": (5, 95)},
    "trimmed": {"trim": (0.2, 0.8)},
}
WEIGHTS = names("weighting", "gbsg2 ", "lalonde ", "lung ")
SURVIVAL = names("weighting", "survival: ")


def prepared(key: str):
    frame = data(f"{key}.csv")
    if key == "lung":
        frame = frame.dropna(subset=COVARIATES["lung"]).reset_index(drop=True)
        return frame["sex"] == 2, frame, Endpoint(frame["time"], frame["status"] == 2)
    if key == "gbsg2":
        return frame["horTh"] == "yes", frame, Endpoint(frame["time"], frame["cens"] == 1)
    return frame["treat"] == 1, frame, None


@pytest.mark.parametrize("name", WEIGHTS)
def test_weights_and_balance(name):
    key, kind = name.split()
    treated, frame, _ = prepared(key)
    wanted = case("weighting", name)["values"]
    found = weight(treated, frame, COVARIATES[key], **KINDS[kind])
    close(found.weights, wanted["weights"], name)
    for group in ("treated", "control"):
        got = found.result.value("effective_n", group=group)
        close(got, wanted["effective_n"][group], name)
    for term, numbers in wanted["balance"].items():
        for statistic, value in numbers.items():
            got = found.result.value(statistic, group=AFTER, term=term)
            close(got, value, f"{name}: {term} {statistic}")


def weighted(name: str):
    """Endpoint, groups, weights and clusters of a case, as the verbs take them."""
    key, kind = name.split(": ")[1].split()
    treated, frame, endpoint = prepared(key)
    groups = pd.Series(pd.Categorical(np.where(treated, "1", "0")))
    if kind != "pairs":
        weights = case("weighting", f"{key} {kind}")["values"]["weights"]
        return frame.assign(treat=treated.astype(float)), endpoint, groups, pd.Series(weights), None
    given = case("weighting", f"survival: {key} pairs")["input"]
    weights, sets = np.zeros(len(frame)), np.zeros(len(frame))
    rows = np.array(given["rows"]) - 1
    weights[rows], sets[rows] = 1.0, given["cluster"]
    frame = frame.assign(treat=treated.astype(float))
    return frame, endpoint, groups, pd.Series(weights), pd.Series(sets)


@pytest.mark.parametrize("name", SURVIVAL)
@pytest.mark.parametrize("scale", ["log-log", "plain"])
def test_weighted_curves(name, scale):
    _, endpoint, groups, weights, cluster = weighted(name)
    wanted = case("weighting", name)["values"]
    result = weighted_kaplan_meier(
        endpoint, groups, weights=weights, cluster=cluster, times=wanted["times"],
        conventions=convention(survival_interval=scale),
    )  # fmt: skip
    for group in ("0", "1"):
        curve = wanted["curves"][f"{group} {scale}"]
        for k, time in enumerate(wanted["times"]):
            for statistic, key in (("survival", "surv"), ("survival_low", "lower"),
                                   ("survival_high", "upper")):  # fmt: skip
                got = result.value(statistic, group=group, time=time)
                close(got, curve[key][k], f"{name} {group} at {time}: {key}")
        for statistic in ("median", "median_low", "median_high"):
            close(result.value(statistic, group=group), curve[statistic], f"{name} {group}")


@pytest.mark.parametrize("name", SURVIVAL)
def test_robust_logrank(name):
    _, endpoint, groups, weights, cluster = weighted(name)
    wanted = case("weighting", name)["values"]["robust_score"]
    result = robust_logrank(endpoint, groups, weights=weights, cluster=cluster)
    close(result.value("chi_square"), wanted["chi_square"], name)
    close(result.value("p"), wanted["p"], name, rtol=P_VALUE)
    got = result.value("observed", group="1") - result.value("expected", group="1")
    close(got, wanted["u"], name)


@pytest.mark.parametrize("name", SURVIVAL)
def test_weighted_cox(name):
    frame, endpoint, _, weights, cluster = weighted(name)
    here = (weights > 0).to_numpy()
    frame = frame.assign(w=weights, set=range(len(frame)) if cluster is None else cluster)[here]
    result = cox(endpoint.where(here), frame, ["treat"], weights="w", cluster="set")
    wanted = case("weighting", name)["values"]["cox"]
    close(result.value("coefficient"), wanted["coef"], name)
    close(result.value("se"), wanted["se"], name)
    close(result.value("wald_chi_square"), (wanted["coef"] / wanted["se"]) ** 2, name)


@pytest.mark.parametrize("name", names("weighting", "stratified: "))
def test_stratified_by_set(name):
    frame, endpoint, groups, weights, sets = weighted(name.replace("stratified", "survival"))
    here = (weights > 0).to_numpy()
    wanted = case("weighting", name)["values"]
    frame, part = frame.assign(set=sets.astype(int))[here], endpoint.where(here)
    result = cox(part, frame, ["treat"], strata=["set"])
    close(result.value("coefficient"), wanted["coef"], name)
    close(result.value("se"), wanted["se"], name)
    strata = pd.Series(pd.Categorical(frame["set"]))
    test = logrank(part, groups[here].reset_index(drop=True), strata=strata)
    close(test.value("chi_square"), wanted["chi_square"], name)


def naive_log_variance(time, event, weight, cluster, at):
    """Σ over clusters of (Σ w ∂ log S(t)/∂w)², the derivative by a small step."""

    def log_s(w):
        total = 0.0
        for s in np.unique(time[event & (time <= at)]):
            n, d = w[time >= s].sum(), w[(time == s) & event].sum()
            total += np.log(1 - d / n)
        return total

    step, change = 1e-6, []
    for i in range(len(time)):
        up, down = weight.copy(), weight.copy()
        up[i] += step
        down[i] -= step
        change.append(weight[i] * (log_s(up) - log_s(down)) / (2 * step))
    return float(np.sum(np.bincount(cluster, weights=change) ** 2))


@pytest.mark.parametrize("seed", range(5))
def test_the_robust_variance_is_that_of_a_naive_twin(seed):
    from cohort_stats.kernels.weighted_survival import weighted_life_table

    rng = np.random.default_rng(seed)
    n = 24
    time, event = rng.integers(1, 12, n).astype(float), rng.random(n) < 0.6
    event[time == time.max()] = False
    w, cluster = rng.uniform(0.3, 3, n), rng.integers(0, 9, n)
    for own in (cluster, np.arange(n)):
        table = weighted_life_table(time, event, w, own)
        for at in (3.0, 6.0, 9.0):
            k = int(np.searchsorted(table.time, at, side="right")) - 1
            wanted = naive_log_variance(time, event, w, own, at)
            assert table.log_variance[k] == pytest.approx(wanted, rel=1e-6)


def test_equal_weights_give_the_unweighted_curve_and_whole_ones_repeated_patients():
    _, frame, endpoint = prepared("lung")
    groups = pd.Series(pd.Categorical(frame["sex"]))
    plain = kaplan_meier(endpoint, groups, times=(300,))
    ones = weighted_kaplan_meier(endpoint, groups, weights=pd.Series([2.5] * len(frame)),
                                 times=(300,))  # fmt: skip
    for group in ("1", "2"):
        for statistic in ("survival", "median"):
            time = {"time": 300.0} if statistic == "survival" else {}
            got, wanted = (r.value(statistic, group=group, **time) for r in (ones, plain))
            assert got == pytest.approx(wanted, rel=1e-12)
    twice = np.resize([1, 2, 3], len(frame))
    rows = np.repeat(np.arange(len(frame)), twice)
    repeated = Endpoint(endpoint.time[rows], endpoint.event[rows])
    own = pd.Series(rows)
    as_weights = weighted_kaplan_meier(endpoint, weights=pd.Series(twice), times=(300,))
    as_rows = weighted_kaplan_meier(
        repeated, weights=pd.Series(np.ones(len(rows))), cluster=own, times=(300,)
    )
    for statistic in ("survival", "survival_low", "survival_high"):
        got, wanted = (r.value(statistic, time=300.0) for r in (as_weights, as_rows))
        assert got == pytest.approx(wanted, rel=1e-10)


def test_shuffled_patients_have_the_same_weights_curves_and_test():
    treated, frame, endpoint = prepared("gbsg2")
    order = np.random.default_rng(1).permutation(len(frame))
    groups = pd.Series(pd.Categorical(treated.map({True: "yes", False: "no"})))
    values = []
    for at in (np.arange(len(frame)), order):
        mine = frame.iloc[at].reset_index(drop=True)
        some = treated.iloc[at].reset_index(drop=True)
        w = weight(some, mine, COVARIATES["gbsg2"]).weights
        end, g = endpoint.where(at), groups.iloc[at].reset_index(drop=True)
        result = weighted_kaplan_meier(end, g, weights=pd.Series(w), times=(1000,))
        test = robust_logrank(end, g, weights=pd.Series(w))
        values.append(
            [result.value("survival_low", group="yes", time=1000), test.value("chi_square")]
        )
    assert values[0] == pytest.approx(values[1], rel=1e-9)
