"""Standardised mean differences: how far two groups are apart, whatever their size."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be_finite

Floats = npt.NDArray[np.float64]


def smd(
    first: pd.Series,
    second: pd.Series,
    *,
    weights: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
) -> float:
    """Standardised mean difference of a variable between two groups.

    Parameters
    ----------
    first, second
        The variable in each group; numbers, or categories with the same levels.
    weights
        A weight for each patient of each group, such as the inverse probability of treatment;
        None weighs all alike.

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
    it keeps its sign. Weighted: weighted means and shares, and weighted variances
    (R: ``cov.wt``; Austin and Stuart, Statistics in Medicine 2015).
    """
    for argument, given in (("first", first), ("second", second)):
        must_be_finite(argument, given)
    parts = [_known(s, w) for s, w in zip((first, second), weights or (None, None), strict=True)]
    if any(w.sum() <= 0 for _, w in parts):
        return float("nan")
    if not isinstance(first.dtype, pd.CategoricalDtype):
        (a, s2a), (b, s2b) = (_moments(s.to_numpy(dtype=float), w) for s, w in parts)
        return standardised(a - b, (s2a + s2b) / 2)
    shares = [_shares(s, w) for s, w in parts]
    present = (shares[0] + shares[1]) > 0
    p, q = (np.asarray(s[present][1:], dtype=np.float64) for s in shares)
    if len(p) == 0:
        return float("nan")
    if len(p) == 1:
        variance = (p[0] * (1 - p[0]) + q[0] * (1 - q[0])) / 2
        return standardised(float(p[0] - q[0]), float(variance))
    return _mahalanobis(p, q)


def smd_of_groups(groups: Sequence[pd.Series]) -> tuple[float, float]:
    """Largest and mean absolute standardised difference over all pairs of groups.

    Parameters
    ----------
    groups
        The variable in each group.

    Returns
    -------
    (largest, mean)
        nan when a pair has none.

    Notes
    -----
    R: ``tableone::ExtractSmd`` gives the mean, and each pair's.
    """
    pairs = np.array([abs(smd(b, a)) for a, b in combinations(groups, 2)])
    return float(pairs.max()), float(pairs.mean())


def _known(column: pd.Series, weights: npt.ArrayLike | None) -> tuple[pd.Series, Floats]:
    given = np.ones(len(column)) if weights is None else np.asarray(weights, dtype=float)
    if given.shape != (len(column),) or not (given >= 0).all():
        raise ValueError("weights must be one number a patient of each group, none negative")
    known = column.notna().to_numpy()
    return column[known], given[known]


def _moments(values: Floats, weights: Floats) -> tuple[float, float]:
    if (weights == weights[0]).all():
        return float(values.mean()), variance_of(values)
    share = weights / weights.sum()
    mean, spare = float(share @ values), 1 - float(np.sum(share**2))
    varies = spare > 0 and np.ptp(values[weights > 0]) > 0
    return mean, float(share @ (values - mean) ** 2 / spare) if varies else 0.0


def _shares(column: pd.Series, weights: Floats) -> Floats:
    codes = column.cat.codes.to_numpy()
    return np.asarray(np.bincount(codes, weights, len(column.cat.categories)) / weights.sum())


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
