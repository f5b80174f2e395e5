"""Quantiles, differences, restricted means, the log-rank family and rates against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from r_values import P_VALUE, case, close, convention, data, endpoint, factor, names

from cohort_stats.comparing.adjust import adjust
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels.rates import poisson_interval, ratio_of_rates
from cohort_stats.survival.contrasts import restricted_mean, survival_difference
from cohort_stats.survival.curves import kaplan_meier, logrank
from cohort_stats.survival.event_rates import rates
from cohort_stats.survival.landmark_analysis import landmark
from cohort_stats.survival.logrank_family import logrank_pairwise, logrank_trend

LIMITS = (("", "estimate"), ("_low", "lower"), ("_high", "upper"))


def given(name: str, start: str) -> tuple[dict, Endpoint, pd.Series | None]:
    """The R values of a case, the endpoint, and the groups its name asks for."""
    reference = case("survival_more", name)
    key, by = name.removeprefix(start).split(", ")[0].split(" by ")
    frame = data(reference["data"])
    groups = None if by == "overall" else factor(frame[by])
    return reference["values"], endpoint(key, frame), groups


def named(level: str) -> str:
    return OVERALL if level == "overall" else str(level)


@pytest.mark.parametrize("name", names("survival_more", "quantiles "))
def test_quantiles(name):
    wanted, end, groups = given(name, "quantiles ")
    conventions = convention(survival_interval=name.rsplit(", ", 1)[1])
    probs = next(iter(wanted.values()))["probs"]
    result = kaplan_meier(end, groups, quantiles=probs, conventions=conventions)
    for level, values in wanted.items():
        for k, share in enumerate(probs):
            for limit, r_name in (("", "time"), ("_low", "lower"), ("_high", "upper")):
                where = {"group": named(level), "level": f"{100 * share:g}%"}
                got = result.value(f"quantile{limit}", **where)
                close(got, values[r_name][k], f"{name}: {level} {share} {r_name}")


def not_below_zero(value: float | None) -> float | None:
    """A limit of a time, which we cut off at 0; R's formula does not."""
    return value if value is None else max(value, 0.0)


def close_spss(result, group: str, wanted: dict, name: str) -> None:
    for share, values in wanted["quantiles"].items():
        for limit, r_name in (("", "time"), ("_low", "lower"), ("_high", "upper")):
            where = {"group": group, "level": f"{100 * float(share):g}%"}
            close(result.value(f"quantile{limit}", **where), not_below_zero(values[r_name]), name)
    for limit, r_name in (("", "time"), ("_low", "lower"), ("_high", "upper")):
        got = result.value(f"median{limit}", group=group)
        close(got, not_below_zero(wanted["quantiles"]["0.5"][r_name]), name)
    close(result.value("mean_survival", group=group), wanted["mean"], name)
    close(result.value("mean_survival_se", group=group), wanted["mean_se"], name)


@pytest.mark.parametrize("name", names("survival_more", "spss ", without=("small",)))
def test_spss_quantiles_and_mean(name):
    wanted, end, groups = given(name, "spss ")
    result = kaplan_meier(end, groups, quantiles=(0.25, 0.5, 0.75), conventions="spss")
    for level, values in wanted.items():
        close_spss(result, named(level), values, name)


@pytest.mark.parametrize("name", names("survival_more", "spss small: "))
def test_spss_on_small_data(name):
    reference = case("survival_more", name)
    end = Endpoint(*(np.array(reference["input"][c], float) for c in ("time", "status")))
    result = kaplan_meier(end, quantiles=(0.25, 0.5, 0.75), conventions="spss")
    close_spss(result, OVERALL, reference["values"], name)


@pytest.mark.parametrize("name", names("survival_more", "difference "))
def test_difference_of_survival(name):
    wanted, end, groups = given(name, "difference ")
    times = wanted["times"]
    result = survival_difference(end, groups, times=times)
    for level, values in wanted["groups"].items():
        for k, time in enumerate(times):
            where = {"group": level, "level": wanted["first"], "time": time}
            for limit, r_name in LIMITS:
                close(result.value(f"survival_difference{limit}", **where), values[r_name][k], name)
            close(result.value("p", **where), values["p"][k], name, rtol=P_VALUE)


