"""Discrimination, calibration and term tests of logistic models (see logistic_more.R)."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, factor, value

from cohort_stats.kernels import prediction
from cohort_stats.regression.firth_model import fit_firth
from cohort_stats.regression.logistic_model import fit_logistic
from cohort_stats.regression.predictive_performance import (
    APPARENT,
    logistic_performance,
    performance,
)
from cohort_stats.regression.term_tests import term_tests

WALD = convention(logistic_interval="wald")
MODELS = {
    "birthwt": ("low", ["age", "lwt", "race", "smoke", "ht", "ui"]),
    "infert": ("case", ["spontaneous", "induced"]),
    "gbsg2": ("cens", ["age", "menostat", "tsize", "tgrade", "pnodes"]),
}


def model_of(key: str):
    outcome, covariates = MODELS[key]
    frame = data(f"{key}.csv")
    if key == "birthwt":
        frame["race"] = factor(frame["race"])
    return fit_logistic(frame[outcome], frame, covariates, conventions=WALD)


def check(result, wanted, what):
    close(value(result, "brier"), wanted["brier"], what)
    close(value(result, "concordance"), wanted["c"], what)
    close(value(result, "concordance_se"), wanted["c_se"], what)
    hl = wanted["hl"]
    close(value(result, "hl_chi_square"), hl["chisq"], what)
    assert (value(result, "hl_df"), value(result, "hl_groups")) == (hl["df"], len(hl["n"]))
    close(value(result, "hl_p"), hl["p"], what, P_VALUE)
    names = {"calibration_n": "n", "calibration_events": "events"}
    names["calibration_predicted"] = "predicted"
    for statistic, column in names.items():
        levels = [str(k + 1) for k in range(len(hl["n"]))]
        close([value(result, statistic, level=v) for v in levels], hl[column], statistic)


@pytest.mark.parametrize("key", MODELS)
def test_apparent(key):
    wanted = case("logistic_more", f"performance {key}")["values"]
    result = logistic_performance(model_of(key))
    check(result, wanted, key)
    assert value(result, "calibration_slope") == pytest.approx(1, abs=1e-8)
    assert value(result, "calibration_intercept") == pytest.approx(0, abs=1e-8)
    width = value(result, "calibration_slope_high") - value(result, "calibration_slope_low")
    close(width / 2 / 1.959963984540054, wanted["slope_se"], rtol=1e-7)
    methods = result.numbers.set_index("statistic")["method"]
    assert methods["calibration_slope"].endswith("by construction of maximum likelihood")
    assert methods["brier"] == APPARENT


@pytest.mark.parametrize("key", MODELS)
def test_terms(key):
    wanted = case("logistic_more", f"performance {key}")["values"]["by_term"]
    model = model_of(key)
    result = term_tests(model)
    for name, chi_square in wanted.items():
        term = name.removeprefix("factor(").removesuffix(")")
        # R gets it from the difference of two deviances.
        close(value(result, "term_lr_chi_square", term=term), chi_square, term, 1e-7)
        assert value(result, "term_lr_df", term=term) == len(model.columns.positions(term))


def test_probabilities_from_elsewhere():
    wanted = case("logistic_more", "performance outside")["values"]
    d = data("birthwt.csv")
    score = -1 + 0.9 * d["smoke"] - 0.02 * (d["lwt"] - 130) + d["ht"]
    result = performance(d["low"], 1 / (1 + np.exp(-score)))
    check(result, wanted, "outside")
    for name, key in (("slope", "slope"), ("intercept", "large")):
        close(value(result, f"calibration_{name}"), wanted[key])
        width = value(result, f"calibration_{name}_high") - value(result, f"calibration_{name}")
        close(width / 1.959963984540054, wanted[f"{key}_se"], rtol=1e-7)


def test_clusters_enter_the_error_of_c():
    wanted = case("logistic_more", "performance clusters")["values"]
    frame = data("bacteria.csv")
    model = fit_logistic(frame["y"] == "y", frame, ["ap", "hilo", "week"], cluster="ID")
    result = logistic_performance(model)
    close(value(result, "concordance"), wanted["c"])
    close(value(result, "concordance_se"), wanted["c_se"])
    assert "hl_p" not in set(result.numbers["statistic"])
    assert term_tests(model).numbers.empty


@pytest.mark.parametrize("seed", range(6))
def test_c_by_counting_pairs(seed):
    rng = np.random.default_rng(seed)
    event, score = rng.random(25) < 0.4, rng.integers(0, 6, 25).astype(float)
    weight = rng.integers(1, 4, 25).astype(float)
    right = total = 0.0
    for i, j in itertools.product(np.flatnonzero(event), np.flatnonzero(~event)):
        both = weight[i] * weight[j]
        total += both
        right += both * (1.0 if score[i] > score[j] else 0.5 if score[i] == score[j] else 0.0)
    c, se = prediction.c_statistic(event, score, weight)
    assert c == pytest.approx(right / total, rel=1e-12)
    times = weight.astype(int)
    repeated = prediction.c_statistic(np.repeat(event, times), np.repeat(score, times))
    assert (c, se) == pytest.approx(repeated, rel=1e-12)


def test_equal_probabilities_stay_together():
    chance = np.repeat([0.05, 0.1, 0.2, 0.3], [1, 34, 18, 7])
    group = prediction.risk_groups(chance, 10)
    assert [set(group[chance == p]) for p in (0.05, 0.1, 0.2, 0.3)] == [{0}, {0}, {1}, {2}]
    assert set(prediction.risk_groups(np.full(9, 0.4), 10)) == {0}


def test_penalised_probabilities_are_drawn_to_one_half():
    frame = data("birthwt.csv").iloc[::3]
    model = fit_firth(frame["low"], frame, ["lwt", "ht"])
    result = logistic_performance(model)
    assert value(result, "calibration_slope") > 1.01
    assert "by construction" not in " ".join(result.numbers["method"])
    test = term_tests(model)
    for term in ("lwt", "ht"):
        close(value(test, "term_lr_p", term=term), model.result.value("p", term=term), rtol=1e-7)


def test_what_has_no_performance():
    frame = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6]})
    for outcome in ([0, 0, 0, 1, 1, 1], [0] * 6):
        model = fit_logistic(pd.Series(outcome), frame, ["x"])
        result = logistic_performance(model)
        assert result.numbers.empty
        assert result.warnings[0].startswith("performance not computed")
    nobody = performance(pd.Series([0, 0]), pd.Series([0.1, 0.2]))
    assert nobody.warnings == ("performance not computed: no patient has the outcome",)
    sure = performance(pd.Series([0, 1, 0, 1]), pd.Series([0, 0.2, 0.4, 1.0]))
    assert "exactly 0 or 1" in sure.warnings[0]
    assert sure.value("concordance") == 0.75
    same = performance(pd.Series([0, 1, 0, 1]), pd.Series([0.3] * 4))
    assert same.value("concordance") == 0.5
    assert not {"calibration_slope", "hl_p"} & set(same.numbers["statistic"])
    assert same.warnings == (
        "all predictions are the same: the interval of C has no width",
        "Hosmer–Lemeshow test not done: the predictions fall into a single group",
    )
    perfect = performance(pd.Series([0, 1, 0, 1]), pd.Series([0.2, 0.8] * 2)).warnings
    assert (
        perfect[0]
        == "the predictions separate the outcomes perfectly: the interval of C has no width"
    )
    unknown = performance(pd.Series([0, 1]), pd.Series([np.nan] * 2)).warnings
    assert unknown == ("performance not computed: nobody has both values known",)
    with pytest.raises(ValueError, match=r"probability must lie between 0 and 1; got -0\.1 to 2"):
        performance(pd.Series([0, 1]), pd.Series([-0.1, 2]))
    with pytest.raises(ValueError, match="probability must have 2 values; got 1"):
        performance(pd.Series([0, 1]), pd.Series([0.5]))


def test_order_of_rows():
    frame = data("birthwt.csv")
    chance = pd.Series(np.linspace(0.05, 0.9, len(frame)).round(2))
    order = np.random.default_rng(5).permutation(len(frame))
    plain = performance(frame["low"], chance)
    shuffled = performance(frame["low"].iloc[order], chance.iloc[order])
    close(shuffled.numbers["value"], plain.numbers["value"], rtol=1e-12)
