"""Printed odds, hazard and risk ratios: estimate, interval and p against each other."""

from __future__ import annotations

import math

from analyses.printed.number import Printed
from analyses.printed.outcome import (
    Explanation,
    Outcome,
    Verdict,
    decimals,
    not_checkable,
    p_words,
)

SYMMETRY = "estimate in the middle of its interval"
P_CHECK = "p of an estimate and its interval"
CRUDE = "ratio from counts"
OTHER_LIMITS = (
    "limits of another kind (profile, exact, bootstrap) need not be symmetric: not computed"
)


def estimate_of_interval(
    estimate: Printed, low: Printed, high: Printed, limits: str = ""
) -> Outcome:
    """A ratio against the geometric mean of its limits.

    Parameters
    ----------
    estimate, low, high
        As printed.
    limits
        ``profile`` where the limits are known to be those of the profile likelihood, ``other``
        where they are known to be of another kind.

    Returns
    -------
    Outcome
        Impossible when the estimate lies outside; inconsistent when it lies off the middle,
        but not checkable where the limits are known not to be Wald's.
    """
    if low.interval()[1] <= 0 or estimate.interval()[1] <= 0:
        return not_checkable(SYMMETRY, estimate.text, "a limit of 0 has no logarithm")
    if estimate.below(low) or high.below(estimate) or low.value > high.value:
        how = f"{estimate} is not between {low} and {high}"
        r = f"{low.value:g} <= {estimate.value:g} & {estimate.value:g} <= {high.value:g}"
        return Outcome(SYMMETRY, Verdict.IMPOSSIBLE, estimate.text, how=how, r=r)
    if low.value <= 0:
        return not_checkable(SYMMETRY, estimate.text, f"the lower limit is printed as {low}")
    middle = math.sqrt(low.value * high.value)
    least = math.sqrt(max(low.interval()[0], 0.0) * high.interval()[0])
    most = math.sqrt(low.interval()[1] * high.interval()[1])
    digits = estimate.decimals + 1
    how = (
        f"√({low.value:g} × {high.value:g}) = {decimals(middle, digits)} (from "
        f"{decimals(least, digits)} to {decimals(most, digits)} within rounding)"
    )
    r = f"sqrt({low.value:g} * {high.value:g})"
    again = decimals(middle, digits)
    if estimate.covers(middle):
        return Outcome(SYMMETRY, Verdict.REPRODUCED, estimate.text, again, how, r)
    if estimate.meets(least, most):
        return Outcome(SYMMETRY, Verdict.WITHIN_ROUNDING, estimate.text, again, how, r)
    if limits in ("profile", "other"):
        named = "limits of the profile likelihood" if limits == "profile" else "such limits"
        found = Outcome(SYMMETRY, Verdict.NOT_CHECKABLE, estimate.text, how=how, tried=0)
        return found.unchecked(f"{named} need not be symmetric")
    how += f"; {OTHER_LIMITS}"
    found = Outcome(SYMMETRY, Verdict.INCONSISTENT, estimate.text, again, how, r)
    return found.assuming("limits that are symmetric on the log scale")


def p_of_interval(
    p: Printed, estimate: Printed, low: Printed, high: Printed, confidence: float = 0.95
) -> Outcome:
    """A printed p against the Wald test that estimate and interval imply.

    Parameters
    ----------
    p, estimate, low, high
        As printed.
    confidence
        Level of the interval.
    """
    from cohort_stats.distributions import normal_two_sided

    if min(low.value, estimate.value) <= 0:
        return not_checkable(P_CHECK, p.text, "a limit of 0 has no logarithm")
    quantile = _quantile(confidence)
    if not estimate.meets(low.interval()[0], high.interval()[1]):
        return not_checkable(P_CHECK, p.text, f"{estimate} is not between {low} and {high}")
    logs = math.log(estimate.value), math.log(low.value), math.log(high.value)
    if logs[2] <= logs[1]:
        return not_checkable(P_CHECK, p.text, "the limits are the same")
    se = (logs[2] - logs[1]) / (2 * quantile)
    z = logs[0] / se
    exact = normal_two_sided(z)
    least, most = wald_span(estimate, low, high, quantile)
    how = (
        f"z = log({estimate.value:g}) / [(log({high.value:g}) - log({low.value:g})) / "
        f"{2 * quantile:.3f}] = {z:.3f}; p = {p_words(exact, p.decimals)}, from "
        f"{p_words(least, p.decimals)} to {p_words(most, p.decimals)} within rounding"
    )
    r = (
        f"2 * pnorm(-abs(log({estimate.value:g}) / ((log({high.value:g}) - log({low.value:g})) / "
        f"(2 * qnorm({(1 + confidence) / 2:g})))))"
    )
    again = p_words(exact, p.decimals)
    if p.value > 1:
        return Outcome(P_CHECK, Verdict.IMPOSSIBLE, p.text, again, how, r)
    if p.covers(exact):
        return Outcome(P_CHECK, Verdict.REPRODUCED, p.text, again, how, r)
    if p.meets(least, most):
        return Outcome(P_CHECK, Verdict.WITHIN_ROUNDING, p.text, again, how, r)
    if p.meets(least, most, "truncation"):
        gives = _cut_off(p, max(least, p.value))
        cut = (Explanation("cut off instead of rounded", gives, "truncation"),)
        return Outcome(P_CHECK, Verdict.UNDER_CONVENTION, p.text, again, how, r, cut, 2)
    return Outcome(P_CHECK, Verdict.INCONSISTENT, p.text, again, how, r).assuming(
        "a Wald test and Wald limits"
    )


