"""Rubin's rules: one estimate, one test, of several completed sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.distributions import chi_square_tail, f_tail, t_quantile, t_two_sided

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pooled:
    """An estimate pooled over completed sets.

    Parameters
    ----------
    estimate, se
        The mean, and the root of within + (1 + 1/m) between.
    within, between
        Mean of the variances, and variance of the estimates.
    df
        Degrees of freedom of Student's t.
    imputations
        How many sets, m.
    """

    estimate: float
    se: float
    within: float
    between: float
    df: float
    imputations: int

    @property
    def relative_increase(self) -> float:
        """Relative increase in variance, r = (1 + 1/m) between / within."""
        extra = (1 + 1 / self.imputations) * self.between
        return extra / self.within if self.within > 0 else float("inf" if extra else "nan")

    @property
    def fmi(self) -> float:
        """Fraction of missing information, (r + 2/(df + 3)) / (r + 1)."""
        r = self.relative_increase
        return 1.0 if np.isinf(r) else float((r + 2 / (self.df + 3)) / (r + 1))

    @property
    def relative_efficiency(self) -> float:
        """1 / (1 + fmi/m)."""
        return 1 / (1 + self.fmi / self.imputations)

    @property
    def limits(self) -> tuple[float, float]:
        """95% limits."""
        far = t_quantile(0.975, self.df) if np.isfinite(self.df) else 1.959963984540054
        return self.estimate - far * self.se, self.estimate + far * self.se

    @property
    def p(self) -> float:
        """Two-sided p against 0."""
        return t_two_sided(self.estimate / self.se, self.df) if self.se > 0 else float("nan")

    @property
    def about(self) -> dict[str, object]:
        """What missing values did to it, as numbers of a result."""
        return {
            "df": self.df,
            "se_within": np.sqrt(self.within),
            "se_between": np.sqrt(self.between),
            "relative_increase": self.relative_increase,
            "fmi": self.fmi,
            "relative_efficiency": self.relative_efficiency,
        }


@dataclass(frozen=True)
class PooledTest:
    """A test pooled over completed sets: F on `df` and `df_denominator` degrees of freedom."""

    f: float
    df: float
    df_denominator: float
    p: float
    relative_increase: float


def pool_estimates(estimates: Floats, variances: Floats, df_complete: float = np.inf) -> Pooled:
    """Pool an estimate by Rubin's rules.

    Parameters
    ----------
    estimates, variances
        One of each completed set, shape (m,), two sets or more.
    df_complete
        Degrees of freedom if nothing were missing.

    Notes
    -----
    Rubin 1987; degrees of freedom by Barnard and Rubin 1999. R: ``mice::pool.scalar``, which
    takes at least 0.0001 for the share of the variance that is between the sets; here it may
    be 0, and the degrees of freedom are then those of complete data.
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    m = len(q)
    if q.shape != u.shape or q.ndim != 1 or m < 2:
        raise ValueError(
            f"estimates and variances must be of two or more sets; got {q.shape}, {u.shape}"
        )
    within = float(u.mean())
    between = float(q.var(ddof=1)) if np.ptp(q) > 0 else 0.0
    total = within + (1 + 1 / m) * between
    share = (1 + 1 / m) * between / total if total > 0 else 0.0
    df = _degrees(m, share, df_complete)
    return Pooled(float(q.mean()), float(np.sqrt(total)), within, between, df, m)


def _degrees(m: int, share: float, df_complete: float) -> float:
    old = (m - 1) / share**2 if share > 0 else np.inf
    if np.isinf(df_complete):
        return float(old)
    observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
    return float(observed if np.isinf(old) else old * observed / (old + observed))


def pool_wald(estimates: Floats, covariances: Floats, df_complete: float = np.inf) -> PooledTest:
    """Test several coefficients together against 0 (D1).

    Parameters
    ----------
    estimates, covariances
        Shapes (m, k) and (m, k, k).
    df_complete
        Degrees of freedom if nothing were missing.

    Notes
    -----
    Li, Raghunathan and Rubin 1991; with `df_complete`, Reiter 2007. R: ``mice::D1``. A single
    coefficient has its t test, squared.
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(covariances, dtype=float)
    m, k = q.shape
    if k == 1:
        one = pool_estimates(q[:, 0], u[:, 0, 0], df_complete)
        f = (one.estimate / one.se) ** 2
        return PooledTest(f, 1, one.df, f_or_chi(f, 1, one.df), one.relative_increase)
    mean, within = q.mean(axis=0), u.mean(axis=0)
    between = np.cov(q, rowvar=False)
    r = float((1 + 1 / m) * np.trace(np.linalg.solve(within, between)) / k)
    f = float(mean @ np.linalg.solve(within, mean)) / (1 + r) / k
    v = _reiter(k, m, r, df_complete)
    return PooledTest(f, k, v, f_or_chi(f, k, v), r)


def _reiter(k: int, m: int, r: float, df_complete: float) -> float:
    t = k * (m - 1)
    if t <= 4:
        return t * (1 + 1 / k) * (1 + 1 / r) ** 2 / 2 if r > 0 else float(df_complete)
    if np.isinf(df_complete):
        return 4 + (t - 4) * (1 + (1 - 2 / t) / r) ** 2 if r > 0 else np.inf
    a, c0 = r * t / (t - 2), 1 / (t - 4)
    observed = (df_complete + 1) / (df_complete + 3) * df_complete
    c1, c2 = observed - 2 * (1 + a), observed - 4 * (1 + a)
    z = (
        1 / c2
        + c0 * (a**2 * c1 / ((1 + a) ** 2 * c2))
        + c0 * (8 * a**2 * c1 / ((1 + a) * c2**2) + 4 * a**2 / ((1 + a) * c2))
        + c0 * (4 * a**2 / (c2 * c1) + 16 * a**2 * c1 / c2**3)
        + c0 * (8 * a**2 / c2**2)
    )
    return float(4 + 1 / z)


def pool_chi_square(values: Floats, df: float) -> PooledTest:
    """Pool chi-square statistics (D2), where nothing else is known of a test.

    Parameters
    ----------
    values
        One of each completed set, shape (m,).
    df
        Their degrees of freedom.

    Notes
    -----
    Li, Meng, Raghunathan and Rubin 1991; R: ``mice::D2``, ``miceadds::micombine.chisquare``.
    Less powerful than D1, and better not near the border of significance.
    """
    d = np.asarray(values, dtype=float)
    m, roots = len(d), np.sqrt(np.maximum(d, 0.0))
    r = float((1 + 1 / m) * roots.var(ddof=1)) if np.ptp(roots) > 0 else 0.0
    f = float((d.mean() / df - (m + 1) / (m - 1) * r) / (1 + r))
    v = float(df ** (-3 / m) * (m - 1) * (1 + 1 / r) ** 2) if r > 0 else np.inf
    return PooledTest(f, df, v, f_or_chi(f, df, v), r)


def f_or_chi(f: float, df: float, df_denominator: float) -> float:
    """P(F ≥ f); of a chi-square over its degrees of freedom where the denominator is endless."""
    if f <= 0:
        return 1.0
    if np.isinf(df_denominator):
        return chi_square_tail(f * df, df)
    return f_tail(f, df, df_denominator)
