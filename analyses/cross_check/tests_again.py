"""A test of difference done again, by the words that name it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: (library, p, statistic); nan where the library gives none that ours could be compared with.
Again = tuple[str, float, float]


def of_samples(words: str, samples: Sequence[Floats]) -> Again | None:
    """Means or ranks of two or more groups; None without a counterpart."""
    from scipy import stats
    from statsmodels.stats.oneway import anova_oneway
    from statsmodels.stats.weightstats import ttest_ind

    if words in ("Welch’s t-test", "Student’s t-test") and len(samples) == 2:
        usevar = "unequal" if words.startswith("Welch") else "pooled"
        t, p, _ = ttest_ind(samples[0], samples[1], usevar=usevar)
        return "statsmodels", float(p), float(t)
    if words in ("Welch’s analysis of variance", "one-way analysis of variance"):
        usevar = "unequal" if words.startswith("Welch") else "equal"
        found = anova_oneway(samples, use_var=usevar)
        return "statsmodels", float(found.pvalue), float(found.statistic)
    if words.startswith("Mann–Whitney"):
        how = "exact" if "(exact)" in words else "asymptotic"
        corrected = "continuity" in words
        found = stats.mannwhitneyu(*samples, method=how, use_continuity=corrected)
        return "SciPy", float(found.pvalue), float(found.statistic)
    if words.startswith("Kruskal–Wallis"):
        found = stats.kruskal(*samples)
        return "SciPy", float(found.pvalue), float(found.statistic)
    return None


def of_counts(words: str, table: npt.ArrayLike) -> Again | None:
    """Counts, levels by groups, without empty rows; None without a counterpart."""
    from scipy import stats
    from statsmodels.stats.contingency_tables import Table

    counts = np.asarray(table, dtype=float)
    counts = counts[counts.sum(axis=1) > 0]
    if words.startswith("Fisher’s exact") and counts.shape == (2, 2):
        return "SciPy", float(stats.fisher_exact(counts.astype(int)).pvalue), math.nan
    if words == "chi-square test":
        found = Table(counts, shift_zeros=False).test_nominal_association()
        return "statsmodels", float(found.pvalue), float(found.statistic)
    if words.startswith(("chi-square test (Yates", "likelihood-ratio")):
        yates = "Yates" in words
        power = None if yates else "log-likelihood"
        found = stats.chi2_contingency(counts, correction=yates, lambda_=power)
        return "SciPy", float(found.pvalue), float(found.statistic)
    return None
