"""Percentages of all levels of a variable, and of all patients against their groups."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analyses.printed.arithmetic import judged
from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, decimals, not_checkable

WHOLE = "percentages of all levels"
COUNTS = "percentages of all levels as whole counts"
PARTS = "percentage of all from groups"
EXCLUSIVE = "each patient is at one level, and nobody is left out"
COMPLETE = "nobody of a group is left out"


def percents_of_whole(percents: Sequence[Printed]) -> Outcome:
    """Percentages of levels that exclude each other make 100.

    Parameters
    ----------
    percents
        As printed, one a level.

    Returns
    -------
    Outcome
        Inconsistent when no exact percentages that round to these add up to 100.
    """
    text = " + ".join(f"{x.value:g}" for x in percents)
    if len(percents) < 2 or any(x.comparator for x in percents):
        return not_checkable(WHOLE, text, "needs the percentage of every level")
    total = math.fsum(x.value for x in percents)
    digits = max(x.decimals for x in percents)
    low, high = (math.fsum(x.interval()[i] for x in percents) for i in (0, 1))
    again = decimals(total, digits)
    how = f"{text} = {again} (from {decimals(low, digits + 1)} to {decimals(high, digits + 1)})"
    if abs(total - 100) < 1e-9:
        return Outcome(WHOLE, Verdict.REPRODUCED, text, again, how, text)
    if low - 1e-9 <= 100 <= high + 1e-9:
        return Outcome(WHOLE, Verdict.WITHIN_ROUNDING, text, again, how, text)
    most = math.fsum(x.interval("truncation")[1] for x in percents)
    if total <= 100 <= most:
        cut = (Explanation("cut off instead of rounded", again, "truncation"),)
        return Outcome(WHOLE, Verdict.UNDER_CONVENTION, text, again, how, text, cut, 2)
    found = Outcome(WHOLE, Verdict.INCONSISTENT, text, again, how, text, tried=2)
    return found.assuming(EXCLUSIVE)


def counts_of_percents(percents: Sequence[Printed], n: Printed) -> Outcome:
    """Percentages of levels must come from whole counts that add up to n.

    Parameters
    ----------
    percents
        As printed, one a level.
    n
        How many patients there are.

    Returns
    -------
    Outcome
        Inconsistent when no counts that add up to n give them; explanations name other n that
        do, within 5.
    """
    text = ", ".join(x.text for x in percents)
    total = round(n.value)
    if len(percents) < 2 or total <= 0 or any(x.comparator for x in percents):
        return not_checkable(COUNTS, text, "needs the percentage of every level and their number")
    for rounding, verdict in (
        ("half", Verdict.REPRODUCED),
        ("truncation", Verdict.UNDER_CONVENTION),
    ):
        found = _counts(percents, total, rounding)
        if found:
            words = " + ".join(str(k) for k in found)
            how = f"{words} = {total} patients give {text}"
            cut = (Explanation("cut off instead of rounded", words, "truncation"),)
            told: tuple[Explanation, ...] = cut if rounding == "truncation" else ()
            r = f"100 * c({words.replace(' + ', ', ')}) / {total}"
            return Outcome(COUNTS, verdict, text, words, how, r, told, 2)
    others = [d for d in range(max(1, total - 5), total + 6) if d != total]
    fits = tuple(Explanation(f"{d} patients") for d in others if _counts(percents, d, "half"))
    how = f"no whole counts that add up to {total} give {text}"
    outcome = Outcome(COUNTS, Verdict.INCONSISTENT, text, "", how, "", fits, 2 + len(others))
    return outcome.assuming(EXCLUSIVE)


def _counts(percents: Sequence[Printed], n: int, rounding: str) -> list[int]:
    """Counts that give the percentages and add up to n; empty where there are none."""
    ranges = []
    for x in percents:
        near = round(x.value / 100 * n)
        width = math.ceil(x.unit * n / 100) + 1
        fits = [
            k for k in range(max(0, near - width), min(n, near + width) + 1)
            if x.covers(100 * k / n, rounding)
        ]  # fmt: skip
        if not fits:
            return []
        ranges.append((fits[0], fits[-1]))
    left = n - sum(low for low, _ in ranges)
    if left < 0 or n > sum(high for _, high in ranges):
        return []
    counts = []
    for low, high in ranges:
        more = min(left, high - low)
        counts.append(low + more)
        left -= more
    return counts


def percent_of_parts(percent: Printed, parts: Sequence[tuple[Printed, float]]) -> Outcome:
    """The percentage of all patients from those of the groups that make them up.

    Parameters
    ----------
    percent
        As printed.
    parts
        Percentage and size of each group.
    """
    total = math.fsum(n for _, n in parts)
    if total <= 0 or any(x.comparator for x, _ in parts):
        return not_checkable(PARTS, percent.text, "needs percentage and size of every group")
    exact = math.fsum(n * x.value for x, n in parts) / total
    spread = math.fsum(n * x.unit for x, n in parts) / total / 2
    words = " + ".join(f"{n:g} * {x.value:g}" for x, n in parts)
    how = f"({words.replace('*', '×')}) / {total:g} = {decimals(exact, percent.decimals + 1)}"
    limits = exact - spread, exact + spread
    found = judged(PARTS, percent, exact, limits, how, f"({words}) / {total:g}")
    return found if found.verdict.holds else found.assuming(COMPLETE)
