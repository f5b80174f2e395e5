"""Logistic regression by Newton steps, its profile likelihood, and separation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.newton import newton_step

Floats = npt.NDArray[np.float64]

MOST_STEPS = 60
LARGEST_CHANGE = 10.0  # of a linear predictor in one step
Z95 = 1.959963984540054
MOST_DOUBLINGS = 20


@dataclass(frozen=True)
class LogitFit:
    """A fitted logistic model.

    Parameters
    ----------
    beta
        Shape (p,), intercept first where the matrix has one.
    log_likelihood
        At `beta`.
    converged
        Whether the Newton steps came to rest.
    fitted
        Probability of the outcome for each row.
    """

    beta: Floats
    log_likelihood: float
    converged: bool
    fitted: Floats


def fit(
    outcome: Floats, matrix: Floats, offset: Floats | float = 0.0, start: Floats | None = None
) -> LogitFit:
    """Maximise the binomial likelihood.

    Parameters
    ----------
    outcome
        0 or 1, shape (n,).
    matrix
        Shape (n, p), with a column of ones if an intercept is wanted.
    offset
        Added to the linear predictor.
    start
        Linear predictor, without the offset, near which to begin; zeros unless given.
    """
    # In an orthonormal basis no scale or origin of a covariate can spoil the steps.
    basis, triangle = np.linalg.qr(matrix)
    beta = np.zeros(matrix.shape[1]) if start is None else basis.T @ start
    value = _log_likelihood(outcome, basis @ beta + offset)
    converged = matrix.shape[1] == 0
    for _ in range(0 if converged else MOST_STEPS):
        probability = _expit(basis @ beta + offset)
        weight = probability * (1 - probability)
        information = (weight[:, None] * basis).T @ basis
        step = newton_step(information, basis.T @ (outcome - probability))
        step *= min(1.0, LARGEST_CHANGE / max(np.abs(basis @ step).max(), LARGEST_CHANGE))
        trial = _log_likelihood(outcome, basis @ (beta + step) + offset)
        while not trial >= value - abs(value) * 1e-12 and np.abs(basis @ step).max() > 1e-12:
            step /= 2
            trial = _log_likelihood(outcome, basis @ (beta + step) + offset)
        at_rest = abs(trial - value) <= 1e-12 * max(1.0, abs(trial))
        change = np.abs(basis @ step).max()
        beta, value = beta + step, trial
        converged = bool(at_rest and change < 1e-7)
        if converged or (at_rest and change > 0.1):  # flat along a long step: no maximum ahead
            break
    fitted = _expit(basis @ beta + offset)
    return LogitFit(np.linalg.inv(triangle) @ beta, value, converged, fitted)


def covariance(matrix: Floats, fitted: Floats, direction: Floats) -> Floats:
    """Covariance of the finite coefficients, shape (p, p); nan in the rows of the others.

    Parameters
    ----------
    matrix
        As given to :func:`fit`.
    fitted
        Probability of the outcome for each row.
    direction
        From :func:`endless_direction`.
    """
    size = np.linalg.norm(matrix, axis=0)
    weighted = np.sqrt(fitted * (1 - fitted))[:, None] * (matrix / size)
    back = np.linalg.pinv(weighted, rcond=1e-10)
    found = back @ back.T / np.outer(size, size)
    found[direction != 0] = found[:, direction != 0] = np.nan
    return np.asarray(found)


def endless_direction(outcome: Floats, matrix: Floats, fitted: LogitFit) -> Floats:
    """A direction along which the likelihood rises for ever; zeros if there is none.

    A linear programme looks for a direction along which no patient is predicted worse and
    some are predicted better: complete or quasi-complete separation (Albert and Anderson
    1984; Konis 2007; R: ``detectseparation``).

    Parameters
    ----------
    outcome, matrix
        As given to :func:`fit`, the column of ones first, the others varying.
    fitted
        What it returned. Only where it did not converge, or a fitted probability is all but
        0 or 1, is there a need to look.

    Returns
    -------
    numpy.ndarray
        Shape (p,): −1 or 1 where a coefficient is infinite, 0 where it is finite, nan where
        the patients who are not predicted perfectly leave it open.
    """
    nowhere = np.zeros(matrix.shape[1])
    if fitted.converged and np.abs(fitted.fitted - 0.5).max() < 0.5 - 1e-6:
        return nowhere
    from scipy.optimize import linprog  # 0.3 s to import, and seldom needed

    slopes = matrix[:, 1:]
    centre, scale = slopes.mean(axis=0), slopes.std(axis=0)
    standard = np.column_stack([matrix[:, 0], (slopes - centre) / scale])
    signed = (2 * outcome - 1)[:, None] * standard
    result = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=0 * outcome, bounds=(-1, 1))
    if result.status != 0 or -result.fun < 1e-6:
        return nowhere
    direction = result.x.copy()
    direction[0] -= direction[1:] @ (centre / scale)
    direction = np.where(np.abs(direction) > 1e-6, np.sign(direction), 0.0)
    overlap = (matrix / np.linalg.norm(matrix, axis=0))[signed @ result.x < 1e-6]
    determined = np.diag(np.linalg.pinv(overlap, rcond=1e-10) @ overlap) > 1 - 1e-6
    return np.where((direction == 0) & ~determined, np.nan, direction)


def profile_interval(
    outcome: Floats, matrix: Floats, best: LogitFit, j: int, direction: float = 0.0
) -> tuple[float, float]:
    """95% profile-likelihood limits of coefficient j: where twice the loss reaches 3.84.

    The root is exact (a bracketed secant on refitted models), where R's ``confint``
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
    if np.isnan(direction):
        return -np.inf, np.inf
    rest = np.delete(matrix, j, axis=1)
    basis = np.linalg.qr(rest).Q
    # What the others cannot take over from this column; they make up for the remainder.
    own = matrix[:, j] - basis @ (basis.T @ matrix[:, j])

    start = matrix @ best.beta

    def excess(value: float) -> float:
        # The root of the deviance is nearly a straight line, so that few steps find its zero;
        # each refit begins where the last one ended.
        nonlocal start
        refitted = fit(outcome, rest, offset=value * own, start=start)
        start = rest @ refitted.beta
        loss = best.log_likelihood - refitted.log_likelihood
        return float(np.sqrt(max(2 * loss, 0.0)) - Z95)

    # The least a standard error can be; the actual one means little where all is flat.
    unit = 2 / float(np.linalg.norm(own))
    estimate = float(best.beta[j])
    low = -np.inf if direction < 0 else _crossing(excess, estimate, -unit)
    high = np.inf if direction > 0 else _crossing(excess, estimate, unit)
    return low, high