def _cut_off(p: Printed, exact: float) -> str:
    """A p with as many digits as show that cutting it off gives the printed one."""
    for digits in range(p.decimals, p.decimals + 4):
        words = p_words(exact, digits)
        if p.covers(float(words), "truncation"):
            return words
    return ""


def wald_span(
    estimate: Printed, low: Printed, high: Printed, quantile: float
) -> tuple[float, float]:
    """Least and greatest Wald p that the rounding of estimate and limits allows."""
    from cohort_stats.distributions import normal_two_sided

    (e1, e2), (l1, l2), (h1, h2) = estimate.interval(), low.interval(), high.interval()
    floor = low.unit / 1e6  # a limit printed as 0.00 may be anything above nothing
    widest = math.log(h2) - math.log(max(l1, floor))
    narrowest = max(math.log(h1) - math.log(max(l2, floor)), 1e-12)
    sizes = [abs(math.log(max(e, floor))) for e in (e1, e2)]
    nearest = 0.0 if e1 <= 1 <= e2 else min(sizes)
    return (
        normal_two_sided(max(sizes) * 2 * quantile / narrowest),
        normal_two_sided(nearest * 2 * quantile / widest),
    )


def _quantile(confidence: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def crude_ratio(
    kind: str, estimate: Printed, first: tuple[float, float], second: tuple[float, float]
) -> Outcome:
    """A ratio against the counts of two groups; the same ratio upside down is looked for.

    Parameters
    ----------
    kind
        ``or`` or ``rr``.
    estimate
        As printed.
    first, second
        (events, patients) of the group in question, and of the one it is compared with.
    """
    (a, n), (b, m) = first, second
    if a > n or b > m:
        why = f"a count above the size of its group: {a:g} of {n:g}, {b:g} of {m:g}"
        return not_checkable(CRUDE, estimate.text, why)
    ratio = ratio_from_counts(kind, first, second)
    if not math.isfinite(ratio) or ratio <= 0:
        return not_checkable(CRUDE, estimate.text, f"{a:g} of {n:g} and {b:g} of {m:g}")
    fraction = f"({a:g} / {n:g}) / ({b:g} / {m:g})"
    if kind == "or":
        fraction = f"({a:g} / {n - a:g}) / ({b:g} / {m - b:g})"
    again = decimals(ratio, estimate.decimals + 1)
    how = f"{fraction} = {again}"
    if estimate.covers(ratio):
        return Outcome(CRUDE, Verdict.REPRODUCED, estimate.text, again, how, fraction)
    fits = []
    if estimate.covers(ratio, "truncation"):
        fits.append(Explanation("cut off instead of rounded", again, "truncation"))
    if estimate.covers(1 / ratio):
        upside = decimals(1 / ratio, estimate.decimals + 1)
        fits.append(Explanation("the other group as reference", upside, "reference"))
    other = "rr" if kind == "or" else "or"
    instead = ratio_from_counts(other, first, second)
    if estimate.covers(instead):
        words = "risk ratio" if other == "rr" else "odds ratio"
        fits.append(Explanation(f"a {words}", decimals(instead, estimate.decimals + 1), other))
    verdict = Verdict.UNDER_CONVENTION if fits else Verdict.INCONSISTENT
    return Outcome(CRUDE, verdict, estimate.text, again, how, fraction, tuple(fits), 4)


def ratio_from_counts(kind: str, first: tuple[float, float], second: tuple[float, float]) -> float:
    """Odds ratio or risk ratio of the first group against the second."""
    from cohort_stats.comparing.two_by_two import odds_ratio, risk_ratio

    return (odds_ratio if kind == "or" else risk_ratio)(second, first)[0]
