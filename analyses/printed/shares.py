"""Printed percentages against counts, and shares that only whole counts can give."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, decimals, not_checkable

CHECK = "percentage of counts"
ATTAINABLE = "share of a whole count"
SIZE = "size of a group"
MOST_SHOWN = 3


def scale_of(share: Printed) -> float:
    """100 where a share is printed in percent, else 1: ``0.863`` without a percent sign."""
    return 1.0 if not share.percent and share.decimals >= 2 and abs(share.value) <= 1 else 100.0


def percent_of_counts(percent: Printed, count: Printed, n: Printed) -> Outcome:
    """A percentage against the count and the number that it is of.

    Parameters
    ----------
    percent
        As printed; also a share from 0 to 1.
    count, n
        Whole numbers.

    Returns
    -------
    Outcome
        Explanations name truncation, and other denominators or counts that give the
        percentage.
    """
    k, total = count.value, n.value
    if total <= 0:
        return not_checkable(CHECK, percent.text, f"nobody: {n} as the denominator")
    scale = 100.0 if percent.percent else scale_of(percent)
    exact = scale * k / total
    again = decimals(exact, percent.decimals + 1)
    how = f"{k:g} / {total:g} = {again}{'%' if scale == 100 else ''}"
    r = f"{scale:g} * {k:g} / {total:g}"
    if k > total:
        how = f"{how}: more than all"
        return Outcome(CHECK, Verdict.IMPOSSIBLE, percent.text, again, how, r)
    if percent.covers(exact):
        return Outcome(CHECK, Verdict.REPRODUCED, percent.text, again, how, r)
    if percent.covers(exact, "truncation"):
        cut = Explanation("cut off instead of rounded", again, "truncation")
        return Outcome(CHECK, Verdict.UNDER_CONVENTION, percent.text, again, how, r, (cut,), 2)
    found = _near(percent, k, total, scale)
    tried = 2 + 2 * MOST_SHOWN
    return Outcome(CHECK, Verdict.INCONSISTENT, percent.text, again, how, r, found, tried)


def size_of_percents(
    n: Printed, other: int, shares: Sequence[tuple[float, Printed]], more: str = ""
) -> Outcome:
    """The size of a group of which none, or hardly any, of its percentages are.

    Parameters
    ----------
    n
        As printed.
    other
        The size of which they are.
    shares
        Counts with the percentages that `n` does not give.
    more
        What else says that it is that one, in words.
    """
    named = [f"{count:g} ({percent})" for count, percent in shares[:MOST_SHOWN]]
    rest = f" and {len(shares) - MOST_SHOWN} more" if len(shares) > MOST_SHOWN else ""
    words = f"{', '.join(named)}{rest} are of {other}, not of {n}"
    counts = ", ".join(f"{count:g}" for count, _ in shares)
    r = f"100 * c({counts}) / {other}"
    how = f"{words}; {more}" if more else words
    how += f"; what follows is computed with {other}"
    return Outcome(SIZE, Verdict.INCONSISTENT, n.text, str(other), how, r)


def _near(percent: Printed, k: float, n: float, scale: float) -> tuple[Explanation, ...]:
    """Neighbouring counts, and other denominators, that give the percentage."""
    found = []
    for other in sorted(range(max(0, round(k) - 2), round(k) + 3), key=lambda c: abs(c - k)):
        if other != k and other <= n and percent.covers(scale * other / n):
            again = decimals(scale * other / n, percent.decimals + 1)
            found.append(Explanation(f"a count of {other}", again))
    others = denominators_of(percent, round(k), scale)
    near = sorted((d for d in others if d != n), key=lambda d: abs(d - n))[:MOST_SHOWN]
    found += [
        Explanation(f"a denominator of {d}", decimals(scale * k / d, percent.decimals + 1))
        for d in sorted(near)
    ]
    return tuple(found)


def denominators_of(percent: Printed, count: int, scale: float = 100.0) -> list[int]:
    """Every whole number of which a count is the printed percentage.

    Parameters
    ----------
    percent
        As printed.
    count
        What it is the share of.
    scale
        100 for percent, 1 for a share.

    Returns
    -------
    list of int
        Empty for a count of 0, which is 0% of anything.
    """
    low, high = percent.interval()
    if count <= 0 or high <= 0:
        return []
    last = math.floor(scale * count / low + 1e-9) if low > 0 else 10 * count
    first = max(count, math.ceil(scale * count / high - 1e-9))
    return [*range(first, last + 1)]


def attainable(share: Printed, n: Printed) -> Outcome:
    """A share of which only the denominator is known: some whole count must give it.

    Parameters
    ----------
    share
        Sensitivity, specificity, a percentage.
    n
        How many it is of.
    """
    total = round(n.value)
    scale = scale_of(share)
    near = round(share.value / scale * total)
    again = decimals(scale * near / total, share.decimals + 1) if total else ""
    how = f"nearest whole count: {near} / {total} = {again}"
    r = f"{scale:g} * (0:{total}) / {total}"
    for rounding, verdict in (
        ("half", Verdict.REPRODUCED),
        ("truncation", Verdict.UNDER_CONVENTION),
    ):
        for k in range(max(0, near - 1), min(total, near + 1) + 1):
            if share.covers(scale * k / total, rounding):
                again = decimals(scale * k / total, share.decimals + 1)
                how = f"{k} / {total} = {again}"
                cut = Explanation("cut off instead of rounded", again, "truncation")
                fits: tuple[Explanation, ...] = (cut,) if rounding == "truncation" else ()
                return Outcome(ATTAINABLE, verdict, share.text, again, how, r, fits)
    others = [d for d in range(max(1, total - 5), total + 6) if d != total and _some(share, d)]
    near_by = tuple(Explanation(f"a denominator of {d}") for d in others)
    return Outcome(ATTAINABLE, Verdict.INCONSISTENT, share.text, again, how, r, near_by, 12)


def _some(share: Printed, total: int) -> bool:
    scale = scale_of(share)
    return share.covers(scale * round(share.value / scale * total) / total)