def _crossing(excess: Callable[[float], float], start: float, step: float) -> float:
    """Where a function that is −1.96 at `start` becomes positive, in the step's direction."""
    near, below, far = start, -Z95, start + step
    for _ in range(MOST_DOUBLINGS):
        above = excess(far)
        if above > 0:
            return _zero_between(excess, (near, below), (far, above), 1e-12 * abs(step))
        near, below, far = far, above, start + 2 * (far - start)
    return float(np.sign(step) * np.inf)


def _zero_between(
    function: Callable[[float], float],
    low: tuple[float, float],
    high: tuple[float, float],
    tolerance: float,
) -> float:
    """The zero between two points with values of opposite sign (secant, Illinois rule)."""
    (a, below), (b, above) = low, high
    middle = a
    for _ in range(MOST_STEPS):
        last, middle = middle, (a * above - b * below) / (above - below)
        value = function(middle)
        if value == 0 or abs(middle - last) <= tolerance:
            break
        if value < 0:
            a, below, above = middle, value, above / (2 if last == a else 1)
        else:
            b, above, below = middle, value, below / (2 if last == b else 1)
    return middle


def _log_likelihood(outcome: Floats, eta: Floats) -> float:
    return float(outcome @ eta - np.logaddexp(0, eta).sum())


def _expit(eta: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(eta, -700, 700))))
