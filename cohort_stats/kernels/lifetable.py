"""Counts at each distinct time: the only thing that survival curves and tests need."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
    log_variance
        Variance of log S(t) at each time where it is not Greenwood's; None where it is.
    """

    time: Floats
    at_risk: Floats
    events: Floats
    censored: Floats
    log_variance: Floats | None = None


def life_table(time: Floats, event: Bools, entry: Floats | None = None) -> LifeTable:
    """Aggregate follow-up times: one row a distinct time.

    Parameters
    ----------
    time, event
        Shape (n,); no missing times.
    entry
        When each patient came under observation (left truncation), before `time`; shape (n,).
        At risk at t are those with entry < t ≤ time.
    """
    table = tally(time, event).table()
    if entry is not None and len(table.time):
        return replace(table, at_risk=table.at_risk - not_entered(entry, table.time))
    return table


@dataclass(frozen=True)
class Tally:
    """How many patients leave at each distinct time, by group and by how they leave.

    Parameters
    ----------
    time
        Distinct times, ascending, shape (k,).
    leaving
        Shape (k, g, s): times by groups by states; state 1 is the event, 0 the end of follow-up
        without one.
    """

    time: Floats
    leaving: Floats

    def table(self, group: int | None = None, event: int = 1) -> LifeTable:
        """Life table of one group or of all, one of the states being the event."""
        mine = self.leaving.sum(axis=1) if group is None else self.leaving[:, group]
        total = mine.sum(axis=1)
        kept = total > 0
        if not kept.all():
            mine, total = mine[kept], total[kept]
        at_risk = np.cumsum(total[::-1])[::-1]
        return LifeTable(self.time[kept], at_risk, mine[:, event], total - mine[:, event])


#: Whole times up to so many for each patient are counted by themselves, others are sorted.
MOST_WHOLE_TIMES = 4


def tally(
    time: Floats,
    state: npt.NDArray[np.integer] | Bools,
    group: npt.NDArray[np.intp] | None = None,
    groups: int = 1,
    states: int = 2,
) -> Tally:
    """Count once what every table and test of these patients needs.

    Parameters
    ----------
    time, state
        Shape (n,); no missing times. State 1 is the event.
    group
        Group number from 0, shape (n,).
    groups, states
        How many there are.
    """
    if len(time) == 0:
        return Tally(np.empty(0), np.empty((0, groups, states)))
    cells, times = _places(time)
    if group is not None:  # in place: fresh memory would cost more than the arithmetic
        cells *= groups
        cells += group
    cells *= states
    cells += state
    counts = np.bincount(cells, minlength=len(times) * groups * states)
    leaving = counts.reshape(len(times), groups, states)
    there = leaving.any(axis=(1, 2))
    return Tally(times[there], leaving[there].astype(float))


def _places(time: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    """The place of each time, a new array, among ascending times that hold them all."""
    last = float(time.max())
    if last < MOST_WHOLE_TIMES * len(time) + 1000:
        whole = time.astype(np.intp)
        if np.array_equal(whole, time):
            return whole, np.arange(int(last) + 1, dtype=float)
    order = np.argsort(time)
    ordered = time[order]
    new = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    place = np.empty(len(time), dtype=np.intp)
    place[order] = np.cumsum(new) - 1
    return place, ordered[new]


def not_entered(entry: Floats, times: Floats) -> Floats:
    """How many patients have not come under observation before each time."""
    return len(entry) - np.searchsorted(np.sort(entry), times, side="left").astype(float)


def survival(table: LifeTable) -> tuple[Floats, Floats]:
    """Kaplan–Meier S(t) and the variance of log S(t) at each time of a life table.

    Greenwood's variance unless the table has another; infinite where S(t) is 0.
    """
    hazard = table.events / table.at_risk
    curve = np.asarray(np.cumprod(1 - hazard), dtype=np.float64)
    if table.log_variance is not None:
        return np.where(np.isinf(table.log_variance), 0.0, curve), table.log_variance
    with np.errstate(divide="ignore"):
        terms = table.events / (table.at_risk * (table.at_risk - table.events))
    return curve, np.cumsum(np.where(table.events > 0, terms, 0.0))


def unknown_at(table: LifeTable, curve: Floats, time: float) -> bool:
    """Whether S(t) is not known: beyond the last follow-up time, unless it had reached 0."""
    return not len(curve) or bool(time > table.time[-1] and curve[-1] > 0)


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


def first_time_at_or_below(
    time: Floats, curve: Floats, level: float, flat: str = "midpoint"
) -> float:
    """The time at which a falling curve reaches `level`; nan when it never does.

    Where the curve runs flat exactly at `level`, the middle of that stretch, which ends with
    the last time if the curve never falls further; R: ``quantile`` of a ``survfit``. With
    `flat` as ``first``, the beginning of that stretch. Places where the curve is nan are
    passed over.
    """
    tolerance = np.sqrt(np.finfo(float).eps)
    reached = np.flatnonzero(curve <= level + tolerance)
    below = np.flatnonzero(curve < level - tolerance)
    if not len(reached):
        return float("nan")
    if flat == "first":
        return float(time[reached[0]])
    end = time[below[0]] if len(below) else time[-1]
    return float((time[reached[0]] + end) / 2)


def restricted_mean(table: LifeTable, tau: float) -> tuple[float, float]:
    """Area under S(t) from 0 to `tau`, and its variance after Greenwood.

    Beyond the last time S(t) is taken as it was there; whether that is sound is for the caller
    to say. R: ``summary(survfit, rmean = tau)``.
    """
    curve, _ = survival(table)
    within = table.time <= tau
    edges = np.r_[0.0, table.time[within], tau]
    areas = np.r_[1.0, curve[within]] * np.diff(edges)
    d, n = table.events[within], table.at_risk[within]
    left = n - d
    terms = np.divide(d, n * left, out=np.zeros(len(d)), where=left > 0)
    after = np.cumsum(areas[::-1])[::-1][1:]
    return float(areas.sum()), float(np.sum(after**2 * terms))
