"""A sample of whole values with a printed mean, deviation and range, where one can be found."""

from __future__ import annotations

import math
from collections import Counter

from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, Verdict, not_checkable
from analyses.printed.whole_values import (
    Scale,
    least_and_most,
    limits_in_steps,
    sd_of_whole,
    totals_of,
)

CHECK = "sample with this mean and deviation (SPRITE)"
MOST_MOVES = 5_000
MOST_TRIED = 400
MOST_SHOWN = 12


def sample_of(mean: Printed, sd: Printed, n: int, scale: Scale) -> list[float] | None:
    """Whole values with a printed mean and deviation; None where none was found.

    Parameters
    ----------
    mean, sd
        As printed.
    n
        How many values.
    scale
        Their step and limits; both limits must be known.

    Notes
    -----
    As SPRITE (Heathers et al., PeerJ Preprints 2018), but without chance: it begins with the
    most equal values of a sum, and moves two at a time apart, always as far as is still too
    little, until the sum of squares is met.
    """
    bottom, top = limits_in_steps(scale)
    if not math.isfinite(bottom + top) or n < 2 or bottom > top:
        return None
    low, high = (max(x, 0.0) / scale.step for x in sd.interval())
    tried = 0
    for total in totals_of(mean, n, scale.step):
        bounds = least_and_most(total, n, scale)
        if bounds is None:
            continue
        base = total**2 / n
        first = max(bounds[0], math.ceil(low**2 * (n - 1) + base - 1e-6))
        first += (first - total) % 2
        last = min(bounds[1], math.floor(high**2 * (n - 1) + base + 1e-6))
        squares = round(first)
        while squares <= last and tried < MOST_TRIED:
            tried += 1
            found = _with_sums(total, squares, n, scale)
            if found is not None:
                return [scale.step * value for value in found]
            squares += 2
    return None


def _with_sums(total: int, squares: int, n: int, scale: Scale) -> list[int] | None:
    """N whole numbers with a sum and a sum of squares."""
    bottom, top = (round(x) for x in limits_in_steps(scale))
    fixed = [bottom, top] if scale.reached else []
    free, rest = n - len(fixed), total - sum(fixed)
    left = squares - sum(x * x for x in fixed)
    if free == 0:
        return fixed if rest == left == 0 else None
    each, more = divmod(rest, free)
    counts = Counter({each: free - more, each + 1: more})
    counts = +counts
    gap = left - sum(c * x * x for x, c in counts.items())
    if gap < 0 or gap % 2 or not bottom <= each <= top or (more and each + 1 > top):
        return None
    for _ in range(MOST_MOVES):
        if gap == 0:
            return sorted([*counts.elements(), *fixed])
        pair = _apart(counts, gap, bottom, top)
        if pair is None:
            return None
        lower, upper = pair
        gap -= 2 * (upper - lower + 1)
        for value, step in ((lower, -1), (upper, 1)):
            counts[value] -= 1
            counts[value + step] += 1
        counts = +counts
    return None


def _apart(counts: Counter[int], gap: int, bottom: int, top: int) -> tuple[int, int] | None:
    """The two values that lie farthest apart, of those that moving apart does not overshoot."""
    values = sorted(counts)
    best: tuple[int, int] | None = None
    for i, lower in enumerate(values):
        if lower <= bottom:
            continue
        for upper in values[i:]:
            enough = upper != lower or counts[lower] > 1
            fits = upper < top and enough and 2 * (upper - lower + 1) <= gap
            if fits and (best is None or upper - lower > best[1] - best[0]):
                best = lower, upper
    return best


def sample_of_whole(mean: Printed, sd: Printed, n: int, scale: Scale) -> Outcome:
    """Whether a mean, deviation and range can come from whole values.

    Parameters
    ----------
    mean, sd
        As printed.
    n
        How many values.
    scale
        Their step and limits.

    Returns
    -------
    Outcome
        Reproduced, with such a sample, when one is found; inconsistent when no sum of squares
        fits; else not checkable.
    """
    text = f"{mean} ± {sd}, {scale.low:g}–{scale.high:g}"
    found = sample_of(mean, sd, n, scale)
    if found is None:
        apart = sd_of_whole(mean, sd, n, scale)
        if apart.verdict is Verdict.INCONSISTENT:
            return Outcome(CHECK, apart.verdict, text, "", apart.how, "", (), 2, apart.assumed)
        return not_checkable(CHECK, text, "no sample was found, which does not say there is none")
    counts = Counter(found)
    listed = ", ".join(f"{c} × {v:g}" if c > 1 else f"{v:g}" for v, c in sorted(counts.items()))
    many = len(counts) > MOST_SHOWN
    values = ", ".join(f"{v:g}" for v in counts)
    times = ", ".join(f"{c}" for c in counts.values())
    r = f"x <- rep(c({values}), c({times})); c(mean(x), sd(x))"
    how = f"{len(counts)} different values, as in the line of R" if many else listed
    return Outcome(CHECK, Verdict.REPRODUCED, text, "" if many else listed, how, r)
