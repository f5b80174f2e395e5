"""Survival rates against deaths, numbers at risk, medians and each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from analyses.printed.number import Printed
from analyses.printed.outcome import Explanation, Outcome, Verdict, decimals, not_checkable
from analyses.printed.shares import scale_of

RATE = "survival rate and deaths"
NEEDED = "deaths that a survival rate needs"
MEDIAN = "survival rate on its side of the median"
FALLING = "never rising"
AT_RISK = "number at risk and deaths"
#: How far apart the months of a rate and of a median may be: 30 days, 365.25 / 12, 4 weeks.
MONTHS = 0.09
ENTRY = "all patients are followed from the start"


def survival_of_deaths(
    rate: Printed,
    n: float,
    deaths: float,
    at_risk: float | None = None,
    *,
    incidence: bool = False,
    by_then: bool = True,
) -> Outcome:
    """A Kaplan–Meier rate against how many died.

    Parameters
    ----------
    rate
        As printed, in percent or as a share.
    n
        Patients at the start.
    deaths
        By the time of the rate; or, if not `by_then`, in the whole study.
    at_risk
        Patients still at risk at that time, where printed.
    incidence
        Whether the rate counts those who died.
    by_then
        See `deaths`.

    Notes
    -----
    With d deaths among n, S(t) is highest when nobody is censored before the last death:
    1 − d/n. It is lowest when all who are censored leave before the first death: r / (d + r),
    with r still at risk.
    """
    scale = 100.0 if rate.percent else scale_of(rate)
    if n <= 0 or deaths < 0 or deaths > n or rate.comparator:
        return not_checkable(RATE, rate.text, f"{deaths:g} deaths of {n:g}")
    most = scale * (1 - deaths / n) if by_then else scale
    left = at_risk or 0.0
    least = scale * left / (left + deaths) if deaths + left > 0 else scale
    least = scale if deaths == 0 else least
    low, high = (scale - most, scale - least) if incidence else (least, most)
    digits = rate.decimals + 1
    again = f"{decimals(low, digits)} to {decimals(high, digits)}"
    crude = f"{scale:g} * (1 - {deaths:g} / {n:g})"
    how = f"{deaths:g} deaths of {n:g}"
    how += f", {at_risk:g} still at risk" if at_risk is not None else ""
    how += f": {again} whoever is censored when"
    if not rate.meets(low, high) and not rate.meets(low, high, "truncation"):
        found = Outcome(RATE, Verdict.INCONSISTENT, rate.text, again, how, crude)
        return found.assuming(ENTRY, *(("nobody dies at the very time",) if left else ()))
    plain = scale * deaths / n if incidence else scale * (1 - deaths / n)
    fits: tuple[Explanation, ...] = ()
    if by_then and rate.covers(plain):
        words = "the plain share, as if all were followed until then"
        fits = (Explanation(words, decimals(plain, digits), "crude"),)
    return Outcome(RATE, Verdict.WITHIN_ROUNDING, rate.text, again, how, crude, fits)


def deaths_for_rate(rate: Printed, n: float, at_risk: float = 0.0) -> tuple[int, int]:
    """Least and greatest number of deaths by then that a Kaplan–Meier rate needs.

    Parameters
    ----------
    rate
        Of survival, as printed.
    n
        Patients at the start.
    at_risk
        Patients still at risk at that time.
    """
    scale = 100.0 if rate.percent else scale_of(rate)
    low, high = (min(max(x / scale, 0.0), 1.0) for x in rate.interval())
    least = at_risk * (1 - high) / high if high > 0 else n - at_risk
    least = max(least, 1.0 if high < 1 else 0.0)
    most = min(n * (1 - low), n - at_risk)
    return math.ceil(least - 1e-9), math.floor(most + 1e-9)


def deaths_of_rate(deaths: Printed, rate: Printed, n: float, at_risk: float = 0.0) -> Outcome:
    """A number of deaths by some time against the survival rate at that time."""
    if n <= 0 or rate.comparator or deaths.whole is None:
        return not_checkable(NEEDED, deaths.text, "needs a count of deaths, a rate and n")
    least, most = deaths_for_rate(rate, n, at_risk)
    how = f"{rate} of {n:g} patients"
    how += f", {at_risk:g} still at risk" if at_risk else ""
    how += f": from {least} to {most} deaths"
    fits = least <= deaths.value <= most
    verdict = Verdict.WITHIN_ROUNDING if fits else Verdict.INCONSISTENT
    share = f"({rate.value:g} / {scale_of(rate) if not rate.percent else 100:g})"
    r = f"c({at_risk:g} * (1 - {share}) / {share}, min({n:g} * (1 - {share}), {n - at_risk:g}))"
    found = Outcome(NEEDED, verdict, deaths.text, f"{least} to {most}", how, r)
    return found if fits else found.assuming(ENTRY, "nobody dies at the very time")


def rate_and_median(rate: Printed, time: Printed, median: Printed) -> Outcome:
    """A survival rate must not lie below one half before the median, nor above it after.

    Parameters
    ----------
    rate
        Of survival at a time.
    time, median
        In the same unit.
    """
    scale = 100.0 if rate.percent else scale_of(rate)
    half = scale / 2
    low, high = median.interval()
    if time.comparator or median.comparator or rate.comparator:
        return not_checkable(MEDIAN, rate.text, "needs a time and a median that was reached")
    how = f"{rate} at {time}, median {median}"
    again, wrong = "", False
    if time.value < low * (1 - MONTHS):
        again, wrong = f"at least {half:g}", rate.interval()[1] < half - 1e-9
    elif time.value > high * (1 + MONTHS):
        again, wrong = f"at most {half:g}", rate.interval()[0] > half + 1e-9
    else:
        return not_checkable(MEDIAN, rate.text, f"{how}: the time may be the median")
    verdict = Verdict.INCONSISTENT if wrong else Verdict.REPRODUCED
    r = f"c(survival = {rate.value:g}, half = {half:g}, after = {time.value:g} > {median.value:g})"
    found = Outcome(MEDIAN, verdict, rate.text, again, f"{how}: {again} there", r)
    return (
        found.assuming("both are Kaplan–Meier estimates of the same patients") if wrong else found
    )


def never_rising(values: Sequence[Printed]) -> Outcome:
    """Numbers at risk, or survival rates, at one time after the other.

    Parameters
    ----------
    values
        As printed, in the order of time.
    """
    text = ", ".join(x.text for x in values)
    if len(values) < 2:
        return not_checkable(FALLING, text, "needs two numbers")
    for before, after in pairwise(values):
        if after.interval()[0] > before.interval()[1] + 1e-9:
            how = f"{after} after {before}"
            r = f"{before.value:g} >= {after.value:g}"
            return Outcome(FALLING, Verdict.IMPOSSIBLE, text, f"at most {before}", how, r)
        whole = before.whole is not None and after.whole is not None
        if whole and after.value > before.value:
            how = f"{after} after {before}"
            r = f"{before.value:g} >= {after.value:g}"
            return Outcome(FALLING, Verdict.IMPOSSIBLE, text, f"at most {before}", how, r)
    r = " & ".join(f"{a.value:g} >= {b.value:g}" for a, b in pairwise(values))
    shown = " ≥ ".join(x.text for x in values)
    return Outcome(FALLING, Verdict.REPRODUCED, text, how=shown, r=r)


def at_risk_after_deaths(at_risk: Printed, n: float, deaths: float) -> Outcome:
    """A number at risk against those at the start less those who died before."""
    left = n - deaths
    how = f"{n:g} − {deaths:g} = {left:g}"
    fits = at_risk.value <= left
    verdict = Verdict.REPRODUCED if fits else Verdict.IMPOSSIBLE
    return Outcome(AT_RISK, verdict, at_risk.text, f"at most {left:g}", how, f"{n:g} - {deaths:g}")
