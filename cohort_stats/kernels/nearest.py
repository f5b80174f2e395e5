"""Greedy nearest-neighbour matching on one number, with or without replacement."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


def match_nearest(
    treated: Floats, controls: Floats, ratio: int, caliper: float, turn: Rows | None = None
) -> Rows:
    """Give each treated patient its nearest free controls, one round at a time.

    In each round every treated patient in turn takes the nearest control not yet taken and not
    farther than the caliper; of equally near ones the earlier row. Who finds none in a round
    sits out the later ones.

    Parameters
    ----------
    treated, controls
        Scores, shapes (m,) and (n,).
    ratio
        Rounds: the most controls a treated patient may have.
    caliper
        Largest distance allowed; may be infinite.
    turn
        The treated in the order in which they choose, shape (m,); by descending score (the
        hardest to match first) unless given.

    Returns
    -------
    numpy.ndarray
        Shape (m, ratio): position of each control, −1 where none was found.
    """
    by_score = np.argsort(controls, kind="stable")
    ordered = controls[by_score]
    if turn is None:
        turn = np.argsort(-treated, kind="stable")
    # Plain lists: what follows takes one patient at a time, where numpy is slow.
    scores: list[float] = treated.tolist()
    values: list[float] = ordered.tolist()
    rows: list[int] = by_score.tolist()
    firsts: list[int] = np.searchsorted(ordered, ordered, side="left").tolist()
    starts: list[int] = np.searchsorted(ordered, treated, side="left").tolist()
    free = _FreePlaces(len(values))
    matched = np.full((len(treated), ratio), -1, dtype=np.intp)
    waiting: list[int] = turn.tolist()
    for k in range(ratio):
        found = []
        for i in waiting:
            score, start = scores[i], starts[i]
            up, down = free.up(start), free.down(start - 1)
            above = values[up] - score if up >= 0 else np.inf
            below = score - values[down] if down >= 0 else np.inf
            if min(above, below) > caliper or (up < 0 and down < 0):
                continue
            if below <= above:
                down = free.up(firsts[down])  # the earliest row of that score
            take_down = below < above or (below == above and rows[down] < rows[up])
            place = down if take_down else up
            free.take(place)
            matched[i, k] = rows[place]
            found.append(i)
        waiting = found
    return matched


def match_nearest_again(treated: Floats, controls: Floats, ratio: int, caliper: float) -> Rows:
    """Give each treated patient its nearest controls, whoever else has them (with replacement).

    Parameters
    ----------
    treated, controls, ratio, caliper
        As :func:`match_nearest`.

    Returns
    -------
    numpy.ndarray
        Shape (m, ratio): position of each control, nearest first, −1 where none was found; of
        equally near ones the earlier row.
    """
    m, n = len(treated), len(controls)
    steps = np.arange(min(ratio, n))
    rising = np.argsort(controls, kind="stable")
    falling = np.argsort(-controls, kind="stable")
    above = np.searchsorted(controls[rising], treated, side="left")[:, None] + steps
    below = np.searchsorted(-controls[falling], -treated, side="right")[:, None] + steps
    candidates = np.hstack(
        [np.where(at < n, order[np.minimum(at, n - 1)], -1)
         for order, at in ((rising, above), (falling, below))]
    )  # fmt: skip
    distance = np.abs(controls[candidates] - treated[:, None])
    distance[(candidates < 0) | (distance > caliper)] = np.inf
    nearest = np.lexsort((candidates, distance), axis=1)[:, : len(steps)]
    chosen = np.take_along_axis(candidates, nearest, axis=1)
    chosen[np.isinf(np.take_along_axis(distance, nearest, axis=1))] = -1
    matched = np.full((m, ratio), -1, dtype=np.intp)
    matched[:, : len(steps)] = chosen
    return matched


class _FreePlaces:
    """Which places of a sorted list are free; finding the next one is almost constant time."""

    def __init__(self, n: int):
        self._n = n
        self._above = list(range(n + 1))
        self._below = list(range(n + 1))

    def up(self, place: int) -> int:
        """The first free place from `place` on; −1 when there is none."""
        found = _root(self._above, place)
        return found if found < self._n else -1

    def down(self, place: int) -> int:
        """The last free place up to `place`; −1 when there is none."""
        return _root(self._below, place + 1) - 1

    def take(self, place: int) -> None:
        """Mark a place as no longer free."""
        self._above[place] = place + 1
        self._below[place + 1] = place


def _root(link: list[int], place: int) -> int:
    while link[place] != place:
        link[place] = link[link[place]]
        place = link[place]
    return place
