"""What exact tests of contingency tables share, and their p estimated from random tables."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

RELATIVE_TOLERANCE = 1e-7  # as R's fisher.test: tables as likely as the observed one count


class TooManyTables(Exception):
    """The exact p of a table would take too long or too much memory."""


def fisher_simulated(table: npt.ArrayLike, draws: int, seed: int) -> tuple[float, float]:
    """The same p estimated from random tables with the observed margins.

    Parameters
    ----------
    table
        Counts, shape (r, c).
    draws
        How many tables.
    seed
        Of the random numbers.

    Returns
    -------
    (p, se)
        (1 + tables no likelier than the observed one) / (1 + draws), as R's
        ``fisher.test(simulate.p.value = TRUE)``, and its standard error √(p(1 − p)/draws).
    """
    counts = dense(table).T
    if min(counts.shape) < 2:
        return 1.0, 0.0
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    log_factorial = log_factorials(int(counts.sum()))
    rng = np.random.default_rng(seed)
    left, weights = np.tile(columns, (draws, 1)), np.zeros(draws)
    for row in rows[:-1]:
        rest = np.full(draws, row)
        for j in range(len(columns) - 1):
            cell = rng.hypergeometric(left[:, j], left[:, j + 1 :].sum(axis=1), rest)
            left[:, j] -= cell
            rest -= cell
            weights -= log_factorial[cell]
        left[:, -1] -= rest
        weights -= log_factorial[rest]
    weights -= log_factorial[left].sum(axis=1)
    as_unlikely = weights <= -log_factorial[counts].sum() + RELATIVE_TOLERANCE
    p = float((1 + as_unlikely.sum()) / (1 + draws))
    return p, float(np.sqrt(p * (1 - p) / draws))


def dense(table: npt.ArrayLike) -> Counts:
    """Without empty rows and columns, and no longer than wide."""
    counts = np.asarray(table, dtype=np.int64)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    return np.asarray(counts.T if counts.shape[0] > counts.shape[1] else counts)


def log_factorials(n: int) -> Floats:
    """Logarithms of 0!, 1! … n!."""
    return np.asarray(gammaln(np.arange(n + 1) + 1.0))
