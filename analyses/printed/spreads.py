"""Deviations against ranges, standard errors, medians and the parts of a sum."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analyses.printed.arithmetic import judged
from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, Verdict, decimals, not_checkable

RANGE = "deviation within what a range allows"
SE = "standard error of a mean"
MEDIAN = "median within a deviation of the mean"
SUM = "deviation of a sum"
SAME = "least and greatest of the same patients"


def sd_of_range(sd: Printed, mean: Printed, low: Printed, high: Printed, n: float) -> Outcome:
    """A deviation against the least and greatest value, the mean and n.

    Parameters
    ----------
    sd, mean, low, high
        As printed; `low` and `high` are the least and greatest value, not quartiles.
    n
        How many values.

    Notes
    -----
    At most √((mean − low)(high − mean) n / (n − 1)), all values at the ends (Bhatia and
    Davis); at least what the two ends bring when all others are equal.
    """
    if n < 2 or any(x.comparator for x in (sd, mean, low, high)):
        return not_checkable(RANGE, sd.text, "needs two values, their mean and range")
    (a1, a2), (b1, b2), (m1, m2) = low.interval(), high.interval(), mean.interval()
    centre = min(max((a1 + b2) / 2, m1), m2)
    most = math.sqrt(max((centre - a1) * (b2 - centre), 0.0) * n / (n - 1))
    least = min(
        _least(m, a, b, n) for m in {m1, m2, min(max((a2 + b1) / 2, m1), m2)}
        for a in (a1, a2) for b in (b1, b2)
    )  # fmt: skip
    digits = sd.decimals + 1
    how = (
        f"√(({mean.value:g} − {low.value:g}) × ({high.value:g} − {mean.value:g}) × {n:g} / "
        f"{n - 1:g}): from {decimals(least, digits)} to {decimals(most, digits)}"
    )
    r = (
        f"sqrt(({mean.value:g} - {low.value:g}) * ({high.value:g} - {mean.value:g}) * {n:g} / "
        f"{n - 1:g})"
    )
    again = f"{decimals(least, digits)} to {decimals(most, digits)}"
    if sd.meets(least, most) or sd.meets(least, most, "truncation"):
        return Outcome(RANGE, Verdict.REPRODUCED, sd.text, again, how, r)
    return Outcome(RANGE, Verdict.INCONSISTENT, sd.text, again, how, r).assuming(SAME)


def _least(mean: float, low: float, high: float, n: float) -> float:
    if high <= low:
        return 0.0
    squares = (low - mean) ** 2 + (high - mean) ** 2
    if n > 2:
        others = (n * mean - low - high) / (n - 2)
        squares += (n - 2) * (others - mean) ** 2
    return math.sqrt(squares / (n - 1))


def standard_error(se: Printed, sd: Printed, n: float) -> Outcome:
    """A standard error of a mean against the deviation and n."""
    if n < 1:
        return not_checkable(SE, se.text, "nobody")
    low, high = (max(x, 0.0) / math.sqrt(n) for x in sd.interval())
    exact = sd.value / math.sqrt(n)
    how = f"{sd.value:g} / √{n:g} = {decimals(exact, se.decimals + 1)}"
    return judged(SE, se, exact, (low, high), how, f"{sd.value:g} / sqrt({n:g})")


def median_near_mean(median: Printed, mean: Printed, sd: Printed, n: float) -> Outcome:
    """A median against mean and deviation: they are never a deviation apart."""
    if n < 2 or sd.value < 0:
        return not_checkable(MEDIAN, median.text, "needs two values")
    reach = sd.interval()[1] * math.sqrt((n - 1) / n)
    low, high = mean.interval()[0] - reach, mean.interval()[1] + reach
    digits = median.decimals + 1
    how = f"{mean} ± {sd}: from {decimals(low, digits)} to {decimals(high, digits)}"
    again = f"{decimals(low, digits)} to {decimals(high, digits)}"
    fits = median.meets(low, high)
    verdict = Verdict.REPRODUCED if fits else Verdict.INCONSISTENT
    r = f"{mean.value:g} + c(-1, 1) * {sd.value:g} * sqrt({n - 1:g} / {n:g})"
    found = Outcome(MEDIAN, verdict, median.text, again, how, r)
    return found if fits else found.assuming("median and mean of the same patients")


def sd_of_sum(sd: Printed, parts: Sequence[tuple[float, Printed]]) -> Outcome:
    """The deviation of a score against those of its components.

    Parameters
    ----------
    sd
        As printed.
    parts
        Weight and deviation of each component.

    Notes
    -----
    Whatever the correlations, it is at most the weighted sum of the deviations, and at least
    the largest less all the others.
    """
    tops = [abs(w) * x.interval()[1] for w, x in parts]
    bottoms = [abs(w) * max(x.interval()[0], 0.0) for w, x in parts]
    if not parts:
        return not_checkable(SUM, sd.text, "no components")
    most = math.fsum(tops)
    least = max(0.0, *(b - (most - t) for b, t in zip(bottoms, tops, strict=True)))
    digits = sd.decimals + 1
    words = " + ".join(f"{abs(w):g} × {x.value:g}" for w, x in parts)
    how = f"from {decimals(least, digits)} to {words} = {decimals(most, digits)}"
    again = f"{decimals(least, digits)} to {decimals(most, digits)}"
    r = " + ".join(f"{abs(w):g} * {x.value:g}" for w, x in parts)
    fits = sd.meets(least, most)
    verdict = Verdict.WITHIN_ROUNDING if fits else Verdict.INCONSISTENT
    found = Outcome(SUM, verdict, sd.text, again, how, r)
    return found if fits else found.assuming("score and components of the same patients")
