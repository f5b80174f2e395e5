"""Logistic regression by Newton steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.newton import newton_step

Floats = npt.NDArray[np.float64]

MOST_STEPS = 60
LARGEST_CHANGE = 10.0  # of a linear predictor in one step
BLOCK = 8_192  # rows that a processor's cache holds
SEVERAL = 1_000  # rows from which columns are not made orthonormal unless they must be
MANY = 2 * BLOCK  # rows from which a start near the answer pays
EVERY = 16  # of many rows, those that give the start
SOUND = 1e-4  # smallest eigenvalue of the scaled cross-product of columns that may stay


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
    covariance
        Inverse of the information at `beta`, shape (p, p).
    """

    beta: Floats
    log_likelihood: float
    converged: bool
    fitted: Floats
    covariance: Floats


def fit(
    outcome: Floats,
    matrix: Floats,
    offset: Floats | float = 0.0,
    start: Floats | None = None,
    weight: Floats | None = None,
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
        Coefficients near which to begin; zeros unless given.
    weight
        Case weights, shape (n,); one each unless given.
    """
    basis, back = sound_basis(matrix)
    if start is None:
        start = _near(outcome, basis, offset, weight)
    elif back is not None:
        start = np.asarray(np.linalg.solve(back, start))
    beta = start
    eta = basis @ beta + offset
    value, score, information = moments(basis, eta, outcome, weight)
    converged = matrix.shape[1] == 0
    for _ in range(0 if converged else MOST_STEPS):
        step = newton_step(information, score)
        change = basis @ step
        longest = float(np.abs(change).max())
        size = min(1.0, LARGEST_CHANGE / max(longest, LARGEST_CHANGE))
        trial = moments(basis, eta + size * change, outcome, weight)
        while not trial[0] >= value - abs(value) * 1e-12 and size * longest > 1e-12:
            size /= 2
            trial = moments(basis, eta + size * change, outcome, weight)
        at_rest = abs(trial[0] - value) <= 1e-12 * max(1.0, abs(trial[0]))
        longest *= size
        beta, eta = beta + size * step, eta + size * change
        value, score, information = trial
        converged = bool(at_rest and longest < 1e-7)
        if converged or (at_rest and longest > 0.1):  # flat along a long step: no maximum ahead
            break
    inverse = np.linalg.pinv(information, rcond=1e-15, hermitian=True)
    if back is not None:
        beta, inverse = back @ beta, back @ inverse @ back.T
    return LogitFit(beta, value, converged, expit(eta), np.asarray(inverse))


def moments(
    basis: Floats, eta: Floats, outcome: Floats, weight: Floats | None = None
) -> tuple[float, Floats, Floats]:
    """Log likelihood, score and information at a linear predictor, in one pass over the rows.

    Parameters
    ----------
    basis
        Columns of the model, shape (n, p).
    eta
        Linear predictor, offset and all, shape (n,).
    outcome, weight
        As :func:`fit` takes them.
    """
    p = basis.shape[1]
    value, score, information = 0.0, np.zeros(p), np.zeros((p, p))
    for rows in _blocks(len(eta)):
        columns, linear, happened = basis[rows], eta[rows], outcome[rows]
        odds = np.exp(-np.abs(linear))  # of the less likely of the two
        rest = 1 + odds
        log_likelihood = happened * linear - np.maximum(linear, 0) - np.log1p(odds)
        residual = happened - np.where(linear >= 0, 1.0, odds) / rest
        spread = odds / rest**2
        if weight is not None:
            log_likelihood *= weight[rows]
            residual *= weight[rows]
            spread *= weight[rows]
        value += float(log_likelihood.sum())
        score += residual @ columns
        information += (spread[:, None] * columns).T @ columns
    return value, score, information


def sound_basis(matrix: Floats) -> tuple[Floats, Floats | None]:
    """A basis of the columns in which no scale or origin of a covariate can spoil the steps.

    Parameters
    ----------
    matrix
        Shape (n, p), of full rank.

    Returns
    -------
    (basis, back)
        ``basis = matrix @ back``, orthonormal. Of many rows the columns themselves, and None,
        unless they are far from uncorrelated: a copy costs more than the whole fit.
    """
    if len(matrix) >= SEVERAL and _sound(matrix):
        return matrix, None
    basis, triangle = np.linalg.qr(matrix)
    return basis, np.linalg.inv(triangle)


def _sound(matrix: Floats) -> bool:
    square = matrix.T @ matrix
    size = np.sqrt(np.diag(square))
    if not size.size or not size.min() > 0:
        return False
    return bool(np.linalg.eigvalsh(square / np.outer(size, size))[0] > SOUND)


def expit(eta: Floats) -> Floats:
    """Probability of a linear predictor."""
    return np.asarray(1 / (1 + np.exp(-np.clip(eta, -700, 700))))


def _near(outcome: Floats, basis: Floats, offset: Floats | float, weight: Floats | None) -> Floats:
    """Where to begin: the estimate from every twentieth of many rows, else zeros."""
    nowhere = np.zeros(basis.shape[1])
    if len(basis) < MANY:
        return nowhere
    some = slice(None, None, EVERY)
    part = np.ascontiguousarray(basis[some])
    if not _sound(part):
        return nowhere
    of_part = None if weight is None else weight[some]
    shift = offset[some] if isinstance(offset, np.ndarray) else offset
    found = fit(outcome[some], part, shift, nowhere, of_part)
    return found.beta if found.converged else nowhere


def _blocks(n: int) -> Iterator[slice]:
    return (slice(at, at + BLOCK) for at in range(0, n, BLOCK))
