"""How well probabilities of a yes/no outcome fit what happened."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


def c_statistic(
    event: Bools,
    score: Floats,
    weight: Floats | None = None,
    cluster: Places | None = None,
) -> tuple[float, float]:
    """Share of pairs with and without the event in which the one with it scores higher.

    Ties count one half.

    Parameters
    ----------
    event, score
        Shape (n,); some True, some False.
    weight
        Case weights, shape (n,).
    cluster
        Number of each row's cluster, shape (n,).

    Returns
    -------
    (c, se)
        The standard error is DeLong's; with clusters the infinitesimal jackknife, summed by
        cluster. It is nan when one side has a single patient.
    """
    weights = np.ones(len(score)) if weight is None else weight
    values, place = np.unique(score, return_inverse=True)
    sides = [np.where(side, weights, 0.0) for side in (event, ~event)]
    by_value = [np.bincount(place, weights=w, minlength=len(values)) for w in sides]
    below = [(np.cumsum(b) - b / 2) / b.sum() for b in by_value]
    # Of each patient with the event, the share without it who score lower; and the converse.
    placement = np.where(event, below[1][place], 1 - below[0][place])
    totals = [float(w.sum()) for w in sides]
    c = float(sides[0] @ placement) / totals[0]
    own = weights / np.where(event, totals[0], totals[1])
    change = own * (placement - c)
    if cluster is not None:
        summed = np.bincount(cluster, weights=change)
        return c, float(np.sqrt(summed @ summed))
    # DeLong: the variances of the placements, each with its own n − 1.
    variance = 0.0
    for total, side in zip(totals, (event, ~event), strict=True):
        if total <= 1:
            return c, float("nan")
        spread = weights[side] @ (placement[side] - c) ** 2
        variance += float(spread) / (total * (total - 1))
    return c, float(np.sqrt(variance))


def risk_groups(probability: Floats, groups: int) -> Places:
    """The group of each patient, cut at quantiles of the probability; equal ones stay together.

    Quantiles are of type 7; a patient on a cut belongs below it. Fewer groups come out where
    cuts coincide; a cut at the least probability is none. R: ``cut(p, unique(quantile(p,
    0:g / g)), include.lowest = TRUE)``.

    Parameters
    ----------
    probability
        Shape (n,).
    groups
        How many are wanted.
    """
    ordered, last = np.sort(probability), len(probability) - 1
    at = last * np.arange(1, groups)
    low, part = at // groups, (at % groups) / groups  # in whole numbers: no rounding of places
    upper = ordered[np.minimum(low + 1, last)]
    between = (1 - part) * ordered[low] + part * upper
    cuts = np.where((part == 0) | (ordered[low] == upper), ordered[low], between)
    cuts = np.unique(cuts[cuts > ordered[0]])  # R: the least is the lower end of the first
    numbers = np.searchsorted(cuts, probability, side="left")
    return np.asarray(np.unique(numbers, return_inverse=True)[1], dtype=np.intp)


def hosmer_lemeshow(event: Bools, probability: Floats, group: Places) -> float:
    """Chi-square of observed against expected events and non-events, over groups.

    Parameters
    ----------
    event, probability
        Shape (n,).
    group
        From :func:`risk_groups`.
    """
    n = np.bincount(group)
    expected = np.bincount(group, weights=probability)
    gap = np.bincount(group, weights=event) - expected
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = gap**2 / expected + gap**2 / (n - expected)
    return float(parts.sum())
