"""Kaplan–Meier curves, medians, rates at times, follow-up, and the log-rank test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import lifetable
from cohort_stats.kernels.lifetable import LifeTable
from cohort_stats.results import Result, along, as_numbers, rows
from cohort_stats.survival.groups import Counted, Followed, emptied_early, followed
from cohort_stats.survival.logrank_family import Weights, compared, not_compared, statistic
from cohort_stats.survival.quantiles import mean_survival, quantile
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Rows = list[dict[str, object]]
MEAN = ("mean_survival", "mean_survival_se", "mean_survival_low", "mean_survival_high")


def kaplan_meier(
    endpoint: Endpoint,
    groups: pd.Series | None = None,
    *,
    times: Sequence[float] = (),
    risk_times: Sequence[float] = (),
    quantiles: Sequence[float] = (),
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Estimate survival, overall and by group.

    Parameters
    ----------
    endpoint
        Time and event, n patients; with entry times, under left truncation.
    groups
        A level for each patient; without it, all patients are one group.
    times
        Times at which S(t) is given with its interval.
    risk_times
        Times at which the numbers at risk, with events and censored to date, are given.
    quantiles
        Shares of patients, between 0 and 1; given is the time by which such a share has had
        the event.
    conventions
        ``survival_interval``: scale of the intervals. ``quantile_interval`` and
        ``flat_survival``: how medians and quantiles are taken.

    Returns
    -------
    Result
        For each group: n, events, censored; median with limits; quantiles with limits, their
        share as `level`; S(t) with limits and the number at risk at `times`; median follow-up
        with limits; the curve with its limits; counts at `risk_times`. With a symmetric
        ``quantile_interval`` also mean_survival with its standard error and limits.

    Notes
    -----
    R: ``survfit(Surv(time, event) ~ group, conf.type = "log-log")``, with entry times
    ``Surv(entry, time, event)``; the follow-up is ``survfit(Surv(time, !event) ~ 1)``. At risk
    at t counts the patients under observation just before t. The interval of the median is
    Brookmeyer and Crowley's on the scale of ``survival_interval``; where S(t) runs flat at one
    half, the median is the middle of that stretch; for SPSS's, see
    :func:`~cohort_stats.survival.quantiles.quantile`. S(t) beyond the last follow-up time of a
    group is not estimated (nan), unless it had reached 0; R: ``summary(fit, times, extend = TRUE)``
    holds the last value for ever.
    """
    conventions = as_conventions(conventions)
    for argument, asked in (("times", times), ("risk_times", risk_times)):
        if not all(isinstance(t, int | float | np.number) and t >= 0 for t in asked):
            raise ValueError(f"{argument} must be numbers, none negative; got {list(asked)}")
    if not all(isinstance(q, float | np.floating) and 0 < q < 1 for q in quantiles):
        raise ValueError(f"quantiles must be numbers between 0 and 1; got {list(quantiles)}")
    who = followed(endpoint, groups)
    tables = {name: counted.table for name, counted in who.counted.items()}
    places = Asked(tuple(times), tuple(risk_times), tuple(quantiles))
    method = f"Kaplan–Meier, {conventions.survival_interval} interval"
    numbers, warnings = curves_of(who, tables, places, method, conventions)
    words, n = _words(endpoint, conventions), len(who.endpoint)
    return Result(numbers, words, n, who.n_missing, conventions, warnings)


@dataclass(frozen=True)
class Asked:
    """Where a curve is read: the times of S(t), of the numbers at risk, and quantiles."""

    times: tuple[float, ...] = ()
    risk_times: tuple[float, ...] = ()
    quantiles: tuple[float, ...] = ()


