"""Separation: whether a binomial likelihood rises for ever, and what is determined then."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.logit import MANY, LogitFit
from cohort_stats.kernels.monotone import LEAST, needed
from cohort_stats.kernels.risk_sets import Places

Floats = npt.NDArray[np.float64]

AT_ONCE = 5_000  # rows that enter a linear programme together


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
    slopes = matrix[:, 1:]
    centre, scale = slopes.mean(axis=0), slopes.std(axis=0)
    standard = np.column_stack([matrix[:, 0], (slopes - centre) / scale])
    signed = (2 * outcome - 1)[:, None] * standard

    def without(unused: Places) -> Floats:
        used = np.setdiff1d(np.arange(matrix.shape[1]), unused)
        direction = np.zeros(matrix.shape[1])
        direction[used] = _never_worse(signed[:, used])
        return direction

    found = needed(without, lambda direction: signed @ direction > LEAST, len(signed))
    if not found.any():
        return nowhere
    direction = found.copy()
    direction[0] -= direction[1:] @ (centre / scale)
    direction = np.where(np.abs(direction) > 1e-6, np.sign(direction), 0.0)
    overlap = (matrix / np.linalg.norm(matrix, axis=0))[signed @ found < 1e-6]
    determined = np.diag(np.linalg.pinv(overlap, rcond=1e-10) @ overlap) > 1 - 1e-6
    return np.where((direction == 0) & ~determined, np.nan, direction)


def _never_worse(signed: Floats) -> Floats:
    """A direction in which no row falls and their sum rises most; zeros if there is none.

    Of many rows, only those that a direction so far lets fall are made constraints.
    """
    from scipy.optimize import linprog  # 0.3 s to import, and seldom needed

    gain = signed.sum(axis=0)
    asked = np.unique(np.linspace(0, len(signed) - 1, min(len(signed), AT_ONCE)).astype(int))
    while True:
        part = signed[asked]
        result = linprog(-gain, A_ub=-part, b_ub=np.zeros(len(part)), bounds=(-1, 1))
        if result.status != 0 or -result.fun < 1e-6:
            return np.zeros(signed.shape[1])
        rise = signed @ result.x
        falling = np.flatnonzero(rise < -1e-7)
        falling = np.setdiff1d(falling[np.argsort(rise[falling])[:AT_ONCE]], asked)
        if not len(falling):
            return np.asarray(result.x)
        asked = np.union1d(asked, falling)


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
