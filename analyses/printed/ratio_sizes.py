"""One ratio in two forms: the other group as reference, per unit and for two halves."""

from __future__ import annotations

import math

from analyses.printed.arithmetic import judged
from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, decimals, not_checkable

UPSIDE = "the same ratio with the other group as reference"
SIZES = "ratio per unit against that of two halves"
UNITS = (5, 10, 100)
Z = 1.959963984540054
#: A ratio with its limits.
Triple = tuple[Printed, Printed, Printed]


def reciprocal(one: Printed, other: Printed) -> Outcome:
    """Whether an estimate is 1 over another, both printed without an interval."""
    low, high = other.interval()
    if low <= 0 or one.interval()[0] <= 0:
        return not_checkable(UPSIDE, one.text, "a ratio of 0 has no reciprocal")
    words = f"1 / {other.value:g}"
    how = f"{words} = {decimals(1 / other.value, one.decimals + 1)}"
    return judged(UPSIDE, one, 1 / other.value, (1 / high, 1 / low), how, words)


def upside_down(one: Triple, other: Triple) -> Outcome:
    """Whether two printed ratios are the same with the groups exchanged.

    Parameters
    ----------
    one, other
        Estimate, lower and upper limit.

    Returns
    -------
    Outcome
        Of the first: reproduced when 1 over the second gives it within rounding; inconsistent
        when the estimates are each other's reciprocal and a limit is not, or the reverse.
    """
    text = f"{one[0]} ({one[1]}–{one[2]})"
    if min(x.interval()[0] for x in (*one, *other)) <= 0:
        return not_checkable(UPSIDE, text, "a limit of 0 has no reciprocal")
    turned = (other[0], other[2], other[1])
    fits = [_reciprocal(a, b) for a, b in zip(one, turned, strict=True)]
    again = ", ".join(
        decimals(1 / b.value, a.decimals + 1) for a, b in zip(one, turned, strict=True)
    )
    how = ", ".join(f"1 / {b.value:g} = {decimals(1 / b.value, b.decimals + 1)}" for b in turned)
    r = f"1 / c({', '.join(f'{b.value:g}' for b in turned)})"
    verdict = Verdict.REPRODUCED if all(fits) else Verdict.INCONSISTENT
    return Outcome(UPSIDE, verdict, text, again, how, r)


def _reciprocal(a: Printed, b: Printed) -> bool:
    low, high = b.interval()
    return a.meets(1 / high, 1 / low)


def per_unit(halves: Triple, unit: Triple, distance: float) -> Outcome:
    """A ratio of two halves of a marker against that of one unit of it.

    Parameters
    ----------
    halves
        Estimate and limits of those above a cut-off against those below.
    unit
        Estimate and limits of one unit of the marker.
    distance
        How far the means of the two halves lie apart, in units (1.6 standard deviations for a
        normal marker that is cut at its median).

    Returns
    -------
    Outcome
        Never a contradiction, for an effect need not be linear: reproduced when the intervals
        of both hold what the other implies, not checkable otherwise, with the unit or the
        reference under which they would agree.
    """
    text = f"{halves[0]} ({halves[1]}–{halves[2]})"
    if min(x.interval()[0] for x in (*halves, *unit)) <= 0 or distance <= 0:
        return not_checkable(SIZES, text, "a limit of 0 has no logarithm")
    beta = math.log(unit[0].value)
    again = math.exp(beta * distance) if beta * distance < 700 else math.inf
    how = (
        f"{unit[0]} per unit, {distance:g} units apart: {unit[0].value:g}^{distance:g} = "
        f"{decimals(again, halves[0].decimals + 1)}"
    )
    r = f"{unit[0].value:g}^{distance:g}"
    words = decimals(again, halves[0].decimals + 1)
    if _agree(halves, unit, distance):
        return Outcome(SIZES, Verdict.REPRODUCED, text, words, how, r)
    fits = [
        Explanation(f"a ratio per {u} units", convention="unit")
        for u in UNITS
        if _agree(halves, unit, distance / u)
    ]
    if _agree(halves, unit, -distance):
        fits.append(Explanation("the other half as reference", convention="reference"))
    return Outcome(
        SIZES, Verdict.NOT_CHECKABLE, text, words, f"{how}: outside both intervals", r,
        tuple(fits), 2 + len(UNITS), ("a linear effect of the marker",),
    ).unchecked("the effect of the marker need not be linear")  # fmt: skip


def _agree(halves: Triple, unit: Triple, distance: float) -> bool:
    """Whether the intervals of both sizes meet."""
    low, high = sorted(math.log(x.value) * distance for x in unit[1:])
    own_low, own_high = math.log(halves[1].interval()[0]), math.log(halves[2].interval()[1])
    return low <= own_high and own_low <= high
