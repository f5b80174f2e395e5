"""Cumulative incidence beside a competing event, and Gray's test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import gray as gray_kernel
from cohort_stats.kernels import incidence as kernel
from cohort_stats.results import Result, along, as_numbers, rows
from cohort_stats.survival.curves import kaplan_meier
from cohort_stats.survival.groups import followed

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LIMITS = ("", "_low", "_high")


def cumulative_incidence(
    endpoint: Endpoint,
    groups: pd.Series | None = None,
    *,
    times: Sequence[float] = (),
    risk_times: Sequence[float] = (),
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Estimate how often an event happens where another may come first.

    Parameters
    ----------
    endpoint
        Time, event and competing event, n patients. ``endpoint.swapped()`` gives the
        cumulative incidence of the competing event.
    groups
        A level for each patient; without it, all patients are one group.
    times
        Times at which the cumulative incidence is given with its interval.
    risk_times
        Times at which the numbers at risk, with both events and censored to date, are given.
    conventions
        ``survival_interval``: scale of the interval; ``incidence_variance``: ``greenwood`` or
        ``aalen``.

    Returns
    -------
    Result
        For each group: n, events, competing events, censored; median follow-up with limits;
        the cumulative incidence F(t) with limits and standard error at `times`; the curve
        with its limits; counts at `risk_times`. The limits are nan where F(t) is 0. F(t)
        beyond the last follow-up time is not estimated (nan), unless nobody is left to whom
        anything could still happen.

    Raises
    ------
    ValueError
        When the endpoint has no competing event, or has entry times.

    Notes
    -----
    Aalen and Johansen 1978. R: ``survfit(Surv(time, factor(status)) ~ group, conf.type =
    "log-log")``, whose variance is the default ``greenwood``, and whose scales are of F(t)
    itself; ``cmprsk::cuminc`` has the variance ``aalen``. Tied events count at their common
    time, and patients censored at a time of events are at risk there. The follow-up is
    ``survfit(Surv(time, status == 0) ~ 1)``: either event ends the wait for a censoring.
    """
    conventions = as_conventions(conventions)
    for argument, asked in (("times", times), ("risk_times", risk_times)):
        if not all(isinstance(t, int | float | np.number) and t >= 0 for t in asked):
            raise ValueError(f"{argument} must be numbers, none negative; got {list(asked)}")
    who = followed(endpoint, groups)
    competing_of(endpoint)
    follow_up = kaplan_meier(endpoint.reversed(), groups, conventions=conventions)
    method = (
        f"Aalen–Johansen, {conventions.incidence_variance.capitalize()} variance, "
        f"{conventions.survival_interval} interval"
    )
    found: list[pd.DataFrame] = []
    for name, mine in who.parts():
        shared = {"group": name, "method": method, "n_used": len(mine)}
        single = rows({**_counts(mine), **_follow_up(follow_up, name)}, **shared)  # type: ignore[arg-type]
        table = kernel.cause_table(mine.time, mine.event, competing_of(mine))
        curve = _curve(table, conventions)
        for time in times:
            single += rows(_at(table, curve, time), time=time, **shared)  # type: ignore[arg-type]
        for time in risk_times:
            single += rows(_counts_at(mine, time), time=time, **shared)  # type: ignore[arg-type]
        steps = dict(zip((f"incidence_curve{end}" for end in LIMITS), curve[:3], strict=True))
        found += [as_numbers(single), along(steps, shared, time=table.time)]
    words = (
        "Cumulative incidence was estimated by the Aalen–Johansen method, which takes the "
        "competing event into account, with 95% confidence intervals on the "
        f"{conventions.survival_interval} scale."
    )
    warnings = (*who.warnings, *doubts(who.endpoint, "the cumulative incidence"))
    numbers = pd.concat(found, ignore_index=True)
    return Result(numbers, words, len(who.endpoint), who.n_missing, conventions, warnings)


