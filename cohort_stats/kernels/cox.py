"""The Cox partial likelihood, aggregated by distinct event time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.monotone import endless_direction
from cohort_stats.kernels.newton import newton_step
from cohort_stats.kernels.risk_sets import Places, RiskSets, risk_sets

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TOLERANCE = 1e-11
MOST_STEPS = 50
LARGEST_STEP = 5.0
VANISHED = 1e-290  # risk of those at risk, over the highest risk of a patient
FLAT = 1e-8  # information about a coefficient, over that at the start
SUSPICIOUS = 8.0  # per standard deviation of the covariate: a hazard ratio of 3,000


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
    means
        Weighted mean of the covariates at risk at each event, shape (events, p).
    """

    risk: Floats
    weighted: Floats
    log_top: Floats
    denominator: Floats
    means: Floats


def moments(eta: Floats, sets: RiskSets) -> Moments | None:
    """Who is at risk at each event, weighted by risk; None far beyond any sensible step.

    Parameters
    ----------
    eta
        Linear predictor of each sorted patient, shape (n,).
    sets
        From :func:`~cohort_stats.kernels.risk_sets.risk_sets`.
    """
    dead, at = sets.dead, sets.dead_time
    top = np.maximum.reduceat(eta, sets.bounds[:-1])
    risk = np.exp(eta - sets.per_patient(top))
    weighted = risk if sets.weight is None else risk * sets.weight
    by_covariate = weighted[:, None] * sets.matrix
    firsts = np.searchsorted(at, np.arange(len(sets.deaths)))
    dead_sum = np.add.reduceat(weighted[dead], firsts)
    dead_mean = np.add.reduceat(by_covariate[dead], firsts, axis=0)
    # One term for each event: the k-th of d tied events leaves out k/d of the tied risk.
    denominator = sets.at_risk(weighted)[at] - sets.tied * dead_sum[at]
    if not denominator.min() >= VANISHED:
        return None
    total = sets.at_risk(by_covariate)[at] - sets.tied[:, None] * dead_mean[at]
    means = total / denominator[:, None]
    return Moments(risk, weighted, sets.per_event(top), denominator, means)


def partial_likelihood(beta: Floats, sets: RiskSets) -> tuple[float, Floats, Floats]:
    """Log partial likelihood, score and information at `beta`.

    Returns
    -------
    (log_likelihood, score, information)
        Shapes (), (p,), (p, p).
    """
    matrix, dead = sets.matrix, sets.dead
    eta = matrix @ beta
    at_risk = moments(eta, sets)
    if at_risk is None:
        return -np.inf, np.full(len(beta), np.nan), np.full((len(beta), len(beta)), np.nan)
    logs = np.log(at_risk.denominator) + at_risk.log_top
    own, covariates = eta[dead], matrix[dead]
    if sets.weight is not None:
        own, covariates = own * sets.weight[dead], covariates * sets.weight[dead][:, None]
    log_likelihood = float(own.sum() - np.sum(sets.share * logs))
    score = covariates.sum(axis=0) - sets.share @ at_risk.means
    return log_likelihood, score, information(at_risk, sets, sets.share)


def information(at_risk: Moments, sets: RiskSets, factor: Floats) -> Floats:
    """Sum over events of `factor` times the covariance of the covariates at risk.

    Regrouped by patient: each patient's xxᵀ counts with the sum of factor/denominator over
    the events at which he or she is at risk.

    Parameters
    ----------
    at_risk, sets
        From :func:`moments` and :func:`~cohort_stats.kernels.risk_sets.risk_sets`.
    factor
        Shape (events,).
    """
    matrix, dead, at, times = sets.matrix, sets.dead, sets.dead_time, len(sets.deaths)
    rate = factor / at_risk.denominator
    by_time = np.asarray(np.bincount(at, weights=rate, minlength=times), dtype=np.float64)
    weight = at_risk.weighted * sets.over_follow_up(by_time)
    reduced = np.bincount(at, weights=sets.tied * rate, minlength=times)
    weight[dead] -= at_risk.weighted[dead] * reduced[at]
    means = at_risk.means
    return np.asarray((weight[:, None] * matrix).T @ matrix - (factor[:, None] * means).T @ means)


