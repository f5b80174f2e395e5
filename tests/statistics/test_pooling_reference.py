"""Pooled studies against R's metafor."""

from __future__ import annotations

import numpy as np
import pytest
from r_values import P_VALUE, case, close, convention, data, names

from cohort_stats.kernels.double_arcsine import double_arcsine, proportion_from
from cohort_stats.pooling.meta_analysis import BETWEEN, POOLED, STUDY, pool
from cohort_stats.pooling.moderators import INTERCEPT, meta_regression
from cohort_stats.pooling.printed_intervals import from_effects, from_intervals
from cohort_stats.pooling.sensitivity import ASYMMETRY, WITHOUT, leave_one_out, small_study_test
from cohort_stats.pooling.studies import from_counts

METHODS = {
    "REML": "reml", "DL": "dersimonian-laird", "PM": "paule-mandel", "ML": "ml", "FE": "none",
}  # fmt: skip
INTERVALS = {"z": "z", "knha": "hartung-knapp", "adhoc": "hartung-knapp at least z"}
HETEROGENEITY = ("q", "q_df", "i2", "h2", "tau2")
LIMITS = {"tau2": "ci_tau2", "tau": "ci_tau", "i2": "ci_I2", "h2": "ci_H2"}


def studies(key: str):
    """The studies of a set, through the door a user would take."""
    if key == "sorg":
        given = case("pooling", "effects sorg")["input"]
        return from_intervals(given["auc"], given["low"], given["high"], scale="logit")
    if key == "bcg":  # log risk ratios come from elsewhere
        given = case("pooling", "effects bcg")["values"]
        return from_effects(given["yi"], given["sei"], scale="log", names=data("bcg.csv")["author"])
    if key == "bcg_risk":
        frame = data("bcg.csv")
        return from_counts(frame["tpos"], frame["tpos"] + frame["tneg"])
    if key == "hackshaw":
        frame = data("hackshaw1998.csv")
        return from_intervals(frame["or"], frame["or.lb"], frame["or.ub"])
    if key == "begg":
        frame = data("begg1989.csv")
        return from_effects(frame["yi"], frame["sei"])
    frame = data("pritz1997.csv")
    scale = "freeman-tukey" if key == "pritz_arcsine" else "logit"
    return from_counts(frame["xi"], frame["ni"], scale=scale)


def conventions(method: str, test: str, **more: object):
    chosen = {"between_studies": METHODS[method], "pooled_interval": INTERVALS[test]}
    return convention(**chosen, **more)


def same_heterogeneity(result, wanted, **where):
    for name in HETEROGENEITY:
        if name in wanted:
            close(result.value(name, **where), wanted[name], name)
    close(result.value("q_p", **where), wanted["q_p"], "q_p", P_VALUE)
    for name, key in LIMITS.items():
        if key in wanted:
            for end, limit in zip(("low", "high"), wanted[key], strict=True):
                close(result.value(f"{name}_{end}", **where), limit, f"{name}_{end}")


@pytest.mark.parametrize("name", names("pooling", "effects "))
def test_effects_and_standard_errors(name):
    wanted = case("pooling", name)["values"]
    got = studies(name.split()[1])
    close(got.effect, wanted["yi"])
    close(got.se, wanted["sei"])


@pytest.mark.parametrize("name", names("pooling", "pool "))
def test_pooled_effect(name):
    _, key, method, test = name.split()
    wanted = case("pooling", name)["values"]
    where = {"term": POOLED}
    result = pool(studies(key), conventions=conventions(method, test))
    for ours, theirs in (
        ("effect", "b"), ("effect_se", "se"), ("effect_low", "low"), ("effect_high", "high"),
        ("test_statistic", "statistic"),
    ):  # fmt: skip
        close(result.value(ours, **where), wanted[theirs][0], f"{name}: {ours}")
    close(result.value("df", **where), wanted["df"])
    close(result.value("p", **where), wanted["p"][0], "p", P_VALUE)
    for ours, limit in zip(("", "_low", "_high"), wanted["back"], strict=True):
        close(result.value(f"estimate{ours}", **where), limit, f"{name}: back{ours}")
    same_heterogeneity(result, wanted, **where)
    weights = result.numbers.query("statistic == 'weight'")
    assert set(weights["term"]) == {STUDY}
    close(weights["value"], wanted["weights"], "weights")


@pytest.mark.parametrize("which", ["t(k-2)", "t(k-1)", "z"])
@pytest.mark.parametrize("name", names("pooling", "pool ", without=("FE",)))
def test_prediction_interval(name, which):
    _, key, method, test = name.split()
    wanted = case("pooling", name)["values"]["prediction"][which]
    chosen = conventions(method, test, prediction_interval=which)
    result = pool(studies(key), conventions=chosen)
    got = [result.value(f"prediction_{end}", term=POOLED) for end in ("low", "high")]
    close(got, wanted)


