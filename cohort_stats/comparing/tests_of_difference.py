"""Tests of whether groups differ: means, ranks, counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cohort_stats.comparing.outcome import NAN, TestOutcome, not_done
from cohort_stats.comparing.smd import variance_of
from cohort_stats.conventions import RECOMMENDED, Conventions
from cohort_stats.distributions import (
    chi_square_tail,
    f_tail,
    normal_two_sided,
    t_quantile,
    t_two_sided,
)
from cohort_stats.kernels.exact import TooManyTables, fisher_simulated
from cohort_stats.kernels.network import fisher
from cohort_stats.kernels.ranks import midranks, rank_sum_counts, tie_term

Floats = npt.NDArray[np.float64]

EXACT_RANKS_BELOW = 50
SMALL_EXPECTED = 5
RANDOM_TABLES = 100_000


def compare_means(samples: Sequence[Floats], conventions: Conventions = RECOMMENDED) -> TestOutcome:
    """Compare the means of two or more groups.

    Parameters
    ----------
    samples
        One array of known values a group.
    conventions
        ``two_means``: ``welch`` (R: ``t.test``, ``oneway.test``) or ``student``
        (R: ``t.test(var.equal = TRUE)``, ``oneway.test(var.equal = TRUE)``).

    Notes
    -----
    Welch, Biometrika 1947 and 1951.
    """
    welch = conventions.two_means == "welch"
    if len(samples) == 2:
        method = "Welch’s t-test" if welch else "Student’s t-test"
    else:
        method = "Welch’s analysis of variance" if welch else "one-way analysis of variance"
    n = np.array([len(s) for s in samples], dtype=float)
    if n.min() < 2:
        return not_done(method, "a group has fewer than two known values")
    means = np.array([s.mean() for s in samples])
    variances = np.array([variance_of(s) for s in samples])
    if variances.max() == 0 or (welch and len(samples) > 2 and variances.min() == 0):
        return not_done(method, "the values of a group do not vary")
    if len(samples) == 2:
        return _two_means(method, welch, n, means, variances)
    return _many_means(method, welch, n, means, variances)


def _two_means(
    method: str, welch: bool, n: Floats, means: Floats, variances: Floats
) -> TestOutcome:
    se, df = _error_of_difference(welch, n, variances)
    t = float((means[0] - means[1]) / se)
    return TestOutcome(method, t_two_sided(t, df), t, df)


def _error_of_difference(welch: bool, n: Floats, variances: Floats) -> tuple[float, float]:
    if welch:
        parts = variances / n
        df = float(parts.sum() ** 2 / np.sum(parts**2 / (n - 1)))
        return float(np.sqrt(parts.sum())), df
    df = float(n.sum() - 2)
    return float(np.sqrt(np.sum((n - 1) * variances) / df * np.sum(1 / n))), df


def mean_difference(
    first: Floats, second: Floats, conventions: Conventions = RECOMMENDED
) -> tuple[float, float, float]:
    """Mean of the second group less that of the first, with its 95% interval.

    Parameters
    ----------
    first, second
        Known values of each group.
    conventions
        ``two_means``: the interval belongs to the t-test chosen there.

    Returns
    -------
    (difference, low, high)
        nan limits where the values of both groups do not vary or a group has fewer than two.

    Notes
    -----
    R: ``t.test(second, first)``, ``var.equal = TRUE`` for ``student``.
    """
    if min(len(first), len(second)) == 0:
        return NAN, NAN, NAN
    difference = float(second.mean() - first.mean())
    n = np.array([len(first), len(second)], dtype=float)
    variances = np.array([variance_of(first), variance_of(second)])
    if n.min() < 2 or variances.max() == 0:
        return difference, NAN, NAN
    se, df = _error_of_difference(conventions.two_means == "welch", n, variances)
    half = t_quantile(0.975, df) * se
    return difference, difference - half, difference + half


def _many_means(
    method: str, welch: bool, n: Floats, means: Floats, variances: Floats
) -> TestOutcome:
    k = len(n)
    if welch:
        weights = n / variances
        centre = np.sum(weights * means) / weights.sum()
        spread = np.sum((1 - weights / weights.sum()) ** 2 / (n - 1)) / (k**2 - 1)
        f = float(np.sum(weights * (means - centre) ** 2) / (k - 1) / (1 + 2 * (k - 2) * spread))
        df2 = float(1 / (3 * spread))
    else:
        centre = np.sum(n * means) / n.sum()
        df2 = float(n.sum() - k)
        within = np.sum((n - 1) * variances) / df2
        f = float(np.sum(n * (means - centre) ** 2) / (k - 1) / within)
    return TestOutcome(method, f_tail(f, k - 1, df2), f, float(k - 1), df2)


def compare_ranks(samples: Sequence[Floats], conventions: Conventions = RECOMMENDED) -> TestOutcome:
    """Compare the ranks of two or more groups: Mann–Whitney or Kruskal–Wallis.

    Parameters
    ----------
    samples
        One array of known values a group.
    conventions
        ``rank_test``; see :class:`~cohort_stats.conventions.Conventions`.

    Notes
    -----
    R: ``wilcox.test`` (``exact = NULL, correct = FALSE``) and ``kruskal.test``. The
    statistic of two groups is U of the first, R's W.
    """
    if len(samples) != 2:
        return _kruskal_wallis(samples)
    a, b = samples
    method = "Mann–Whitney U test"
    if len(a) == 0 or len(b) == 0:
        return not_done(method, "a group has no known value")
    joint = np.concatenate([a, b])
    m, n, ties = len(a), len(b), tie_term(joint)
    u = float(midranks(joint)[:m].sum() - m * (m + 1) / 2)
    small = max(m, n) < EXACT_RANKS_BELOW and ties == 0
    if small and conventions.rank_test != "asymptotic":
        weights = rank_sum_counts(m, n)
        lower = weights[: int(min(u, m * n - u)) + 1].sum()
        return TestOutcome(f"{method} (exact)", float(min(1.0, 2 * lower)), u)
    total = m + n
    variance = m * n / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance == 0:
        return not_done(method, "all values are the same")
    distance = u - m * n / 2
    if conventions.rank_test == "continuity":
        distance = np.sign(distance) * (abs(distance) - 0.5)
        method += " (continuity correction)"
    z = float(distance / np.sqrt(variance))
    return TestOutcome(method, normal_two_sided(z), u)


def _kruskal_wallis(samples: Sequence[Floats]) -> TestOutcome:
    method = "Kruskal–Wallis test"
    if min(len(s) for s in samples) == 0:
        return not_done(method, "a group has no known value")
    joint = np.concatenate(samples)
    total = len(joint)
    correction = 1 - tie_term(joint) / (total**3 - total)
    if correction == 0:
        return not_done(method, "all values are the same")
    ends = np.cumsum([len(s) for s in samples])
    sums = [part.sum() for part in np.split(midranks(joint), ends[:-1])]
    spread = sum(s**2 / len(sample) for s, sample in zip(sums, samples, strict=True))
    h = float((12 / (total * (total + 1)) * spread - 3 * (total + 1)) / correction)
    df = len(samples) - 1
    return TestOutcome(method, chi_square_tail(h, df), h, float(df))


def compare_counts(
    table: npt.ArrayLike, conventions: Conventions = RECOMMENDED, *, seed: int = 1
) -> TestOutcome:
    """Compare the distribution of categories between groups.

    Chi-square, or Fisher's exact test (Freeman–Halton beyond 2 × 2) when an expected
    count is below 5.

    Parameters
    ----------
    table
        Counts, levels by groups; empty rows and columns are left out.
    conventions
        ``chi_square`` and ``small_counts``.
    seed
        Of the random tables that estimate an exact test's p-value where the exact one would
        take too long.

    Notes
    -----
    R: ``chisq.test(correct = FALSE)``, ``fisher.test``, and
    ``fisher.test(simulate.p.value = TRUE, B = 1e5)`` for a table too large for the network
    algorithm (:func:`cohort_stats.kernels.network.fisher`).
    """
    counts = np.asarray(table, dtype=float)
    if (counts.sum(axis=0) == 0).any():
        return not_done("chi-square test", "a group has no known value")
    counts = counts[counts.sum(axis=1) > 0]
    if len(counts) < 2:
        return not_done("chi-square test", "all patients are at one level")
    smallest = expected_counts(counts).min()
    if smallest >= SMALL_EXPECTED or conventions.small_counts == "chi-square":
        return chi_square(counts, conventions)
    method = "Fisher’s exact test"
    if counts.shape != (2, 2):
        method = "Fisher–Freeman–Halton exact test"
    try:
        return TestOutcome(method, fisher(counts))
    except TooManyTables:
        p, se = fisher_simulated(counts, RANDOM_TABLES, seed)
        how = f"p estimated from {RANDOM_TABLES:,} random tables, standard error {se:.1g}, seed"
        return TestOutcome(f"{method} ({how} {seed})", p, p_se=se)


def expected_counts(counts: Floats) -> Floats:
    """Counts expected from the margins, same shape."""
    return np.asarray(np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum())


def chi_square(table: npt.ArrayLike, conventions: Conventions = RECOMMENDED) -> TestOutcome:
    """Chi-square test of a table of counts without empty rows or columns.

    Parameters
    ----------
    table
        Shape (r, c).
    conventions
        ``chi_square``: ``pearson``; for 2 × 2 tables ``yates`` (R's default) or ``n-1``, and
        Pearson's for larger ones; or ``likelihood ratio``.

    Notes
    -----
    N − 1: Pearson's times (N − 1)/N (Campbell, Statistics in Medicine 2007). Likelihood
    ratio: 2 Σ O log(O/E).
    """
    counts = np.asarray(table, dtype=float)
    expected = expected_counts(counts)
    distance = np.abs(counts - expected)
    method, kind, two = "chi-square test", conventions.chi_square, counts.shape == (2, 2)
    if kind == "yates" and two:
        distance = distance - min(0.5, float(distance.min()))
        method = "chi-square test (Yates’ correction)"
    value = float(np.sum(distance**2 / expected))
    if kind == "n-1" and two:
        value *= 1 - 1 / float(counts.sum())
        method = "chi-square test (N − 1)"
    if kind == "likelihood ratio":
        ratios = np.where(counts > 0, counts / expected, 1.0)
        value = max(0.0, float(2 * np.sum(counts * np.log(ratios))))
        method = "likelihood-ratio chi-square test"
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return TestOutcome(method, chi_square_tail(value, df), value, float(df))
