"""Optimal matching on one number: pairs by linear assignment."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

#: Distances that fit into memory at once (eight bytes each).
MOST_CELLS = 100_000_000


class TooLarge(ValueError):
    """More distances than can be held at once."""


def match_optimal(treated: Floats, controls: Floats, ratio: int, caliper: float) -> Rows:
    """The pairs whose distances sum to the least.

    As many treated patients as possible find a control, and as many pairs as possible are made
    (both can be had at once); among all such matchings the sum of the distances is smallest.

    Parameters
    ----------
    treated, controls
        Scores, shapes (m,) and (n,).
    ratio
        The most controls a treated patient may have.
    caliper
        Largest distance allowed; may be infinite.

    Returns
    -------
    numpy.ndarray
        Shape (m, ratio): position of each control, nearest first, −1 where there is none.

    Raises
    ------
    TooLarge
        When there are more than ``MOST_CELLS`` distances, of `ratio` copies of each treated.
    """
    m, n = len(treated), len(controls)
    matched = np.full((m, ratio), -1, dtype=np.intp)
    if not m or not n:
        return matched
    must_fit(m * ratio * n)
    distance = np.abs(treated[:, None] - controls)
    allowed = distance <= caliper
    if not allowed.any():
        return matched
    largest = max(float(distance[allowed].max()), np.finfo(float).tiny)
    # A pair is worth more than all distances together, a first control more than another.
    worth = m * ratio + 1.0
    cost = np.where(allowed, distance / largest - worth, 0.0)
    cost = np.vstack([np.where(allowed, cost - worth, 0.0), *[cost] * (ratio - 1)])
    copies, chosen = _assign(cost)
    owners = copies % m
    made = allowed[owners, chosen]
    return _by_owner(matched, owners[made], chosen[made], distance)


def _by_owner(matched: Rows, owners: Rows, chosen: Rows, distance: Floats) -> Rows:
    order = np.lexsort((chosen, distance[owners, chosen], owners))
    owners, chosen = owners[order], chosen[order]
    place = np.arange(len(owners)) - np.searchsorted(owners, owners)
    matched[owners, place] = chosen
    return matched


def must_fit(cells: int) -> None:
    """Raise TooLarge when so many distances do not fit."""
    if cells > MOST_CELLS:
        raise TooLarge(
            f"{cells:,} distances are more than optimal matching can hold ({MOST_CELLS:,})"
        )


def _assign(cost: Floats) -> tuple[Rows, Rows]:
    from scipy.optimize import linear_sum_assignment  # 0.3 s to import

    rows, columns = linear_sum_assignment(cost)
    return rows, columns
