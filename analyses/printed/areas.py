"""Printed areas under a ROC curve: interval and p, from the area and how many there were."""

from __future__ import annotations

import math
from dataclasses import replace

from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, Verdict, decimals, not_checkable
from analyses.printed.readings import matched

INTERVAL = "interval of an area under the curve"
P = "p of an area under the curve"
PLAIN, LOGIT = "Hanley–McNeil", "Hanley–McNeil on the logit scale"
NULL = "Hanley–McNeil under no discrimination (SPSS)"
NEEDS = "DeLong, bootstrap: they need patients"
Z95 = 1.959963984540054
#: How much wider than DeLong's widest an interval by another method is let be.
SLACK = 1.15
#: How far two z of one area may lie apart without saying anything, and in what share.
APART, SHARE = 0.6, 0.25


def standard_error(area: float, positives: float, negatives: float) -> float:
    """Hanley and McNeil's, of negative exponential distributions.

    Notes
    -----
    Radiology 1982;143:29–36.
    """
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    parts = area * (1 - area) + (positives - 1) * (q1 - area**2) + (negatives - 1) * (q2 - area**2)
    return math.sqrt(max(parts, 0.0) / (positives * negatives))


def interval_of_area(
    area: Printed, low: Printed, high: Printed, positives: float, negatives: float
) -> Outcome:
    """The interval of an area against the widest that so many patients allow.

    Parameters
    ----------
    area, low, high
        As printed, from 0 to 1.
    positives, negatives
        Patients with and without the outcome.

    Returns
    -------
    Outcome
        Reproduced by Hanley and McNeil's formula; not checkable where another method may have
        given it; inconsistent where it is wider than DeLong's can be.

    Notes
    -----
    DeLong's variance is the sum of two variances of numbers from 0 to 1 whose mean is the area
    A, each over its n: at most A(1 − A)(1/(m − 1) + 1/(n − 1)).
    """
    text = f"{area} ({low}–{high})"
    if min(positives, negatives) < 2 or not 0 < area.value < 1 or area.percent:
        return not_checkable(INTERVAL, text, "needs an area below 1, and two of each outcome")
    if not area.meets(low.interval()[0], high.interval()[1]):
        how = f"{area} is not between {low} and {high}"
        r = f"{low.value:g} <= {area.value:g} & {area.value:g} <= {high.value:g}"
        return Outcome(INTERVAL, Verdict.IMPOSSIBLE, text, how=how, r=r)
    readings = _intervals(area, positives, negatives)
    found = matched(
        INTERVAL, (low, high), readings, [PLAIN],
        r={PLAIN: r_line(area.value, positives, negatives)},
        inputs=f"{positives:g} with and {negatives:g} without the outcome",
    )  # fmt: skip
    if found.verdict.holds:
        return replace(found, printed=text)
    a = min(max(0.5, area.interval()[0]), area.interval()[1])
    most = math.sqrt(a * (1 - a) * (1 / (positives - 1) + 1 / (negatives - 1)))
    half = max(high.interval()[0] - area.interval()[1], area.interval()[0] - low.interval()[1])
    how = f"{found.how}; half-width at most {decimals(Z95 * most, 3)} by DeLong"
    if half <= Z95 * most * SLACK:
        return replace(found, printed=text, how=how).unchecked(NEEDS)
    return replace(found, printed=text, how=how, assumed=("an interval of 95%, no resampling",))


def _intervals(
    area: Printed, m: float, n: float
) -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
    plain, logit = [], []
    for end in area.interval():
        a = min(max(end, 1e-9), 1 - 1e-9)
        se = standard_error(a, m, n)
        plain.append((max(a - Z95 * se, 0.0), min(a + Z95 * se, 1.0)))
        middle, half = math.log(a / (1 - a)), Z95 * se / (a * (1 - a))
        logit.append(tuple(1 / (1 + math.exp(-v)) for v in (middle - half, middle + half)))
    return {
        name: ((ends[0][0], ends[1][0]), (ends[0][1], ends[1][1]))
        for name, ends in ((PLAIN, plain), (LOGIT, logit))
    }


def p_of_area(
    p: Printed,
    area: Printed,
    positives: float,
    negatives: float,
    limits: tuple[Printed, Printed] | None = None,
) -> Outcome:
    """A p against an area of one half.

    Parameters
    ----------
    p, area
        As printed.
    positives, negatives
        Patients with and without the outcome.
    limits
        Of the area, where printed.

    Returns
    -------
    Outcome
        Readings: the standard error under no discrimination, Hanley and McNeil's, that of the
        interval; not checkable near them, for ties and DeLong's need patients.
    """
    from cohort_stats.distributions import normal_two_sided

    if min(positives, negatives) < 1 or area.percent or not 0 <= area.value <= 1:
        return not_checkable(P, p.text, "needs an area, and some of each outcome")
    if p.value > 1:
        return Outcome(P, Verdict.IMPOSSIBLE, p.text, how="a p is at most 1", r=f"{p.value:g} <= 1")
    chance = math.sqrt((positives + negatives + 1) / (12 * positives * negatives))
    own = standard_error(min(area.value, 1 - 1e-9), positives, negatives)
    errors = {NULL: (chance, chance), PLAIN: (own, own)}
    if limits is not None:
        (l1, l2), (h1, h2) = (x.interval() for x in limits)
        errors["the printed interval"] = max(h1 - l2, 0.0) / 2 / Z95, (h2 - l1) / 2 / Z95
    readings: dict[str, tuple[tuple[float, float]]] = {}
    sizes: list[float] = []
    for name, (small, large) in errors.items():
        away = [abs(a - 0.5) for a in area.interval()]
        near = 0.0 if area.meets(0.5, 0.5) else min(away)
        z = near / large if large else math.inf, max(away) / small if small else math.inf
        readings[name] = ((normal_two_sided(z[1]), normal_two_sided(z[0])),)
        sizes += z
    lines = {
        name: f"2 * pnorm(-abs({area.value:g} - 0.5) / {(small + large) / 2:.6g})"
        for name, (small, large) in errors.items()
    }
    found = matched(P, (p,), readings, [*readings], r=lines, inputs=f"area {area}")
    if found.verdict.holds or p.value <= 0:
        return found
    ours = [_z(x) for x in p.interval()]
    gap = max(min(ours) - max(sizes), min(sizes) - max(ours), 0.0)
    if gap <= APART + SHARE * max(sizes):
        return found.unchecked(NEEDS)
    return replace(found, assumed=("a test of the area against one half",))


def _z(p: float) -> float:
    from scipy.special import ndtri

    return float(-ndtri(min(max(p, 1e-15), 1.0) / 2))


def r_line(area: float, positives: float, negatives: float) -> str:
    """A line of R with the limits by Hanley and McNeil."""
    return (
        f"a <- {area:g}; m <- {positives:g}; n <- {negatives:g}; "
        "a + c(-1, 1) * qnorm(0.975) * sqrt((a * (1 - a) + (m - 1) * (a / (2 - a) - a^2) + "
        "(n - 1) * (2 * a^2 / (1 + a) - a^2)) / (m * n))"
    )
