"""Printed numbers that are sums, differences, ratios or weighted sums of others, or the same."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, decimals, not_checkable

Interval = tuple[float, float]


def judged(
    check: str, printed: Printed, exact: float, limits: Interval, how: str, r: str
) -> Outcome:
    """A verdict on a number recomputed from rounded ones.

    Parameters
    ----------
    check
        Its name.
    printed
        The number as printed.
    exact
        What the other numbers give as they stand.
    limits
        What they give at the ends of their rounding intervals.
    how, r
        See :class:`~analyses.printed.outcome.Outcome`.
    """
    low, high = sorted(limits)
    digits = printed.decimals + 1
    again = decimals(exact, digits)
    if high - low > 1e-12 * max(1.0, abs(exact)):
        how += f" (from {decimals(low, digits)} to {decimals(high, digits)} within rounding)"
    if printed.covers(exact):
        verdict = Verdict.REPRODUCED
    elif printed.meets(low, high):
        verdict = Verdict.WITHIN_ROUNDING
    elif printed.covers(exact, "truncation"):
        cut = Explanation("cut off instead of rounded", again, "truncation")
        return Outcome(
            check, Verdict.UNDER_CONVENTION, printed.text, again, how, r, (cut,), tried=2
        )
    else:
        verdict = Verdict.INCONSISTENT
    return Outcome(check, verdict, printed.text, again, how, r)


def in_words(line: str) -> str:
    """A line of R as a reader would write it."""
    return line.replace(" * ", " × ").replace(" - ", " − ").replace("sqrt", "√")


def sum_of(total: Printed, parts: Sequence[Printed], *, counts: bool = True) -> Outcome:
    """A total against its parts.

    Parameters
    ----------
    total, parts
        As printed.
    counts
        Whether they are whole numbers that were not rounded.
    """
    exact = math.fsum(part.value for part in parts)
    spread = 0.0 if counts else sum(part.unit for part in parts) / 2
    words = " + ".join(f"{part.value:g}" for part in parts)
    how = f"{words} = {decimals(exact, total.decimals)}"
    if counts and total.value != exact:
        again = decimals(exact, 0)
        return Outcome("sum", Verdict.INCONSISTENT, total.text, again, how, words)
    return judged("sum", total, exact, (exact - spread, exact + spread), how, words)


def linear_of(value: Printed, terms: Sequence[tuple[float, Printed]]) -> Outcome:
    """A weighted sum of other printed numbers: the mean of a score from its components' means.

    Parameters
    ----------
    value
        As printed.
    terms
        Weight and number.
    """
    exact = math.fsum(w * x.value for w, x in terms)
    spread = sum(abs(w) * x.unit / 2 for w, x in terms)
    words = " + ".join(f"{w:g} * {x.value:g}" for w, x in terms)
    how = f"{in_words(words)} = {decimals(exact, value.decimals + 1)}"
    return judged("weighted sum", value, exact, (exact - spread, exact + spread), how, words)


def difference_of(value: Printed, a: Printed, b: Printed) -> Outcome:
    """The difference of two printed numbers; of whole numbers without rounding."""
    exact = a.value - b.value
    spread = 0.0 if a.decimals == b.decimals == 0 else (a.unit + b.unit) / 2
    words = f"{a.value:g} - {b.value:g}"
    how = f"{in_words(words)} = {decimals(exact, value.decimals)}"
    if spread == 0 and value.decimals == 0 and value.value != exact:
        again = decimals(exact, 0)
        return Outcome("difference", Verdict.INCONSISTENT, value.text, again, how, words)
    return judged("difference", value, exact, (exact - spread, exact + spread), how, words)


def ratio_of(value: Printed, a: Printed, b: Printed) -> Outcome:
    """The ratio of two printed numbers."""
    (a_low, a_high), (b_low, b_high) = a.interval(), b.interval()
    if b_low <= 0:
        return not_checkable("ratio", value.text, f"{b} may be 0 within its rounding")
    exact = a.value / b.value
    ends = [x / y for x in (a_low, a_high) for y in (b_low, b_high)]
    words = f"{a.value:g} / {b.value:g}"
    how = f"{words} = {decimals(exact, value.decimals + 1)}"
    return judged("ratio", value, exact, (min(ends), max(ends)), how, words)


def complement_of(value: Printed, other: Printed, whole: float) -> Outcome:
    """What is left of 100% or of 1."""
    exact, spread = whole - other.value, other.unit / 2
    words = f"{whole:g} - {other.value:g}"
    how = f"{in_words(words)} = {decimals(exact, value.decimals)}"
    return judged("complement", value, exact, (exact - spread, exact + spread), how, words)


def same(value: Printed, other: Printed) -> Outcome:
    """One quantity that is printed twice.

    Returns
    -------
    Outcome
        Reproduced when the digits agree as far as both have them.
    """
    how = f"{value} here, {other} there"
    check = "same quantity printed twice"
    fine, coarse = sorted((value, other), key=lambda x: -x.decimals)
    percent = value.percent != other.percent and scale_differs(value, other)
    if percent:
        return not_checkable(check, value.text, f"{how}: one is in percent")
    agree = coarse.covers(fine.value) or fine.value == coarse.value
    if "<" in (value.comparator, other.comparator):
        agree = fine.value == coarse.value or coarse.covers(fine.value) or fine.covers(coarse.value)
    verdict = Verdict.REPRODUCED if agree else Verdict.INCONSISTENT
    r = f"round({fine.value:.12g}, {coarse.decimals}) == {coarse.value:.12g}"
    return Outcome(check, verdict, value.text, other.text, how, r)


def scale_differs(a: Printed, b: Printed) -> bool:
    """Whether one of two numbers must be a percentage and the other a share of 1."""
    percent, share = (a, b) if a.percent else (b, a)
    return abs(share.value) <= 1 < abs(percent.value)


def within(value: Printed, low: Printed | None, high: Printed | None) -> Outcome:
    """A number that must lie in a printed range or interval, of which one limit may be open."""
    words = f"{low or 'any'} to {high or 'any'}"
    how = f"{value} from {words}"
    outside = (low is not None and value.below(low)) or (high is not None and high.below(value))
    how += ": outside" * outside
    verdict = Verdict.IMPOSSIBLE if outside else Verdict.REPRODUCED
    r = [f"{x.value:g} {sign} {value.value:g}" for x, sign in ((low, "<="), (high, ">=")) if x]
    return Outcome("inside its range", verdict, value.text, words, how, " & ".join(r))
