"""Optimal matching on one number: pairs by linear assignment."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

#: Distances that fit into memory at once (eight bytes each).
MOST_CELLS = 50_000_000


class TooLarge(ValueError):
    """More distances than can be held at once."""


def match_optimal(treated: Floats, controls: Floats, ratio: int, caliper: float) -> Rows:
    """The pairs whose distances sum to the least.

    As many treated patients as possible find a control, and as many pairs as possible are made
    (both can be had at once); among all such matchings the sum of the distances is smallest.
    Those matched are then paired in order of their scores.

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
    cost = np.abs(treated[:, None] - controls)
    forbidden = cost > caliper
    if forbidden.all():
        return matched
    largest = max(float(cost[~forbidden].max()), np.finfo(float).tiny)
    # A pair is worth more than all distances together, a first control more than another.
    worth = m * ratio + 1.0
    cost /= largest
    cost -= worth
    cost[forbidden] = 0.0
    cost = np.tile(cost, (ratio, 1)) if ratio > 1 else cost
    cost[:m][~forbidden] -= worth
    copies, chosen = _assign(cost)
    made = ~forbidden[copies % m, chosen]
    owners, chosen = in_order(copies[made] % m, chosen[made], treated, controls)
    return _by_owner(matched, owners, chosen, treated, controls)


def in_order(owners: Rows, chosen: Rows, treated: Floats, controls: Floats) -> tuple[Rows, Rows]:
    """The same patients paired in order of their scores.

    On a line the best pairs are seldom the only ones: partners may be exchanged where pairs
    overlap. Pairing in order has the smallest total distance too, and the smallest largest one.
    """
    by_score = np.lexsort((owners, treated[owners]))
    return owners[by_score], chosen[np.lexsort((chosen, controls[chosen]))]


def _by_owner(matched: Rows, owners: Rows, chosen: Rows, treated: Floats, controls: Floats) -> Rows:
    gaps = np.abs(treated[owners] - controls[chosen])
    order = np.lexsort((chosen, gaps, owners))
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
