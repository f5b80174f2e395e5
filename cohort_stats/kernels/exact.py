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
    counts = _dense(table)
    if min(counts.shape) < 2:
        return 1.0
    rows, columns, log_factorial, constant = _margins(counts)
    observed = constant - log_factorial[counts].sum()
    log_p = constant + _log_weights(rows, columns, log_factorial)
    as_unlikely = log_p <= observed + RELATIVE_TOLERANCE
    return float(min(1.0, np.exp(log_p[as_unlikely]).sum()))


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
    counts = _dense(table)
    if min(counts.shape) < 2:
        return 1.0, 0.0
    rows, columns, log_factorial, _ = _margins(counts)
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


def _dense(table: npt.ArrayLike) -> Counts:
    """Without empty rows and columns, and no wider than long."""
    counts = np.asarray(table, dtype=np.int64)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    return np.asarray(counts.T if counts.shape[0] < counts.shape[1] else counts)


def _margins(counts: Counts) -> tuple[Counts, Counts, Floats, float]:
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    log_factorial = np.asarray(gammaln(np.arange(counts.sum() + 2) + 1.0))
    constant = (
        log_factorial[rows].sum() + log_factorial[columns].sum() - log_factorial[counts.sum()]
    )
    return rows, columns, log_factorial, float(constant)


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
