"""The main methods under every preset on cohorts of every shape, against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, data, factor, names, value

from cohort_stats.comparing.groups import Row, compare_groups
from cohort_stats.comparing.risks import compare_risks
from cohort_stats.discrimination.roc_curve import roc
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.survival.curves import kaplan_meier, logrank

CASES = names("shapes", "")


def having(part: str) -> list[str]:
    return [name for name in CASES if name != "_r" and part in case("shapes", name)["values"]]


def given(name: str) -> tuple[pd.DataFrame, dict, dict, str]:
    """The cohort with its groups as levels, what was asked, what R found, and the preset."""
    found = case("shapes", name)
    return data(found["data"]), found["input"], found["values"], name.split()[1]


def as_list(covariates: object) -> list[str]:
    return [covariates] if isinstance(covariates, str) else list(covariates)


def outcome_of(frame: pd.DataFrame, what: list[str]) -> pd.Series:
    column, wanted = frame[what[0]], what[1]
    if pd.api.types.is_numeric_dtype(column):
        return (column == float(wanted)).astype("boolean").mask(column.isna())
    return (column == wanted).astype("boolean").mask(column.isna())


def endpoint_of(frame: pd.DataFrame, asked: dict) -> Endpoint:
    event = outcome_of(frame, asked["event"])
    time = frame[asked["time"]].where(event.notna())
    return Endpoint(time.to_numpy(float), event.fillna(False).to_numpy(bool))


@pytest.mark.parametrize("name", having("described"))
def test_descriptions(name):
    frame, asked, wanted, preset = given(name)
    result = compare_groups(frame, [asked["number"]], conventions=preset)
    for statistic, theirs in wanted["described"].items():
        close(result.value(statistic, term=asked["number"]), theirs, f"{name}: {statistic}")


@pytest.mark.parametrize("name", having("compared"))
def test_comparisons(name):
    frame, asked, wanted, preset = given(name)
    frame["by"] = factor(frame[asked["by"]])
    term = asked["number"]
    for kind, test in (("means", "means"), ("ranks", "ranks")):
        if kind not in wanted["compared"]:
            continue
        result = compare_groups(frame, [Row(term, test=test)], by="by", conventions=preset)
        theirs = wanted["compared"][kind]
        close(result.value("p", term=term), theirs["p"], f"{name}: {kind}", P_VALUE)
        close(result.value("test_statistic", term=term), theirs["statistic"], f"{name}: {kind}")
    if "counts" in wanted["compared"]:
        frame["level"] = factor(frame[asked["level"]])
        result = compare_groups(frame, ["level"], by="by", conventions=preset)
        theirs = wanted["compared"]["counts"]
        close(result.value("p", term="level"), theirs["p"], f"{name}: counts", P_VALUE)
        if "statistic" in theirs:
            close(result.value("test_statistic", term="level"), theirs["statistic"], name)


@pytest.mark.parametrize("name", having("shares"))
def test_proportions(name):
    frame, asked, wanted, preset = given(name)
    wanted = wanted["shares"]
    outcome, groups = outcome_of(frame, asked["outcome"]), factor(frame[asked["by"]])
    result = compare_risks(outcome, groups, conventions=preset)
    where = {"group": "Overall"}
    assert [result.value(s, **where) for s in ("events", "n")] == [wanted["x"], wanted["n"]]
    limits = [result.value(f"proportion_{end}", **where) for end in ("low", "high")]
    close(limits, wanted["limits"], name)
    if "difference" in wanted:
        got = [result.value(f"risk_difference{end}") for end in ("", "_low", "_high")]
        close(got, wanted["difference"], f"{name}: difference")


@pytest.mark.parametrize("name", having("survived"))
def test_survival(name):
    frame, asked, wanted, preset = given(name)
    wanted = wanted["survived"]
    endpoint, groups = endpoint_of(frame, asked), factor(frame[asked["by"]])
    at = float(asked["at"])
    result = kaplan_meier(endpoint, groups, times=[at], risk_times=[at], conventions=preset)
    for group, theirs in wanted["groups"].items():
        where = {"group": group, "time": at}
        got = [result.value(f"survival{end}", **where) for end in ("", "_low", "_high")]
        close(got, [np.nan if v is None else v for v in theirs["survival"]], f"{name}: {group}")
        assert result.value("at_risk", **where) == theirs["at_risk"]
        median = np.nan if theirs["median"] is None else theirs["median"]
        close(result.value("median", group=group), median, f"{name}: {group}, median")
        if "median_limits" in theirs:
            limits = [np.nan if v is None else v for v in theirs["median_limits"]]
            got = [result.value(f"median_{end}", group=group) for end in ("low", "high")]
            close(got, limits, f"{name}: {group}, limits of the median")
    test = logrank(endpoint, groups, conventions=preset)
    close(test.value("chi_square"), wanted["logrank"]["chi_square"], name)
    close(test.value("p"), wanted["logrank"]["p"], name, P_VALUE)


@pytest.mark.parametrize("name", having("hazards"))
def test_cox(name):
    frame, asked, wanted, preset = given(name)
    wanted, covariates = wanted["hazards"], as_list(asked["covariates"])
    result = cox(endpoint_of(frame, asked), frame, covariates, conventions=preset)
    assert (result.n_used, value(result, "events")) == (wanted["n"], wanted["events"])
    same_coefficients(result, covariates, wanted, name)
    close(value(result, "log_likelihood"), wanted["log_likelihood"], name)


@pytest.mark.parametrize("name", having("odds"))
def test_logistic(name):
    frame, asked, wanted, preset = given(name)
    wanted, covariates = wanted["odds"], as_list(asked["covariates"])
    outcome = outcome_of(frame, asked["outcome"])
    result = logistic(outcome, frame, covariates, conventions=preset)
    assert result.n_used == wanted["n"]
    same_coefficients(result, covariates, wanted, name)
    close(value(result, "deviance"), wanted["deviance"], name)
    if "limits" in wanted:
        both = [
            result.numbers[
                (result.numbers["statistic"] == f"odds_ratio_{end}")
                & result.numbers["term"].isin(covariates)
            ]["value"]
            for end in ("low", "high")
        ]
        close(np.concatenate(both), wanted["limits"], f"{name}: limits")


def same_coefficients(result, covariates: list[str], wanted: dict, name: str) -> None:
    for ours, theirs in (("coefficient", "coefficients"), ("se", "se")):
        numbers = result.numbers
        mine = numbers[(numbers["statistic"] == ours) & numbers["term"].isin(covariates)]
        close(mine["value"], wanted[theirs], f"{name}: {ours}")


@pytest.mark.parametrize("name", having("area"))
def test_areas(name):
    frame, asked, wanted, preset = given(name)
    wanted = wanted["area"]
    outcome, marker = outcome_of(frame, asked["outcome"]), frame[asked["marker"]]
    result = roc(outcome, marker, direction="high", cutoff=0.0, conventions=preset)
    got = [result.value(s) for s in ("auc", "auc_se", "auc_low", "auc_high")]
    close(got, [wanted["auc"], wanted["se"], *wanted["limits"]], name)
    close(result.value("p"), wanted["p"], name, P_VALUE)
