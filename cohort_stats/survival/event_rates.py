"""Events per person-time, by group, with exact intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cohort_stats.conventions import (
    RECOMMENDED,
    Conventions,
    as_conventions,
)
from cohort_stats.distributions import Z95, normal_two_sided
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels.rates import poisson_interval, ratio_of_rates
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.survival.contrasts import DIFFERENCE, RATIO
from cohort_stats.survival.groups import followed

NAN = float("nan")
Observed = tuple[int, float]


def rates(
    endpoint: Endpoint,
    groups: pd.Series | None = None,
    *,
    per: float = 100.0,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Events per person-time, overall and by group, and how the groups differ.

    Parameters
    ----------
    endpoint
        Time and event, n patients; with entry times, person-time runs from entry.
    groups
        A level for each patient; the first level that has patients is the one compared with.
    per
        Units of person-time that a rate is given for: 100 for events per 100 years when the
        endpoint's unit is years.
    conventions
        Recorded only.

    Returns
    -------
    Result
        For each group n, events, person_time, rate with limits; for each further group
        (`group`, against `level`) rate_ratio and rate_difference with limits and p, the p
        under `term` ``ratio`` and ``difference``. A group without person-time has no rate; a
        ratio to a group without events is infinite.

    Notes
    -----
    R: ``poisson.test(x, T)`` (Garwood's exact interval) and ``poisson.test(c(x1, x2),
    c(T1, T2))`` (exact conditional). The difference has a normal interval with variance
    x₁/T₁² + x₂/T₂², as ``epiR::epi.2by2(method = "cohort.time")``; there is no exact one in
    common use. The rate is taken to be constant over time.
    """
    conventions = as_conventions(conventions)
    if not (isinstance(per, int | float) and 0 < per < np.inf):
        raise ValueError(f"per must be a number above 0; got {per!r}")
    who = followed(endpoint, groups)
    method = f"events per {per:g} {endpoint.unit}".rstrip() + " of person-time, exact interval"
    seen: dict[str, Observed] = {}
    numbers, warnings = [], [*who.warnings]
    for name, part in who.parts():
        seen[name] = int(part.event.sum()), _person_time(part)
        values = {"n": len(part), **_rate(seen[name], per)}
        numbers += rows(values, group=name, method=method, n_used=len(part))
        if not seen[name][1] > 0:
            warnings.append(f"{name}: no rate, as there is no person-time")
    for name in who.names[1:]:
        first = who.names[0]
        for term, values in _contrasts(seen[name], seen[first], per).items():
            numbers += rows(values, group=name, level=first, term=term, method=method)
        if not seen[name][0] + seen[first][0]:
            warnings.append(f"{name} against {first}: not compared, as no event happened")
    words = (
        "Rates are events per person-time with exact Poisson 95% confidence intervals; their "
        "ratios are compared by the exact conditional test, differences by the normal "
        "approximation."
    )
    if groups is None:
        words = "Rates are events per person-time with exact Poisson 95% confidence intervals."
    n, left_out = len(who.endpoint), who.n_missing
    return Result(as_numbers(numbers), words, n, left_out, conventions, tuple(warnings))


def _person_time(part: Endpoint) -> float:
    start = 0.0 if part.entry is None else part.entry
    return float(np.sum(part.time - start))


def _rate(seen: Observed, per: float) -> dict[str, float]:
    events, time = seen
    found: dict[str, float] = {"events": events, "person_time": time}
    low, high = poisson_interval(events)
    names = ("rate", "rate_low", "rate_high")
    return found | {
        name: per * count / time if time > 0 else NAN
        for name, count in zip(names, (events, low, high), strict=True)
    }


def _contrasts(one: Observed, first: Observed, per: float) -> dict[str, dict[str, float]]:
    (x, t), (x_first, t_first) = one, first
    if not (t > 0 and t_first > 0):
        return {}
    ratio = ratio_of_rates((x, x_first), (t, t_first))
    names = ("rate_ratio", "rate_ratio_low", "rate_ratio_high", "p")
    difference = x / t - x_first / t_first
    half = Z95 * float(np.sqrt(x / t**2 + x_first / t_first**2))
    p = normal_two_sided(difference / half * Z95) if half > 0 else NAN
    limits = (difference - half, difference + half) if half > 0 else (NAN, NAN)
    return {
        RATIO: dict(zip(names, ratio, strict=True)),
        DIFFERENCE: {
            "rate_difference": per * difference,
            "rate_difference_low": per * limits[0],
            "rate_difference_high": per * limits[1],
            "p": p,
        },
    }
