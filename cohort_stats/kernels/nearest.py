"""Greedy nearest-neighbour matching without replacement."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


def match_nearest(
    treated: Floats, controls: Floats, ratio: int, caliper: float
) -> npt.NDArray[np.intp]:
    """Give each treated patient its nearest free controls, one round at a time.

    In each round the treated choose in order of descending score (the hardest to match
    first), each the nearest control not yet taken and not farther than the caliper.

    Parameters
    ----------
    treated, controls
        Scores, shapes (m,) and (n,).
    ratio
        Rounds: the most controls a treated patient may have.
    caliper
        Largest distance allowed; may be infinite.

    Returns
    -------
    numpy.ndarray
        Shape (m, ratio): position of each control, −1 where none was found.
    """
    matched = np.full((len(treated), ratio), -1, dtype=np.intp)
    by_score = np.argsort(controls, kind="stable")
    ordered = controls[by_score]
    free = _FreePlaces(len(ordered))
    turn = np.argsort(-treated, kind="stable")
    for k in range(ratio):
        for i in turn:
            if k and matched[i, k - 1] < 0:
                continue
            place = _nearest_free(ordered, by_score, free, float(treated[i]))
            if place < 0 or abs(ordered[place] - treated[i]) > caliper:
                continue
            free.take(place)
            matched[i, k] = by_score[place]
    return matched


def _nearest_free(ordered: Floats, by_score: Rows, free: _FreePlaces, score: float) -> int:
    # Equal distances go to the earlier row, so that the answer depends on nothing else.
    start = int(np.searchsorted(ordered, score))
    candidates = [place for place in (free.up(start), free.down(start - 1)) if place >= 0]
    firsts = [free.up(int(np.searchsorted(ordered, ordered[place]))) for place in candidates]
    if not firsts:
        return -1
    return min(firsts, key=lambda place: (abs(ordered[place] - score), by_score[place]))


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
