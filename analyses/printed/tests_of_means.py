"""p-values of printed means and standard deviations, over their rounding; pooled means."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from analyses.printed.arithmetic import in_words, judged
from analyses.printed.number import Printed
from analyses.printed.outcome import (
    Explanation,
    Outcome,
    Verdict,
    needs_patients,
    not_checkable,
    p_words,
)

CHECK = "p of a comparison of means"
WORDS = {
    "student": "Student’s t-test",
    "welch": "Welch’s t-test",
    "anova": "one-way analysis of variance",
    "welch anova": "Welch’s analysis of variance",
}
#: Where a paper states one of these beside a t-test, means do not decide whether its p is right.
RANKS = ("mann-whitney", "kruskal-wallis")
MOST_CORNERS = 5


@dataclass(frozen=True)
class Sample:
    """Mean and standard deviation of a group as printed, and how many it has."""

    mean: Printed
    sd: Printed
    n: float


def p_of_means(p: Printed, samples: Sequence[Sample], stated: Sequence[str] = ()) -> Outcome:
    """A printed p against printed means and standard deviations.

    Each is moved through its rounding interval: the verdict is *within rounding* when only
    then the printed p comes out.

    Parameters
    ----------
    p
        As printed.
    samples
        Two or more groups.
    stated
        Tests that the paper states; without any, Student's and the analysis of variance.
    """
    if len(samples) < 2 or min(s.n for s in samples) < 2 or max(s.sd.value for s in samples) <= 0:
        why = "a group of fewer than two, or no spread"
        return not_checkable(CHECK, p.text, why)
    two = len(samples) == 2
    tests = ("student", "welch") if two else ("anova", "welch anova")
    alias = {"student": "anova", "welch": "welch anova"} if not two else {}
    named = [t for t in (alias.get(s, s) for s in stated) if t in tests] or [tests[0]]
    order = [*dict.fromkeys([*named, *tests])]
    exact = {t: p_under(t, samples) for t in order}
    spans = {t: p_span(t, samples) for t in order}
    again = next((t for t in order if p.covers(exact[t])), None)
    near = next((t for t in order if p.meets(*spans[t])), None)
    shown = again if again in named else near if near in named else again or near or named[0]
    low, high = spans[shown]
    how = (
        f"{_words(samples)}; {WORDS[shown]}: p = {p_words(exact[shown], p.decimals)}, from "
        f"{p_words(low, p.decimals)} to {p_words(high, p.decimals)} within rounding"
    )
    if shown in named and p.covers(exact[shown]):
        verdict = Verdict.REPRODUCED
    elif shown in named and near:
        verdict = Verdict.WITHIN_ROUNDING
    elif near:
        verdict = Verdict.UNDER_CONVENTION
    else:
        verdict = Verdict.INCONSISTENT
    ranks = [test for test in stated if test in RANKS]
    if p.value > 1:
        verdict = Verdict.IMPOSSIBLE
    fits = tuple(
        Explanation(WORDS[t], p_words(exact[t], p.decimals), t) for t in order if p.meets(*spans[t])
    )
    recomputed = p_words(exact[shown], p.decimals)
    found = Outcome(
        CHECK, verdict, p.text, recomputed, how, r_line(shown, samples), fits, len(order)
    )
    if ranks and verdict is Verdict.INCONSISTENT:
        return found.unchecked(needs_patients(CHECK, p.text, ranks[0]).why)
    return found


def p_under(test: str, samples: Sequence[Sample]) -> float:
    """The p of one test of :data:`WORDS` from the numbers as they are printed."""
    return _p(test, [s.mean.value for s in samples], [s.sd.value for s in samples], _sizes(samples))


def p_span(test: str, samples: Sequence[Sample]) -> tuple[float, float]:
    """Least and greatest p of a test that the rounding of means and deviations allows.

    Notes
    -----
    p falls as means move apart and as deviations shrink. So the least p is at the ends where
    the means are farthest apart, the greatest where each is as near as it can be to one
    centre, and both at ends of the deviations.
    """
    n = _sizes(samples)
    limits = [s.mean.interval() for s in samples]
    centre = sum(k * s.mean.value for k, s in zip(n, samples, strict=True)) / sum(n)
    if len(samples) == 2:  # where the intervals overlap the means may be equal
        low, high = max(a for a, _ in limits), min(b for _, b in limits)
        centre = (low + high) / 2
    near = [min(max(centre, a), b) for a, b in limits]
    spreads = [(max(a, 0.0), b) for a, b in (s.sd.interval() for s in samples)]
    corners = (
        [*itertools.product(*spreads)]
        if len(samples) <= MOST_CORNERS
        else [*zip(*spreads, strict=True)]
    )
    far = (
        [*itertools.product(*limits)]
        if len(samples) <= MOST_CORNERS
        else [
            [b if s.mean.value > centre else a for (a, b), s in zip(limits, samples, strict=True)]
        ]
    )
    corners = [c for c in corners if max(c) > 0]
    least = min(_p(test, [*means], [*sds], n) for means in far for sds in corners)
    return least, max(_p(test, near, [*sds], n) for sds in corners)


def _sizes(samples: Sequence[Sample]) -> list[float]:
    return [s.n for s in samples]


def _p(test: str, means: list[float], sds: list[float], n: list[float]) -> float:
    from cohort_stats.distributions import f_tail, t_two_sided

    k, variances = len(n), [s * s for s in sds]
    if test in ("welch", "student"):
        t, df = _t(test == "welch", means, variances, n)
        return t_two_sided(t, df)
    if test == "anova":
        centre = sum(a * m for a, m in zip(n, means, strict=True)) / sum(n)
        within = sum((a - 1) * v for a, v in zip(n, variances, strict=True)) / (sum(n) - k)
        between = sum(a * (m - centre) ** 2 for a, m in zip(n, means, strict=True)) / (k - 1)
        return f_tail(between / within, k - 1, sum(n) - k)
    if min(variances) == 0:
        return float("nan")
    weights = [a / v for a, v in zip(n, variances, strict=True)]
    total = sum(weights)
    centre = sum(w * m for w, m in zip(weights, means, strict=True)) / total
    spread = sum((1 - w / total) ** 2 / (a - 1) for w, a in zip(weights, n, strict=True))
    spread /= k**2 - 1
    f = sum(w * (m - centre) ** 2 for w, m in zip(weights, means, strict=True)) / (k - 1)
    return f_tail(f / (1 + 2 * (k - 2) * spread), k - 1, 1 / (3 * spread))


def _t(
    welch: bool, means: list[float], variances: list[float], n: list[float]
) -> tuple[float, float]:
    (m1, m2), (v1, v2), (n1, n2) = means, variances, n
    if welch:
        a, b = v1 / n1, v2 / n2
        return (m1 - m2) / math.sqrt(a + b), (a + b) ** 2 / (a**2 / (n1 - 1) + b**2 / (n2 - 1))
    pooled = ((n1 - 1) * v1 + (n2 - 1) * v2) / (n1 + n2 - 2)
    return (m1 - m2) / math.sqrt(pooled * (1 / n1 + 1 / n2)), n1 + n2 - 2


def _words(samples: Sequence[Sample]) -> str:
    return " against ".join(f"{s.mean} ± {s.sd} (n = {s.n:g})" for s in samples)


def r_line(test: str, samples: Sequence[Sample]) -> str:
    """A line of R that gives the p of :func:`p_under`."""
    m = f"c({', '.join(f'{s.mean.value:g}' for s in samples)})"
    sd = f"c({', '.join(f'{s.sd.value:g}' for s in samples)})"
    n = f"c({', '.join(f'{s.n:g}' for s in samples)})"
    start = f"m <- {m}; s <- {sd}; n <- {n}; "
    if test == "student":
        return start + (
            "v <- sum((n - 1) * s^2) / (sum(n) - 2); "
            "2 * pt(-abs(diff(m)) / sqrt(v * sum(1 / n)), sum(n) - 2)"
        )
    if test == "welch":
        return start + (
            "v <- s^2 / n; 2 * pt(-abs(diff(m)) / sqrt(sum(v)), sum(v)^2 / sum(v^2 / (n - 1)))"
        )
    if test == "anova":
        return start + (
            "k <- length(n); c <- weighted.mean(m, n); pf(sum(n * (m - c)^2) / (k - 1) / "
            "(sum((n - 1) * s^2) / (sum(n) - k)), k - 1, sum(n) - k, lower.tail = FALSE)"
        )
    return start + (
        "k <- length(n); w <- n / s^2; c <- weighted.mean(m, w); "
        "l <- sum((1 - w / sum(w))^2 / (n - 1)) / (k^2 - 1); pf(sum(w * (m - c)^2) / (k - 1) / "
        "(1 + 2 * (k - 2) * l), k - 1, 1 / (3 * l), lower.tail = FALSE)"
    )


def mean_of_parts(mean: Printed, parts: Sequence[Sample]) -> Outcome:
    """The mean of all patients from those of the groups that make them up."""
    total = sum(part.n for part in parts)
    exact = sum(part.n * part.mean.value for part in parts) / total
    spread = sum(part.n * part.mean.unit for part in parts) / total / 2
    words = " + ".join(f"{part.n:g} * {part.mean.value:g}" for part in parts)
    how = f"({in_words(words)}) / {total:g} = {exact:.{mean.decimals + 1}f}"
    limits = (exact - spread, exact + spread)
    return judged("mean of all from groups", mean, exact, limits, how, f"({words}) / {total:g}")


def sd_of_parts(sd: Printed, parts: Sequence[Sample]) -> Outcome:
    """The standard deviation of all patients from means and deviations of their groups."""

    def pooled(means: Sequence[float], sds: Sequence[float]) -> float:
        total = sum(part.n for part in parts)
        centre = sum(p.n * m for p, m in zip(parts, means, strict=True)) / total
        squares = sum((p.n - 1) * s**2 for p, s in zip(parts, sds, strict=True))
        squares += sum(p.n * (m - centre) ** 2 for p, m in zip(parts, means, strict=True))
        return math.sqrt(squares / (total - 1))

    exact = pooled([p.mean.value for p in parts], [p.sd.value for p in parts])
    centre = sum(p.n * p.mean.value for p in parts) / sum(p.n for p in parts)
    ends = [p.mean.interval() for p in parts]
    far = [b if p.mean.value > centre else a for p, (a, b) in zip(parts, ends, strict=True)]
    near = [min(max(centre, a), b) for a, b in ends]
    low = pooled(near, [max(p.sd.interval()[0], 0) for p in parts])
    high = pooled(far, [p.sd.interval()[1] for p in parts])
    how = f"from {_words(parts)}: {exact:.{sd.decimals + 1}f}"
    m = f"c({', '.join(f'{p.mean.value:g}' for p in parts)})"
    s = f"c({', '.join(f'{p.sd.value:g}' for p in parts)})"
    n = f"c({', '.join(f'{p.n:g}' for p in parts)})"
    r = (
        f"m <- {m}; s <- {s}; n <- {n}; sqrt((sum((n - 1) * s^2) + "
        "sum(n * (m - weighted.mean(m, n))^2)) / (sum(n) - 1))"
    )
    return judged("SD of all from groups", sd, exact, (low, high), how, r)
