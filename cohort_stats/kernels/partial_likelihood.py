"""The Cox partial likelihood, aggregated by distinct event time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.risk_sets import RiskSets
from cohort_stats.kernels.stretches import chunks, crossed

Floats = npt.NDArray[np.float64]

VANISHED = 1e-140  # risk of those at risk, over the highest of a patient; its square is a number


@dataclass(frozen=True)
class Moments:
    """Sums over those at risk, event by event, at one value of the coefficients.

    Parameters
    ----------
    risk
        exp(linear predictor) of each sorted patient, over that of the highest risk of his or
        her stratum, without the case weight.
    weighted
        The same times the case weight.
    log_top
        Log of that highest risk, for each event.
    denominator
        Weighted risk at risk at each event; the k-th of d tied events leaves out k/d of the
        tied risk (Efron). Shape (events,).
    total, tied
        Weighted covariates at risk, and of those with the event, summed at each event time.
        Shape (times, p).
    """

    risk: Floats
    weighted: Floats
    log_top: Floats
    denominator: Floats
    total: Floats
    tied: Floats

    def means(self, sets: RiskSets) -> Floats:
        """Weighted mean of the covariates at risk at each event, shape (events, p)."""
        at = sets.dead_time
        total = self.total[at] - sets.tied[:, None] * self.tied[at]
        return np.asarray(total / self.denominator[:, None])


def moments(eta: Floats, sets: RiskSets) -> Moments | None:
    """Who is at risk at each event, weighted by risk; None far beyond any sensible step.

    Parameters
    ----------
    eta
        Linear predictor of each sorted patient, shape (n,).
    sets
        From :func:`~cohort_stats.kernels.risk_sets.risk_sets`.
    """
    top = np.maximum.reduceat(eta, sets.bounds[:-1])
    risk = eta - sets.per_patient(top)
    np.exp(risk, out=risk)
    weighted = risk if sets.weight is None else risk * sets.weight
    # One term for each event: the k-th of d tied events leaves out k/d of the tied risk.
    at_risk, dead = sets.sums(weighted)
    denominator = np.repeat(-dead, sets.counts)
    denominator *= sets.tied
    denominator += np.repeat(at_risk, sets.counts)
    if not denominator.min() >= VANISHED:
        return None
    total, tied = sets.sums(weighted, sets.matrix)
    return Moments(risk, weighted, sets.per_event(top), denominator, total, tied)


def partial_likelihood(beta: Floats, sets: RiskSets) -> tuple[float, Floats, Floats]:
    """Log partial likelihood, score and information at `beta`.

    Returns
    -------
    (log_likelihood, score, information)
        Shapes (), (p,), (p, p).
    """
    at_risk = moments(sets.matrix @ beta, sets)
    if at_risk is None:
        return -np.inf, np.full(len(beta), np.nan), np.full((len(beta), len(beta)), np.nan)
    found = rates(at_risk, sets, sets.share)
    value = log_likelihood(beta, at_risk, sets)
    return value, score(at_risk, found, sets), information(at_risk, found, sets)


@dataclass(frozen=True)
class Rates:
    """Sums over the events at each event time, of a factor over their denominators.

    Parameters
    ----------
    every
        Of factor/denominator.
    reduced
        The same times k/d for the k-th of d tied events (Efron).
    left, once, twice
        Of factor/denominator², times k/d to the power of 0, 1 and 2.
    """

    every: Floats
    reduced: Floats
    left: Floats
    once: Floats
    twice: Floats


def rates(at_risk: Moments, sets: RiskSets, factor: Floats) -> Rates:
    """Sum what each event adds.

    Parameters
    ----------
    at_risk, sets
        From :func:`moments` and :func:`~cohort_stats.kernels.risk_sets.risk_sets`.
    factor
        Shape (events,).
    """
    found = np.empty((5, len(sets.firsts)))
    for first, last, start, end in chunks(sets.firsts, len(sets.dead)):
        denominator, tied = at_risk.denominator[start:end], sets.tied[start:end]
        rate = factor[start:end] / denominator
        squared = rate / denominator
        once = tied * squared
        cuts = sets.firsts[first:last] - start
        for row, each in zip(found, (rate, tied * rate, squared, once, tied * once), strict=True):
            np.add.reduceat(each, cuts, out=row[first:last])
    return Rates(*found)


def log_likelihood(beta: Floats, at_risk: Moments, sets: RiskSets) -> float:
    """Log partial likelihood, from who is at risk at `beta`."""
    logs = np.log(at_risk.denominator)
    logs += at_risk.log_top
    return float(sets.own @ beta - sets.share @ logs)


def score(at_risk: Moments, found: Rates, sets: RiskSets) -> Floats:
    """Score, from the rates with ``sets.share`` as factor."""
    return np.asarray(sets.own - found.every @ at_risk.total + found.reduced @ at_risk.tied)


def information(at_risk: Moments, found: Rates, sets: RiskSets) -> Floats:
    """Sum over events of the rates' factor times the covariance of the covariates at risk.

    Regrouped by patient: each patient's xxᵀ counts with the sum of factor/denominator over
    the events at which he or she is at risk.
    """
    total, tied = at_risk.total, at_risk.tied
    weight = sets.over_follow_up(found.every, found.reduced)
    weight *= at_risk.weighted
    mixed = total.T @ (found.once[:, None] * tied)
    means = total.T @ (found.left[:, None] * total) + tied.T @ (found.twice[:, None] * tied)
    return crossed(weight, sets.matrix) - (means - mixed - mixed.T)
