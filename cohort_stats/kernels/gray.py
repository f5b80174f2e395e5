"""Gray's test: cumulative incidence compared between groups, beside a competing event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.incidence import for_ties

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class GroupCurves:
    """Counts and curves by group at each distinct time of an event of either kind.

    Parameters
    ----------
    at_risk, events, competing
        Counts, shape (k, g); at risk just before the time.
    before, after
        Probability of neither event just before, and just after, the time.
    incidence
        Cumulative incidence of the event just before the time.
    scaled
        At risk over `before`: patients who had the competing event are made up for, as they
        stay at risk of the subdistribution.
    """

    at_risk: Floats
    events: Floats
    competing: Floats
    before: Floats
    after: Floats
    incidence: Floats
    scaled: Floats


def group_curves(
    time: Floats, event: Bools, competing: Bools, group: npt.NDArray[np.intp], groups: int
) -> GroupCurves:
    """Aggregate by group and time.

    Parameters
    ----------
    time, event, competing
        Shape (n,); nobody with both events.
    group
        Group number from 0, shape (n,).
    groups
        How many groups there are.
    """
    times = np.unique(time[event | competing])
    at_risk, d1, d2 = (np.empty((len(times), groups)) for _ in range(3))
    for g in range(groups):
        leaving = np.sort(time[group == g])
        at_risk[:, g] = len(leaving) - np.searchsorted(leaving, times, side="left")
        for counts, who in ((d1, event), (d2, competing)):
            places = np.searchsorted(times, time[(group == g) & who])
            counts[:, g] = np.bincount(places, minlength=len(times))
    among = np.maximum(at_risk, 1)
    after = np.asarray(np.cumprod(1 - (d1 + d2) / among, axis=0), dtype=np.float64)
    before = np.vstack([np.ones(groups), after[:-1]])
    incidence = np.vstack([np.zeros(groups), np.cumsum(before * d1 / among, axis=0)[:-1]])
    scaled = at_risk / np.where(before > 0, before, 1.0)
    return GroupCurves(at_risk, d1, d2, before, after, incidence, scaled)


def gray(curves: GroupCurves) -> tuple[Floats, Floats]:
    """Score of Gray's test by group, and its covariance.

    The difference of subdistribution hazards weighted with rho = 0 (Gray 1988), tied events
    as in R's ``cmprsk::cuminc``.

    Returns
    -------
    (score, covariance)
        Shapes (g,) and (g, g); both sum to zero over the groups.
    """
    deaths = curves.events.sum(axis=1, keepdims=True)
    share = curves.scaled * (1 - curves.incidence)
    score = (curves.events - deaths * share / share.sum(axis=1, keepdims=True)).sum(axis=0)
    return score, _covariance(curves, deaths[:, 0])


def _covariance(curves: GroupCurves, deaths: Floats) -> Floats:
    scaled, after = curves.scaled, curves.after
    total = scaled.sum(axis=1)
    pooled = np.cumsum(deaths / total)  # cumulative incidence under no difference
    at_stake = 1 - np.r_[0.0, pooled[:-1]]
    hazard = np.divide(deaths, total * at_stake, out=np.zeros_like(total), where=at_stake > 0)
    spread = np.eye(scaled.shape[1]) * scaled[:, :, None]
    spread = spread - scaled[:, :, None] * scaled[:, None, :] / total[:, None, None]
    later = spread * hazard[:, None, None]
    later = later.sum(axis=0) - np.cumsum(later, axis=0)
    # What one more patient with an event in a group changes: at once, and through the curves.
    stay = after > 0
    reach = np.divide(1 - pooled[:, None], after, out=np.zeros_like(after), where=stay)
    by_event = spread + (1 - reach)[:, None, :] * later
    by_other = reach[:, None, :] * later
    own, other = _jumps(curves, deaths, total)
    return _weighted(by_event, own) + _weighted(by_other, np.where(stay, other, 0.0))


def _jumps(curves: GroupCurves, deaths: Floats, total: Floats) -> tuple[Floats, Floats]:
    """Variance of the step of each group's curve at each time, by either kind of event."""
    before, among = curves.before, np.maximum(curves.at_risk, 1)
    alike = np.maximum(total[:, None] * before, deaths[:, None])  # at risk, on a group's scale
    own = for_ties(deaths[:, None] + 0 * alike, alike) * before * (deaths / total)[:, None] / among
    other = for_ties(curves.competing, among) * before**2 * curves.competing / among**2
    return np.where(curves.at_risk > 0, own, 0.0), other


def _weighted(vectors: Floats, weights: Floats) -> Floats:
    """Σ over times k and groups r of weights[k, r] · v vᵀ, where v = vectors[k, :, r]."""
    return np.asarray(np.einsum("kir,kr,kjr->ij", vectors, weights, vectors, optimize=True))
