"""Ranks, and what follows from them: rank tests, areas under ROC curves."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def midranks(values: Floats) -> Floats:
    """Ranks from 1, ties sharing their mean rank; shape (n,)."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse], dtype=float)


def tie_term(values: Floats) -> float:
    """Sum of t³ − t over groups of tied values."""
    counts = np.unique(values, return_counts=True)[1].astype(float)
    return float(np.sum(counts**3 - counts))


@lru_cache(maxsize=64)
def rank_sum_counts(m: int, n: int) -> Floats:
    """Number of samples giving each Mann–Whitney U from 0 to m·n, without ties.

    Normalised to probabilities; the recurrence of Mann and Whitney as a polynomial product.
    """
    counts = np.zeros(m * n + 1)
    counts[0] = 1.0
    for i in range(1, m + 1):
        # Multiply by (1 − q^(n+i)) and divide by (1 − q^i): Gaussian binomial coefficient.
        if n + i <= m * n:
            counts[n + i :] = counts[n + i :] - counts[: m * n + 1 - n - i]
        for start in range(i):
            counts[start::i] = np.cumsum(counts[start::i])
    return np.asarray(counts / counts.sum())


def placements(positive: Floats, negative: Floats) -> tuple[Floats, Floats]:
    """For each positive, the share of negatives below it (ties half); and the converse.

    Returns
    -------
    (v10, v01)
        Structural components of the area under the curve (DeLong), shapes (m,) and (n,);
        the mean of either is the area.
    """
    m, n = len(positive), len(negative)
    joint = midranks(np.concatenate([positive, negative]))
    v10 = (joint[:m] - midranks(positive)) / n
    v01 = 1 - (joint[m:] - midranks(negative)) / m
    return v10, v01
