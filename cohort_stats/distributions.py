"""Tail probabilities and quantiles, from scipy.special (scipy.stats takes a second to import)."""

from __future__ import annotations

import numpy as np
from scipy import special

Z95 = float(special.ndtri(0.975))


def chi_square_tail(value: float, df: float) -> float:
    """P(X ≥ value) for a chi-square of `df` degrees of freedom; R: ``pchisq(lower = FALSE)``."""
    return float(special.chdtrc(df, value)) if df > 0 else float("nan")


def normal_two_sided(z: float) -> float:
    """P(|Z| ≥ |z|); exact far into the tail. R: ``2 * pnorm(-abs(z))``."""
    return float(2 * special.ndtr(-abs(z)))


def t_two_sided(t: float, df: float) -> float:
    """P(|T| ≥ |t|); R: ``2 * pt(-abs(t), df)``."""
    return float(2 * special.stdtr(df, -abs(t)))


def t_quantile(p: float, df: float) -> float:
    """Quantile of Student's t; R: ``qt(p, df)``."""
    return float(special.stdtrit(df, p))


def f_tail(value: float, df1: float, df2: float) -> float:
    """P(F ≥ value); R: ``pf(lower = FALSE)``."""
    return float(special.fdtrc(df1, df2, value))


def wilson(successes: float, n: float) -> tuple[float, float]:
    """95% Wilson score interval of a proportion; R: ``prop.test(correct = FALSE)``.

    Returns nan limits when `n` is 0.
    """
    if n == 0:
        return float("nan"), float("nan")
    p, z2 = successes / n, Z95**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * np.sqrt(p * (1 - p) / n + z2 / (4 * n**2)) / (1 + z2 / n)
    low = 0.0 if successes == 0 else float(centre - half)
    high = 1.0 if successes == n else float(centre + half)
    return low, high
