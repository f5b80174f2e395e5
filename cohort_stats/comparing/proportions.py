"""How sure a proportion is: 95% intervals of one proportion."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from cohort_stats.conventions import RECOMMENDED, Conventions
from cohort_stats.distributions import Z95

NAN = float("nan")
TAIL = 0.025
Limits = tuple[float, float]

INTERVAL_WORDS = {
    "wilson": "Wilson",
    "clopper-pearson": "Clopper–Pearson",
    "agresti-coull": "Agresti–Coull",
    "jeffreys": "Jeffreys",
}


def wilson(successes: float, n: float) -> Limits:
    """95% Wilson score interval of a proportion.

    Parameters
    ----------
    successes, n
        Patients with the event, and all of them.

    Returns
    -------
    (low, high)
        nan when `n` is 0.

    Notes
    -----
    R: ``prop.test(correct = FALSE)``. Wilson, JASA 1927.
    """
    if n == 0:
        return NAN, NAN
    p, z2 = successes / n, Z95**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * np.sqrt(p * (1 - p) / n + z2 / (4 * n**2)) / (1 + z2 / n)
    low = 0.0 if successes == 0 else float(centre - half)
    high = 1.0 if successes == n else float(centre + half)
    return low, high


def clopper_pearson(successes: float, n: float) -> Limits:
    """95% Clopper–Pearson ("exact") interval of a proportion; never too narrow, often too wide.

    Parameters
    ----------
    successes, n
        Patients with the event, and all of them.

    Returns
    -------
    (low, high)
        nan when `n` is 0.

    Notes
    -----
    R: ``binom.test``. Clopper and Pearson, Biometrika 1934.
    """
    if n == 0:
        return NAN, NAN
    low = 0.0 if successes == 0 else _beta_quantile(successes, n - successes + 1, TAIL)
    high = 1.0 if successes == n else _beta_quantile(successes + 1, n - successes, 1 - TAIL)
    return low, high


def agresti_coull(successes: float, n: float) -> Limits:
    """95% Agresti–Coull interval of a proportion: Wilson's centre, Wald's form; within 0 to 1.

    Parameters
    ----------
    successes, n
        Patients with the event, and all of them.

    Returns
    -------
    (low, high)
        nan when `n` is 0.

    Notes
    -----
    R: ``binom::binom.agresti.coull``, cut off at 0 and 1. Agresti and Coull, Am Stat 1998.
    """
    if n == 0:
        return NAN, NAN
    more = n + Z95**2
    p = (successes + Z95**2 / 2) / more
    half = Z95 * float(np.sqrt(p * (1 - p) / more))
    return max(0.0, p - half), min(1.0, p + half)


def jeffreys(successes: float, n: float) -> Limits:
    """95% Jeffreys interval of a proportion: quantiles of Beta(x + ½, n − x + ½).

    Parameters
    ----------
    successes, n
        Patients with the event, and all of them.

    Returns
    -------
    (low, high)
        0 below no event, 1 above events only; nan when `n` is 0.

    Notes
    -----
    R: ``qbeta``. Brown, Cai and DasGupta, Stat Sci 2001.
    """
    if n == 0:
        return NAN, NAN
    a, b = successes + 0.5, n - successes + 0.5
    low = 0.0 if successes == 0 else _beta_quantile(a, b, TAIL)
    high = 1.0 if successes == n else _beta_quantile(a, b, 1 - TAIL)
    return low, high


INTERVALS: Mapping[str, Callable[[float, float], Limits]] = {
    "wilson": wilson,
    "clopper-pearson": clopper_pearson,
    "agresti-coull": agresti_coull,
    "jeffreys": jeffreys,
}


def proportion_numbers(
    events: float, n: float, conventions: Conventions = RECOMMENDED
) -> dict[str, object]:
    """A proportion with the limits that the conventions ask for, named as in the glossary."""
    low, high = INTERVALS[conventions.proportion_interval](events, n)
    share = events / n if n else NAN
    return {"proportion": share, "proportion_low": low, "proportion_high": high}


def _beta_quantile(a: float, b: float, p: float) -> float:
    from scipy.special import betaincinv

    return float(betaincinv(a, b, p))