@pytest.mark.parametrize("name", names("survival_more", "rmst "))
def test_restricted_mean(name):
    wanted, end, groups = given(name, "rmst ")
    rule = name.rsplit("tau ", 1)[1]
    result = restricted_mean(end, groups, tau=None if rule == "common" else float(rule))
    close(result.value("horizon"), wanted["tau"])
    for level, values in wanted["groups"].items():
        for statistic, r_name in (("rmst", "rmst"), ("rmst_se", "se")):
            # R's standard error of 0, where nobody had the event, is none here.
            found = None if r_name == "se" and values["se"] == 0 else values[r_name]
            close(result.value(statistic, group=level), found, f"{name}: {level}")
    certain = [level for level, values in wanted["groups"].items() if values["se"] == 0]
    for level, contrasts in wanted["against_first"].items():
        for term, values in contrasts.items():
            if values["estimate"] is None:  # a group that was not followed to tau
                found = result.numbers.query("group == @level and term == @term")
                assert found["value"].isna().all()
                continue
            for limit, r_name in LIMITS:
                got = result.value(f"rmst_{term}{limit}", group=level, term=term)
                found = None if limit and level in certain else values[r_name]
                close(got, found, f"{name}: {level} {term} {r_name}")
            p = None if level in certain else values["p"]
            close(result.value("p", group=level, term=term), p, name, rtol=P_VALUE)


def weights_of(text: str) -> str | tuple[float, ...]:
    return tuple(float(x) for x in text.split(",")) if "," in text else text


@pytest.mark.parametrize("name", names("survival_more", "family "))
def test_logrank_family(name):
    plan, kind = name.removeprefix("family ").rsplit(", weights ", 1)
    left, _, stratum = plan.partition(", strata ")
    key, by = left.split(" by ")
    reference = case("survival_more", name)
    frame, wanted = data(reference["data"]), reference["values"]
    end, groups = endpoint(key, frame), factor(frame[by])
    how = {"weights": weights_of(kind), "strata": factor(frame[stratum]) if stratum else None}
    result = logrank(end, groups, **how)
    assert result.n_used == wanted["n"]
    close(result.value("chi_square"), wanted["chisq"], name)
    close(result.value("df"), wanted["df"], name)
    close(result.value("p"), wanted["p"], name, rtol=P_VALUE)
    trend = logrank_trend(end, groups, **how)
    close(trend.value("chi_square"), wanted["trend"]["chisq"], name)
    close(trend.value("p"), wanted["trend"]["p"], name, rtol=P_VALUE)
    for level, distance in zip(
        groups.cat.categories, wanted.get("observed_less_expected", ()), strict=False
    ):
        observed, expected = (result.value(s, group=str(level)) for s in ("observed", "expected"))
        close(observed - expected, distance, name)


@pytest.mark.parametrize("name", names("survival_more", "pairwise "))
def test_pairwise(name):
    wanted, end, groups = given(name, "pairwise ")
    for adjustment in ("holm", "bonferroni", "benjamini-hochberg"):
        result = logrank_pairwise(end, groups, adjustment=adjustment)
        for k, pair in enumerate(zip(wanted["first"], wanted["second"], strict=True)):
            where = dict(zip(("group", "level"), map(str, pair), strict=True))
            close(result.value("chi_square", **where), wanted["chisq"][k], name)
            close(result.value("p", **where), wanted["p"][k], name, rtol=P_VALUE)
            close(result.value("p_adjusted", **where), wanted[adjustment][k], name, rtol=P_VALUE)


