"""Exact tests of contingency tables by enumeration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]

RELATIVE_TOLERANCE = 1e-7  # as R's fisher.test: tables as likely as the observed one count
MOST_TABLES = 3_000_000
MOST_ROWS = 200_000


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


def _log_weights(
    rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64], log_factorial: Floats
) -> Floats:
    # Row by row: what is left of each column -> log weights of the ways to get there.
    states: dict[tuple[int, ...], list[Floats]] = {tuple(columns): [np.zeros(1)]}
    tried = 0
    for row in rows[:-1]:
        reached: dict[tuple[int, ...], list[Floats]] = defaultdict(list)
        visited = 0
        for left, parts in states.items():
            weights = np.concatenate(parts)
            for cells in _compositions(int(row), left):
                tried += 1
                remaining = tuple(c - x for c, x in zip(left, cells, strict=True))
                reached[remaining].append(weights - log_factorial[list(cells)].sum())
                visited += len(weights)
                if visited > MOST_TABLES or tried > MOST_ROWS:
                    raise TooManyTables
        states = reached
    last = [
        np.concatenate(parts) - log_factorial[list(left)].sum() for left, parts in states.items()
    ]
    return np.concatenate(last)


def _compositions(total: int, most: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every way to place `total` in cells that hold at most `most` each, one at a time."""
    if len(most) == 1:
        yield (total,)
        return
    rest = sum(most[1:])
    for first in range(max(0, total - rest), min(total, most[0]) + 1):
        for others in _compositions(total - first, most[1:]):
            yield first, *others
