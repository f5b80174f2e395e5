"""Observed and expected events by group: the log-rank test and its weighted relatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.lifetable import not_entered, tally

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


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
    time: Floats,
    event: Bools,
    group: npt.NDArray[np.intp],
    groups: int,
    entry: Floats | None = None,
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
    entry
        When each patient came under observation, as in
        :func:`~cohort_stats.kernels.lifetable.life_table`.
    """
    counted = tally(time, event, group, groups)
    events = counted.leaving[:, :, 1]
    at_risk = np.cumsum(counted.leaving.sum(axis=2)[::-1], axis=0)[::-1]
    here = events.any(axis=1)
    times, events, at_risk = counted.time[here], events[here], at_risk[here]
    if entry is not None:
        for g in range(groups):
            at_risk[:, g] -= not_entered(entry[group == g], times)
    return GroupCounts(at_risk, events)


def logrank(counts: GroupCounts, weights: Floats | None = None) -> tuple[Floats, Floats, Floats]:
    """Observed and expected events by group, and the covariance of their difference.

    Parameters
    ----------
    counts
        At each event time.
    weights
        What an event counts at each event time, shape (k,); 1 without it.

    Returns
    -------
    (observed, expected, covariance)
        Shapes (g,), (g,), (g, g); hypergeometric variance, as R's ``survdiff``.
    """
    w = np.ones(len(counts.events)) if weights is None else weights
    total = counts.at_risk.sum(axis=1)
    deaths = counts.events.sum(axis=1)
    share = counts.at_risk / total[:, None]
    expected = ((w * deaths)[:, None] * share).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(total > 1, w**2 * deaths * (total - deaths) / (total - 1), 0.0)
    covariance = np.diag((scale[:, None] * share).sum(axis=0)) - (scale[:, None] * share).T @ share
    return (w[:, None] * counts.events).sum(axis=0), expected, covariance


def logrank_weights(counts: GroupCounts, weights: str | tuple[float, float]) -> Floats:
    """What an event counts at each event time, all groups together.

    Parameters
    ----------
    counts
        At each event time.
    weights
        ``log-rank``: 1. ``gehan-breslow``: number at risk. ``tarone-ware``: its square root.
        ``peto-peto``: S̃(t) = ∏(1 − d/(n + 1)) up to and including t. A pair (p, q), Fleming
        and Harrington's: S(t−)^p (1 − S(t−))^q, Kaplan–Meier just before t.
    """
    at_risk: Floats = counts.at_risk.sum(axis=1)
    deaths: Floats = counts.events.sum(axis=1)
    if isinstance(weights, tuple):
        p, q = weights
        before = np.r_[1.0, np.cumprod(1 - deaths / at_risk)[:-1]][: len(deaths)]
        return np.asarray(before**p * (1 - before) ** q, dtype=np.float64)
    if weights == "gehan-breslow":
        return at_risk
    if weights == "tarone-ware":
        return np.asarray(np.sqrt(at_risk), dtype=np.float64)
    if weights == "peto-peto":
        return np.asarray(np.cumprod(1 - deaths / (at_risk + 1)), dtype=np.float64)
    return np.ones(len(deaths))
