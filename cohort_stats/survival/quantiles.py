"""Median and other quantiles of survival, and the mean survival time as SPSS prints it."""

from __future__ import annotations

import numpy as np

from cohort_stats.conventions import Conventions
from cohort_stats.distributions import Z95
from cohort_stats.kernels import lifetable
from cohort_stats.kernels.lifetable import LifeTable

Triple = tuple[float, float, float]
UNKNOWN: Triple = (float("nan"),) * 3
#: How far above and below the level the crude density of SPSS looks.
EPSILON = 0.05


def quantile(table: LifeTable, share: float, conventions: Conventions) -> Triple:
    """The time by which a share of the patients has had the event, with its 95% limits.

    Parameters
    ----------
    table
        Counts at each distinct time.
    share
        Between 0 and 1: 0.5 for the median.
    conventions
        ``survival_interval``, ``quantile_interval`` and ``flat_survival``.

    Returns
    -------
    (quantile, low, high)
        nan where S(t), or its limit, never falls that low.

    Notes
    -----
    R: ``quantile(survfit(…), probs = share)``; Brookmeyer and Crowley (1982) on the scale of
    S(t). With ``symmetric``, the quantile ± 1.96 standard errors, where the standard error is
    Greenwood's of S(t) over a density taken from the last event time with S ≥ 1 − share + 0.05
    and the first with S ≤ 1 − share − 0.05 (Collett, Modelling Survival Data in Medical
    Research, section 2.4), as SPSS does; without a limit where there is no such time, and
    not below 0, as no time is.
    """
    curve, variance = lifetable.survival(table)
    flat = conventions.flat_survival
    found = lifetable.first_time_at_or_below(table.time, curve, 1 - share, flat)
    if conventions.quantile_interval == "symmetric":
        half = Z95 * standard_error(table, share)
        return found, float(np.maximum(found - half, 0.0)), found + half
    limits = lifetable.survival_interval(curve, variance, conventions.survival_interval)
    low, high = (
        lifetable.first_time_at_or_below(table.time, limit, 1 - share, flat) for limit in limits
    )
    return found, low, high


def standard_error(table: LifeTable, share: float) -> float:
    """Standard error of a quantile from a crude density; nan where that has none."""
    curve, variance = lifetable.survival(table)
    happened = table.events > 0
    times, curve, variance = table.time[happened], curve[happened], variance[happened]
    rounding = np.sqrt(np.finfo(float).eps)
    above = np.flatnonzero(curve >= 1 - share + EPSILON - rounding)
    below = np.flatnonzero(curve <= 1 - share - EPSILON + rounding)
    reached = np.flatnonzero(curve <= 1 - share + rounding)
    if not len(above) or not len(below) or curve[reached[0]] == 0:
        return float("nan")
    first, last, at = above[-1], below[0], reached[0]
    density = (curve[first] - curve[last]) / (times[last] - times[first])
    return float(curve[at] * np.sqrt(variance[at]) / density)


def mean_survival(table: LifeTable) -> tuple[float, float, float, float]:
    """Mean survival time up to the last time of a group: (mean, standard error, low, high).

    Notes
    -----
    As SPSS prints it: the area under S(t), "limited to the largest survival time if it is
    censored", with Greenwood's standard error and ± 1.96 of it. R:
    ``print(survfit(…), rmean = "individual")``.
    """
    if not len(table.time):
        return float("nan"), *UNKNOWN
    mean, variance = lifetable.restricted_mean(table, float(table.time[-1]))
    se = float(np.sqrt(variance))
    return mean, se, mean - Z95 * se, mean + Z95 * se
