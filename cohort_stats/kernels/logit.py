"""Logistic regression by Newton steps, its profile likelihood, and separation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST_STEPS = 60
LARGEST_CHANGE = 10.0  # of a linear predictor in one step
CHI_SQUARE_95 = 3.841458820694124
MOST_DOUBLINGS = 20


@dataclass(frozen=True)
class LogitFit:
    """A fitted logistic model.

    Parameters
    ----------
    beta, covariance
        Shapes (p,) and (p, p), intercept first where the matrix has one.
    log_likelihood
        At `beta`.
    converged
        Whether the Newton steps came to rest.
    fitted
        Probability of the outcome for each row.
    """

    beta: Floats
    covariance: Floats
    log_likelihood: float
    converged: bool
    fitted: Floats


def fit(outcome: Floats, matrix: Floats, offset: Floats | float = 0.0) -> LogitFit:
    """Maximise the binomial likelihood.

    Parameters
    ----------
    outcome
        0 or 1, shape (n,).
    matrix
        Shape (n, p), with a column of ones if an intercept is wanted.
    offset
        Added to the linear predictor.
    """
    scale = np.abs(matrix).max(axis=0, initial=0.0)
    scale = np.where(scale > 0, scale, 1.0)
    scaled = matrix / scale
    beta = np.zeros(matrix.shape[1])
    value = _log_likelihood(outcome, scaled @ beta + offset)
    converged = matrix.shape[1] == 0
    for _ in range(0 if converged else MOST_STEPS):
        probability = _expit(scaled @ beta + offset)
        weight = probability * (1 - probability)
        information = (weight[:, None] * scaled).T @ scaled
        step = _solve(information, scaled.T @ (outcome - probability))
        step *= min(1.0, LARGEST_CHANGE / max(np.abs(scaled @ step).max(), LARGEST_CHANGE))
        trial = _log_likelihood(outcome, scaled @ (beta + step) + offset)
        while not trial >= value - abs(value) * 1e-12 and np.abs(step).max() > 1e-12:
            step /= 2
            trial = _log_likelihood(outcome, scaled @ (beta + step) + offset)
        at_rest = abs(trial - value) <= 1e-12 * max(1.0, abs(trial))
        change = np.abs(scaled @ step).max()
        beta, value = beta + step, trial
        converged = bool(at_rest and change < 1e-7)
        if converged or (at_rest and change > 0.1):  # flat along a long step: no maximum ahead
            break
    fitted = _expit(scaled @ beta + offset)
    weight = fitted * (1 - fitted)
    covariance = _invert((weight[:, None] * scaled).T @ scaled) / np.outer(scale, scale)
    return LogitFit(beta / scale, covariance, value, converged, fitted)


def endless_direction(outcome: Floats, matrix: Floats, fitted: LogitFit) -> Floats:
    """A direction along which the likelihood rises for ever; zeros if there is none.

    A linear programme looks for a direction along which no patient is predicted worse and
    some are predicted better: complete or quasi-complete separation (Albert and Anderson
    1984; Konis 2007; R: ``detectseparation``).

    Parameters
    ----------
    outcome, matrix
        As given to :func:`fit`.
    fitted
        What it returned. Only where it did not converge, or a fitted probability is all but
        0 or 1, is there a need to look.

    Returns
    -------
    numpy.ndarray
        Shape (p,): −1 or 1 where a coefficient is infinite, else 0. When the separation is
        complete no coefficient has an estimate: those whose sign is open too have nan.
    """
    from scipy.optimize import linprog

    nowhere = np.zeros(matrix.shape[1])
    if fitted.converged and fitted.fitted.min() > 1e-6 and fitted.fitted.max() < 1 - 1e-6:
        return nowhere
    signed = (2 * outcome - 1)[:, None] * matrix / np.abs(matrix).max(axis=0)
    result = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=0 * outcome, bounds=(-1, 1))
    if result.status != 0 or -result.fun < 1e-6:
        return nowhere
    direction = np.where(np.abs(result.x) > 1e-6, np.sign(result.x), 0.0)
    complete = (signed @ result.x > 1e-6).all()
    return np.where((direction == 0) & complete, np.nan, direction)


def profile_interval(
    outcome: Floats, matrix: Floats, best: LogitFit, j: int, direction: float = 0.0
) -> tuple[float, float]:
    """95% profile-likelihood limits of coefficient j: where twice the loss reaches 3.84.

    The root is exact (Brent's method on refitted models), where R's ``confint``
    interpolates.

    Parameters
    ----------
    outcome, matrix
        As given to :func:`fit`.
    best
        What it returned.
    j
        Position of the coefficient.
    direction
        Its entry of :func:`endless_direction`; the limit on that side is infinite.
    """
    column = matrix[:, j]
    # A standard error says little where the likelihood is flat: then by the column's size.
    unit = float(np.fmin(np.sqrt(best.covariance[j, j]), 4 / np.abs(column).max()))
    rest = np.delete(matrix, j, axis=1)

    def excess(value: float) -> float:
        refitted = fit(outcome, rest, offset=value * column)
        return 2 * (best.log_likelihood - refitted.log_likelihood) - CHI_SQUARE_95

    estimate = float(best.beta[j])
    low = -np.inf if direction < 0 else _crossing(excess, estimate, -unit)
    high = np.inf if direction > 0 else _crossing(excess, estimate, unit)
    return (-np.inf, np.inf) if np.isnan(direction) else (low, high)


def _crossing(excess: Callable[[float], float], start: float, step: float) -> float:
    """Where a function that is negative at `start` becomes positive, in the step's direction."""
    from scipy.optimize import brentq

    near, far = start, start + step
    for _ in range(MOST_DOUBLINGS):
        if excess(far) > 0:
            return float(brentq(excess, near, far, xtol=1e-12 * abs(step)))
        near, far = far, start + 2 * (far - start)
    return float(np.sign(step) * np.inf)


def _log_likelihood(outcome: Floats, eta: Floats) -> float:
    return float(outcome @ eta - np.logaddexp(0, eta).sum())


def _expit(eta: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(eta, -700, 700))))


def _solve(information: Floats, score: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(information, score), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(information, score, rcond=None)[0], dtype=np.float64)


def _invert(information: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.inv(information), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full_like(information, np.nan)
