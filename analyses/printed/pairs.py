"""p of a paired comparison of printed means: what any correlation of the pairs could give."""

from __future__ import annotations

import math

from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, Verdict, not_checkable, p_words
from analyses.printed.tests_of_means import Sample

CHECK = "p of a paired comparison of means"


def p_of_pairs(p: Printed, first: Sample, second: Sample) -> Outcome:
    """A printed p of a paired t-test against the means and deviations before and after.

    Parameters
    ----------
    p
        As printed.
    first, second
        The same patients, measured twice.

    Returns
    -------
    Outcome
        Within rounding when some correlation from −1 to 1 gives the p; inconsistent when none
        does: the deviation of the differences is at most the sum of both.

    Notes
    -----
    Any p down to 0 can come about when both deviations are the same, so that the bound is one
    of large p only: a p too large for the difference.
    """
    if first.n != second.n or first.n < 2:
        why = "the same patients must be counted twice, two or more"
        return not_checkable(CHECK, p.text, why)
    (a1, b1), (a2, b2) = first.mean.interval(), second.mean.interval()
    farthest = max(b1 - a2, b2 - a1)
    nearest = max(0.0, a1 - b2, a2 - b1)
    spreads = first.sd.interval(), second.sd.interval()
    widest = spreads[0][1] + spreads[1][1]
    (c1, d1), (c2, d2) = spreads
    narrowest = max(0.0, c1 - d2, c2 - d1)
    if widest <= 0:
        return not_checkable(CHECK, p.text, "no spread")
    least, most = _p(farthest, narrowest, first.n), _p(nearest, widest, first.n)
    how = (
        f"{first.mean} ± {first.sd} and {second.mean} ± {second.sd} in {first.n:g} patients: p "
        f"from {p_words(least, p.decimals)} to {p_words(most, p.decimals)} for correlations "
        "from 1 to −1"
    )
    again = f"{p_words(least, p.decimals)} to {p_words(most, p.decimals)}"
    verdict = Verdict.WITHIN_ROUNDING if p.meets(least, most) else Verdict.INCONSISTENT
    verdict = Verdict.IMPOSSIBLE if p.value > 1 else verdict
    found = Outcome(CHECK, verdict, p.text, again, how, _r(first, second))
    return found if verdict.holds else found.assuming("a paired t-test of all of them")


def _p(difference: float, sd: float, n: float) -> float:
    from cohort_stats.distributions import t_two_sided

    if sd <= 0:
        return 0.0 if difference > 0 else 1.0
    return t_two_sided(difference / sd * math.sqrt(n), n - 1)


def _r(first: Sample, second: Sample) -> str:
    """R: the largest p, that of a correlation of −1."""
    return (
        f"2 * pt(-abs({first.mean.value:g} - {second.mean.value:g}) / (({first.sd.value:g} + "
        f"{second.sd.value:g}) / sqrt({first.n:g})), {first.n:g} - 1)"
    )
