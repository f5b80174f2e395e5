"""Kaplan–Meier, follow-up and log-rank against R's survival package."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, endpoint, factor, names

from cohort_stats.comparing.groups import OVERALL
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import lifetable
from cohort_stats.kernels import logrank as logrank_kernel
from cohort_stats.survival.curves import kaplan_meier, logrank


def parsed(name: str) -> tuple[str, str, str]:
    """``km gbsg2_days by horTh, log`` → data set, variable, scale of the interval."""
    text, scale = name.rsplit(", ", 1)
    key, by = text.removeprefix("reverse ").removeprefix("km ").split(" by ")
    return key, by, scale


def close_median(result, group: str, statistic: str, wanted: dict, name: str) -> None:
    for limit, r_name in (("", "time"), ("_low", "lower"), ("_high", "upper")):
        got = result.value(f"{statistic}{limit}", group=group)
        close(got, wanted[r_name], f"{name}: {group} {statistic}{limit}")


@pytest.mark.parametrize("name", names("survival", "km ", without=("steps",)))
def test_kaplan_meier(name):
    key, by, scale = parsed(name)
    reference = case("survival", name)
    frame = data(reference["data"])
    groups = None if by == "overall" else factor(frame[by])
    times = next(iter(reference["values"].values()))["at"]["time"]
    conventions = convention(survival_interval=scale)
    result = kaplan_meier(
        endpoint(key, frame), groups, times=times, risk_times=times, conventions=conventions
    )
    for level, wanted in reference["values"].items():
        group = OVERALL if by == "overall" else str(level)
        close(result.value("n", group=group), wanted["n"], name)
        close(result.value("events", group=group), wanted["events"], name)
        close_median(result, group, "median", wanted["quantiles"]["0.5"], name)
        at = wanted["at"]
        for k, time in enumerate(times):
            what = f"{name}: {group} at {time}"
            close(result.value("at_risk", group=group, time=time), at["n_risk"][k], what)
            survival = [
                result.value(statistic, group=group, time=time)
                for statistic in ("survival", "survival_low", "survival_high")
            ]
            if time > wanted["last_time"] and at["surv"][k] > 0:  # R extends every curve
                assert np.isnan(survival).all()
            else:
                close(survival, [at[c][k] for c in ("surv", "lower", "upper")], what)


def close_steps(time, event, scale: str, wanted: dict, name: str) -> None:
    table = lifetable.life_table(np.asarray(time, float), np.asarray(event) == 1)
    curve, variance = lifetable.survival(table)
    low, high = lifetable.survival_interval(curve, variance, scale)
    columns = {
        "time": table.time,
        "n_risk": table.at_risk,
        "n_event": table.events,
        "n_censor": table.censored,
        "surv": curve,
        "std_err_log": np.sqrt(variance),
        "lower": low,
        "upper": high,
    }
    for column, got in columns.items():
        close(got, wanted[column], f"{name}: {column}")


@pytest.mark.parametrize("name", names("survival", "km steps"))
def test_every_step_of_a_curve(name):
    reference = case("survival", name)
    frame = data(reference["data"])
    close_steps(frame["time"], frame["status"], name.rsplit(", ", 1)[1], reference["values"], name)


@pytest.mark.parametrize("name", names("survival", "small: "))
def test_small_cases(name):
    scale = name.rsplit(", ", 1)[1]
    reference = case("survival", name)
    given, wanted = reference["input"], reference["values"]
    close_steps(given["time"], given["status"], scale, wanted["steps"], name)
    result = kaplan_meier(
        Endpoint(np.array(given["time"], float), np.array(given["status"])),
        conventions=convention(survival_interval=scale),
    )
    close_median(result, OVERALL, "median", wanted["quantiles"]["0.5"], name)
    table = lifetable.life_table(np.array(given["time"], float), np.array(given["status"]) == 1)
    curve, variance = lifetable.survival(table)
    curves = curve, *lifetable.survival_interval(curve, variance, scale)
    for p, quantile in wanted["quantiles"].items():
        got = [lifetable.first_time_at_or_below(table.time, c, 1 - float(p)) for c in curves]
        close(got, [quantile[c] for c in ("time", "lower", "upper")], f"{name}: quantile {p}")


@pytest.mark.parametrize("name", names("survival", "reverse km "))
def test_follow_up(name):
    key, by, scale = parsed(name)
    reference = case("survival", name)
    frame = data(reference["data"])
    groups = None if by == "overall" else factor(frame[by])
    conventions = convention(survival_interval=scale)
    result = kaplan_meier(endpoint(key, frame), groups, conventions=conventions)
    for level, wanted in reference["values"].items():
        group = OVERALL if by == "overall" else str(level)
        close(result.value("censored", group=group), wanted["events"], name)
        close_median(result, group, "median_follow_up", wanted["quantiles"]["0.5"], name)


@pytest.mark.parametrize("name", names("survival", "logrank ", without=("strata",)))
def test_logrank(name):
    key, by = name.removeprefix("logrank ").split(" by ")
    reference = case("survival", name)
    frame, wanted = data(reference["data"]), reference["values"]
    result = logrank(endpoint(key, frame), factor(frame[by]))
    assert result.n_used == wanted["n"]
    close(result.value("chi_square"), wanted["chisq"], name)
    close(result.value("df"), wanted["df"], name)
    close(result.value("p"), wanted["p"], name, rtol=P_VALUE)
    for level, observed, expected in zip(
        wanted["groups"], wanted["observed"], wanted["expected"], strict=True
    ):
        close(result.value("observed", group=str(level)), observed, name)
        close(result.value("expected", group=str(level)), expected, name)


def test_logrank_covariance_is_that_of_survdiff():
    reference = case("survival", "logrank veteran by celltype")
    frame = data("veteran.csv")
    end = endpoint("veteran", frame)
    codes = pd.Categorical(frame["celltype"]).codes.astype(np.intp)
    counts = logrank_kernel.group_counts(end.time, end.event, codes, 4)
    close(logrank_kernel.logrank(counts)[2], reference["values"]["variance"])
