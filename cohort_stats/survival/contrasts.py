"""How far survival differs between groups: S(t) at times, and restricted mean survival."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cohort_stats.comparing.groups import OVERALL
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import Z95, normal_two_sided
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import lifetable
from cohort_stats.kernels.lifetable import LifeTable
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.survival.groups import followed, table_of
from cohort_stats.wording import timed

DIFFERENCE, RATIO = "difference", "ratio"
NAN = float("nan")


def survival_difference(
    endpoint: Endpoint,
    groups: pd.Series,
    *,
    times: Sequence[float],
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Differences of S(t) between each group and the first, at given times.

    Parameters
    ----------
    endpoint
        Time and event, n patients.
    groups
        A level for each patient; the first level that has patients is the one compared with.
    times
        Times fixed beforehand, in the endpoint's unit.
    conventions
        Recorded only: the difference is always taken on the plain scale.

    Returns
    -------
    Result
        For each further group (`group`, against `level`) and time: survival_difference with
        limits, and p; nan beyond the last follow-up of either group, unless its S(t) had reached
        0. No limits and no p where S(t) of a group is 0, or neither has had an event.

    Notes
    -----
    S₂(t) − S₁(t) ± 1.96 standard errors, plain scale, Greenwood's variances added; p from the
    same normal statistic (Klein et al., Stat Med 2007;26:4505–4519, the untransformed test).
    R: ``summary(survfit(…), times = t)``, its ``surv`` and ``std.err``.
    """
    conventions = as_conventions(conventions)
    if not len(times) or not all(isinstance(t, int | float | np.number) and t >= 0 for t in times):
        raise ValueError(f"times must be numbers, none negative, at least one; got {times!r}")
    who = followed(endpoint, groups)
    method = "difference of S(t), plain scale, Greenwood"
    tables = {name: table_of(part) for name, part in who.groups()}
    numbers, warnings = [], [*who.warnings, *_too_few(who.names, "difference of survival")]
    for name in who.names[1:]:
        first = who.names[0]
        n = int(np.isin(who.codes, (0, who.names.index(name))).sum())
        for time in times:
            (s1, v1), (s2, v2) = (_survival_at(tables[g], time) for g in (first, name))
            se = float(np.sqrt(v1 + v2))
            values = _difference("survival_difference", s2 - s1, se)
            numbers += rows(values, group=name, level=first, time=time, method=method, n_used=n)
            until = timed(time, endpoint.unit)
            where = f"{_of(groups, name)} against {first} at {until}"
            if np.isnan(s2 - s1):
                warnings.append(f"{where}: no difference, as a group was not followed so long")
            for group, s, v in ((first, s1, v1), (name, s2, v2)):
                if not v > 0 and not np.isnan(s2 - s1):
                    warnings.append(f"{where}: {_certain(group, s, se)}")
    words = (
        "Differences of survival at fixed times have normal 95% confidence intervals and p-values "
        "(plain scale, Greenwood’s variance)."
    )
    n, left_out = len(who.endpoint), who.n_missing
    return Result(as_numbers(numbers), words, n, left_out, conventions, tuple(warnings))


def _of(groups: pd.Series | None, name: str) -> str:
    """A group, with the variable that it is a group of."""
    if groups is None or groups.name is None or name == OVERALL:
        return name
    return f"`{groups.name}` {name}"


def _certain(group: str, survival: float, se: float) -> str:
    who = "nobody" if survival > 0 else "everybody"
    words = f"{who} in group {group} had had the event by then"
    if se > 0:
        return f"{words}; the interval takes its 100% as certain and is too narrow"
    return f"{words}, so that there is no interval"


def _survival_at(table: LifeTable, time: float) -> tuple[float, float]:
    """S(t) and Greenwood's variance of it; nan beyond the last time, unless S(t) had reached 0."""
    curve, variance = lifetable.survival(table)
    if lifetable.unknown_at(table, curve, time):
        return NAN, NAN
    at = int(np.searchsorted(table.time, time, side="right")) - 1
    if at < 0:
        return 1.0, 0.0
    # Greenwood's formula has no value where S(t) is 0.
    return float(curve[at]), float(curve[at] ** 2 * variance[at]) if curve[at] > 0 else NAN


def _difference(name: str, value: float, se: float) -> dict[str, float]:
    if not se > 0:
        return {name: value, f"{name}_low": NAN, f"{name}_high": NAN, "p": NAN}
    return {
        name: value,
        f"{name}_low": value - Z95 * se,
        f"{name}_high": value + Z95 * se,
        "p": normal_two_sided(value / se),
    }


def _too_few(names: Sequence[str], what: str) -> list[str]:
    return [] if len(names) > 1 else [f"{what} not done: there are fewer than two groups"]


