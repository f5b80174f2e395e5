"""Survival of weighted patients: curves with robust variance, and the robust log-rank test."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.lifetable import LifeTable

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


def weighted_life_table(
    time: Floats, event: Bools, weight: Floats, cluster: Places | None = None
) -> LifeTable:
    """Weighted counts at each distinct time, with the robust variance of log S(t).

    Parameters
    ----------
    time, event
        Shape (n,); no missing times.
    weight
        Positive, shape (n,).
    cluster
        Number of the matched set or cluster of each patient, shape (n,); each patient is its
        own unless given.

    Notes
    -----
    Infinitesimal jackknife: what S(t) would change if a patient's weight did. Up to the time s of
    leaving, each patient moves log S(t) by Σ d/(n(n − d)) over the times so far; one who has the
    event at s by −1/n(s) there. R: ``survfit(…, weights = , robust = TRUE)``.
    """
    times, place = np.unique(time, return_inverse=True)
    k = len(times)
    events = np.bincount(place, weights=weight * event, minlength=k).astype(float)
    leaving = np.bincount(place, weights=weight, minlength=k).astype(float)
    at_risk = np.asarray(np.cumsum(leaving[::-1])[::-1])
    left = at_risk - events
    # Where all who are at risk have the event S(t) is 0: no variance from there on.
    gone = left <= 1e-12 * at_risk
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.cumsum(np.where(gone, 0.0, events / (at_risk * left)))
    before = np.concatenate([[0.0], growth[:-1]])
    final = np.where(event, before[place] - 1 / at_risk[place], growth[place])
    variance = _sum_of_squares(place, k, growth, weight, weight * final, cluster)
    variance[np.cumsum(gone) > 0] = np.inf
    return LifeTable(times, at_risk, events, leaving - events, variance)


def _sum_of_squares(
    place: Places,
    k: int,
    growth: Floats,
    weight: Floats,
    settled: Floats,
    cluster: Places | None,
) -> Floats:
    """Σ over clusters of (growth × weight still there + what those who left settled on)², by time.

    Each departure changes its cluster's three products; their sums are then running sums.
    """
    own = np.arange(len(place)) if cluster is None else cluster
    order = np.lexsort((place, own))
    own, place, weight, settled = own[order], place[order], weight[order], settled[order]
    total = np.bincount(own, weights=weight)
    first = np.diff(own, prepend=own[:1] - 1) != 0
    there = total[own] - _within(weight, first)
    gathered = _within(settled, first)
    was_there, had = there + weight, gathered - settled
    squares = np.bincount(place, weights=there**2 - was_there**2, minlength=k)
    products = np.bincount(place, weights=there * gathered - was_there * had, minlength=k)
    ends = np.bincount(place, weights=gathered**2 - had**2, minlength=k)
    still = np.maximum(float(total @ total) + np.cumsum(squares), 0.0)
    return np.asarray(growth**2 * still + 2 * growth * np.cumsum(products) + np.cumsum(ends))


def _within(values: Floats, first: Bools) -> Floats:
    """Running sums that begin anew at each first row."""
    sums = np.cumsum(values)
    starts = np.flatnonzero(first)
    return np.asarray(sums - np.repeat((sums - values)[starts], np.diff([*starts, len(values)])))


def robust_logrank(
    time: Floats,
    event: Bools,
    group: Places,
    groups: int,
    weight: Floats,
    cluster: Places | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Observed and expected events by group, weighted, and the robust covariance of O − E.

    Parameters
    ----------
    time, event, weight, cluster
        As :func:`weighted_life_table`.
    group
        Number of each patient's group, shape (n,).
    groups
        How many there are.

    Returns
    -------
    (observed, expected, covariance)
        Shapes (g,), (g,), (g, g).

    Notes
    -----
    The score test of a weighted Cox model with Breslow's ties and the sandwich variance of Lin
    and Wei (1989) at no effect; R: ``coxph(…, ties = "breslow", robust = TRUE)$rscore``, and
    ``survey::svylogrank``.
    """
    times, place = np.unique(time, return_inverse=True)
    k, member = len(times), np.zeros((len(time), groups))
    member[np.arange(len(time)), group] = 1.0
    weighted = member * weight[:, None]
    leaving = np.zeros((k, groups))
    np.add.at(leaving, place, weighted)
    at_risk = np.cumsum(leaving[::-1], axis=0)[::-1]
    total = at_risk.sum(axis=1)
    deaths = np.bincount(place, weights=weight * event, minlength=k)
    share, hazard = at_risk / total[:, None], deaths / total
    exposed = np.cumsum(hazard)[place][:, None] * member
    drift = np.cumsum(share * hazard[:, None], axis=0)[place]
    residual = np.where(event[:, None], member - share[place], 0.0) - (exposed - drift)
    parts = residual * weight[:, None]
    if cluster is not None:
        sums = np.zeros((cluster.max() + 1, groups))
        np.add.at(sums, cluster, parts)
        parts = sums
    observed = (weighted * event[:, None]).sum(axis=0)
    return observed, (share * deaths[:, None]).sum(axis=0), parts.T @ parts
