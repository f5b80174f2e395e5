"""Printed regression output: coefficient, standard error, z, p and ratio against each other."""

from __future__ import annotations

import math
from dataclasses import replace

from analyses.printed.arithmetic import judged, ratio_of
from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, decimals, p_words
from analyses.printed.readings import matched

Z = "z of a coefficient"
P = "p of a coefficient"
RATIO = "ratio of a coefficient"
LIMITS = "limits of a coefficient"
#: How far profile-likelihood limits are taken to lie from the coefficient, over Wald’s.
LEAST_PROFILE, MOST_PROFILE = 0.7, 1.5


def z_of_coefficient(z: Printed, beta: Printed, se: Printed) -> Outcome:
    """A printed z against coefficient and standard error; Wald’s chi-square is its square."""
    found = replace(ratio_of(z, beta, se), check=Z)
    if found.verdict is not Verdict.INCONSISTENT or se.interval()[0] <= 0:
        return found
    (b1, b2), (s1, s2) = beta.interval(), se.interval()
    ends = [(b / s) ** 2 for b in (b1, b2) for s in (s1, s2)]
    least = 0.0 if b1 <= 0 <= b2 else min(ends)
    if not z.meets(least, max(ends)):
        return replace(found, tried=2)
    square = decimals((beta.value / se.value) ** 2, z.decimals + 1)
    words = Explanation("Wald’s chi-square, the square of z", square, "chi-square")
    return replace(
        found,
        verdict=Verdict.UNDER_CONVENTION,
        recomputed=square,
        how=f"({beta.value:g} / {se.value:g})² = {square}",
        r=f"({beta.value:g} / {se.value:g})^2",
        explanations=(words,),
        tried=2,
    )


def p_of_coefficient(p: Printed, beta: Printed, se: Printed) -> Outcome:
    """A printed p against the Wald test of coefficient and standard error."""
    from cohort_stats.distributions import normal_two_sided

    (b1, b2), (s1, s2) = beta.interval(), se.interval()
    z = beta.value / se.value
    exact = normal_two_sided(z)
    nearest = 0.0 if b1 <= 0 <= b2 else min(abs(b1), abs(b2))
    least = normal_two_sided(max(abs(b1), abs(b2)) / max(s1, 1e-300))
    most = normal_two_sided(nearest / s2)
    how = f"z = {beta.value:g} / {se.value:g} = {z:.3f}; p = {p_words(exact, p.decimals)}"
    r = f"2 * pnorm(-abs({beta.value:g} / {se.value:g}))"
    found = judged(P, p, exact, (least, most), how, r)
    again = p_words(exact, p.decimals)
    verdict = Verdict.IMPOSSIBLE if p.value > 1 else found.verdict
    outcome = Outcome(P, verdict, p.text, again, found.how, r, found.explanations)
    return outcome.assuming("a Wald test") if verdict is Verdict.INCONSISTENT else outcome


def ratio_of_coefficient(estimate: Printed, beta: Printed) -> Outcome:
    """A printed odds or hazard ratio against its coefficient."""
    low, high = (math.exp(limit) for limit in beta.interval())
    exact = math.exp(beta.value)
    how = f"exp({beta.value:g}) = {decimals(exact, estimate.decimals + 1)}"
    return judged(RATIO, estimate, exact, (low, high), how, f"exp({beta.value:g})")


def limits_of_coefficient(
    low: Printed,
    high: Printed,
    beta: Printed,
    se: Printed,
    *,
    ratio: bool = True,
    confidence: float = 0.95,
    df: float = math.inf,
) -> Outcome:
    """Printed limits against coefficient and standard error.

    Parameters
    ----------
    low, high, beta, se
        As printed.
    ratio
        Whether the limits are those of the ratio, not of the coefficient.
    confidence
        Level of the interval.
    df
        Degrees of freedom of t, in a linear model.

    Returns
    -------
    Outcome
        Not checkable when the limits are about as far away as Wald's, but not the same: those
        of the profile likelihood, which R prints, need patients.
    """
    from scipy.special import stdtrit

    from cohort_stats.distributions import Z95

    tail = (1 + confidence) / 2
    quantile = float(stdtrit(df, tail)) if math.isfinite(df) else _normal(tail, Z95)
    (b1, b2), (s1, s2) = beta.interval(), se.interval()
    s1 = max(s1, 0.0)

    def turned(value: float) -> float:
        return math.exp(min(value, 700.0)) if ratio else value

    exact = [turned(beta.value + sign * quantile * se.value) for sign in (-1, 1)]
    lower = turned(b1 - quantile * s2), turned(b2 - quantile * s1)
    upper = turned(b1 + quantile * s1), turned(b2 + quantile * s2)
    fits = low.covers(exact[0]) and high.covers(exact[1])
    given = tuple(exact) if fits else (lower, upper)
    words = f"{beta.value:g} ± {quantile:.3f} × {se.value:g}"
    line = f"{beta.value:g} + c(-1, 1) * {quantile:.6g} * {se.value:g}"
    found = matched(
        LIMITS, (low, high), {"Wald limits": given},
        inputs=f"exp({words})" if ratio else words, r=f"exp({line})" if ratio else line,
        assumed=("Wald limits",),
    )  # fmt: skip
    if found.verdict.holds or not _near(low, high, beta, quantile * se.value, ratio=ratio):
        return found
    profile = Explanation("profile-likelihood limits, which need patients", "", "profile")
    why = "limits of the profile likelihood need patients"
    return replace(found, explanations=(profile,)).unchecked(why)


def _near(low: Printed, high: Printed, beta: Printed, half: float, *, ratio: bool) -> bool:
    """Whether limits are such as the profile likelihood may give: about as far from beta."""
    if ratio and low.value <= 0:
        return False
    ends = [math.log(x.value) if ratio else x.value for x in (low, high)]
    sides = beta.value - ends[0], ends[1] - beta.value
    return all(LEAST_PROFILE * half <= side <= MOST_PROFILE * half for side in sides)


def _normal(tail: float, usual: float) -> float:
    from scipy.special import ndtri

    return usual if tail == 0.975 else float(ndtri(tail))
