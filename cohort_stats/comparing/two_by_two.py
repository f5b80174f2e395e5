"""Two proportions compared: risk difference, risk ratio and odds ratio with their intervals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.comparing.proportions import NAN, TAIL, wilson
from cohort_stats.conventions import RECOMMENDED, Conventions
from cohort_stats.distributions import Z95
from cohort_stats.kernels.conditional_odds import conditional_odds_ratio

Estimate = tuple[float, float, float]


def risk_difference(
    first: tuple[float, float],
    second: tuple[float, float],
    conventions: Conventions = RECOMMENDED,
) -> Estimate:
    """Proportion of the second group minus that of the first, with its 95% interval.

    Parameters
    ----------
    first, second
        (patients with the event, patients) of the group compared with, and of the other.
    conventions
        ``risk_difference``: ``newcombe`` or ``wald``.

    Returns
    -------
    (estimate, low, high)
        nan when a group is empty. Wald's limits have no width when both proportions are 0
        or 1, and are then nan.

    Notes
    -----
    Newcombe, Stat Med 1998, method 10: from the Wilson limits of both groups. Wald: R
    ``epiR::epi.2by2``, ``prop.test(correct = FALSE)``, cut off at −1 and 1 as the latter.
    """
    (x1, n1), (x2, n2) = first, second
    if n1 == 0 or n2 == 0:
        return NAN, NAN, NAN
    p1, p2 = x1 / n1, x2 / n2
    found = p2 - p1
    if conventions.risk_difference == "wald":
        half = Z95 * float(np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2))
        if half == 0:
            return found, NAN, NAN
        return found, max(-1.0, found - half), min(1.0, found + half)
    (low1, high1), (low2, high2) = wilson(x1, n1), wilson(x2, n2)
    low = found - float(np.hypot(p2 - low2, high1 - p1))
    return found, low, found + float(np.hypot(high2 - p2, p1 - low1))


def risk_ratio(first: tuple[float, float], second: tuple[float, float]) -> Estimate:
    """Proportion of the second group over that of the first, with its 95% Wald interval.

    Parameters
    ----------
    first, second
        (patients with the event, patients) of the group compared with, and of the other.

    Returns
    -------
    (estimate, low, high)
        0 or infinite without limits when a group has no event; nan when neither has.

    Notes
    -----
    On the log scale; no count is added to empty cells. R: ``epiR::epi.2by2``. Katz et al.,
    Biometrics 1978.
    """
    (x1, n1), (x2, n2) = first, second
    if n1 == 0 or n2 == 0:
        return NAN, NAN, NAN
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = float(np.divide(x2, n2) / np.divide(x1, n1))
        se = float(np.sqrt(np.divide(1, x1) - 1 / n1 + np.divide(1, x2) - 1 / n2))
    return _with_wald_limits(ratio, se)


def odds_ratio(first: tuple[float, float], second: tuple[float, float]) -> Estimate:
    """Odds of the second group over those of the first, with its 95% Wald interval.

    Parameters
    ----------
    first, second
        (patients with the event, patients) of the group compared with, and of the other.

    Returns
    -------
    (estimate, low, high)
        0 or infinite without limits when one cell is empty; nan when a whole margin is.

    Notes
    -----
    On the log scale; no count is added to empty cells. R: ``epiR::epi.2by2``,
    ``glm(family = binomial)`` with ``confint.default``. Woolf, Ann Hum Genet 1955.
    """
    (x1, n1), (x2, n2) = first, second
    cells = np.array([x2, n1 - x1, x1, n2 - x2], dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = float(np.divide(cells[0] * cells[1], cells[2] * cells[3]))
        se = float(np.sqrt(np.sum(1 / cells)))
    return _with_wald_limits(ratio, se)


def exact_odds_ratio(first: tuple[float, float], second: tuple[float, float]) -> Estimate:
    """Conditional odds ratio of the second group against the first, with exact 95% limits.

    Parameters
    ----------
    first, second
        (patients with the event, patients) of the group compared with, and of the other.

    Returns
    -------
    (estimate, low, high)
        0 or infinity at the ends; nan when a whole margin is empty.

    Notes
    -----
    R: ``fisher.test``, whose own root search stops at about four digits; here it is solved to
    the last. Its interval and Fisher's two-sided p may disagree, as they do in R. Cornfield,
    Proc Third Berkeley Symp 1956.
    """
    (x1, n1), (x2, n2) = first, second
    table: npt.ArrayLike = [[x2, n2 - x2], [x1, n1 - x1]]
    return conditional_odds_ratio(table, TAIL)


def _with_wald_limits(ratio: float, se: float) -> Estimate:
    if not np.isfinite(se) or se == 0:
        return ratio, NAN, NAN
    return ratio, float(ratio * np.exp(-Z95 * se)), float(ratio * np.exp(Z95 * se))
