"""Counts at each distinct time: the only thing that survival curves and tests need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

Z95 = float(ndtri(0.975))


@dataclass(frozen=True)
class LifeTable:
    """Counts at each distinct time, ascending.

    Parameters
    ----------
    time
        Distinct times, shape (k,).
    at_risk
        Patients under observation just before each time.
    events, censored
        Patients with an event, and patients censored, at each time.
    """

    time: Floats
    at_risk: Floats
    events: Floats
    censored: Floats


def life_table(time: Floats, event: Bools) -> LifeTable:
    """Aggregate follow-up times: one row a distinct time.

    Parameters
    ----------
    time, event
        Shape (n,); no missing times.
    """
    order = np.argsort(time, kind="stable")
    ordered = time[order]
    if len(ordered) == 0:
        empty = np.empty(0)
        return LifeTable(empty, empty, empty, empty)
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    events = np.add.reduceat(event[order].astype(float), starts)
    leaving = np.diff(np.r_[starts, len(ordered)]).astype(float)
    at_risk = len(ordered) - starts.astype(float)
    return LifeTable(ordered[starts], at_risk, events, leaving - events)


def survival(table: LifeTable) -> tuple[Floats, Floats]:
    """Kaplan–Meier S(t) and Greenwood's variance of log S(t) at each time of a life table.

    The variance is infinite where S(t) is 0.
    """
    hazard = table.events / table.at_risk
    curve = np.asarray(np.cumprod(1 - hazard), dtype=np.float64)
    with np.errstate(divide="ignore"):
        terms = table.events / (table.at_risk * (table.at_risk - table.events))
    return curve, np.cumsum(np.where(table.events > 0, terms, 0.0))


def survival_interval(curve: Floats, variance: Floats, scale: str) -> tuple[Floats, Floats]:
    """95% limits of S(t) on the plain, log or log-log scale, as R's ``survfit``.

    Parameters
    ----------
    curve, variance
        As from :func:`survival`.
    scale
        ``plain``, ``log`` or ``log-log``.

    Returns
    -------
    (low, high)
        Within [0, 1]. Where S(t) = 1 both are 1, but nan on the log-log scale, which does
        not reach 1; where S(t) = 0 both are nan on every scale.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.sqrt(variance)
        if scale == "plain":
            low, high = curve - Z95 * curve * se, curve + Z95 * curve * se
        elif scale == "log":
            low, high = curve * np.exp(-Z95 * se), curve * np.exp(Z95 * se)
        else:
            shift = Z95 * se / np.log(curve)
            low, high = curve ** np.exp(-shift), curve ** np.exp(shift)
    unknown = (curve == 0) | ((curve == 1) & (scale == "log-log"))
    low = np.where(unknown, np.nan, np.clip(low, 0, 1))
    high = np.where(unknown, np.nan, np.clip(high, 0, 1))
    return low, high


def first_time_at_or_below(time: Floats, curve: Floats, level: float) -> float:
    """The time at which a falling curve reaches `level`; nan when it never does.

    Where the curve runs flat exactly at `level`, the middle of that stretch, which ends with
    the last time if the curve never falls further; R: ``quantile`` of a ``survfit``. Places
    where the curve is nan are passed over.
    """
    tolerance = np.sqrt(np.finfo(float).eps)
    reached = np.flatnonzero(curve <= level + tolerance)
    below = np.flatnonzero(curve < level - tolerance)
    if not len(reached):
        return float("nan")
    end = time[below[0]] if len(below) else time[-1]
    return float((time[reached[0]] + end) / 2)


@dataclass(frozen=True)
class GroupCounts:
    """Counts by group at each distinct event time.

    Parameters
    ----------
    at_risk, events
        Shape (k, g): event times by groups.
    """

    at_risk: Floats
    events: Floats


def group_counts(
    time: Floats, event: Bools, group: npt.NDArray[np.intp], groups: int
) -> GroupCounts:
    """At risk and events by group at each distinct event time.

    Parameters
    ----------
    time, event
        Shape (n,).
    group
        Group number from 0, shape (n,).
    groups
        How many groups there are.
    """
    event_times = np.unique(time[event])
    at_risk = np.empty((len(event_times), groups))
    events = np.empty((len(event_times), groups))
    for g in range(groups):
        mine = group == g
        leaving = np.sort(time[mine])
        at_risk[:, g] = len(leaving) - np.searchsorted(leaving, event_times, side="left")
        positions = np.searchsorted(event_times, time[mine & event])
        events[:, g] = np.bincount(positions, minlength=len(event_times))
    return GroupCounts(at_risk, events)


def logrank(counts: GroupCounts) -> tuple[Floats, Floats, Floats]:
    """Observed and expected events by group, and the covariance of their difference.

    Returns
    -------
    (observed, expected, covariance)
        Shapes (g,), (g,), (g, g); hypergeometric variance, as R's ``survdiff``.
    """
    total = counts.at_risk.sum(axis=1)
    deaths = counts.events.sum(axis=1)
    share = counts.at_risk / total[:, None]
    expected = (deaths[:, None] * share).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(total > 1, deaths * (total - deaths) / (total - 1), 0.0)
    covariance = np.diag((scale[:, None] * share).sum(axis=0)) - (scale[:, None] * share).T @ share
    return counts.events.sum(axis=0), expected, covariance
