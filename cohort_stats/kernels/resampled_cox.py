"""Cox models of many samples of the same patients, fitted at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.resampled import Evaluation, Fits, climb, crossed, linear
from cohort_stats.kernels.risk_sets import RiskSets

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

VANISHED = 1e-290
#: Below it the square of the inverse is beyond all numbers.
TOO_SMALL = 1e-150


@dataclass(frozen=True)
class CountedSets:
    """Who is at risk when, in every sample.

    Parameters
    ----------
    sets
        Of the patients themselves, sorted.
    count
        How often each sample holds each sorted patient, shape (B, n).
    cell
        For each event of each sample its sample and time, as sample × times + time.
    tied
        The k-th of d events at one time leaves out k/d of their risk (Efron); 0 (Breslow).
    """

    sets: RiskSets
    count: Floats
    cell: Places
    tied: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """Samples and event times."""
        return len(self.count), len(self.sets.deaths)

    def by_time(self, values: Floats) -> Floats:
        """Sums over events, shape (B, times)."""
        found = np.bincount(self.cell, weights=values, minlength=int(np.prod(self.shape)))
        return np.asarray(found.reshape(self.shape))

    def dead(self, values: Floats) -> Floats:
        """Sums over those with events at each time; `values` shape (B, n, …)."""
        firsts = np.searchsorted(self.sets.dead_time, np.arange(self.shape[1]))
        return np.asarray(np.add.reduceat(values[:, self.sets.dead], firsts, axis=1))

    def at_risk(self, values: Floats) -> Floats:
        """Sums over those at risk at each time; `values` shape (B, n, …)."""
        sums = np.cumsum(values, axis=1)
        found = sums[:, self.sets.last_at_risk]
        starts = self.sets.bounds[:-1]
        if len(starts) > 1:  # the strata before do not count
            before = np.concatenate([np.zeros_like(sums[:, :1]), sums[:, starts[1:] - 1]], axis=1)
            found = found - np.repeat(before, np.diff(self.sets.time_bounds), axis=1)
        return np.asarray(found)

    def over_follow_up(self, values: Floats) -> Floats:
        """Sums over the times each patient is at risk at; `values` shape (B, times)."""
        later = np.cumsum(values[:, ::-1], axis=1)[:, ::-1]
        later = np.concatenate([later, np.zeros_like(later[:, :1])], axis=1)
        found = later[:, self.sets.first_time]
        ends = self.sets.time_bounds[1:]
        if len(ends) > 1:  # nor the strata after
            after = np.repeat(later[:, ends], np.diff(self.sets.bounds), axis=1)
            found = np.where(self.sets.first_time < values.shape[1], found - after, 0.0)
        return np.asarray(found)


def counted(sets: RiskSets, count: Floats, ties: str) -> CountedSets:
    """Who is at risk when, if each patient is there as often as counted.

    Parameters
    ----------
    sets
        Of the patients, without weights or late entry.
    count
        Whole numbers, shape (B, n), in the order of `sets`.
    ties
        ``efron`` or ``breslow``.
    """
    firsts = np.searchsorted(sets.dead_time, np.arange(len(sets.deaths)))
    deaths = np.add.reduceat(count[:, sets.dead], firsts, axis=1).ravel().astype(np.intp)
    cell = np.repeat(np.arange(len(deaths)), deaths)
    tied = np.zeros(len(cell))
    if ties == "efron":
        tied = (np.arange(len(cell)) - (np.cumsum(deaths) - deaths)[cell]) / deaths[cell]
    return CountedSets(sets, count, cell, tied)


def evaluate(sets: CountedSets, covariates: Floats, beta: Floats) -> Evaluation:
    """Log partial likelihoods, scores and informations.

    Parameters
    ----------
    sets
        From :func:`counted`.
    covariates
        Sorted; shape (1, n, p) or (B, n, p).
    beta
        Shape (B, p).
    """
    eta = linear(covariates, beta)
    eta = eta - eta.max(axis=1, keepdims=True)
    risk = sets.count * np.exp(eta)
    total, tied = sets.at_risk(risk), sets.dead(risk)
    left = total.ravel()[sets.cell] - sets.tied * tied.ravel()[sets.cell]
    rate = 1 / np.maximum(left, TOO_SMALL)
    value = _log_likelihood(sets, eta, left, TOO_SMALL)
    every, reduced = sets.by_time(rate), sets.by_time(sets.tied * rate)
    twofold = [sets.by_time(sets.tied**k * rate**2)[..., None] for k in (0, 1, 2)]
    by_covariate = risk[..., None] * covariates
    total, tied = sets.at_risk(by_covariate), sets.dead(by_covariate)
    own = np.matmul((sets.count * _events(sets))[:, None, :], covariates)[:, 0]
    score = own - _times(every, total) + _times(reduced, tied)
    follow_up = sets.over_follow_up(every)
    follow_up[:, sets.sets.dead] -= reduced[:, sets.sets.dead_time]
    mixed = _crossed(total, twofold[1] * tied)
    information = crossed(risk * follow_up, covariates) - _crossed(total, twofold[0] * total)
    information += mixed + mixed.transpose(0, 2, 1) - _crossed(tied, twofold[2] * tied)
    return value, score, information


def log_likelihoods(sets: CountedSets, eta: Floats) -> Floats:
    """Log partial likelihood of each sample at linear predictors of shape (B, n)."""
    eta = eta - eta.max(axis=1, keepdims=True)
    risk = sets.count * np.exp(eta)
    total, tied = sets.at_risk(risk), sets.dead(risk)
    left = total.ravel()[sets.cell] - sets.tied * tied.ravel()[sets.cell]
    return _log_likelihood(sets, eta, left)


def fit(sets: CountedSets, covariates: Floats, start: Floats) -> Fits:
    """Maximise the partial likelihood of every sample."""
    return climb(lambda beta: evaluate(sets, covariates, beta), start)


def _log_likelihood(
    sets: CountedSets, eta: Floats, left: Floats, least: float = VANISHED
) -> Floats:
    logs = sets.by_time(np.log(np.maximum(left, least))).sum(axis=1)
    value = (sets.count * eta * _events(sets)).sum(axis=1) - logs
    gone = sets.by_time((~(left >= least)).astype(float)).any(axis=1)
    return np.where(gone, -np.inf, value)


def _events(sets: CountedSets) -> Floats:
    event = np.zeros(sets.count.shape[1])
    event[sets.sets.dead] = 1.0
    return event


def _times(by_time: Floats, covariates: Floats) -> Floats:
    return np.asarray(np.matmul(by_time[:, None, :], covariates)[:, 0])


def _crossed(first: Floats, second: Floats) -> Floats:
    return np.asarray(np.matmul(first.transpose(0, 2, 1), second))