def curves_of(
    who: Followed,
    tables: Mapping[str, LifeTable],
    asked: Asked,
    method: str,
    conventions: Conventions,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The numbers of survival curves, and what to say of them.

    Parameters
    ----------
    who
        The patients; they are counted as they are.
    tables
        The life table of all of them and of each group, weighted or not.
    asked
        Where the curves are read.
    method
        What the numbers are.
    conventions
        As :func:`kaplan_meier` takes them.
    """
    found: list[pd.DataFrame] = []
    warnings = [*who.warnings, *_competing_censored(who.endpoint)]
    for name, mine in who.counted.items():
        shared = {"group": name, "method": method, "n_used": mine.n}
        table = tables[name]
        single = _summary(mine, table, conventions, shared)
        for share in asked.quantiles:
            values = _named("quantile", quantile(table, share, conventions))
            single += rows(values, level=f"{100 * share:g}%", **shared)  # type: ignore[arg-type]
        for time in asked.times:
            single += rows(_at(table, time, conventions), time=time, **shared)  # type: ignore[arg-type]
        for time in asked.risk_times:
            single += rows(mine.counts_at(time), time=time, **shared)  # type: ignore[arg-type]
        found += [as_numbers(single), _curve(table, mine.table, conventions, shared)]
        warnings += emptied_early(mine, name)
    if not len(who.endpoint):
        warnings.append("there is no patient to follow")
    elif not who.endpoint.event.any():
        warnings.append("no event happened: survival stays at 100%")
    return pd.concat(found, ignore_index=True), tuple(warnings)


def _competing_censored(part: Endpoint) -> list[str]:
    if part.competing is None or not part.competing.any():
        return []
    return [
        f"{counted(int(part.competing.sum()))} with the competing event count as censored: "
        "1 − S(t) overstates how often the event happens; see the cumulative incidence"
    ]


def _words(endpoint: Endpoint, conventions: Conventions) -> str:
    words = (
        "Survival was estimated by the Kaplan–Meier method with 95% confidence intervals on the "
        f"{conventions.survival_interval} scale; median follow-up by reverse Kaplan–Meier."
    )
    if conventions.quantile_interval == "symmetric":
        words += (
            " Intervals of medians are symmetric, from their standard errors; mean survival is "
            "restricted to the last time of each group."
        )
    if endpoint.entry is not None:
        words += " Patients counted as at risk only after they came under observation."
    return words


def logrank(
    endpoint: Endpoint,
    groups: pd.Series,
    *,
    weights: Weights = "log-rank",
    strata: pd.Series | None = None,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Compare survival between groups with the log-rank test, or another of its family.

    Parameters
    ----------
    endpoint
        Time and event, n patients; with entry times, under left truncation.
    groups
        A level for each patient.
    weights
        ``log-rank``; ``gehan-breslow`` (number at risk; SPSS: Breslow), ``tarone-ware`` (its
        square root), ``peto-peto`` (S̃(t) = ∏(1 − d/(n + 1)), t included), or a pair (p, q) for
        Fleming and Harrington's S(t−)^p (1 − S(t−))^q.
    strata
        A level for each patient: groups are compared within strata, weights taken there too.
    conventions
        Recorded only: the log-rank test is one of the few that all programs agree on.

    Returns
    -------
    Result
        chi_square, df and p; observed and expected events by group. With fewer than two
        groups, or no event that could tell them apart, p is nan and a warning says why.

    Notes
    -----
    R: ``survdiff(Surv(time, event) ~ group + strata(s))``; (p, 0) is ``rho = p``. R calls
    (1, 0) the Peto & Peto modification of the Gehan–Wilcoxon test; ``peto-peto`` is the form
    of Stata (``sts test, peto``) and of Klein and Moeschberger, section 7.3. Mantel 1966;
    Breslow 1970; Tarone and Ware 1977; Peto and Peto 1972; Fleming and Harrington 1991.
    Hypergeometric variance.
    """
    conventions = as_conventions(conventions)
    who = followed(endpoint, groups, strata)
    found = compared(who, weights, stratified=strata is not None)
    if found.why:
        return not_compared(found, who, conventions)
    value = statistic(found)
    p = chi_square_tail(value, found.df)
    shared = {"method": found.name, "n_used": len(who.endpoint), "n_missing": who.n_missing}
    numbers = rows({"chi_square": value, "df": found.df, "p": p}, **shared)  # type: ignore[arg-type]
    for name, observed, expected in zip(who.names, found.observed, found.expected, strict=True):
        values = {"observed": observed, "expected": expected}
        numbers += rows(values, group=name, **shared)  # type: ignore[arg-type]
    words = f"Groups were compared with the {found.name}."
    n, left_out = len(who.endpoint), who.n_missing
    return Result(as_numbers(numbers), words, n, left_out, conventions, who.warnings)


def _named(statistic: str, values: tuple[float, float, float]) -> dict[str, float]:
    names = (statistic, f"{statistic}_low", f"{statistic}_high")
    return dict(zip(names, values, strict=True))


def _summary(
    mine: Counted, table: LifeTable, conventions: Conventions, shared: dict[str, object]
) -> Rows:
    n, events = mine.n, int(mine.table.events.sum())
    values: dict[str, float] = {"n": n, "events": events, "censored": n - events}
    values |= _named("median", quantile(table, 0.5, conventions))
    values |= _named("median_follow_up", quantile(mine.reverse, 0.5, conventions))
    if conventions.quantile_interval == "symmetric":
        values |= dict(zip(MEAN, mean_survival(table), strict=True))
    return rows(values, **shared)  # type: ignore[arg-type]


def _at(table: LifeTable, time: float, conventions: Conventions) -> dict[str, float]:
    curve, variance = lifetable.survival(table)
    low, high = lifetable.survival_interval(curve, variance, conventions.survival_interval)
    position = int(np.searchsorted(table.time, time, side="right")) - 1
    if lifetable.unknown_at(table, curve, time):
        values = (float("nan"),) * 3
    elif position < 0:
        values = (1.0, 1.0, 1.0)
    else:
        values = (float(curve[position]), float(low[position]), float(high[position]))
    return dict(zip(("survival", "survival_low", "survival_high"), values, strict=True))


def _curve(
    table: LifeTable, counts: LifeTable, conventions: Conventions, shared: dict[str, object]
) -> pd.DataFrame:
    """The steps of a curve, weighted or not, with patients at risk as they are counted."""
    curve, variance = lifetable.survival(table)
    low, high = lifetable.survival_interval(curve, variance, conventions.survival_interval)
    steps = {"curve": curve, "curve_low": low, "curve_high": high, "curve_censored": table.censored}
    steps["curve_at_risk"] = counts.at_risk[np.searchsorted(counts.time, table.time)]
    return along(steps, shared, time=table.time)
