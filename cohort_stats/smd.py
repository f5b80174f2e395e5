"""Standardised mean differences: how far two groups are apart, whatever their size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def smd(first: pd.Series, second: pd.Series) -> float:
    """Standardised mean difference of a variable between two groups.

    Parameters
    ----------
    first, second
        The variable in each group; numbers, or categories with the same levels.

    Returns
    -------
    float
        Not negative for categories of more than two levels. nan when nothing varies within
        the groups or a group has no known value.

    Notes
    -----
    Numbers: difference of means over √((s₁² + s₂²)/2). Categories: the Mahalanobis
    distance of the shares of levels (Yang and Dalton, SAS Global Forum 2012), which for
    two levels is the difference of proportions over the pooled standard deviation; there
    it keeps its sign.
    """
    first, second = first.dropna(), second.dropna()
    if len(first) == 0 or len(second) == 0:
        return float("nan")
    if not isinstance(first.dtype, pd.CategoricalDtype):
        a, b = first.to_numpy(dtype=float), second.to_numpy(dtype=float)
        return standardised(float(a.mean() - b.mean()), (variance_of(a) + variance_of(b)) / 2)
    shares = [
        s.value_counts(normalize=True, sort=False).to_numpy(dtype=float) for s in (first, second)
    ]
    present = (shares[0] + shares[1]) > 0
    p, q = (np.asarray(s[present][1:], dtype=np.float64) for s in shares)
    if len(p) == 0:
        return float("nan")
    if len(p) == 1:
        variance = (p[0] * (1 - p[0]) + q[0] * (1 - q[0])) / 2
        return standardised(float(p[0] - q[0]), float(variance))
    return _mahalanobis(p, q)


def variance_of(values: Floats, ddof: int = 1) -> float:
    """Variance of known values: nan for too few, exactly 0 when they do not vary."""
    known = values[~np.isnan(values)]
    if len(known) <= ddof:
        return float("nan")
    return float(known.var(ddof=ddof)) if np.ptp(known) > 0 else 0.0


def standardised(difference: float, variance: float) -> float:
    """A difference in units of a standard deviation; nan where that is zero."""
    return float(difference / np.sqrt(variance)) if variance > 0 else float("nan")


def _mahalanobis(p: Floats, q: Floats) -> float:
    covariance = np.asarray(sum((np.diag(s) - np.outer(s, s)) / 2 for s in (p, q)))
    difference, inverse = p - q, np.linalg.pinv(covariance)
    if not np.allclose(covariance @ inverse @ difference, difference):
        return float("nan")  # the groups share no level: infinitely far apart
    return float(np.sqrt(max(float(difference @ inverse @ difference), 0.0)))
