"""Printed regression output: coefficient, standard error, z, p and ratio against each other."""

from __future__ import annotations

import math

from analyses.printed.arithmetic import judged, ratio_of
from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, Verdict, decimals, p_words

Z = "z of a coefficient"
P = "p of a coefficient"
RATIO = "ratio of a coefficient"


def z_of_coefficient(z: Printed, beta: Printed, se: Printed) -> Outcome:
    """A printed z against coefficient and standard error."""
    found = ratio_of(z, beta, se)
    return Outcome(
        Z, found.verdict, found.printed, found.recomputed, found.how, found.r, found.explanations
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
    return Outcome(P, verdict, p.text, again, found.how, r, found.explanations)


def ratio_of_coefficient(estimate: Printed, beta: Printed) -> Outcome:
    """A printed odds or hazard ratio against its coefficient."""
    low, high = (math.exp(limit) for limit in beta.interval())
    exact = math.exp(beta.value)
    how = f"exp({beta.value:g}) = {decimals(exact, estimate.decimals + 1)}"
    return judged(RATIO, estimate, exact, (low, high), how, f"exp({beta.value:g})")
