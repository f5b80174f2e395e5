"""Kaplan–Meier curves, medians, rates at times, follow-up, and the log-rank test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.by_group import by_group as _by_group
from cohort_stats.by_group import group_codes as _codes
from cohort_stats.by_group import known_patients as _known
from cohort_stats.by_group import left_out_warnings
from cohort_stats.by_group import only as _only
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import lifetable
from cohort_stats.kernels.lifetable import LifeTable
from cohort_stats.results import Result, along, as_numbers, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]


def kaplan_meier(
    endpoint: Endpoint,
    groups: pd.Series | None = None,
    *,
    times: Sequence[float] = (),
    risk_times: Sequence[float] = (),
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Estimate survival, overall or by group.

    Parameters
    ----------
    endpoint
        Time and event, n patients.
    groups
        A level for each patient; without it, all patients are one group.
    times
        Times at which S(t) is given with its interval.
    risk_times
        Times at which the numbers at risk, with events and censored to date, are given.
    conventions
        ``survival_interval``: scale of the intervals.

    Returns
    -------
    Result
        For each group: n, events, censored; median with limits; S(t) with limits and the
        number at risk at `times`; median follow-up with limits; the curve with its limits;
        counts at `risk_times`.

    Notes
    -----
    R: ``survfit(Surv(time, event) ~ group, conf.type = "log-log")``; the follow-up is
    ``survfit(Surv(time, !event) ~ 1)``. At risk at t counts the patients under observation
    just before t. The interval of the median is Brookmeyer and Crowley's on the scale of
    ``survival_interval``; where S(t) runs flat at one half, the median is the middle of
    that stretch. S(t) beyond the last follow-up time of a group is not estimated (nan).
    """
    conventions = as_conventions(conventions)
    for argument, asked in (("times", times), ("risk_times", risk_times)):
        if not all(isinstance(t, int | float | np.number) and t >= 0 for t in asked):
            raise ValueError(f"{argument} must be numbers, none negative; got {list(asked)}")
    known, left_out = _known(endpoint, groups)
    found: list[pd.DataFrame] = []
    method = f"Kaplan–Meier, {conventions.survival_interval} interval"
    for name, part in _by_group(endpoint.where(known), _only(groups, known)):
        shared = {"group": name, "method": method, "n_used": len(part)}
        table = lifetable.life_table(part.time, part.event)
        single = _summary(part, table, conventions, shared)
        for time in times:
            single += rows(_at(table, time, conventions), time=time, **shared)  # type: ignore[arg-type]
        for time in risk_times:
            single += rows(_counts_at(part, time), time=time, **shared)  # type: ignore[arg-type]
        found += [as_numbers(single), _curve(table, conventions, shared)]
    words = (
        "Survival was estimated by the Kaplan–Meier method with 95% confidence intervals on the "
        f"{conventions.survival_interval} scale; median follow-up by reverse Kaplan–Meier."
    )
    warnings = _warnings(endpoint, known)
    n = int(known.sum())
    numbers = pd.concat(found, ignore_index=True)
    return Result(numbers, words, n, left_out, conventions, warnings)


def logrank(
    endpoint: Endpoint, groups: pd.Series, *, conventions: Conventions | str = RECOMMENDED
) -> Result:
    """Compare survival between groups with the log-rank test.

    Parameters
    ----------
    endpoint
        Time and event, n patients.
    groups
        A level for each patient.
    conventions
        Recorded only: the log-rank test is one of the few that all programs agree on.

    Returns
    -------
    Result
        chi_square, df and p; observed and expected events by group. With fewer than two
        groups, or no event that could tell them apart, p is nan and a warning says why.

    Notes
    -----
    R: ``survdiff(Surv(time, event) ~ group)``. Mantel 1966; hypergeometric variance.
    """
    conventions = as_conventions(conventions)
    known, left_out = _known(endpoint, groups)
    part, levels = endpoint.where(known), _only(groups, known)
    assert levels is not None
    names, codes = _codes(levels)
    shared = {"method": "log-rank test", "n_used": len(part), "n_missing": left_out}
    counts = lifetable.group_counts(part.time, part.event, codes, len(names))
    observed, expected, covariance = lifetable.logrank(counts)
    # A group that is never at risk together with another one tells nothing and costs no df.
    df = int(np.linalg.matrix_rank(covariance, rtol=1e-9, hermitian=True)) if len(names) else 0
    why = _no_logrank(len(names), part, df)
    if why:
        empty = as_numbers(rows({"p": float("nan")}, **shared))  # type: ignore[arg-type]
        warning = f"log-rank test not done: {why}"
        return Result(empty, "", len(part), left_out, conventions, (warning,))
    difference = observed - expected
    inverse = np.linalg.pinv(covariance, rcond=1e-9, hermitian=True)
    value = float(difference @ inverse @ difference)
    values = {"chi_square": value, "df": df, "p": chi_square_tail(value, df)}
    found = rows(values, **shared)  # type: ignore[arg-type]
    for g, name in enumerate(names):
        values = {"observed": observed[g], "expected": expected[g]}
        found += rows(values, group=name, **shared)  # type: ignore[arg-type]
    words = "Groups were compared with the log-rank test."
    return Result(as_numbers(found), words, len(part), left_out, conventions)


