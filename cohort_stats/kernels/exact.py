"""Exact tests of contingency tables by enumeration."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

RELATIVE_TOLERANCE = 1e-7  # as R's fisher.test: tables as likely as the observed one count
MOST_TABLES = 3_000_000


class TooManyTables(Exception):
    """The table is too large to enumerate here."""


def fisher(table: npt.ArrayLike) -> float:
    """Two-sided p of Fisher's exact test (Freeman–Halton for more than 2 × 2).

    Sums the probability of every table with the observed margins that is no likelier
    than the observed one, as R's ``fisher.test``.

    Parameters
    ----------
    table
        Counts, shape (r, c).

    Raises
    ------
    TooManyTables
        When there are too many tables to visit.
    """
    counts = np.asarray(table, dtype=np.int64)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        return 1.0
    if counts.shape[0] < counts.shape[1]:
        counts = counts.T
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    log_factorial = gammaln(np.arange(counts.sum() + 2) + 1.0)
    constant = (
        log_factorial[rows].sum() + log_factorial[columns].sum() - log_factorial[counts.sum()]
    )
    observed = constant - log_factorial[counts].sum()
    log_p = constant + _log_weights(rows, columns, log_factorial)
    as_unlikely = log_p <= observed + RELATIVE_TOLERANCE
    return float(min(1.0, np.exp(log_p[as_unlikely]).sum()))


def _log_weights(rows: Counts, columns: Counts, log_factorial: Floats) -> Floats:
    # Every table at once, cell by cell: what is left of each column, and the log weight so far.
    left, weights = columns[None, :].copy(), np.zeros(1)
    for row in rows[:-1]:
        rest = np.full(len(left), row)
        for j in range(len(columns) - 1):
            least = np.maximum(0, rest - left[:, j + 1 :].sum(axis=1))
            ways = np.minimum(rest, left[:, j]) - least + 1
            if ways.sum() > MOST_TABLES:
                raise TooManyTables
            source = np.repeat(np.arange(len(ways)), ways)
            first = np.cumsum(ways) - ways
            cell = np.arange(len(source)) - (first - least)[source]
            left, rest, weights = left[source], rest[source] - cell, weights[source]
            left[:, j] -= cell
            weights -= log_factorial[cell]
        left[:, -1] -= rest
        weights -= log_factorial[rest]
    return np.asarray(weights - log_factorial[left].sum(axis=1))