@pytest.mark.parametrize("name", names("pooling", "small "))
def test_small_and_awkward_sets(name):
    _, _, method, test = name.split()
    reference = case("pooling", name)
    wanted = reference["values"]
    given = reference["input"]
    result = pool(given["yi"], given["sei"], conventions=conventions(method, test))
    where = {"term": POOLED}
    close(result.value("effect", **where), wanted["b"][0])
    close(result.value("effect_se", **where), wanted["se"][0])
    same_heterogeneity(result, wanted, **where)
    got = [result.value(f"prediction_{end}", **where) for end in ("low", "high")]
    close(got, wanted["prediction"]["t(k-2)"])


@pytest.mark.parametrize("name", names("pooling", "leave1out "))
def test_leave_one_out(name):
    _, key, test = name.split()
    wanted = case("pooling", name)["values"]
    result = leave_one_out(studies(key), conventions=conventions("REML", test))
    frame = result.numbers.query(f"term == '{WITHOUT}'")
    for statistic, values in wanted.items():
        got = frame.loc[frame["statistic"] == statistic, "value"]
        close(got, values, statistic, P_VALUE if statistic.endswith("p") else 1e-8)


@pytest.mark.parametrize("name", names("pooling", "regtest "))
def test_funnel_asymmetry(name):
    _, form, key, *test = name.split()
    wanted = case("pooling", name)["values"]
    chosen = conventions("REML", test[0] if test else "z", funnel_test=form)
    result = small_study_test(studies(key), conventions=chosen)
    where = {"term": ASYMMETRY}
    for ours, theirs in (("coefficient", "b"), ("se", "se"), ("test_statistic", "statistic")):
        close(result.value(ours, **where), wanted[theirs], ours)
    close(result.value("p", **where), wanted["p"], "p", P_VALUE)
    if key != "pritz_arcsine":
        got = [result.value(f"estimate{end}", **where) for end in ("", "_low", "_high")]
        close(got, wanted["back"], "effect without error")


MODERATED = {"bcg": "bcg.csv", "hackshaw": "hackshaw1998.csv", "begg": "begg1989.csv"}


@pytest.mark.parametrize("name", names("pooling", "mods "))
def test_meta_regression(name):
    _, key, *terms, method, test = name.replace("~ ", "").replace("+ ", "").split()
    wanted = case("pooling", name)["values"]
    frame = data(MODERATED[key])
    result = meta_regression(studies(key), frame, terms, conventions=conventions(method, test))
    numbers = result.numbers
    for ours, theirs in (
        ("coefficient", "b"), ("se", "se"), ("coefficient_low", "low"),
        ("coefficient_high", "high"), ("test_statistic", "statistic"), ("p", "p"),
    ):  # fmt: skip
        rows_ = numbers[(numbers["statistic"] == ours) & (numbers["term"] != "")]
        assert rows_["term"].iloc[0] == INTERCEPT
        close(rows_["value"], wanted[theirs], ours, P_VALUE if ours == "p" else 1e-8)
    close(result.value("test_statistic", term=""), wanted["qm"], "QM")
    close(result.value("p", term=""), wanted["qm_p"], "QMp", P_VALUE)
    same_heterogeneity(result, wanted, term="")
    if "r2" in wanted:
        close(result.value("r2", term=""), wanted["r2"], "R2")


BY = {"bcg": "alloc", "hackshaw": "design", "begg": "trt"}


@pytest.mark.parametrize("name", names("pooling", "subgroups "))
def test_subgroups(name):
    _, kind, key, test = name.split()
    wanted = case("pooling", name)["values"]
    chosen = conventions("REML", test, subgroup_variance=kind)
    result = pool(studies(key), by=data(MODERATED[key])[BY[key]], conventions=chosen)
    for i, level in enumerate(wanted["levels"]):
        for ours, theirs in (
            ("effect", "b"), ("effect_se", "se"), ("effect_low", "low"), ("effect_high", "high"),
        ):  # fmt: skip
            got = result.value(ours, term=POOLED, group=level)
            close(got, wanted[theirs][i], f"{level}: {ours}")
        tau2 = wanted["tau2"]
        got = result.value("tau2", term=POOLED, group=level)
        close(got, tau2[i] if isinstance(tau2, list) else tau2, f"{level}: tau2")
    close(result.value("test_statistic", term=BETWEEN), wanted["qm"])
    close(result.value("df", term=BETWEEN), wanted["qm_df"])
    close(result.value("p", term=BETWEEN), wanted["qm_p"], "p", P_VALUE)


def test_double_arcsine():
    reference = case("pooling", "double arcsine")
    given, wanted = reference["input"], reference["values"]
    x, n = np.array(given["x"], float), np.array(given["n"], float)
    effect = double_arcsine(x, n)
    close(effect, wanted["effect"])
    pairs = zip(effect, n, strict=True)
    close([float(proportion_from(e, m)) for e, m in pairs], wanted["back"])
    close(proportion_from(np.array([0.01, 0.4, 0.9, 1.5]), 20), wanted["beyond"])
