"""Freeman and Tukey's double arcsine of a proportion, and Miller's inversion."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def double_arcsine(events: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """Half the sum of two arcsines; its variance is near 1 / (4n + 2).

    Parameters
    ----------
    events, n
        Shape (k,). Freeman, Tukey 1950; R: ``metafor::transf.pft``.
    """
    x, m = np.asarray(events, dtype=float), np.asarray(n, dtype=float)
    sum_ = np.arcsin(np.sqrt(x / (m + 1))) + np.arcsin(np.sqrt((x + 1) / (m + 1)))
    return np.asarray(sum_ / 2)


def proportion_from(effect: Floats, n: float) -> Floats:
    """The proportion of n patients whose double arcsine is `effect`; 0 and 1 beyond the ends.

    Notes
    -----
    Miller 1978; R: ``metafor::transf.ipft``. Values beyond those of 0 and n events have no
    proportion: the nearer end is given.
    """
    x = np.asarray(effect, dtype=float)
    sine = np.sin(2 * x)
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = 1 - (sine + (sine - 1 / sine) / n) ** 2
        found = (1 - np.sign(np.cos(2 * x)) * np.sqrt(np.maximum(inner, 0))) / 2
    found = np.where(x > double_arcsine(n, n), 1.0, np.where(x < double_arcsine(0, n), 0.0, found))
    return np.where(np.isnan(x), np.nan, found)
