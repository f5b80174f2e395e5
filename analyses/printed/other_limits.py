"""A p beside limits that are not Wald's: profile likelihood, Firth, bootstrap, pooled."""

from __future__ import annotations

import math

from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, Verdict, not_checkable, p_words
from analyses.printed.ratios import p_of_interval

SIDE = "p of an estimate and limits of another kind"
#: How far below and above the z of the nearer limit that of the p may lie: Wald's z is up to a
#: quarter smaller, that of the likelihood ratio grows faster the further 1 is outside.
BELOW, ABOVE, SHARE, FROM = 0.15, 0.4, 0.3, 2.2


def p_beside_limits(
    p: Printed, estimate: Printed, low: Printed, high: Printed, confidence: float = 0.95
) -> Outcome:
    """A printed p against limits that need not be symmetric.

    Parameters
    ----------
    p, estimate, low, high
        As printed.
    confidence
        Level of the interval.

    Returns
    -------
    Outcome
        What Wald's formula gives is reproduced. Else the z of the p is compared with that of the
        limit nearer to 1, as if the root of the deviance were a straight line: not checkable when
        it is near, inconsistent when it is far, as a p of 0.4 beside limits that exclude 1.
    """
    found = p_of_interval(p, estimate, low, high, confidence)
    if found.verdict is not Verdict.INCONSISTENT:
        return found
    nearer = low if estimate.value > 1 else high
    spans = _signed_root(estimate, nearer, confidence)
    if spans is None:
        return not_checkable(SIDE, p.text, "the estimate is one of its limits")
    least, most = spans
    weak, strong = (_z(x) for x in reversed(p.interval()))
    z = f"{(least + most) / 2:.2f}"
    how = (
        f"log({estimate.value:g}) / (log({estimate.value:g}) - log({nearer.value:g})) × "
        f"{_quantile(confidence):.3f} = {z}: p about {p_words(_p(float(z)), p.decimals)}"
    )
    r = (
        f"2 * pnorm(-abs(log({estimate.value:g}) / (log({estimate.value:g}) - "
        f"log({nearer.value:g})) * qnorm({(1 + confidence) / 2:g})))"
    )
    again = p_words(_p((least + most) / 2), p.decimals)
    far = strong < least * (1 - SHARE) - BELOW or weak > most + ABOVE + max(0.0, most - FROM)
    if not far:
        return not_checkable(SIDE, p.text, f"{how}; near, as tests of one model may be")
    lost = Outcome(SIDE, Verdict.INCONSISTENT, p.text, again, how, r)
    return lost.assuming("interval and p are of one model")


def _signed_root(
    estimate: Printed, nearer: Printed, confidence: float
) -> tuple[float, float] | None:
    """From where to where the z lies at which the estimate differs from 1; None without width."""
    quantile, found = _quantile(confidence), []
    for e in estimate.interval():
        for limit in nearer.interval():
            middle, end = math.log(max(e, 1e-9)), math.log(max(limit, 1e-9))
            if abs(middle - end) > 1e-9 and (middle - end > 0) == (estimate.value > nearer.value):
                found.append(quantile * abs(middle) / abs(middle - end))
    if estimate.meets(1.0, 1.0):
        found.append(0.0)
    return (min(found), max(found)) if found else None


def _quantile(confidence: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def _z(p: float) -> float:
    from scipy.special import ndtri

    return float(-ndtri(min(max(p, 1e-300), 1.0) / 2))


def _p(z: float) -> float:
    from cohort_stats.distributions import normal_two_sided

    return normal_two_sided(z)
