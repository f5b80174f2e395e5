"""Median, rates and hazard ratio under constant, Weibull or proportional hazards; log-rank p.

Nothing here contradicts a paper, for hazards need not be of any such form: what does not fit
is not checkable, and the readings say what would.
"""

from __future__ import annotations

import math
from dataclasses import replace

from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, decimals, not_checkable
from analyses.printed.ratios import p_of_interval
from analyses.printed.shares import scale_of

SHAPE = "median and rate under a Weibull distribution"
RATES = "hazard ratio and survival rates"
MEDIANS = "hazard ratio and medians"
LOG_RANK = "log-rank p and hazard ratio"
#: Shapes of a Weibull distribution as survival after surgery has them.
USUAL_SHAPES = (0.4, 2.5)
#: How far the log-rank z and Wald's may lie apart without saying anything, and in what share.
APART, SHARE = 0.6, 0.2
#: An estimate and its limits.
Triple = tuple[Printed, Printed, Printed]


def rate_and_median(rate: Printed, time: Printed, median: Printed) -> Outcome:
    """The Weibull distribution that has a median and a rate.

    Parameters
    ----------
    rate
        Of survival at a time.
    time, median
        In the same unit.

    Returns
    -------
    Outcome
        Reproduced for a constant hazard, under a named convention for a usual shape, else not
        checkable.
    """
    scale = 100.0 if rate.percent else scale_of(rate)
    share = rate.value / scale
    if min(time.value, median.value) <= 0 or not 0 < share < 1 or median.comparator:
        return not_checkable(SHAPE, rate.text, "needs a rate between 0 and 1 and a median")
    constant = scale * 0.5 ** (time.value / median.value)
    limits = [scale * 0.5 ** (time.value / m) for m in median.interval() if m > 0]
    again = decimals(constant, rate.decimals + 1)
    how = f"constant hazard: 0.5^({time.value:g} / {median.value:g}) = {again}"
    r = f"{scale:g} * 0.5^({time.value:g} / {median.value:g})"
    if rate.meets(min(limits), max(limits)):
        return Outcome(SHAPE, Verdict.REPRODUCED, rate.text, again, how, r)
    if time.value == median.value:
        return not_checkable(SHAPE, rate.text, "the time is the median")
    shape = math.log(math.log(share) / math.log(0.5)) / math.log(time.value / median.value)
    words = f"Weibull with shape {shape:.2f}"
    usual = USUAL_SHAPES[0] <= shape <= USUAL_SHAPES[1]
    verdict = Verdict.UNDER_CONVENTION if usual else Verdict.NOT_CHECKABLE
    fits = (Explanation(words, rate.text, "weibull"),) if shape > 0 else ()
    found = Outcome(
        SHAPE, verdict, rate.text, again, f"{how}; {words}", r, fits, 2, ("a Weibull shape",)
    )
    return found if usual else found.unchecked("survival need not follow a Weibull curve")


def hazard_ratio_of_rates(ratio: Triple, group: Printed, reference: Printed) -> Outcome:
    """A hazard ratio against the survival rates of both groups at one time.

    Parameters
    ----------
    ratio
        Estimate and limits.
    group, reference
        Survival rates of the group in question, and of the one it is compared with.
    """
    shares = [x.value / (100.0 if x.percent else scale_of(x)) for x in (group, reference)]
    if not all(0 < s < 1 for s in shares):
        return not_checkable(RATES, ratio[0].text, "needs two rates between 0 and 1")
    found = math.log(shares[0]) / math.log(shares[1])
    r = f"log({shares[0]:g}) / log({shares[1]:g})"
    return _of_ratio(RATES, ratio, found, r, "proportional hazards; a ratio that is not adjusted")


def hazard_ratio_of_medians(ratio: Triple, group: Printed, reference: Printed) -> Outcome:
    """A hazard ratio against the median survival of both groups."""
    if min(group.value, reference.value) <= 0 or group.comparator or reference.comparator:
        return not_checkable(MEDIANS, ratio[0].text, "needs two medians that were reached")
    found = reference.value / group.value
    r = f"{reference.value:g} / {group.value:g}"
    return _of_ratio(MEDIANS, ratio, found, r, "constant hazards; a ratio that is not adjusted")


def _of_ratio(check: str, ratio: Triple, found: float, r: str, assumed: str) -> Outcome:
    estimate, low, high = ratio
    again = decimals(found, estimate.decimals + 1)
    how = f"{r} = {again}"
    inside = low.interval()[0] <= found <= high.interval()[1]
    if inside:
        how += f", inside {low} to {high}"
        return Outcome(check, Verdict.REPRODUCED, estimate.text, again, how, r, assumed=(assumed,))
    fits = []
    if found > 0 and low.interval()[0] <= 1 / found <= high.interval()[1]:
        upside = decimals(1 / found, estimate.decimals + 1)
        fits.append(Explanation("the other group as reference", upside, "reference"))
    how += f", outside {low} to {high}"
    return Outcome(
        check, Verdict.NOT_CHECKABLE, estimate.text, again, how, r, tuple(fits), 2, (assumed,)
    ).unchecked("hazards need not be proportional, nor constant")


def logrank_of_interval(p: Printed, ratio: Triple, confidence: float = 0.95) -> Outcome:
    """A log-rank p against a crude hazard ratio with its interval.

    Parameters
    ----------
    p
        Of the log-rank test, as printed.
    ratio
        Estimate and limits of the only variable in the model.
    confidence
        Level of the interval.

    Returns
    -------
    Outcome
        The two tests differ a little on the same patients: reproduced when Wald's p is the
        same, not checkable when it is near, inconsistent when it is far.
    """
    found = replace(p_of_interval(p, *ratio, confidence), check=LOG_RANK)
    if found.verdict is not Verdict.INCONSISTENT:
        return found
    from scipy.special import ndtri

    ours = min(max(p.interval()[0], 1e-12), 1.0), min(max(p.interval()[1], 1e-12), 1.0)
    theirs = [x.value for x in ratio]
    width = math.log(theirs[2] / theirs[1]) / 2 / float(ndtri((1 + confidence) / 2))
    wald = abs(math.log(theirs[0])) / width
    weak, strong = (float(-ndtri(x / 2)) for x in (ours[1], ours[0]))
    gap = max(weak - wald, wald - strong, 0.0)
    how = f"{found.how}; z of the log-rank test {weak:.2f}, Wald’s {wald:.2f}"
    if gap <= APART + SHARE * wald:
        near = replace(found, how=how, assumed=())
        return near.unchecked("near, as two tests of the same patients may be")
    return replace(found, how=how, assumed=("a hazard ratio that is not adjusted",))
