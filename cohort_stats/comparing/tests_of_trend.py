"""Tests that use the order of groups or levels: a trend rather than any difference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cohort_stats.comparing.outcome import TestOutcome, not_done
from cohort_stats.distributions import chi_square_tail, normal_two_sided

Floats = npt.NDArray[np.float64]

LINEAR = "linear-by-linear association test"
TREND = "Cochran–Armitage test for trend"
JONCKHEERE = "Jonckheere–Terpstra test"


def linear_by_linear(table: npt.ArrayLike) -> TestOutcome:
    """Whether levels rise or fall with the groups, both in order.

    Parameters
    ----------
    table
        Counts, levels by groups, both in their order; scored 1, 2, 3 … An empty level keeps
        its place in the scores.

    Notes
    -----
    Mantel's (N − 1) r², chi-square with one degree of freedom (Mantel, JASA 1963; Agresti,
    Categorical Data Analysis); SPSS's "linear-by-linear association". R:
    ``coin::lbl_test(t)^2``.
    """
    return _scored(LINEAR, np.asarray(table, dtype=float), less=1)


def cochran_armitage(table: npt.ArrayLike) -> TestOutcome:
    """Whether a proportion rises or falls over ordered groups (or levels).

    Parameters
    ----------
    table
        Counts, levels by groups; one side has two, the other is in order and scored 1, 2, 3 …

    Notes
    -----
    N r², chi-square with one degree of freedom (Cochran, Biometrics 1954; Armitage, 1955). R:
    ``prop.trend.test``; the linear-by-linear test has N − 1 in place of N.
    """
    counts = np.asarray(table, dtype=float)
    if min(counts.shape) != 2:
        return not_done(TREND, "it compares two groups, or a variable of two levels")
    return _scored(TREND, counts, less=0)


def _scored(method: str, counts: Floats, less: int) -> TestOutcome:
    n = counts.sum()
    if (counts.sum(axis=0) == 0).any():
        return not_done(method, "a group has no known value")
    if (counts.sum(axis=1) > 0).sum() < 2:
        return not_done(method, "all patients are at one level")
    across, along = counts.sum(axis=1), counts.sum(axis=0)
    a = np.arange(len(across)) - np.arange(len(across)) @ across / n
    b = np.arange(len(along)) - np.arange(len(along)) @ along / n
    squared = (a @ counts @ b) ** 2 / ((a**2 @ across) * (b**2 @ along))
    value = float((n - less) * squared)
    return TestOutcome(method, chi_square_tail(value, 1), value, 1.0)


def jonckheere(samples: Sequence[Floats]) -> TestOutcome:
    """Whether values rise or fall over ordered groups, by their ranks.

    Parameters
    ----------
    samples
        One array of known values a group, the groups in their order.

    Returns
    -------
    TestOutcome
        The statistic is J: pairs of patients of two groups of whom the later group's has the
        higher value, ties counting half.

    Notes
    -----
    Normal approximation with the variance for ties, without continuity correction, two-sided
    (Jonckheere, Biometrika 1954; Lehmann, Nonparametrics, 1975). R:
    ``DescTools::JonckheereTerpstraTest`` where it does not permute. For two groups it is the
    Mann–Whitney test.
    """
    if min(len(s) for s in samples) == 0:
        return not_done(JONCKHEERE, "a group has no known value")
    j, earlier = 0.0, np.sort(samples[0])
    for later in samples[1:]:
        below = np.searchsorted(earlier, later, "left") + np.searchsorted(earlier, later, "right")
        j += float(below.sum()) / 2
        earlier = np.sort(np.concatenate([earlier, later]))
    sizes = np.array([len(s) for s in samples], dtype=float)
    ties = np.unique(earlier, return_counts=True)[1].astype(float)
    if len(ties) == 1:
        return not_done(JONCKHEERE, "all values are the same")
    n = sizes.sum()
    z = (j - (n**2 - np.sum(sizes**2)) / 4) / np.sqrt(_jonckheere_variance(sizes, ties))
    return TestOutcome(JONCKHEERE, normal_two_sided(float(z)), j)


def _jonckheere_variance(sizes: Floats, ties: Floats) -> float:
    n = float(sizes.sum())

    def pairs(t: npt.ArrayLike) -> float:
        return float(np.sum(np.asarray(t) * (np.asarray(t) - 1)))

    def triples(t: Floats) -> float:
        return float(np.sum(t * (t - 1) * (t - 2)))

    def spread(t: npt.ArrayLike) -> float:
        t = np.asarray(t)
        return float(np.sum(t * (t - 1) * (2 * t + 5)))

    variance = (spread(n) - spread(sizes) - spread(ties)) / 72
    if n > 2:
        variance += triples(sizes) * triples(ties) / (36 * n * (n - 1) * (n - 2))
    return variance + pairs(sizes) * pairs(ties) / (8 * pairs(n))
