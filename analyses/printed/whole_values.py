"""Means and deviations of whole numbers: GRIM, GRIMMER, and a sample that has them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, decimals, not_checkable

GRIM = "mean of whole values (GRIM)"
GRIMMER = "deviation of whole values (GRIMMER)"
#: Totals of whole values that a mean may have before any mean at all is possible.
MOST_TOTALS = 200


@dataclass(frozen=True)
class Scale:
    """Values that can be: multiples of a step, within limits where these are known.

    Parameters
    ----------
    step
        To which each value is measured: 1 for years, 0.5 for half points.
    low, high
        Least and greatest possible.
    reached
        Whether `low` and `high` are those of this sample, so that some value is at each.
    """

    step: float = 1.0
    low: float = -math.inf
    high: float = math.inf
    reached: bool = False


def mean_of_whole(mean: Printed, n: int, step: float = 1.0) -> Outcome:
    """Whether n whole values can have a printed mean.

    Parameters
    ----------
    mean
        As printed.
    n
        How many values.
    step
        To which each is measured; of a mean of k items of one point, 1/k.

    Notes
    -----
    Brown and Heathers, Soc Psychol Personal Sci 2017.
    """
    assumed = f"every value is a multiple of {step:g}, of {n} patients"
    if n < 1 or mean.comparator:
        return not_checkable(GRIM, mean.text, "no patients, or no mean")
    if step / n < mean.unit:
        why = f"{n} values in steps of {step:g} can have any mean of {mean.decimals} decimals"
        return not_checkable(GRIM, mean.text, why)
    nearest = step * round(mean.value * n / step) / n
    again = decimals(nearest, mean.decimals + 1)
    how = f"nearest: {round(mean.value * n / step)} × {step:g} / {n} = {again}"
    r = f"round({mean.value:g} * {n} / {step:g}) * {step:g} / {n}"
    if mean.covers(nearest):
        return Outcome(GRIM, Verdict.REPRODUCED, mean.text, again, how, r)
    if any(mean.covers(step * t / n, "truncation") for t in _totals_about(mean, n, step)):
        cut = (Explanation("cut off instead of rounded", again, "truncation"),)
        return Outcome(GRIM, Verdict.UNDER_CONVENTION, mean.text, again, how, r, cut, 2)
    others = [k for k in range(max(1, n - 3), n + 4) if k != n and _mean_fits(mean, k, step)]
    fits = tuple(Explanation(f"{k} patients with a value") for k in others)
    found = Outcome(GRIM, Verdict.INCONSISTENT, mean.text, again, how, r, fits, 8)
    return found.assuming(assumed)


def _mean_fits(mean: Printed, n: int, step: float) -> bool:
    return mean.covers(step * round(mean.value * n / step) / n)


def _totals_about(mean: Printed, n: int, step: float) -> range:
    near = math.floor(mean.value * n / step)
    width = math.ceil(mean.unit * n / step) + 1
    return range(near - width, near + width + 1)


def sd_of_whole(mean: Printed, sd: Printed, n: int, scale: Scale | None = None) -> Outcome:
    """Whether n whole values can have a printed mean and standard deviation together.

    Parameters
    ----------
    mean, sd
        As printed.
    n
        How many values.
    scale
        Which values can be; whole numbers without limits unless given.

    Returns
    -------
    Outcome
        Inconsistent when no sum of squares fits: it is a whole number, even or odd as the sum
        is, and between that of the most equal and the most different values.

    Notes
    -----
    Anaya, PeerJ Preprints 2016; Allard 2018.
    """
    scale = scale or Scale()
    text = f"{mean} ± {sd}"
    if n < 2 or sd.comparator or mean.comparator or sd.value < 0:
        return not_checkable(GRIMMER, text, "needs two values and a deviation")
    totals = [*totals_of(mean, n, scale.step)]
    if not totals:
        return not_checkable(GRIMMER, text, "no whole values have this mean")
    if len(totals) > MOST_TOTALS:
        return not_checkable(GRIMMER, text, f"{n} values can have any mean and deviation")
    for divisor, verdict, words in (
        (n - 1, Verdict.REPRODUCED, "divided by n − 1"),
        (n, Verdict.UNDER_CONVENTION, "divided by n"),
    ):
        for total, squares in sums_of(totals, sd, n, scale, divisor):
            value = scale.step * math.sqrt(max(squares - total**2 / n, 0) / divisor)
            again = decimals(value, sd.decimals + 1)
            how = f"√(({squares} − {total}² / {n}) / {divisor})"
            how += f" × {scale.step:g} = {again}" if scale.step != 1 else f" = {again}"
            r = f"{scale.step:g} * sqrt(({squares} - {total}^2 / {n}) / {divisor})"
            fits = (Explanation(words, again, "n"),) if divisor == n else ()
            return Outcome(GRIMMER, verdict, text, again, how, r, fits, 2)
    how = f"no sum of squares of {n} values in steps of {scale.step:g} gives it"
    found = Outcome(GRIMMER, Verdict.INCONSISTENT, text, how=how, tried=2)
    return found.assuming(f"every value is a multiple of {scale.step:g}, of {n} patients")


def totals_of(mean: Printed, n: int, step: float) -> Iterator[int]:
    """Sums of n whole values, in steps, that print as the mean."""
    for total in _totals_about(mean, n, step):
        if mean.covers(step * total / n) or mean.covers(step * total / n, "truncation"):
            yield total


def sums_of(
    totals: list[int], sd: Printed, n: int, scale: Scale, divisor: int
) -> Iterator[tuple[int, int]]:
    """Sum and sum of squares of whole values, both in steps, that print as the deviation."""
    low, high = sd.interval()
    high = max(high, sd.interval("truncation")[1])
    for total in totals:
        bounds = least_and_most(total, n, scale)
        if bounds is None:
            continue
        base = total**2 / n
        first = max(bounds[0], math.ceil((max(low, 0) / scale.step) ** 2 * divisor + base - 1e-6))
        last = min(bounds[1], math.floor((high / scale.step) ** 2 * divisor + base + 1e-6))
        first += (first - total) % 2
        if first <= last:
            yield total, int(first)


def least_and_most(total: int, n: int, scale: Scale) -> tuple[float, float] | None:
    """Least and greatest sum of squares of n whole values with this sum, within the limits."""
    if n == 0:
        return (0.0, 0.0) if total == 0 else None
    bottom, top = limits_in_steps(scale)
    if scale.reached and n >= 2 and math.isfinite(bottom + top):
        inner = least_and_most(total - round(bottom + top), n - 2, Scale(1.0, bottom, top))
        ends = bottom**2 + top**2
        return None if inner is None else (inner[0] + ends, inner[1] + ends)
    if not n * bottom <= total <= n * top:
        return None
    each, more = divmod(total, n)
    least = float((n - more) * each**2 + more * (each + 1) ** 2)
    if not math.isfinite(bottom + top) or bottom == top:
        return least, least if bottom == top else math.inf
    width = round(top - bottom)
    full, rest = divmod(round(total - n * bottom), width)
    most = full * top**2
    if full < n:
        most += (bottom + rest) ** 2 + (n - full - 1) * bottom**2
    return least, float(most)


def limits_in_steps(scale: Scale) -> tuple[float, float]:
    """Least and greatest possible value, counted in steps."""
    bottom = math.ceil(scale.low / scale.step - 1e-9) if math.isfinite(scale.low) else -math.inf
    top = math.floor(scale.high / scale.step + 1e-9) if math.isfinite(scale.high) else math.inf
    return bottom, top
