"""Intervals, partial areas, cut-off rules and tests of areas against R (see roc_more.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, names, value

from cohort_stats.discrimination.compared_areas import compare_areas
from cohort_stats.discrimination.compared_groups import compare_areas_between
from cohort_stats.discrimination.partial_area import partial_area
from cohort_stats.discrimination.roc_curve import roc

MARKERS = names("roc_more", "aSAH ", "gbsg2 ")


def given(name: str) -> dict:
    """Outcome, marker and direction of a case, as the verbs take them."""
    key, marker = name.split()
    frame = data(f"{key}.csv")
    direction = {"<": "high", ">": "low"}[case("roc_more", name)["values"]["direction"]]
    if key == "aSAH":
        outcome = frame["outcome"] == "Poor"
        return {"outcome": outcome, "marker": frame[marker], "direction": direction}
    known = (frame["time"] > 730) | (frame["cens"] == 1)
    event = (frame["cens"] == 1) & (frame["time"] <= 730)
    return {"outcome": event[known], "marker": frame.loc[known, marker], "direction": direction}


def asah(*markers: str) -> dict:
    frame = data("aSAH.csv")
    return {"outcome": frame["outcome"] == "Poor", "markers": frame[list(markers)]}


@pytest.mark.parametrize("name", MARKERS)
@pytest.mark.parametrize(
    ("choice", "key"), [("hanley-mcneil", "free"), ("hanley-mcneil exponential", "exponential")]
)
def test_hanley_and_mcneil(name, choice, key):
    wanted = case("roc_more", name)["values"]["hanley"]
    result = roc(**given(name), cutoff=0.0, conventions=convention(auc_interval=choice))
    close(result.value("auc_se"), wanted[key], name)
    close(result.value("p"), wanted["p"], name, rtol=P_VALUE)
    if choice == "hanley-mcneil":
        limits = [result.value("auc_low"), result.value("auc_high")]
        close(limits, [wanted["free_lower"], wanted["free_upper"]], name)
        spss = roc(**given(name), cutoff=0.0, conventions="spss")
        assert spss.value("auc_se") == result.value("auc_se")


@pytest.mark.parametrize("name", MARKERS)
def test_partial_areas(name):
    for words, wanted in case("roc_more", name)["values"]["partial"].items():
        of, low, _, high = words.split()
        between = (float(low), float(high))
        result = partial_area(**given(name), between=between, of=of, bootstraps=2)
        close(value(result, "partial_auc"), wanted["raw"], f"{name} {words}")
        standardised = value(result, "partial_auc_standardised")
        close(standardised, wanted["corrected"], f"{name} {words}")
        assert any("below chance" in w for w in result.warnings) == np.isnan(standardised)


@pytest.mark.parametrize("name", MARKERS)
def test_rules_of_cutoffs(name):
    wanted = case("roc_more", name)["values"]
    rules = ("closest", ("sensitivity", 0.9), ("specificity", 0.9), "youden")
    result = roc(**given(name), cutoffs=rules, bootstraps=2)
    for level, key, se, sp in (
        ("", "closest", "sensitivity", "specificity"),
        ("sensitivity 0.9", "sensitivity_0.9", "se", "sp"),
        ("specificity 0.9", "specificity_0.9", "se", "sp"),
    ):
        if wanted[key]["threshold"] is None:  # everybody tests positive: no cut-off
            assert level not in set(result.numbers["level"])
            assert any("none is given" in w for w in result.warnings)
            continue
        found = [value(result, s, level=level) for s in ("cutoff", "sensitivity", "specificity")]
        close(found, [wanted[key][k] for k in ("threshold", se, sp)], f"{name} {key}")
    alone = roc(**given(name), bootstraps=2)
    assert value(result, "cutoff", level="youden") == value(alone, "cutoff")


@pytest.mark.parametrize("name", MARKERS)
@pytest.mark.parametrize(("key", "choice"), [("wilson", "wilson"), ("exact", "clopper-pearson")])
def test_performance_at_a_cutoff(name, key, choice):
    wanted = case("roc_more", name)["values"]
    conventions = convention(proportion_interval=choice)
    result = roc(**given(name), cutoff=wanted["at"], conventions=conventions)
    counts = {"tp": "true_positive", "fp": "false_positive"}
    counts |= {"tn": "true_negative", "fn": "false_negative"}
    for short, statistic in counts.items():
        assert result.value(statistic) == wanted[key][short]
    shares = ("sensitivity", "specificity", "ppv", "npv", "accuracy")
    for statistic in (*shares, "lr_positive", "lr_negative"):
        triple = [result.value(f"{statistic}{end}") for end in ("", "_low", "_high")]
        close(triple, [wanted[key][statistic][k] for k in ("est", "lower", "upper")], statistic)


@pytest.mark.parametrize("marker", ["s100b", "ndka", "wfns"])
def test_unpaired(marker):
    wanted = case("roc_more", f"unpaired {marker}")["values"]
    frame = data("aSAH.csv")
    groups = pd.Series(pd.Categorical(frame["gender"], categories=["Male", "Female"]))
    result = compare_areas_between(
        frame["outcome"] == "Poor", frame[marker], groups, direction="high"
    )
    where = {"group": "Male", "level": "Female"}
    difference = value(result, "auc_difference", **where)
    close(difference, wanted["auc1"] - wanted["auc2"])
    found = [value(result, s, **where) for s in ("test_statistic", "df")]
    close(found, [wanted["d"], wanted["df"]], marker)
    close(value(result, "p", **where), wanted["p"], marker, rtol=P_VALUE)
    low, high = (value(result, f"auc_difference_{end}", **where) for end in ("low", "high"))
    assert (low > 0 or high < 0) == (wanted["p"] < 0.05)
    assert low + high == pytest.approx(2 * difference)


@pytest.mark.parametrize("name", names("roc_more", "paired "))
def test_paired(name):
    wanted, (_, one, other) = case("roc_more", name)["values"], name.split()
    result = compare_areas(**asah(one, other), direction="high")
    where = {"term": one, "level": other}
    close(value(result, "test_statistic", **where), wanted["z"], name)
    close(value(result, "p", **where), wanted["p"], name, rtol=P_VALUE)
    limits = [value(result, f"auc_difference_{end}", **where) for end in ("low", "high")]
    close(limits, [wanted["lower"], wanted["upper"]], name)


def test_three_markers_together():
    wanted = case("roc_more", "together")["values"]
    result = compare_areas(**asah("s100b", "ndka", "wfns"), direction="high")
    close([value(result, s) for s in ("chi_square", "df")], [wanted["chi_square"], wanted["df"]])
    close(value(result, "p"), wanted["p"], rtol=P_VALUE)


#: Monte Carlo error of a 2.5% percentile of 4,000 samples is some 0.05 standard deviations of the
#: area each, in R and here; four of them together are 0.3.
MONTE_CARLO = 0.3


@pytest.mark.parametrize("marker", ["s100b", "wfns"])
def test_bootstrap_interval_within_monte_carlo_error(marker):
    wanted = case("roc_more", f"bootstrap {marker}")["values"]
    result = roc(
        **given(f"aSAH {marker}"),
        cutoff=0.0,
        bootstraps=4000,
        conventions=convention(auc_interval="bootstrap"),
    )
    room = MONTE_CARLO * result.value("auc_se")
    assert result.value("auc_low") == pytest.approx(wanted["lower"], abs=room)
    assert result.value("auc_high") == pytest.approx(wanted["upper"], abs=room)


def test_bootstrap_interval_of_a_partial_area_within_monte_carlo_error():
    wanted = case("roc_more", "bootstrap partial s100b")["values"]
    result = partial_area(**given("aSAH s100b"), between=(0.8, 1), bootstraps=4000)
    low, high = (value(result, f"partial_auc_standardised_{end}") for end in ("low", "high"))
    room = MONTE_CARLO * (wanted["upper"] - wanted["lower"]) / 3.92
    assert low == pytest.approx(wanted["lower"], abs=room)
    assert high == pytest.approx(wanted["upper"], abs=room)


def test_bootstrap_test_within_monte_carlo_error():
    wanted = case("roc_more", "bootstrap test wfns ndka")["values"]
    result = compare_areas(
        **asah("wfns", "ndka"), direction="high", test="bootstrap", bootstraps=4000
    )
    where = {"term": "wfns", "level": "ndka"}
    # The standard deviation of 4,000 differences is known to some 1.1%, in R and here.
    statistic = value(result, "test_statistic", **where)
    assert statistic == pytest.approx(wanted["d"], rel=4 * 0.011 * 2**0.5)
