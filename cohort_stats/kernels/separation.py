"""Separation: whether a binomial likelihood rises for ever, and what is determined then."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.logit import MANY, LogitFit

Floats = npt.NDArray[np.float64]


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
        What it returned. Only where it did not converge, or a fitted probability of not so
        many rows is all but 0 or 1, is there a need to look.

    Returns
    -------
    numpy.ndarray
        Shape (p,): −1 or 1 where a coefficient is infinite, 0 where it is finite, nan where
        the patients who are not predicted perfectly leave it open.
    """
    nowhere = np.zeros(matrix.shape[1])
    sure = len(outcome) >= MANY or np.abs(fitted.fitted - 0.5).max() < 0.5 - 1e-6
    if fitted.converged and sure:
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


def covariance(
    matrix: Floats, fitted: Floats, direction: Floats, weight: Floats | None = None
) -> Floats:
    """Covariance of the finite coefficients, shape (p, p); nan in the rows of the others.

    Parameters
    ----------
    matrix
        As given to :func:`fit`.
    fitted
        Probability of the outcome for each row.
    direction
        From :func:`endless_direction`.
    weight
        Case weights, shape (n,).
    """
    size = np.linalg.norm(matrix, axis=0)
    information = fitted * (1 - fitted) * (1.0 if weight is None else weight)
    weighted = np.sqrt(information)[:, None] * (matrix / size)
    back = np.linalg.pinv(weighted, rcond=1e-10)
    found = back @ back.T / np.outer(size, size)
    found[direction != 0] = found[:, direction != 0] = np.nan
    return np.asarray(found)
