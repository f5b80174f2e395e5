"""Exact intervals and tests of Poisson counts."""

from __future__ import annotations

import numpy as np
from scipy import special

#: As R's ``binom.test``: outcomes as likely as the one seen, but for rounding, count as well.
RELATIVE = 1 + 1e-7


def poisson_interval(count: float) -> tuple[float, float]:
    """Exact 95% limits of the mean of a Poisson count (Garwood 1936); R: ``poisson.test``."""
    low = float(special.gammaincinv(count, 0.025)) if count > 0 else 0.0
    return low, float(special.gammaincinv(count + 1, 0.975))


def share_interval(successes: float, n: float) -> tuple[float, float]:
    """Exact 95% limits of a proportion (Clopper and Pearson 1934); R: ``binom.test``."""
    low = special.betaincinv(successes, n - successes + 1, 0.025) if successes > 0 else 0.0
    high = special.betaincinv(successes + 1, n - successes, 0.975) if successes < n else 1.0
    return float(low), float(high)


def share_p(successes: int, n: int, expected: float) -> float:
    """Exact two-sided p of a proportion: all outcomes no likelier than the one seen.

    R: ``binom.test(successes, n, expected)$p.value``.
    """
    k = np.arange(n + 1)
    log_chance = (
        special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
        + special.xlogy(k, expected) + special.xlog1py(n - k, -expected)
    )  # fmt: skip
    chance = np.exp(log_chance)
    return float(min(1.0, chance[chance <= chance[successes] * RELATIVE].sum()))


def ratio_of_rates(
    events: tuple[int, int], person_time: tuple[float, float]
) -> tuple[float, float, float, float]:
    """Ratio of the first rate to the second, its exact conditional 95% limits, and p.

    Given all events together, those of the first group are binomial. R:
    ``poisson.test(c(x1, x2), c(T1, T2))``. All nan when neither group has an event.
    """
    (x1, x2), (t1, t2) = events, person_time
    if x1 + x2 == 0:
        return (float("nan"),) * 4
    low, high = share_interval(x1, x1 + x2)
    with np.errstate(divide="ignore"):
        ratio, lower, upper = (
            float(np.float64(a) / b * t2 / t1)
            for a, b in ((x1, x2), (low, 1 - low), (high, 1 - high))
        )
    return ratio, lower, upper, share_p(x1, x1 + x2, t1 / (t1 + t2))
