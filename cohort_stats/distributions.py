"""Tail probabilities and quantiles, from scipy.special (scipy.stats takes a second to import)."""

from __future__ import annotations

from scipy import special

Z95 = float(special.ndtri(0.975))


def chi_square_tail(value: float, df: float) -> float:
    """P(X ≥ value) for a chi-square of `df` degrees of freedom; R: ``pchisq(lower = FALSE)``.

    1 below 0, where rounding may leave the likelihood ratio of a covariate without any effect.
    """
    return float(special.chdtrc(df, max(value, 0.0))) if df > 0 else float("nan")


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
