"""Tests of whether the same patients changed: means, ranks, counts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.comparing.outcome import TestOutcome, not_done
from cohort_stats.comparing.tests_of_difference import EXACT_RANKS_BELOW
from cohort_stats.conventions import RECOMMENDED, Conventions
from cohort_stats.distributions import chi_square_tail, normal_two_sided, t_two_sided
from cohort_stats.kernels.ranks import midranks, tie_term
from cohort_stats.kernels.signed_ranks import signed_rank_counts

Floats = npt.NDArray[np.float64]

SAME_DIGITS = 12  # differences that agree to so many digits of the largest value are tied
FEWER_THAN_TWO = "fewer than two patients are known at both times"


def differences(before: Floats, after: Floats) -> Floats:
    """After minus before, without the noise of the last binary digits.

    0.3 − 0.1 and 0.4 − 0.2 are the same change, though not the same double: left as they are,
    ties would be lost. R: ``wilcox.test(digits.rank = 12)``.
    """
    change = after - before
    largest = max(np.abs(before).max(initial=0.0), np.abs(after).max(initial=0.0))
    if largest == 0:
        return np.asarray(change)
    step = 10.0 ** (np.floor(np.log10(largest)) + 1 - SAME_DIGITS)
    return np.asarray(np.round(change / step) * step)


def paired_means(before: Floats, after: Floats) -> TestOutcome:
    """Paired t-test of the mean change.

    Parameters
    ----------
    before, after
        Known values, shape (n,), patient by patient.

    Notes
    -----
    R: ``t.test(after, before, paired = TRUE)``. Student, Biometrika 1908.
    """
    method = "paired t-test"
    change = after - before
    n = len(change)
    if n < 2:
        return not_done(method, FEWER_THAN_TWO)
    if np.ptp(differences(before, after)) == 0:
        return not_done(method, "every patient changed by the same amount")
    t = float(change.mean() / (change.std(ddof=1) / np.sqrt(n)))
    return TestOutcome(method, t_two_sided(t, n - 1), t, float(n - 1))


def paired_ranks(
    before: Floats, after: Floats, conventions: Conventions = RECOMMENDED
) -> TestOutcome:
    """Wilcoxon signed rank test of the changes.

    Parameters
    ----------
    before, after
        Known values, shape (n,), patient by patient.
    conventions
        ``rank_test``: exact below 50 patients when no two changes tie and none is zero, unless
        ``asymptotic``; the normal approximation with the continuity correction for
        ``continuity``. ``zero_differences``: ``dropped`` before ranking (R, SPSS), or
        ``ranked`` and then left out of the sum (Pratt; Stata).

    Notes
    -----
    R: ``wilcox.test(after, before, paired = TRUE, correct = FALSE)``;
    ``coin::wilcoxsign_test(zero.method = "Pratt")``. The statistic is the sum of the ranks of
    the patients whose value rose, R's V. Wilcoxon, Biometrics Bulletin 1945; Pratt, JASA 1959.
    """
    method = "Wilcoxon signed rank test"
    change = differences(before, after)
    zeros = int((change == 0).sum())
    if len(change) == 0:
        return not_done(method, "no patient is known at both times")
    if zeros == len(change):
        return not_done(method, "no patient changed")
    if conventions.zero_differences == "dropped":
        change = change[change != 0]
    n, size = len(change), np.abs(change)
    ties = tie_term(size[size > 0])
    ranks = midranks(size)
    v = float(ranks[change > 0].sum())
    small = n < EXACT_RANKS_BELOW and ties == 0 and zeros == 0
    if small and conventions.rank_test != "asymptotic":
        tail = signed_rank_counts(n)[: int(min(v, n * (n + 1) / 2 - v)) + 1].sum()
        return TestOutcome(f"{method} (exact)", float(min(1.0, 2 * tail)), v)
    counted = ranks[change != 0]
    distance = v - counted.sum() / 2
    if zeros and conventions.zero_differences == "ranked":
        method += " (zero differences ranked)"
    if conventions.rank_test == "continuity":
        distance = np.sign(distance) * (abs(distance) - 0.5)
        method += " (continuity correction)"
    z = float(distance / np.sqrt((counted**2).sum() / 4))
    return TestOutcome(method, normal_two_sided(z), v)


def mcnemar(table: npt.ArrayLike, conventions: Conventions = RECOMMENDED) -> TestOutcome:
    """McNemar’s test: whether as many patients changed one way as the other.

    Parameters
    ----------
    table
        Counts, shape (2, 2): before by after.
    conventions
        ``mcnemar``: ``exact`` (binomial), ``chi-square``, or ``continuity`` (R).

    Notes
    -----
    R: ``binom.test(b, b + c)``, ``mcnemar.test(correct = FALSE)``, ``mcnemar.test``.
    SPSS’s CROSSTABS prints the exact test; its NPAR TESTS does so below 25 changes and
    otherwise the chi-square with the continuity correction. McNemar, Psychometrika 1947.
    """
    method = "McNemar’s test"
    counts = np.asarray(table, dtype=float)
    b, c = float(counts[0, 1]), float(counts[1, 0])
    if b + c == 0:
        return not_done(method, "no patient changed")
    if conventions.mcnemar == "exact":
        return TestOutcome(f"{method} (exact)", _half_binomial(int(min(b, c)), int(b + c)))
    distance = abs(b - c)
    if conventions.mcnemar == "continuity":
        distance = max(0.0, distance - 1)
        method += " (continuity correction)"
    value = distance**2 / (b + c)
    return TestOutcome(method, chi_square_tail(value, 1), value, 1.0)


def _half_binomial(fewer: int, n: int) -> float:
    from scipy.special import bdtr

    return float(min(1.0, 2 * bdtr(fewer, n, 0.5)))


def marginal_homogeneity(table: npt.ArrayLike) -> TestOutcome:
    """Stuart–Maxwell test: whether the levels are as frequent after as before.

    Parameters
    ----------
    table
        Counts, shape (k, k): before by after, levels in the same order.

    Notes
    -----
    R: ``coin::mh_test``. Levels that nobody entered or left say nothing about a change and
    cost no degree of freedom. Stuart, Biometrika 1955; Maxwell, Br J Psychiatry 1970.
    """
    method = "Stuart–Maxwell test"
    counts = np.asarray(table, dtype=float)
    moved = counts - np.diag(np.diag(counts))
    if moved.sum() == 0:
        return not_done(method, "no patient changed")
    d = moved.sum(axis=1) - moved.sum(axis=0)
    covariance = np.diag(moved.sum(axis=1) + moved.sum(axis=0)) - moved - moved.T
    df = int(np.linalg.matrix_rank(covariance, hermitian=True))
    value = float(d @ np.linalg.pinv(covariance, hermitian=True) @ d)
    return TestOutcome(method, chi_square_tail(value, df), value, float(df))


def symmetry(table: npt.ArrayLike) -> TestOutcome:
    """Bowker’s test: whether each change is as frequent as its reverse.

    Parameters
    ----------
    table
        Counts, shape (k, k): before by after, levels in the same order.

    Notes
    -----
    R: ``mcnemar.test`` of more than two levels, which has no result when two levels were
    exchanged by nobody; here such a pair of cells costs no degree of freedom (Hoenig, Morgan
    and Brown, Can J Fish Aquat Sci 1995). Bowker, JASA 1948.
    """
    method = "Bowker’s test of symmetry"
    counts = np.asarray(table, dtype=float)
    above = np.triu_indices(len(counts), 1)
    there, back = counts[above], counts.T[above]
    moved = there + back > 0
    if not moved.any():
        return not_done(method, "no patient changed")
    value = float(np.sum((there - back)[moved] ** 2 / (there + back)[moved]))
    return TestOutcome(method, chi_square_tail(value, moved.sum()), value, float(moved.sum()))
