"""Concordance of many scores, each in a sample of the patients and in the patients themselves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.concordance import pairs

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

FEW = 1_000_000  # pairs that are compared one by one; beyond, sorting is faster


def concordances(
    time: Floats, event: Bools, score: Floats, count: Floats, stratum: Places | None = None
) -> tuple[Floats, Floats]:
    """Harrell's concordance of each score in its sample, and in the patients as they are.

    Pairs are those of :func:`~cohort_stats.kernels.concordance.pairs`; copies of one patient
    are not compared with each other.

    Parameters
    ----------
    time, event, stratum
        Shape (n,).
    score, count
        A score and how often its sample holds each patient, shape (B, n) each.

    Returns
    -------
    (sample, patients)
        Shape (B,) each; nan where no two can be compared.
    """
    if int(event.sum()) * len(time) > FEW:
        return _sorted(time, event, score, count, stratum)
    cases = np.flatnonzero(event)
    later = (time > time[cases, None]) | ((time == time[cases, None]) & ~event)
    if stratum is not None:
        later &= stratum == stratum[cases, None]
    compared = later.astype(np.float32)
    among, here, there = np.empty((3, len(score)))
    known = later.view(np.int8)
    right = np.empty(later.shape, dtype=np.int8)
    wrong, ahead = np.empty_like(right), np.empty_like(compared)
    for b, (own, often) in enumerate(zip(score, count, strict=True)):
        np.greater(own[cases, None], own, out=right.view(bool))
        np.less(own[cases, None], own, out=wrong.view(bool))
        np.subtract(right, wrong, out=right)
        np.multiply(right, known, out=right)
        np.copyto(ahead, right)
        there[b] = ahead.sum(axis=1).sum(dtype=np.float64)
        # Sums by einsum: a matrix product of this size waits for its threads.
        copies = often.astype(np.float32)
        here[b] = often[cases] @ np.einsum("ij,j->i", ahead, copies).astype(float)
        among[b] = often[cases] @ np.einsum("ij,j->i", compared, copies).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (1 + here / among) / 2, (1 + there / later.sum()) / 2


def _sorted(
    time: Floats, event: Bools, score: Floats, count: Floats, stratum: Places | None
) -> tuple[Floats, Floats]:
    found = np.empty((2, len(score)))
    for b, (own, often) in enumerate(zip(score, count, strict=True)):
        held = often > 0
        for k, (rows, weight) in enumerate(((held, often[held]), (slice(None), None))):
            part = None if stratum is None else stratum[rows]
            pair = pairs(time[rows], event[rows], own[rows], stratum=part, weight=weight)
            mine = np.ones(len(pair.tied)) if weight is None else weight
            all_, won = pair.concordant + pair.discordant + pair.tied, pair.concordant
            with np.errstate(invalid="ignore", divide="ignore"):
                found[k, b] = mine @ (won + pair.tied / 2) / (mine @ all_)
    return found[0], found[1]
