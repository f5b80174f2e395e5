"""Mean and covariance of a normal sample with holes, by expectation and maximisation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST_STEPS = 5000
TOLERANCE = 1e-12


def patterns(known: Bools) -> Iterator[tuple[Bools, npt.NDArray[np.intp]]]:
    """Each pattern of known columns, and the rows that have it, in order of first appearance.

    Parameters
    ----------
    known
        Shape (n, p).
    """
    kinds, firsts, inverse = np.unique(known, axis=0, return_index=True, return_inverse=True)
    for k in np.argsort(firsts):
        yield kinds[k], np.flatnonzero(inverse.ravel() == k)


def normal_em(values: Floats) -> tuple[Floats, Floats, bool]:
    """Maximum-likelihood mean and covariance of a multivariate normal sample with holes.

    Parameters
    ----------
    values
        Shape (n, p), nan where unknown; each column has known values, and they vary.

    Returns
    -------
    (mean, covariance, converged)
        The covariance divides by n.

    Notes
    -----
    Dempster, Laird and Rubin 1977. It rests when no entry moves by more than 1e-12 of its
    column's spread.
    """
    centre, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    standard = (values - centre) / spread
    known = ~np.isnan(standard)
    found = [(here, rows) for here, rows in patterns(known) if here.any()]
    n = sum(len(rows) for _, rows in found)
    mean, covariance = np.zeros(standard.shape[1]), np.eye(standard.shape[1])
    converged = False
    for _ in range(MOST_STEPS):
        total, products = np.zeros_like(mean), np.zeros_like(covariance)
        for here, rows in found:
            filled, rest = _expected(standard[rows], here, mean, covariance)
            total += filled.sum(axis=0)
            products += filled.T @ filled + len(rows) * rest
        new_mean = total / n
        new = products / n - np.outer(new_mean, new_mean)
        moved = max(np.abs(new_mean - mean).max(), np.abs(new - covariance).max())
        mean, covariance = new_mean, new
        if moved < TOLERANCE:
            converged = True
            break
    return centre + spread * mean, covariance * np.outer(spread, spread), converged


def _expected(rows: Floats, here: Bools, mean: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Rows of one pattern filled with their expectations, and what stays uncertain of a row."""
    filled, rest = rows.copy(), np.zeros_like(covariance)
    if here.all():
        return filled, rest
    slope = np.linalg.solve(covariance[np.ix_(here, here)], covariance[np.ix_(here, ~here)])
    filled[:, ~here] = mean[~here] + (rows[:, here] - mean[here]) @ slope
    left = covariance[np.ix_(~here, ~here)] - covariance[np.ix_(~here, here)] @ slope
    rest[np.ix_(~here, ~here)] = left
    return filled, rest
