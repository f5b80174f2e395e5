"""p-values adjusted for how many tests were made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from cohort_stats.problem import must_be_one_of

Floats = npt.NDArray[np.float64]
Adjustment = Literal["holm", "bonferroni", "benjamini-hochberg", "none"]
#: How a sentence names each adjustment: "adjusted by … method".
ADJUSTMENTS: Mapping[str, str] = {
    "holm": "Holm’s",
    "bonferroni": "Bonferroni’s",
    "benjamini-hochberg": "Benjamini and Hochberg’s",
}


def adjust(p: npt.ArrayLike, method: str = "holm") -> Floats:
    """Adjust p-values for multiple comparisons.

    Parameters
    ----------
    p
        p-values, shape (k,); those that are nan stay so and are not counted.
    method
        ``holm`` (1979) and ``bonferroni`` bound the chance of any false finding,
        ``benjamini-hochberg`` (1995) the expected share of false ones among the findings;
        ``none`` changes nothing.

    Returns
    -------
    numpy.ndarray
        Shape (k,), in the order given, none above 1.

    Raises
    ------
    ValueError
        When there is no such method, or a p-value is not within 0 to 1.

    Notes
    -----
    R: ``p.adjust(p, "holm")``, ``"bonferroni"``, ``"BH"``.
    """
    must_be_one_of("method", method, get_args(Adjustment))
    given = np.asarray(p, dtype=float)
    if given.ndim != 1 or np.any((given < 0) | (given > 1)):
        raise ValueError(f"p must be a list of numbers from 0 to 1; got {p!r}")
    known = ~np.isnan(given)
    adjusted = given.copy()
    adjusted[known] = np.minimum(1.0, _multiplied(given[known], method))
    return adjusted


def _multiplied(p: Floats, method: str) -> Floats:
    k, order = len(p), np.argsort(p)
    if method == "none":
        return p
    if method == "bonferroni":
        return k * p
    found, rank = np.empty(k), np.arange(1, k + 1)
    if method == "holm":
        found[order] = np.maximum.accumulate((k - rank + 1) * p[order])
    else:
        found[order] = np.minimum.accumulate((k / rank * p[order])[::-1])[::-1]
    return found