@dataclass(frozen=True)
class CoxFit:
    """A fitted Cox model, on the scale of the covariates as given.

    Parameters
    ----------
    beta, covariance
        Shapes (p,) and (p, p). Where the likelihood rises for ever, beta is infinite, or nan
        if even its sign is open, and its rows and columns of the covariance are nan. All are
        nan when the patients at risk at the events do not determine the coefficients.
    log_likelihood, log_likelihood_null
        At `beta` and at zero.
    score_test
        Rao's score chi-square at zero.
    converged
        Whether the Newton steps of the finite coefficients came to rest.
    sets, scale
        Who is at risk when, with scaled covariates, and the scale of each, shape (p,).
    """

    beta: Floats
    covariance: Floats
    log_likelihood: float
    log_likelihood_null: float
    score_test: float
    converged: bool
    sets: RiskSets
    scale: Floats


def fit(
    time: Floats,
    event: Bools,
    matrix: Floats,
    ties: str = "efron",
    *,
    stratum: Places | None = None,
    entry: Floats | None = None,
    weight: Floats | None = None,
) -> CoxFit:
    """Maximise the partial likelihood.

    Parameters
    ----------
    time, event
        Shape (n,); at least one event.
    matrix
        Shape (n, p); of full rank.
    ties
        ``efron`` or ``breslow``.
    stratum, entry, weight
        See :func:`~cohort_stats.kernels.risk_sets.risk_sets`.
    """
    centre, scale = matrix.mean(axis=0), matrix.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    scaled = (matrix - centre) / scale
    sets = risk_sets(time, event, scaled, ties, stratum=stratum, entry=entry, weight=weight)
    p = matrix.shape[1]
    null, score, initial = partial_likelihood(np.zeros(p), sets)
    if np.linalg.eigvalsh(initial)[0] < 1e-10:
        unknown = np.full(p, np.nan)
        square = np.full((p, p), np.nan)
        return CoxFit(unknown, square, np.nan, null, np.nan, False, sets, scale)
    score_test = float(score @ np.linalg.solve(initial, score))
    beta, value, information, converged = _climb(sets, (null, score, initial))
    suspicious = not converged or np.abs(beta).max() > SUSPICIOUS
    direction = endless_direction(sets) if suspicious else np.zeros(p)
    if direction.any():
        beta, covariance = _limit(beta, direction, information, initial)
        converged = True
    else:
        covariance = np.asarray(np.linalg.pinv(information, rcond=1e-15, hermitian=True))
    unscaled = covariance / np.outer(scale, scale)
    return CoxFit(beta / scale, unscaled, value, null, score_test, converged, sets, scale)


def _climb(
    sets: RiskSets, at_zero: tuple[float, Floats, Floats]
) -> tuple[Floats, float, Floats, bool]:
    """Newton steps with halving from zero: beta, its log likelihood and information."""
    beta = np.zeros(sets.matrix.shape[1])
    value, score, information = at_zero
    for _ in range(MOST_STEPS):
        step = newton_step(information, score)
        step *= min(1.0, LARGEST_STEP / max(np.abs(step).max(), LARGEST_STEP))
        trial = partial_likelihood(beta + step, sets)
        while not trial[0] >= value - abs(value) * 1e-12 and np.abs(step).max() > 1e-12:
            step /= 2
            trial = partial_likelihood(beta + step, sets)
        beta, gain = beta + step, trial[0] - value
        value, score, information = trial
        if abs(gain) <= TOLERANCE * max(abs(value), 1.0):
            longest = np.abs(step).max()
            if longest < 1e-7:
                return beta, value, information, True
            if longest > 0.1:  # the likelihood is flat along a long step: no maximum ahead
                break
    return beta, value, information, False


def _limit(
    beta: Floats, direction: Floats, information: Floats, initial: Floats
) -> tuple[Floats, Floats]:
    """Coefficients and covariance when the likelihood rises for ever along a direction.

    What remains of the information tells which coefficients are still determined.
    """
    values, vectors = np.linalg.eigh(information)
    kept = values > FLAT * np.linalg.eigvalsh(initial)[-1]
    covariance = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    finite = (vectors[:, kept] ** 2).sum(axis=1) > 1 - 1e-6
    covariance[~finite] = covariance[:, ~finite] = np.nan
    endless = np.where(direction == 0, np.nan, np.copysign(np.inf, direction))
    return np.where(finite, beta, endless), covariance
