"""p of two groups of several: least significant difference, Bonferroni, Šidák, Tukey."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, not_checkable, p_words
from analyses.printed.tests_of_means import Sample

CHECK = "p of two groups after an analysis of variance"
WORDS = {
    "lsd": "least significant difference (pooled variance of all groups)",
    "bonferroni": "Bonferroni’s correction of it",
    "sidak": "Šidák’s correction of it",
    "tukey": "Tukey’s test",
}


def p_after_anova(p: Printed, samples: Sequence[Sample], pair: tuple[int, int] = (0, 1)) -> Outcome:
    """A printed p of two groups against the pooled variance of all.

    Parameters
    ----------
    p
        As printed.
    samples
        Every group of the analysis of variance, three or more.
    pair
        Positions of the two that are compared.

    Returns
    -------
    Outcome
        Explanations name every adjustment that gives the p.
    """
    sizes = [s.n for s in samples]
    if len(samples) < 3 or min(sizes) < 2 or max(s.sd.value for s in samples) <= 0:
        return not_checkable(CHECK, p.text, "needs three groups of two or more, with a spread")
    found = p_under(samples, pair)
    spans = _spans(samples, pair)
    fits = [t for t in WORDS if p.meets(*spans[t])]
    best = next((t for t in fits if p.covers(found[t])), fits[0] if fits else "lsd")
    how = f"{WORDS[best]}: p = {p_words(found[best], p.decimals)}"
    verdict = Verdict.UNDER_CONVENTION if fits else Verdict.INCONSISTENT
    verdict = Verdict.REPRODUCED if "lsd" in fits and p.covers(found["lsd"]) else verdict
    verdict = Verdict.IMPOSSIBLE if p.value > 1 else verdict
    told = tuple(Explanation(WORDS[t], p_words(found[t], p.decimals), t) for t in fits)
    return Outcome(
        CHECK, verdict, p.text, p_words(found[best], p.decimals), how, r_line(samples, pair, best),
        told, len(WORDS), () if verdict.holds else ("equal variances in all groups",),
    )  # fmt: skip


def p_under(samples: Sequence[Sample], pair: tuple[int, int]) -> dict[str, float]:
    """The p of each of :data:`WORDS`, from the numbers as they are printed."""
    return _p([s.mean.value for s in samples], [s.sd.value for s in samples], samples, pair)


def _p(
    means: Sequence[float], sds: Sequence[float], samples: Sequence[Sample], pair: tuple[int, int]
) -> dict[str, float]:
    from cohort_stats.distributions import t_two_sided

    n, (i, j), k = [s.n for s in samples], pair, len(samples)
    df = sum(n) - k
    variance = sum((a - 1) * s**2 for a, s in zip(n, sds, strict=True)) / df
    t = abs(means[i] - means[j]) / math.sqrt(variance * (1 / n[i] + 1 / n[j]))
    one, pairs = t_two_sided(t, df), k * (k - 1) // 2
    found = {"lsd": one, "bonferroni": min(1.0, pairs * one), "sidak": 1 - (1 - one) ** pairs}
    return {**found, "tukey": _tukey(t * math.sqrt(2), k, df)}


def _tukey(q: float, groups: int, df: float) -> float:
    from scipy.stats import studentized_range

    return float(studentized_range.sf(q, groups, df))


def _spans(samples: Sequence[Sample], pair: tuple[int, int]) -> dict[str, tuple[float, float]]:
    """Least and greatest p within rounding: means apart and deviations small, and the reverse."""
    i, j = pair
    means, ends = [s.mean.value for s in samples], [s.mean.interval() for s in samples]
    up, down = (i, j) if means[i] >= means[j] else (j, i)
    far, near = [*means], [*means]
    far[up], far[down] = ends[up][1], ends[down][0]
    near[up], near[down] = ends[up][0], ends[down][1]
    near[up] = max(near[up], near[down])
    small = [max(s.sd.interval()[0], 0.0) for s in samples]
    if not any(small):
        small = [s.sd.interval()[1] / 1e6 for s in samples]
    least = _p(far, small, samples, pair)
    most = _p(near, [s.sd.interval()[1] for s in samples], samples, pair)
    return {test: (least[test], most[test]) for test in WORDS}


def r_line(samples: Sequence[Sample], pair: tuple[int, int], test: str = "lsd") -> str:
    """A line of R that gives the p of a test of :data:`WORDS`."""
    m, s, n = (
        f"c({', '.join(f'{x:g}' for x in xs)})"
        for xs in zip(*((q.mean.value, q.sd.value, q.n) for q in samples), strict=True)
    )
    i, j, k = pair[0] + 1, pair[1] + 1, len(samples)
    start = (
        f"m <- {m}; s <- {s}; n <- {n}; v <- sum((n - 1) * s^2) / (sum(n) - {k}); "
        f"t <- abs(m[{i}] - m[{j}]) / sqrt(v * (1 / n[{i}] + 1 / n[{j}])); "
    )
    if test == "tukey":
        return f"{start}ptukey(t * sqrt(2), {k}, sum(n) - {k}, lower.tail = FALSE)"
    p, times = f"2 * pt(-t, sum(n) - {k})", k * (k - 1) // 2
    if test == "bonferroni":
        return f"{start}min(1, {times} * {p})"
    return start + (p if test == "lsd" else f"1 - (1 - {p})^{times}")


def explained(
    outcome: Outcome, p: Printed, samples: Sequence[Sample], pair: tuple[int, int]
) -> Outcome:
    """A p of two groups that stands for itself, or else for a test after an analysis of variance.

    Parameters
    ----------
    outcome
        Of the two groups alone; what is not inconsistent is returned as it is.
    p, samples, pair
        As :func:`p_after_anova` takes them.
    """
    if outcome.verdict is not Verdict.INCONSISTENT or len(samples) < 3:
        return outcome
    after = p_after_anova(p, samples, pair)
    tried = outcome.tried + after.tried
    if not after.explanations:
        return replace(outcome, tried=tried)
    return replace(
        outcome,
        verdict=Verdict.UNDER_CONVENTION,
        recomputed=after.recomputed,
        how=f"{outcome.how}; {after.how}",
        r=after.r,
        explanations=after.explanations,
        tried=tried,
    )
