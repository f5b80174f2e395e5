"""Pairs of patients of whom it is known who had the event first: n log n, with weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.wavelet import by_rank

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

SPARSE = 16  # possible keys for each that there is


@dataclass(frozen=True)
class Pairs:
    """Weights of the partners of each patient, shape (n,) each.

    Parameters
    ----------
    concordant
        Partners with whom the higher score had the event first.
    discordant
        Partners with whom the lower score had it first.
    tied
        Partners of the same score.
    """

    concordant: Floats
    discordant: Floats
    tied: Floats


def pairs(
    time: Floats,
    event: Bools,
    score: Floats,
    *,
    stratum: Places | None = None,
    entry: Floats | None = None,
    weight: Floats | None = None,
) -> Pairs:
    """Compare every patient with everybody of the stratum whose order in time is known.

    A pair counts when one has the event while the other is under observation and stays
    without it at that time; who is censored at that very time counts as later, two events at
    one time do not count.

    Parameters
    ----------
    time, event, score
        Shape (n,); a high score speaks for an early event.
    stratum, entry, weight
        As for a Cox model; shape (n,).
    """
    n = len(time)
    everyone, cases = np.arange(n), np.flatnonzero(event)
    stratum = np.zeros(n, dtype=np.intp) if stratum is None else stratum
    rank = np.unique(score, return_inverse=True)[1].reshape(n)
    moments = time if entry is None else np.concatenate([time, entry])
    distinct, place = np.unique(moments, return_inverse=True)
    k, at = 2 * len(distinct), 2 * place.reshape(-1)[:n]
    entered = at if entry is None else 2 * place.reshape(-1)[n:]
    start = (k + 2) * stratum  # keys: by stratum, then by time, a place left between two times
    look = _Looker(rank, weight)

    # Of each event, those who are later; who is censored at its time among them.
    key = start + k - at - ~event
    later = look(key, everyone, start[cases], (start + k - at)[cases], cases)
    if entry is not None:  # less those who had not yet entered
        not_yet = (start + k - at)[cases] + 1
        later -= look(start + k - entered, everyone, start[cases], not_yet, cases)
    # Of each patient, the events before.
    since = start if entry is None else start + entered + 1
    before = look((start + at)[cases], cases, since, start + at + ~event, everyone)

    concordant, discordant, tied = before[2], before[0], before[1]
    concordant[cases] += later[0]
    discordant[cases] += later[2]
    tied[cases] += later[1]
    return Pairs(concordant, discordant, tied)


@dataclass(frozen=True)
class _Looker:
    rank: Places
    weight: Floats | None

    def __call__(self, key: Places, among: Places, low: Places, high: Places, of: Places) -> Floats:
        """Weights of those of `among` with low <= key < high, by score beside that of `of`.

        Shape (3, len(of)): those with a lower, an equal, and a higher score.
        """
        most = int(max(key.max(initial=0), low.max(initial=0), high.max(initial=0)))
        order = np.argsort(key.astype(np.uint16) if most < 1 << 16 else key, kind="stable")
        if most < SPARSE * len(key):  # keys are counted, and not looked for
            below = np.cumsum(np.bincount(key + 1, minlength=most + 2))
            first, last = below[low], below[high]
        else:
            first, last = np.searchsorted(key[order], low), np.searchsorted(key[order], high)
        chosen = among[order]
        weight = None if self.weight is None else self.weight[chosen]
        return by_rank(self.rank[chosen], weight, first, last, self.rank[of])