def restricted_mean(
    endpoint: Endpoint,
    groups: pd.Series | None = None,
    *,
    tau: float | None = None,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Restricted mean survival time: overall or by group, with difference and ratio.

    Parameters
    ----------
    endpoint
        Time and event, n patients.
    groups
        A level for each patient; the first level that has patients is the one compared with.
        Without it, all patients are one group.
    tau
        Time up to which the mean is taken, best fixed beforehand. Without it, the largest time
        that every group was followed to: the smallest of the groups' last times.
    conventions
        Recorded only.

    Returns
    -------
    Result
        tau; overall and for each group n, events, rmst with standard error and limits; for
        each further group (`group`, against `level`) rmst_difference and rmst_ratio with
        limits and p, the p under `term` ``difference`` and ``ratio``. A group that was not
        followed to `tau` has no mean, and a warning, unless its S(t) had reached 0. Where nobody
        of a group had the event before `tau`, or all at once, its mean has no variance: limits
        and p are nan, with a warning.

    Notes
    -----
    Area under the Kaplan–Meier curve, Greenwood's variance of it; difference on the plain,
    ratio on the log scale, by the delta method (Royston and Parmar 2013; Uno et al. 2014).
    R: ``print(survfit(…), rmean = tau)``; ``survRM2::rmst2``, unadjusted.
    """
    conventions = as_conventions(conventions)
    if tau is not None and not (isinstance(tau, int | float) and 0 < tau < np.inf):
        raise ValueError(f"tau must be a number above 0; got {tau!r}")
    who = followed(endpoint, groups)
    parts = dict(who.parts())
    tables = {name: table_of(part) for name, part in parts.items()}
    until, rule = _tau([tables[name] for name in who.names or (OVERALL,)], tau)
    method = f"restricted mean up to {timed(until, endpoint.unit)}, {rule}"
    found = {name: _mean(table, until) for name, table in tables.items()}
    numbers = rows({"horizon": until}, method=method, n_used=len(who.endpoint))
    for name, part in parts.items():
        mean, se = found[name]
        values = {"n": len(part), "events": int(part.event.sum()), "rmst": mean, "rmst_se": se}
        values |= {"rmst_low": mean - Z95 * se, "rmst_high": mean + Z95 * se}
        numbers += rows(values, group=name, method=method, n_used=len(part))
    warnings = [*who.warnings, *(_too_few(who.names, "comparison") if groups is not None else ())]
    warnings += [
        f"{name}: no restricted mean, as it was not followed up to {until:g}"
        for name, (mean, _) in found.items()
        if np.isnan(mean)
    ]
    warnings += [
        f"{_of(groups, name)}: the restricted mean has no interval and is not compared, as "
        + _why(tables[name], until)
        for name, (mean, se) in found.items()
        if np.isnan(se) and not np.isnan(mean)
    ]
    for name in who.names[1:]:
        first = who.names[0]
        n = len(parts[first]) + len(parts[name])
        for term, values in _contrasts(found[name], found[first]).items():
            shared = {"group": name, "level": first, "method": method, "n_used": n}
            numbers += rows(values, term=term, **shared)  # type: ignore[arg-type]
    words = (
        f"Restricted mean survival was taken up to {timed(until, endpoint.unit)} ({rule}); "
        "differences and ratios have normal 95% confidence intervals, ratios on the log scale."
    )
    n, left_out = len(who.endpoint), who.n_missing
    return Result(as_numbers(numbers), words, n, left_out, conventions, tuple(warnings))


def _tau(tables: Sequence[LifeTable], given: float | None) -> tuple[float, str]:
    if given is not None:
        return float(given), "as given"
    last = [table.time[-1] for table in tables if len(table.time)]
    return float(min(last, default=NAN)), "the last time to which every group was followed"


def _mean(table: LifeTable, tau: float) -> tuple[float, float]:
    if not len(table.time) or np.isnan(tau):
        return NAN, NAN
    curve, _ = lifetable.survival(table)
    if tau > table.time[-1] and curve[-1] > 0:
        return NAN, NAN
    mean, variance = lifetable.restricted_mean(table, tau)
    # Without a variance the data do not tell how far the mean may be from the truth.
    return mean, float(np.sqrt(variance)) if variance > 0 else NAN


def _why(table: LifeTable, tau: float) -> str:
    if not table.events[table.time < tau].any():
        return "nobody had the event before that time"
    return "everybody had the event at the same time"


def _contrasts(one: tuple[float, float], first: tuple[float, float]) -> dict[str, dict[str, float]]:
    (mean, se), (mean_first, se_first) = one, first
    difference = _difference("rmst_difference", mean - mean_first, float(np.hypot(se, se_first)))
    if not (mean > 0 and mean_first > 0):
        return {DIFFERENCE: difference}
    relative = float(np.hypot(se / mean, se_first / mean_first))
    logs = _difference("rmst_ratio", float(np.log(mean / mean_first)), relative)
    ratio = {name: value if name == "p" else float(np.exp(value)) for name, value in logs.items()}
    return {DIFFERENCE: difference, RATIO: ratio}
