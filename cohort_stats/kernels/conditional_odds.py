"""The conditional odds ratio of a 2 × 2 table, from the noncentral hypergeometric distribution."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]

NAN = float("nan")
WIDEST = 700.0  # log odds ratio beyond which exp overflows


def conditional_odds_ratio(table: npt.ArrayLike, tail: float) -> tuple[float, float, float]:
    """Conditional maximum likelihood estimate of the odds ratio, with exact limits.

    Parameters
    ----------
    table
        Counts, shape (2, 2); the odds ratio is that of ``a d / (b c)``.
    tail
        Probability left out on either side of the interval, 0.025 for 95%.

    Returns
    -------
    (estimate, low, high)
        0 and infinity at the ends of the table's range; nan when a margin is empty.
    """
    (a, b), (c, d) = np.asarray(table, dtype=float).tolist()
    low, high = max(0.0, a - d), min(a + b, a + c)
    if low == high:
        return NAN, NAN, NAN
    support = np.arange(low, high + 1)
    weights = -sum(
        gammaln(v + 1) for v in (support, a + b - support, a + c - support, support + d - a)
    )

    def chances(log_odds: float) -> Floats:
        logs = weights + log_odds * support
        found = np.exp(logs - logs.max())
        return np.asarray(found / found.sum())

    upper, lower = support >= a, support <= a
    at_low, at_high = a == low, a == high
    estimate = _solve(lambda t: float(support @ chances(t)) - a)
    left = _solve(lambda t: float(chances(t)[upper].sum()) - tail)
    right = _solve(lambda t: tail - float(chances(t)[lower].sum()))
    middle = 0.0 if at_low else np.inf if at_high else estimate
    return middle, 0.0 if at_low else left, np.inf if at_high else right


def _solve(rising: Callable[[float], float]) -> float:
    """Odds ratio at which a rising function of its logarithm is 0, by bisection."""
    low, high = -WIDEST, WIDEST
    for _ in range(80):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return float(np.exp((low + high) / 2))
