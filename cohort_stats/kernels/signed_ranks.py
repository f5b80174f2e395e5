"""The exact distribution of Wilcoxon's signed rank statistic."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@lru_cache(maxsize=64)
def signed_rank_counts(n: int) -> Floats:
    """Chance of each sum of positive ranks from 0 to n (n + 1) / 2, without ties.

    Each rank is positive or negative with chance one half: the distribution is the product
    of n two-point distributions. R: ``dsignrank``.
    """
    chances = np.zeros(n * (n + 1) // 2 + 1)
    chances[0] = 1.0
    for rank in range(1, n + 1):
        shifted = np.zeros_like(chances)
        shifted[rank:] = chances[:-rank]
        chances = (chances + shifted) / 2
    return chances
