"""How much more often something is found after than before, in the same patients."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cohort_stats.comparing.proportions import NAN, wilson
from cohort_stats.comparing.risks import DIFFERENCE_WORDS
from cohort_stats.comparing.two_by_two import Estimate
from cohort_stats.conventions import RECOMMENDED, Conventions
from cohort_stats.distributions import Z95
from cohort_stats.results import rows


def paired_difference(table: npt.ArrayLike, conventions: Conventions = RECOMMENDED) -> Estimate:
    """Proportion at the second level after minus that before, with its 95% interval.

    Parameters
    ----------
    table
        Counts, shape (2, 2): before by after.
    conventions
        ``risk_difference``: ``newcombe`` or ``wald``.

    Returns
    -------
    (estimate, low, high)
        nan without patients. Wald's limits have no width when nobody changed, and are then nan.

    Notes
    -----
    Newcombe, Stat Med 1998 (17:2635), method 10: from the Wilson limits of both proportions and
    their correlation φ, the numerator of which is taken half of n nearer to 0 when it is above
    0; SPSS's PROPORTIONS names it Newcombe. Wald: √(b + c − (b − c)²/n) / n, cut off at −1 and 1
    (SPSS; R: ``PropCIs::diffpropci.Wald.mp``).
    """
    (a, b), (c, d) = np.asarray(table, dtype=float).tolist()
    n = a + b + c + d
    if n == 0:
        return NAN, NAN, NAN
    found = (b - c) / n
    if conventions.risk_difference == "wald":
        if b + c == 0:
            return found, NAN, NAN
        half = Z95 * float(np.sqrt(max(0.0, b + c - (b - c) ** 2 / n))) / n
        return found, max(-1.0, found - half), min(1.0, found + half)
    after, before = (b + d) / n, (c + d) / n
    (low_after, high_after), (low_before, high_before) = wilson(b + d, n), wilson(c + d, n)
    phi = _correlation(a, b, c, d)
    down = _length(after - low_after, high_before - before, phi)
    return found, found - down, found + _length(high_after - after, before - low_before, phi)


def difference_rows(
    table: npt.ArrayLike, conventions: Conventions, **shared: Any
) -> list[dict[str, object]]:
    """The difference as rows of a result; none of a table that is not 2 × 2."""
    if np.shape(table) != (2, 2):
        return []
    names = ("risk_difference", "risk_difference_low", "risk_difference_high")
    values = dict(zip(names, paired_difference(table, conventions), strict=True))
    words = f"paired {DIFFERENCE_WORDS[conventions.risk_difference]} interval"
    return rows(values, method=words, **shared)


def _correlation(a: float, b: float, c: float, d: float) -> float:
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return 0.0
    above = a * d - b * c
    if above > 0:
        above = max(0.0, above - (a + b + c + d) / 2)
    return float(above / np.sqrt(margins))


def _length(x: float, y: float, phi: float) -> float:
    return float(np.sqrt(max(0.0, x**2 - 2 * phi * x * y + y**2)))