def gray_test(
    endpoint: Endpoint, groups: pd.Series, *, conventions: Conventions | str = RECOMMENDED
) -> Result:
    """Compare the cumulative incidence of an event between groups with Gray's test.

    Parameters
    ----------
    endpoint
        Time, event and competing event, n patients.
    groups
        A level for each patient.
    conventions
        Recorded only.

    Returns
    -------
    Result
        chi_square, df and p; observed and expected events by group. With fewer than two
        groups, or no event that could tell them apart, p is nan and a warning says why.

    Raises
    ------
    ValueError
        When the endpoint has no competing event, or has entry times.

    Notes
    -----
    R: ``cmprsk::cuminc(time, status, group)$Tests``. Gray 1988, with rho = 0. Where so many
    patients of one group have the event at once that R's correction of the variance for ties
    would become negative, it is 0 here.
    """
    conventions = as_conventions(conventions)
    who = followed(endpoint, groups)
    competing_of(endpoint)
    part, names, left_out = who.endpoint, who.names, who.n_missing
    shared = {"method": "Gray’s test", "n_used": len(part), "n_missing": left_out}
    why = "there are fewer than two groups" if len(names) < 2 else ""
    why = why or ("" if part.event.any() else "no event happened")
    if not why:
        competing = competing_of(part)
        curves = gray_kernel.group_curves(part.time, part.event, competing, who.codes, len(names))
        score, covariance = gray_kernel.gray(curves)
        # A group that is never at risk together with another one tells nothing and costs no df.
        df = int(np.linalg.matrix_rank(covariance, rtol=1e-9, hermitian=True))
        why = "" if df else "no event happened while patients of two groups were at risk"
    if why:
        empty = as_numbers(rows({"p": float("nan")}, **shared))  # type: ignore[arg-type]
        warning = f"Gray’s test not done: {why}"
        return Result(empty, "", len(part), left_out, conventions, (warning,))
    value = float(score @ np.linalg.pinv(covariance, rcond=1e-9, hermitian=True) @ score)
    values = {"chi_square": value, "df": df, "p": chi_square_tail(value, df)}
    found = rows(values, **shared)  # type: ignore[arg-type]
    for name, observed, extra in zip(names, curves.events.sum(axis=0), score, strict=True):
        values = {"observed": float(observed), "expected": float(observed - extra)}
        found += rows(values, group=name, **shared)  # type: ignore[arg-type]
    words = "Cumulative incidence was compared between groups with Gray’s test."
    return Result(as_numbers(found), words, len(part), left_out, conventions)


def competing_of(endpoint: Endpoint) -> Bools:
    """Who had the competing event.

    Raises
    ------
    ValueError
        When the endpoint has none, or has entry times, for which there are no weights here.
    """
    if endpoint.competing is None:
        raise ValueError("endpoint must have a competing event (Endpoint(competing=…)); got none")
    if endpoint.entry is not None:
        raise ValueError(
            "endpoint must be followed from time 0 beside a competing event; got entry times"
        )
    return endpoint.competing


def doubts(part: Endpoint, what: str) -> list[str]:
    """Warnings where the events are such that a code may stand for something else.

    Parameters
    ----------
    part
        The patients analysed.
    what
        What is estimated, as the subject of a sentence.
    """
    found: list[str] = []
    if not len(part):
        return found
    if not part.event.any():
        found.append("no patient has the event: look whether its code is right")
    if not competing_of(part).any():
        found.append(
            f"no patient has the competing event, so {what} is that of an ordinary survival "
            "analysis: look whether the code of the competing event is right"
        )
    if not part.censored.any():
        found.append(
            "no patient is censored: all have the event or the competing event; look whether "
            "one of the codes stands for patients with neither"
        )
    return found


def _counts(part: Endpoint) -> dict[str, int]:
    return {
        "n": len(part),
        "events": int(part.event.sum()),
        "competing_events": int(competing_of(part).sum()),
        "censored": int(part.censored.sum()),
    }


def _follow_up(found: Result, group: str) -> dict[str, float]:
    return {
        f"median_follow_up{end}": found.value(f"median{end}", group=group, term="")
        for end in LIMITS
    }


def _curve(
    table: kernel.CauseTable, conventions: Conventions
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """At each time: F(t), its limits and standard error, and who has neither event."""
    found = kernel.aalen_johansen(table)
    variance = kernel.variance(table, found, conventions.incidence_variance)
    low, high = kernel.interval(found.incidence, variance, conventions.survival_interval)
    return found.incidence, low, high, np.sqrt(variance), found.after


def _at(table: kernel.CauseTable, curve: tuple[Floats, ...], time: float) -> dict[str, float]:
    *columns, after = curve
    position = int(np.searchsorted(table.time, time, side="right")) - 1
    if len(table.time) == 0 or (time > table.time[-1] and after[-1] > 0):
        values = [float("nan")] * 4
    elif position < 0:
        values = [0.0, float("nan"), float("nan"), 0.0]
    else:
        values = [float(column[position]) for column in columns]
    return dict(
        zip((f"cumulative_incidence{end}" for end in (*LIMITS, "_se")), values, strict=True)
    )


def _counts_at(part: Endpoint, time: float) -> dict[str, float]:
    before, by_then = part.time < time, part.time <= time
    return {
        "at_risk": float((~before).sum()),
        "events_to_date": float((part.event & by_then).sum()),
        "competing_to_date": float((competing_of(part) & by_then).sum()),
        "censored_to_date": float((before & part.censored).sum()),
    }