@pytest.mark.parametrize("name", names("survival_more", "adjust "))
def test_adjusted_p(name):
    reference = case("survival_more", name)
    p = np.array(reference["input"]["p"], dtype=float)
    for adjustment, wanted in reference["values"].items():
        close(adjust(p, adjustment), wanted, f"{name} {adjustment}")


@pytest.mark.parametrize("name", names("survival_more", "truncated "))
def test_left_truncation(name):
    wanted, end, groups = given(name, "truncated ")
    conventions = convention(survival_interval=name.rsplit(", ", 1)[1])
    times = next(iter(wanted.values()))["at"]["time"]
    result = kaplan_meier(end, groups, times=times, risk_times=times, conventions=conventions)
    means = restricted_mean(end, groups, tau=1500)
    for level, values in wanted.items():
        group, at = named(level), values["at"]
        close([result.value(s, group=group) for s in ("n", "events")],
              [values["n"], values["events"]], name)  # fmt: skip
        median = [result.value(f"median{s}", group=group) for s in ("", "_low", "_high")]
        close(median, values["median"], name)
        for k, time in enumerate(at["time"]):
            where = {"group": group, "time": time}
            close(result.value("at_risk", **where), at["n_risk"][k], name)
            got = [result.value(f"survival{s}", **where) for s in ("", "_low", "_high")]
            close(got, [at[c][k] for c in ("surv", "lower", "upper")], f"{name} at {time}")
        close(means.value("rmst", group=group), values["rmst"], name)
        close(means.value("rmst_se", group=group), values["rmst_se"], name)


@pytest.mark.parametrize("name", names("survival_more", "landmark "))
def test_landmark(name):
    text, at = name.rsplit(" at ", 1)
    reference = case("survival_more", name)
    key, by = text.removeprefix("landmark ").split(" by ")
    frame, wanted = data(reference["data"]), reference["values"]
    found = landmark(endpoint(key, frame), float(at))
    for statistic in ("events_before", "censored_before"):
        close(found.result.value(statistic), wanted[statistic], name)
    groups = factor(frame[by])[found.kept]
    result = kaplan_meier(found.endpoint, groups)
    for level, values in wanted["curves"].items():
        close(result.value("n", group=level), values["n"], name)
        close(result.value("events", group=level), values["events"], name)
        median = [result.value(f"median{s}", group=level) for s in ("", "_low", "_high")]
        close(median, values["median"], name)
    close(logrank(found.endpoint, groups).value("chi_square"), wanted["chisq"], name)


@pytest.mark.parametrize("name", names("survival_more", "rates ", without=("small",)))
def test_rates(name):
    wanted, end, groups = given(name, "rates ")
    result = rates(end, groups, per=1000)
    for level, values in wanted["groups"].items():
        for statistic in ("events", "person_time"):
            close(result.value(statistic, group=level), values[statistic], name)
        for limit, r_name in (("", "rate"), ("_low", "lower"), ("_high", "upper")):
            got = result.value(f"rate{limit}", group=level)
            close(got, 1000 * values[r_name], f"{name} {level}")
    for level, contrasts in wanted["against_first"].items():
        for term, values in contrasts.items():
            scale = 1000 if term == "difference" else 1
            for limit, r_name in LIMITS:
                got = result.value(f"rate_{term}{limit}", group=level, term=term)
                close(got, scale * values[r_name], f"{name}: {level} {term} {r_name}")
            close(result.value("p", group=level, term=term), values["p"], name, rtol=P_VALUE)


@pytest.mark.parametrize("name", names("survival_more", "rates small: "))
def test_rates_of_small_and_large_counts(name):
    reference = case("survival_more", name)
    x1, t1, x2, t2 = reference["input"]["counts"]
    got = np.array([x1, *poisson_interval(x1)]) / t1
    close(got, reference["values"]["rate"], name)
    *estimates, p = ratio_of_rates((x1, x2), (t1, t2))
    *wanted, p_wanted = reference["values"]["ratio"]
    close(estimates, wanted, name)
    close(p, p_wanted, name, rtol=P_VALUE)
