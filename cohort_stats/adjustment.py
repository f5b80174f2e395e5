"""p-values adjusted for how many tests were made."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from cohort_stats.problem import must_be_one_of

Adjustment = Literal["holm", "bonferroni", "benjamini-hochberg", "none"]
NAMES = {
    "holm": "Holm’s",
    "bonferroni": "Bonferroni’s",
    "benjamini-hochberg": "Benjamini and Hochberg’s",
}


def adjust_p(p: npt.ArrayLike, adjustment: Adjustment = "holm") -> npt.NDArray[np.float64]:
    """Adjust p-values for multiple comparisons.

    Parameters
    ----------
    p
        p-values, shape (k,); those that are nan stay so and are not counted.
    adjustment
        ``holm`` (1979) and ``bonferroni`` keep the chance of any false finding,
        ``benjamini-hochberg`` (1995) the expected share of false ones among the findings;
        ``none`` changes nothing.

    Returns
    -------
    numpy.ndarray
        Shape (k,), in the order given, none above 1.

    Notes
    -----
    R: ``p.adjust(p, method = "holm")``, ``"bonferroni"``, ``"BH"``.
    """
    must_be_one_of("adjustment", adjustment, get_args(Adjustment))
    given = np.atleast_1d(np.asarray(p, dtype=float))
    if given.ndim != 1 or np.any((given < 0) | (given > 1)):
        raise ValueError(f"p must be numbers from 0 to 1, one a test; got {p!r}")
    known = ~np.isnan(given)
    adjusted = given.copy()
    adjusted[known] = _adjusted(given[known], adjustment)
    return adjusted


def _adjusted(p: npt.NDArray[np.float64], adjustment: str) -> npt.NDArray[np.float64]:
    k = len(p)
    if adjustment == "none":
        return p
    if adjustment == "bonferroni":
        return np.minimum(1.0, k * p)
    order = np.argsort(p)
    ranked, found = p[order], np.empty(k)
    if adjustment == "holm":
        steps = np.maximum.accumulate((k - np.arange(k)) * ranked)
    else:
        steps = np.minimum.accumulate((k / np.arange(1, k + 1) * ranked)[::-1])[::-1]
    found[order] = np.minimum(1.0, steps)
    return found
