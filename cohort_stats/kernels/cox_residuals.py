"""What a fitted Cox model leaves over, patient by patient and event by event."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.cox import CoxFit
from cohort_stats.kernels.partial_likelihood import Moments, information, moments, rates
from cohort_stats.kernels.risk_sets import RiskSets

Floats = npt.NDArray[np.float64]


def at_estimate(fitted: CoxFit) -> Moments:
    """Who is at risk at each event, at the estimate.

    Parameters
    ----------
    fitted
        Its coefficients must all be finite.

    Raises
    ------
    ValueError
        When the coefficients are not finite.
    """
    at_risk = None
    if np.isfinite(fitted.beta).all():
        at_risk = moments(linear_predictor(fitted), fitted.sets)
    if at_risk is None:
        raise ValueError("fitted must have finite coefficients")
    return at_risk


def linear_predictor(fitted: CoxFit) -> Floats:
    """Of each sorted patient, zero at the mean of the covariates; shape (n,)."""
    return np.asarray(fitted.sets.matrix @ (fitted.beta * fitted.scale))


def expected_events(at_risk: Moments, sets: RiskSets) -> Floats:
    """Events expected of each sorted patient over his or her follow-up.

    Of d tied events, the k-th leaves out k/d of the hazard of each of the tied (Efron).
    R: ``event - residuals(fit, "martingale")``.
    """
    return np.asarray(at_risk.risk * _exposure(at_risk, sets, sets.share[:, None])[:, 0])


def score_residuals(at_risk: Moments, sets: RiskSets) -> Floats:
    """Each sorted patient's part in the score, on scaled covariates, without case weight.

    R: ``residuals(fit, "score")``. Shape (n, p).
    """
    hazard = _exposure(at_risk, sets, sets.share[:, None])
    shifted = _exposure(at_risk, sets, sets.share[:, None] * at_risk.means(sets))
    residual = -at_risk.risk[:, None] * (hazard * sets.matrix - shifted)
    residual[sets.dead] += schoenfeld(at_risk, sets)
    return np.asarray(residual)


def schoenfeld(at_risk: Moments, sets: RiskSets) -> Floats:
    """Covariates of each event less their mean at risk, on scaled covariates.

    The mean is that over the terms of the tied events (Efron). R:
    ``residuals(fit, "schoenfeld")``. Shape (events, p), in order of ``sets.dead``.
    """
    means = np.add.reduceat(at_risk.means(sets), sets.firsts, axis=0) / sets.deaths[:, None]
    return np.asarray(sets.matrix[sets.dead] - means[sets.dead_time])


def _exposure(at_risk: Moments, sets: RiskSets, factor: Floats) -> Floats:
    """Sums of factor/denominator over the events each patient is at risk at; shape (n, k)."""
    rate = factor / at_risk.denominator[:, None]
    every, reduced = (
        np.add.reduceat(r, sets.firsts, axis=0) for r in (rate, sets.tied[:, None] * rate)
    )
    return sets.over_follow_up(every, reduced)


def sandwich(fitted: CoxFit, cluster: npt.NDArray[np.intp] | None = None) -> Floats:
    """Covariance that holds when rows of a cluster depend on each other (Lin and Wei 1989).

    Parameters
    ----------
    fitted
        With finite coefficients; or with a model that is left beside infinite ones.
    cluster
        Number of each row's cluster, rows as given; each row is its own when not given.

    Returns
    -------
    numpy.ndarray
        Shape (p, p). R: ``coxph(cluster = …)$var``.
    """
    if fitted.left is not None:
        model, basis = fitted.left
        found = basis @ sandwich(model, cluster) @ basis.T / np.outer(fitted.scale, fitted.scale)
        return np.where(np.isnan(fitted.covariance), np.nan, found)
    sets = fitted.sets
    parts = score_residuals(at_estimate(fitted), sets)
    if sets.weight is not None:
        parts *= sets.weight[:, None]
    if cluster is not None:
        own = cluster[sets.order]
        sums = [np.bincount(own, weights=column) for column in parts.T]
        parts = np.column_stack(sums)
    changes = parts @ (fitted.scale[:, None] * fitted.covariance)  # dfbeta
    return np.asarray(changes.T @ changes)


def time_interaction(fitted: CoxFit, g: Floats) -> tuple[Floats, Floats]:
    """Score and information of adding covariate × g(time) to the model, at no interaction.

    Parameters
    ----------
    fitted
        With finite coefficients.
    g
        Transformed time of each row, as given; shape (n,).

    Returns
    -------
    (score, information)
        Of the p covariates followed by their p interactions; shapes (2p,) and (2p, 2p), on
        scaled covariates. The score of the covariates themselves is zero.
    """
    sets, at_risk = fitted.sets, at_estimate(fitted)
    at_events = g[sets.order][sets.dead]
    at_events = at_events - at_events.mean()
    own = sets.matrix[sets.dead]
    if sets.weight is not None:
        own = own * sets.weight[sets.dead][:, None]
    score = at_events @ (own - sets.share[:, None] * at_risk.means(sets))
    plain, once, twice = (
        information(at_risk, rates(at_risk, sets, sets.share * at_events**power), sets)
        for power in (0, 1, 2)
    )
    return np.concatenate([np.zeros(len(score)), score]), np.block([[plain, once], [once, twice]])
