"""Which groups differ: every two of three or more groups compared, with one adjustment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from cohort_stats.comparing.adjust import ADJUSTMENTS, adjust
from cohort_stats.comparing.outcome import NAN, TestOutcome, not_done
from cohort_stats.comparing.smd import variance_of
from cohort_stats.distributions import normal_two_sided
from cohort_stats.kernels.ranks import midranks, tie_term

Floats = npt.NDArray[np.float64]
Sample = TypeVar("Sample")

DUNN = "Dunn’s test"
TUKEY = "Tukey’s honestly significant difference"


@dataclass(frozen=True)
class Pair:
    """Two groups compared.

    Parameters
    ----------
    first, second
        Places of the groups.
    outcome
        Their test; its p is not adjusted, and nan for Tukey's.
    p_adjusted
        Adjusted for the number of pairs.
    difference
        Mean of the second less that of the first, with its simultaneous 95% limits: Tukey
        only, else nan.
    """

    first: int
    second: int
    outcome: TestOutcome
    p_adjusted: float
    difference: tuple[float, float, float] = (NAN, NAN, NAN)


def pairwise(
    samples: Sequence[Sample],
    test: Callable[[list[Sample]], TestOutcome],
    *,
    adjustment: str = "holm",
) -> list[Pair]:
    """Every two groups by a test of two groups.

    Parameters
    ----------
    samples
        What the test takes, one a group: values, or counts by level.
    test
        A test of two groups, on the patients of those two alone.
    adjustment
        See :func:`cohort_stats.comparing.adjust.adjust`; pairs without a p-value are not counted.

    Notes
    -----
    R: ``pairwise.t.test(pool.sd = FALSE)``, ``pairwise.wilcox.test``,
    ``pairwise.prop.test(correct = FALSE)``.
    """
    places = list(combinations(range(len(samples)), 2))
    return _adjusted(places, [test([samples[i], samples[j]]) for i, j in places], adjustment)


def dunn(samples: Sequence[Floats], *, adjustment: str = "holm") -> list[Pair]:
    """Every two groups by Dunn's test: ranks among all groups, with the correction for ties.

    Parameters
    ----------
    samples
        One array of known values a group.
    adjustment
        See :func:`cohort_stats.comparing.adjust.adjust`.

    Notes
    -----
    Dunn, Technometrics 1964; two-sided. The statistic is z, above 0 when the second group has
    the higher ranks. R: ``FSA::dunnTest``, ``dunn.test`` (whose p is one-sided).
    """
    places = list(combinations(range(len(samples)), 2))
    sizes = np.array([len(s) for s in samples], dtype=float)
    joint = np.concatenate(samples)
    n = len(joint)
    variance = (n * (n + 1) - tie_term(joint) / (n - 1)) / 12 if n > 1 else 0.0
    if sizes.min() == 0 or variance <= 0:
        why = "a group has no known value" if sizes.min() == 0 else "all values are the same"
        return _adjusted(places, [not_done(DUNN, why)] * len(places), adjustment)
    ends = np.cumsum(sizes.astype(int))[:-1]
    means = [part.mean() for part in np.split(midranks(joint), ends)]
    found = []
    for i, j in places:
        z = float((means[j] - means[i]) / np.sqrt(variance * (1 / sizes[i] + 1 / sizes[j])))
        found.append(TestOutcome(DUNN, normal_two_sided(z), z))
    return _adjusted(places, found, adjustment)


def _adjusted(
    places: list[tuple[int, int]], found: list[TestOutcome], adjustment: str
) -> list[Pair]:
    adjusted = adjust([outcome.p for outcome in found], adjustment)
    words = f", adjusted by {ADJUSTMENTS[adjustment]} method" if adjustment != "none" else ""
    return [
        Pair(i, j, replace(outcome, method=outcome.method + words), float(p))
        for (i, j), outcome, p in zip(places, found, adjusted, strict=True)
    ]


def tukey(samples: Sequence[Floats]) -> list[Pair]:
    """Every two groups by Tukey's honestly significant difference.

    Parameters
    ----------
    samples
        One array of known values a group.

    Notes
    -----
    Tukey and Kramer (groups of any size), with one variance for all groups; the studentised
    range by ``scipy.stats``. R: ``TukeyHSD(aov(x ~ g))``.
    """
    places = list(combinations(range(len(samples)), 2))
    sizes = np.array([len(s) for s in samples], dtype=float)
    df = float(sizes.sum() - len(sizes))
    within = sum((len(s) - 1) * variance_of(s) for s in samples if len(s) > 1)
    if sizes.min() == 0 or df <= 0 or within == 0:
        why = "the values do not vary within the groups" if df > 0 else "too few known values"
        why = "a group has no known value" if sizes.min() == 0 else why
        return [Pair(i, j, not_done(TUKEY, why), NAN) for i, j in places]
    from scipy.stats import studentized_range

    widest = float(studentized_range.ppf(0.95, len(sizes), df))
    found = []
    for i, j in places:
        difference = float(samples[j].mean() - samples[i].mean())
        se = float(np.sqrt(within / df / 2 * (1 / sizes[i] + 1 / sizes[j])))
        p = float(studentized_range.sf(abs(difference) / se, len(sizes), df))
        limits = (difference, difference - widest * se, difference + widest * se)
        outcome = TestOutcome(TUKEY, NAN, difference / se, df)
        found.append(Pair(i, j, outcome, min(1.0, max(0.0, p)), limits))
    return found
