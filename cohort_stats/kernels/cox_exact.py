"""The exact partial likelihood of tied events: which of those at risk had them at that time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.risk_sets import RiskSets

Floats = npt.NDArray[np.float64]

MOST_WORK = 2e8  # patients × largest number of tied events × squared number of coefficients
MOST_TIED = 500  # beyond this a sum over subsets is larger than any number the machine holds


def too_large(sets: RiskSets, coefficients: int) -> str:
    """Why the exact likelihood would take too long; empty when it would not.

    Parameters
    ----------
    sets
        From :func:`~cohort_stats.kernels.risk_sets.risk_sets`.
    coefficients
        Of the model.
    """
    if not len(sets.deaths):
        return ""
    most, n, p = int(sets.deaths.max()), len(sets.order), coefficients
    passes = int((sets.deaths > 1).sum()) if sets.entries is not None else 1
    if most > MOST_TIED or passes * n * most * max(p, 1) ** 2 > MOST_WORK:
        return (
            f"{most} events at one time among {n} patients are too many for exact ties (choose "
            "Efron’s)"
        )
    return ""


def exact_likelihood(beta: Floats, sets: RiskSets) -> tuple[float, Floats, Floats]:
    """Log likelihood, score and information of the discrete model at `beta`.

    At each event time, given that d of those at risk have the event, the probability that
    it is those who had it: the product of their risks over the sum of such products over all
    subsets of d. The sums, with their first and second derivatives, grow patient by patient
    (Gail, Lubin and Rubinstein 1981).

    Parameters
    ----------
    beta
        Shape (p,).
    sets
        From :func:`~cohort_stats.kernels.risk_sets.risk_sets`; without case weights.

    Returns
    -------
    (log_likelihood, score, information)
        Shapes (), (p,), (p, p).
    """
    p = len(beta)
    eta = sets.matrix @ beta
    top = np.maximum.reduceat(eta, sets.bounds[:-1])
    own = eta - sets.per_patient(top)
    shrink = min(1.0, float(sets.deaths.max()) / len(eta))  # keeps the sums within range
    risk = shrink * np.exp(own)
    value = float(own[sets.dead].sum() + len(sets.dead) * np.log(shrink))
    score, information = sets.own.copy(), np.zeros((p, p))
    for deaths, e, g, h in _subset_sums(risk, sets):
        if not e[deaths] > 0:
            return -np.inf, np.full(p, np.nan), np.full((p, p), np.nan)
        mean = g[deaths] / e[deaths]
        value -= float(np.log(e[deaths]))
        score -= mean
        information += h[deaths] / e[deaths] - np.outer(mean, mean)
    return value, score, information


def _subset_sums(risk: Floats, sets: RiskSets) -> Iterator[tuple[int, Floats, Floats, Floats]]:
    """For each event time its number of events, and the sums over subsets of every size."""
    x, p = np.ascontiguousarray(sets.matrix), sets.matrix.shape[1]
    members: Iterable[int]
    counts = sets.deaths.astype(int)
    for s in range(len(sets.bounds) - 1):
        first, last = sets.time_bounds[s], sets.time_bounds[s + 1]
        if first == last:
            continue
        most = int(counts[first:last].max())
        sums = _Sums(most, p)
        reached = int(sets.bounds[s])
        for t in range(first, last):
            if sets.entries is None:
                members = range(reached, int(sets.last_at_risk[t]) + 1)
                reached = int(sets.last_at_risk[t]) + 1
            else:
                sums = _Sums(int(counts[t]), p)
                start, end = int(sets.bounds[s]), int(sets.last_at_risk[t]) + 1
                members = np.arange(start, end)[sets.entries.gone[start:end] > t].tolist()
            for i in members:
                sums.add(risk[i], x[i])
            yield int(counts[t]), sums.e, sums.g, sums.h


class _Sums:
    """Sums of products of risks over the subsets of each size, with their derivatives."""

    def __init__(self, most: int, p: int) -> None:
        self.e = np.zeros(most + 1)
        self.e[0] = 1.0
        self.g = np.zeros((most + 1, p))
        self.h = np.zeros((most + 1, p, p))

    def add(self, risk: float, x: Floats) -> None:
        """One more patient, who is in a subset or is not."""
        e, g, h = self.e[:-1], self.g[:-1], self.h[:-1]
        xe = x * e[:, None]
        cross = x[:, None] * g[:, None, :]
        more = h + cross + cross.transpose(0, 2, 1) + x[:, None] * xe[:, None, :]
        self.h[1:] += risk * more
        self.g[1:] += risk * (g + xe)
        self.e[1:] += risk * e
