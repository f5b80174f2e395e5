"""Fisher's exact test of a 2×2 table on one side, and with half of what was observed (mid-p)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Table = Sequence[Sequence[float]]


def fisher_one_sided(table: Table) -> float:
    """The smaller of the two one-sided p of Fisher's exact test."""
    chances, at = _chances(table)
    return float(min(1.0, chances[: at + 1].sum(), chances[at:].sum()))


def mid_p(table: Table) -> float:
    """Twice the smaller one-sided p, of which the observed table counts half.

    Notes
    -----
    R: ``epitools::tab2by2.test``, midp.exact. Lancaster, JASA 1961.
    """
    chances, at = _chances(table)
    half = chances[at] / 2
    return float(min(1.0, 2 * min(chances[:at].sum(), chances[at + 1 :].sum()) + 2 * half))


def r_line(test: str, matrix: str) -> str:
    """A line of R that gives it, of a matrix in R's words."""
    if test == "fisher one-sided":
        return (
            f"m <- {matrix}; min(sapply(c('less', 'greater'), function(a) "
            "fisher.test(m, alternative = a)$p.value))"
        )
    return (
        f"m <- {matrix}; d <- dhyper(m[1, 1], sum(m[, 1]), sum(m[, 2]), sum(m[1, ])); "
        "l <- phyper(m[1, 1], sum(m[, 1]), sum(m[, 2]), sum(m[1, ])); "
        "min(1, 2 * min(l - d / 2, 1 - l + d / 2))"
    )


def _chances(table: Table) -> tuple[npt.NDArray[np.float64], int]:
    """Hypergeometric chances of each table with these margins, and which one it is."""
    from scipy.special import gammaln

    (a, b), (c, d) = table
    row, column, total = a + b, a + c, a + b + c + d
    first = max(0.0, row + column - total)
    x = np.arange(first, min(row, column) + 1)
    logs = -sum(gammaln(k + 1) for k in (x, row - x, column - x, total - row - column + x))
    weights = np.exp(logs - logs.max())
    return weights / weights.sum(), round(a - first)
