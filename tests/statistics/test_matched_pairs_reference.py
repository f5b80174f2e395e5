"""Matched pairs, weighted descriptions and risks, and hidden bias against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from r_values import P_VALUE, case, close, convention, data, factor, names

from cohort_stats.comparing.groups import Row, compare_groups
from cohort_stats.comparing.weighted_groups import weighted_groups
from cohort_stats.comparing.weighted_risks import weighted_risks
from cohort_stats.matching.hidden_bias import e_value, rosenbaum_bounds
from cohort_stats.matching.matched_pairs import compare_matched_pairs, matched_risks
from cohort_stats.regression.logistic_model import logistic

PAIRS = names("matched_pairs", "pairs: ")
WEIGHTED = names("matched_pairs", "weighted: ")
BINARY = names("weighting", "binary: ")
NONE, SOME = "control", "treated"


def prepared(key: str):
    frame = data(f"{key}.csv")
    if key == "lung":
        frame = frame.dropna(subset=["age", "ph.ecog", "ph.karno", "wt.loss"])
        frame = frame.reset_index(drop=True)
        treated = frame["sex"] == 2
    else:
        treated = frame["horTh"] == "yes" if key == "gbsg2" else frame["treat"] == 1
    for name in ("married", "ph.ecog"):
        if name in frame:
            frame[name] = factor(frame[name])
    groups = pd.Categorical(np.where(treated, SOME, NONE), [NONE, SOME])
    return frame.assign(arm=groups), treated


def paired(name: str):
    given = case("matched_pairs", name)["input"]
    frame, _ = prepared(name.split(": ")[1])
    sets = np.zeros(len(frame), dtype=int)
    for column in ("control", "treated"):
        sets[np.array(given[column]) - 1] = np.arange(len(given[column])) + 1
    return frame, sets, pd.Series(given["outcome"]).astype(bool)


@pytest.mark.parametrize("name", PAIRS)
def test_rows_of_matched_pairs(name):
    frame, sets, _ = paired(name)
    wanted = case("matched_pairs", name)["values"]
    for summary in ("mean", "median"):
        variables = [Row(v, summary) for v in wanted["numbers"]]
        plain = convention(rank_test="asymptotic")
        result = compare_matched_pairs(frame, variables, by="arm", sets=sets, conventions=plain)
        for term, r in wanted["numbers"].items():
            statistic, p = ("t", "t_p") if summary == "mean" else ("v", "v_p")
            close(result.value("test_statistic", term=term), r[statistic], f"{name} {term}")
            close(result.value("p", term=term), r[p], f"{name} {term}", rtol=P_VALUE)
    for term, r in wanted["counts"].items():
        result = compare_matched_pairs(frame, [term], by="arm", sets=sets)
        close(result.value("p", term=term), r["p"], f"{name} {term}", rtol=P_VALUE)


@pytest.mark.parametrize("name", PAIRS)
def test_outcomes_of_matched_pairs(name):
    frame, sets, outcome = paired(name)
    wanted = case("matched_pairs", name)["values"]["outcome"]
    result = matched_risks(outcome, frame["arm"], sets)
    cells = [result.value(s) for s in ("both_events", "first_only", "second_only", "neither_event")]
    assert cells == wanted["cells"]
    close(result.value("p"), wanted["p"], name, rtol=P_VALUE)
    for statistic, key in (("risk_difference", "difference"), ("risk_ratio", "ratio"),
                           ("conditional_odds_ratio", "odds")):  # fmt: skip
        got = [result.value(f"{statistic}{limit}") for limit in ("", "_low", "_high")]
        close(got, wanted[key], f"{name}: {key}")
    other = matched_risks(
        outcome, frame["arm"], sets,
        conventions=convention(risk_difference="wald", mcnemar="chi-square"),
    )  # fmt: skip
    got = [other.value(f"risk_difference{limit}") for limit in ("", "_low", "_high")]
    close(got, wanted["wald"], name)
    close(other.value("test_statistic"), wanted["chi_square"], name)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("test", ["signed rank", "sign", "mcnemar"])
def test_rosenbaum_bounds(name, test):
    given, wanted = (case("matched_pairs", name)[k] for k in ("input", "values"))
    frame, _, outcome = paired(name)
    rows = [np.array(given[k]) - 1 for k in ("control", "treated")]
    cases = {"outcome": wanted["outcome"]["bounds"]}
    if test != "mcnemar":
        cases = {v: r["bounds"][test] for v, r in wanted["numbers"].items()}
    for variable, bounds in cases.items():
        values = outcome if variable == "outcome" else frame[variable]
        x, y = (values.to_numpy(dtype=float)[at] for at in rows)
        result = rosenbaum_bounds(x, y, test=test)
        for k, gamma in enumerate(("1", "1.25", "1.5", "2", "3")):
            for statistic, side in (("least_p", "low"), ("largest_p", "high")):
                got = result.value(statistic, level=gamma)
                close(got, bounds[side][k], f"{name} {variable} {gamma}", rtol=P_VALUE)
        close(result.value("gamma_most"), bounds["most"], f"{name} {variable}")


@pytest.mark.parametrize("name", names("matched_pairs", "e-value: "))
def test_e_values(name):
    given, wanted = (case("matched_pairs", name)[k] for k in ("input", "values"))
    result = e_value(*given["ratio"], measure=given["measure"], rare=given["rare"])
    close(result.value("e_value"), wanted["e_value"], name)
    close(result.value("e_value_limit"), wanted["e_value_limit"], name)


def test_an_e_value_does_not_mind_which_group_is_the_first():
    for measure in ("risk ratio", "odds ratio", "hazard ratio"):
        one = e_value(0.5, 0.3, 0.8, measure=measure)
        other = e_value(2.0, 1 / 0.8, 1 / 0.3, measure=measure)
        for statistic in ("e_value", "e_value_limit"):
            assert one.value(statistic) == pytest.approx(other.value(statistic), rel=1e-12)
    assert e_value(1.0).value("e_value") == 1
    assert np.isnan(e_value(1.5).value("e_value_limit"))


@pytest.mark.parametrize("name", WEIGHTED)
def test_weighted_descriptions(name):
    frame, _ = prepared(name.split(": ")[1])
    given, wanted = (case("matched_pairs", name)[k] for k in ("input", "values"))
    weights = pd.Series(given["weights"])
    result = weighted_groups(frame, list(wanted["described"]), by="arm", weights=weights)
    for term, groups in wanted["described"].items():
        for code, numbers in groups.items():
            where = {"term": term, "group": (NONE, SOME)[int(code)]}
            close(result.value("mean", **where), numbers["mean"], f"{name} {where}")
            close(result.value("sd", **where), numbers["sd"], f"{name} {where}")
            got = [result.value(s, **where) for s in ("q1", "median", "q3")]
            close(got, numbers["quartiles"], f"{name} {where}")


@pytest.mark.parametrize("name", WEIGHTED)
def test_weighted_risks_against_survey(name):
    frame, _ = prepared(name.split(": ")[1])
    given, wanted = (case("matched_pairs", name)[k] for k in ("input", "values"))
    weights, outcome = pd.Series(given["weights"]), pd.Series(given["outcome"])
    result = weighted_risks(outcome, frame["arm"], weights=weights)
    difference, se = wanted["difference"]["estimate"], wanted["difference"]["se"]
    got = [result.value(f"risk_difference{s}") for s in ("", "_low", "_high")]
    limits = difference + np.array([0, -1, 1]) * 1.959963984540054 * se
    close(got, limits, name, rtol=1e-7)
    odds, se = wanted["odds"]["log"], wanted["odds"]["se"]
    got = [result.value(f"odds_ratio{s}") for s in ("", "_low", "_high")]
    close(got, np.exp(odds + np.array([0, -1, 1]) * 1.959963984540054 * se), name, rtol=1e-7)
    for code, group in ((0, NONE), (1, SOME)):
        close(result.value("proportion", group=group), wanted["risks"][str(code)][0], name)
    # survey takes everybody into account in the variance of a part; ours counts its own.
    for code, group in ((0, NONE), (1, SOME)):
        got = [result.value(f"proportion_{s}", group=group) for s in ("low", "high")]
        assert_allclose(got, wanted["risks"][str(code)][1:], rtol=2e-3)


@pytest.mark.parametrize("name", BINARY)
def test_weighted_and_clustered_risks_against_sandwich(name):
    key, kind = name.split(": ")[1].split()
    frame, treated = prepared(key)
    given, wanted = (case("weighting", name)[k] for k in ("input", "values"))
    event = frame["cens"] == 1 if key == "gbsg2" else frame["status"] == 2
    outcome = (event & (frame["time"] <= given["until"])).astype("boolean")
    outcome = outcome.mask(~event & (frame["time"] < given["until"]))
    cluster = None
    if kind == "pairs":
        pairs = case("weighting", f"survival: {key} pairs")["input"]
        weights, sets = np.zeros(len(frame)), -np.arange(len(frame))
        weights[np.array(pairs["rows"]) - 1] = 1.0
        sets[np.array(pairs["rows"]) - 1] = pairs["cluster"]
        cluster = pd.Series(sets)
    else:
        weights = case("weighting", f"{key} {kind}")["values"]["weights"]
    plain = convention(cluster_factor="none")
    result = weighted_risks(
        outcome, frame["arm"], weights=pd.Series(weights), cluster=cluster, conventions=plain
    )
    z = 1.959963984540054
    for group, risk in zip((NONE, SOME), wanted["risks"], strict=True):
        close(result.value("proportion", group=group), risk, name)
    estimate, se = wanted["difference"]["estimate"], wanted["difference"]["se"]
    close(result.value("risk_difference"), estimate, name)
    close(result.value("risk_difference_low"), estimate - z * se, name)
    for statistic, key_ in (("risk_ratio", "ratio"), ("odds_ratio", "odds")):
        log, se = wanted[key_]["log"], wanted[key_]["se"]
        close(result.value(statistic), np.exp(log), name)
        close(result.value(f"{statistic}_high"), np.exp(log + z * se), name)
    here = np.array(weights) > 0
    model = frame.assign(treat=treated.astype(float), w=weights)[here]
    model = model.assign(set=(np.arange(len(frame)) if cluster is None else cluster)[here])
    fitted = logistic(outcome[here], model, ["treat"], weights="w", cluster="set",
                      conventions=plain)  # fmt: skip
    close(fitted.value("coefficient", term="treat"), wanted["odds"]["log"], name)
    close(fitted.value("se", term="treat"), wanted["odds"]["se"], name)


def test_equal_weights_describe_as_none():
    frame, _ = prepared("gbsg2")
    variables = ["age", "tgrade"]
    ones = weighted_groups(frame, variables, by="arm", weights=pd.Series([3.0] * len(frame)))
    plain = compare_groups(frame, variables, by="arm")
    for group in ("Overall", NONE, SOME):
        for statistic in ("mean", "sd", "n", "missing"):
            where = {"group": group, "term": "age", "level": ""}
            wanted = plain.value(statistic, **where)
            assert ones.value(statistic, **where) == pytest.approx(wanted, rel=1e-12)
        where = {"group": group, "term": "tgrade", "level": "II"}
        wanted = plain.value("percent", **where)
        assert ones.value("percent", **where) == pytest.approx(wanted, rel=1e-12)
    for term in variables:
        wanted = plain.value("smd", term=term)
        assert ones.value("smd", term=term) == pytest.approx(wanted, rel=1e-12)
    assert "p" not in set(ones.numbers["statistic"])


def test_pairs_do_not_depend_on_the_order_of_patients():
    frame, sets, outcome = paired("pairs: gbsg2")
    order = np.random.default_rng(3).permutation(len(frame))
    one = matched_risks(outcome, frame["arm"], sets)
    other = matched_risks(
        outcome.iloc[order].reset_index(drop=True),
        frame["arm"].iloc[order].reset_index(drop=True),
        sets[order],
    )
    pd.testing.assert_frame_equal(one.numbers, other.numbers)


def test_patients_outside_of_complete_pairs_are_counted():
    arm = pd.Series(pd.Categorical(["a", "b", "a", "b", "b", "a"]))
    sets = [1, 1, 2, 2, 2, 3]
    same_arm = matched_risks(pd.Series([True] * 4), pd.Series(list("abaa")), [1, 1, 2, 2])
    assert same_arm.value("pairs") == 1
    outcome = pd.Series([True, False, True, True, False, True])
    result = matched_risks(outcome, arm, sets)
    assert result.value("pairs") == 1
    assert result.n_missing == 4
    assert any("not in a pair" in w for w in result.warnings)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: e_value(-1), "estimate must be a ratio above 0"),
        (lambda: e_value(2, measure="mean"), "measure must be one of"),
        (lambda: rosenbaum_bounds([1], [1, 2]), "first and second must be of one length"),
        (lambda: rosenbaum_bounds([1, 3], [0, 1], test="mcnemar"), "must be 0 or 1"),
        (lambda: rosenbaum_bounds([1], [2], gammas=[0.5]), "gammas must be numbers of 1"),
        (
            lambda: matched_risks(pd.Series([1, 0]), pd.Series(["a", "a"]), [1, 1]),
            "groups must be two",
        ),
        (
            lambda: weighted_risks(pd.Series([1, 0]), weights=pd.Series([1, -1])),
            "weights must be one number",
        ),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_degenerate_pairs_and_risks_do_not_lie():
    arm = pd.Series(pd.Categorical(["a", "b"] * 4))
    sets = np.repeat([1, 2, 3, 4], 2)
    same = matched_risks(pd.Series([True] * 8), arm, sets)
    assert np.isnan(same.value("p"))
    assert same.value("risk_difference") == 0
    assert np.isnan(same.value("conditional_odds_ratio"))
    one_way = matched_risks(pd.Series([False, True] * 4), arm, sets)
    assert one_way.value("conditional_odds_ratio") == np.inf
    assert one_way.value("risk_ratio") == np.inf
    bounds = rosenbaum_bounds([1, 1], [1, 1])
    assert bounds.warnings == ("bounds not computed: no pair differs",)
    flat = weighted_risks(pd.Series([True] * 8), arm, weights=pd.Series(np.arange(1.0, 9)))
    assert np.isnan(flat.value("p"))
    assert np.isnan(flat.value("proportion_low", group="a"))
    nobody = weighted_groups(
        pd.DataFrame({"x": [np.nan, np.nan]}), ["x"], weights=pd.Series([1.0, 2])
    )
    assert np.isnan(nobody.value("mean", term="x"))