def _no_logrank(groups: int, part: Endpoint, df: int) -> str:
    if groups < 2:
        return "there are fewer than two groups"
    if not part.event.any():
        return "no event happened"
    if df == 0:
        return "no event happened while patients of two groups were at risk"
    return ""


def _summary(
    part: Endpoint, table: LifeTable, conventions: Conventions, shared: dict[str, object]
) -> list[dict[str, object]]:
    events = int(part.event.sum())
    counts = {"n": len(part), "events": events, "censored": len(part) - events}
    median = _median(table, conventions)
    reverse = part.reversed()
    follow_up = _median(lifetable.life_table(reverse.time, reverse.event), conventions)
    medians = dict(zip(("median", "median_low", "median_high"), median, strict=True))
    names = ("median_follow_up", "median_follow_up_low", "median_follow_up_high")
    return rows({**counts, **medians, **dict(zip(names, follow_up, strict=True))}, **shared)  # type: ignore[arg-type]


def _median(table: LifeTable, conventions: Conventions) -> tuple[float, float, float]:
    curve, variance = lifetable.survival(table)
    low, high = lifetable.survival_interval(curve, variance, conventions.survival_interval)
    median, first, last = (
        lifetable.first_time_at_or_below(table.time, c, 0.5) for c in (curve, low, high)
    )
    return median, first, last


def _at(table: LifeTable, time: float, conventions: Conventions) -> dict[str, float]:
    curve, variance = lifetable.survival(table)
    low, high = lifetable.survival_interval(curve, variance, conventions.survival_interval)
    position = int(np.searchsorted(table.time, time, side="right")) - 1
    if len(table.time) == 0 or time > table.time[-1]:
        values = (float("nan"),) * 3
    elif position < 0:
        values = (1.0, 1.0, 1.0)
    else:
        values = (float(curve[position]), float(low[position]), float(high[position]))
    return dict(zip(("survival", "survival_low", "survival_high"), values, strict=True))


def _counts_at(part: Endpoint, time: float) -> dict[str, float]:
    before = part.time < time
    return {
        "at_risk": float((~before).sum()),
        "events_to_date": float((part.event & (part.time <= time)).sum()),
        "censored_to_date": float((before & ~part.event).sum()),
    }


def _curve(table: LifeTable, conventions: Conventions, shared: dict[str, object]) -> pd.DataFrame:
    curve, variance = lifetable.survival(table)
    low, high = lifetable.survival_interval(curve, variance, conventions.survival_interval)
    steps = {"curve": curve, "curve_low": low, "curve_high": high, "curve_censored": table.censored}
    return along(steps, shared, time=table.time)


def _warnings(endpoint: Endpoint, known: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    warnings = left_out_warnings(endpoint, known)
    part = endpoint.where(known)
    if part.competing is not None and part.competing.any():
        warnings.append(
            f"{counted(int(part.competing.sum()))} with the competing event count as censored: "
            "1 − S(t) overstates how often the event happens; see the cumulative incidence"
        )
    if not part.event.any():
        warnings.append("no event happened: survival stays at 100%")
    return tuple(warnings)
