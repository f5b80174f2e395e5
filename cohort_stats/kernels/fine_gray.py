"""Fine and Gray's pseudo-likelihood: sums forwards and backwards in time, no pairs of patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.cox import FLAT, SUSPICIOUS
from cohort_stats.kernels.lifetable import life_table, survival
from cohort_stats.kernels.monotone import endless_direction
from cohort_stats.kernels.newton import climb
from cohort_stats.kernels.partial_likelihood import VANISHED
from cohort_stats.kernels.risk_sets import risk_sets

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SubdistributionSets:
    """Patients in order of time, and what their weights are made of.

    A patient at risk has weight 1. One who had the competing event at X stays in the risk
    set of each later event time t, with weight G(t−)/G(X−), where G is the Kaplan–Meier
    curve of being uncensored.

    Parameters
    ----------
    time, event, matrix
        Sorted by time, shapes (n,), (n,), (n, p).
    event_times, deaths
        Distinct times of the event of interest, and events at each, shape (k,).
    first
        For each event time, the position of the first patient still at risk.
    passed
        For each patient, how many event times are not after his or her own time.
    stays
        1/G(X−) for patients with the competing event, else 0, shape (n,).
    uncensored
        G(t−) at each event time.
    """

    time: Floats
    event: Bools
    matrix: Floats
    event_times: Floats
    deaths: Floats
    first: npt.NDArray[np.intp]
    passed: npt.NDArray[np.intp]
    stays: Floats
    uncensored: Floats


def subdistribution_sets(
    time: Floats, event: Bools, competing: Bools, matrix: Floats
) -> SubdistributionSets:
    """Sort once; everything a Newton step needs is then cumulative sums.

    Parameters
    ----------
    time, event, competing
        Shape (n,); at least one event, and nobody with both.
    matrix
        Shape (n, p).
    """
    order = np.argsort(time, kind="stable")
    time, event, competing, matrix = time[order], event[order], competing[order], matrix[order]
    table = life_table(time, ~event & ~competing)
    left = np.r_[1.0, survival(table)[0]]  # just before each distinct time
    event_times = np.unique(time[event])
    passed = np.searchsorted(event_times, time, side="right")
    stays = np.zeros(len(time))
    stays[competing] = 1 / left[np.searchsorted(table.time, time[competing])]
    return SubdistributionSets(
        time=time,
        event=event,
        matrix=matrix,
        event_times=event_times,
        deaths=np.bincount(passed[event] - 1, minlength=len(event_times)).astype(float),
        first=np.searchsorted(time, event_times, side="left"),
        passed=passed,
        stays=stays,
        uncensored=left[np.searchsorted(table.time, event_times)],
    )


def pseudo_likelihood(beta: Floats, sets: SubdistributionSets) -> tuple[float, Floats, Floats]:
    """Log pseudo-likelihood with Breslow ties, score and information at `beta`.

    Returns
    -------
    (log_likelihood, score, information)
        Shapes (), (p,), (p, p).
    """
    matrix, deaths = sets.matrix, sets.deaths
    risk, shift = _risk(beta, sets)
    total, means = _risk_set_sums(risk, sets)
    if total.min() < VANISHED:  # far too long a step
        return -np.inf, np.full(len(beta), np.nan), np.full((len(beta), len(beta)), np.nan)
    eta = matrix[sets.event] @ beta
    log_likelihood = float(eta.sum() - deaths @ (np.log(total) + shift))
    score = matrix[sets.event].sum(axis=0) - deaths @ means
    # Each patient's xxᵀ counts with the sum of weight/total over the event times.
    now = _from_zero(deaths / total)[sets.passed]
    later = _after(sets.uncensored * deaths / total)[sets.passed]
    weight = risk * (now + sets.stays * later)
    information = (weight[:, None] * matrix).T @ matrix - (deaths[:, None] * means).T @ means
    return log_likelihood, score, information


def _risk(beta: Floats, sets: SubdistributionSets) -> tuple[Floats, float]:
    eta = sets.matrix @ beta
    shift = float(eta.max()) if len(eta) else 0.0
    return np.exp(eta - shift), shift


def _risk_set_sums(risk: Floats, sets: SubdistributionSets) -> tuple[Floats, Floats]:
    """At each event time the weighted risk of the risk set, and its mean covariates."""
    stayed = risk * sets.stays
    at_risk = _after(risk)[sets.first] + sets.uncensored * _from_zero(stayed)[sets.first]
    weighted = _after(risk[:, None] * sets.matrix)[sets.first]
    weighted += sets.uncensored[:, None] * _from_zero(stayed[:, None] * sets.matrix)[sets.first]
    with np.errstate(divide="ignore", invalid="ignore"):
        return at_risk, weighted / at_risk[:, None]


def _from_zero(values: Floats) -> Floats:
    """Sums of the first 0, 1, …, n values along the first axis."""
    return np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])


def _after(values: Floats) -> Floats:
    """Sums of what remains after the first 0, 1, …, n values along the first axis."""
    return _from_zero(values[::-1])[::-1]


def residuals(beta: Floats, sets: SubdistributionSets) -> Floats:
    """What each patient adds to the score, by the event and by the estimate of G, shape (n, p).

    Fine and Gray's η + ψ (1999, section 4), with patients in the order of `sets`.
    """
    risk, _ = _risk(beta, sets)
    total, means = _risk_set_sums(risk, sets)
    step = sets.deaths / total
    later = sets.uncensored * step
    passed, matrix = sets.passed, sets.matrix
    expected = matrix * _from_zero(step)[passed, None] - _from_zero(step[:, None] * means)[passed]
    staying = matrix * _after(later)[passed, None] - _after(later[:, None] * means)[passed]
    found = -risk[:, None] * (expected + sets.stays[:, None] * staying)
    found[sets.event] += matrix[sets.event] - means[passed[sets.event] - 1]
    return found + _by_censoring(risk, later, means, sets)


def _by_censoring(risk: Floats, later: Floats, means: Floats, sets: SubdistributionSets) -> Floats:
    """ψ: through the weights, each censoring changes what those who stayed add later on."""
    censored = ~sets.event & (sets.stays == 0)
    table = life_table(sets.time, censored)
    before = np.searchsorted(sets.time, table.time, side="left")
    passed = np.searchsorted(sets.event_times, table.time, side="left")
    stayed = risk * sets.stays
    drift = _from_zero(stayed[:, None] * sets.matrix)[before] * _after(later)[passed, None]
    drift -= _from_zero(stayed)[before, None] * _after(later[:, None] * means)[passed]
    drift /= table.at_risk[:, None]
    hazard = (table.events / table.at_risk)[:, None]
    own = np.searchsorted(table.time, sets.time)
    so_far = np.cumsum(drift * hazard, axis=0)
    return np.asarray(censored[:, None] * drift[own] - so_far[own])


@dataclass(frozen=True)
class FineGrayFit:
    """A fitted model, on the scale of the covariates as given.

    Parameters
    ----------
    beta, covariance
        Shapes (p,) and (p, p). Where the pseudo-likelihood rises for ever, beta is infinite,
        or nan if even its sign is open, and its rows and columns of the covariance are nan.
        All are nan when the risk sets do not determine the coefficients.
    log_likelihood, log_likelihood_null
        Of the pseudo-likelihood at `beta` and at zero.
    converged
        Whether the Newton steps of the finite coefficients came to rest.
    """

    beta: Floats
    covariance: Floats
    log_likelihood: float
    log_likelihood_null: float
    converged: bool


def fit(time: Floats, event: Bools, competing: Bools, matrix: Floats) -> FineGrayFit:
    """Maximise the pseudo-likelihood; covariance by Fine and Gray's sandwich.

    Parameters
    ----------
    time, event, competing
        Shape (n,); at least one event.
    matrix
        Shape (n, p); of full rank.
    """
    centre, scale = matrix.mean(axis=0), matrix.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    scaled = (matrix - centre) / scale
    sets = subdistribution_sets(time, event, competing, scaled)
    p = matrix.shape[1]
    null, _, initial = pseudo_likelihood(np.zeros(p), sets)
    if np.linalg.eigvalsh(initial)[0] < 1e-10:
        return FineGrayFit(np.full(p, np.nan), np.full((p, p), np.nan), np.nan, null, False)
    beta, value, information, converged = climb(lambda b: pseudo_likelihood(b, sets), p)
    direction = np.zeros(p)
    if not converged or np.abs(beta).max() > SUSPICIOUS:
        # Whoever had the competing event is at risk at every event time, later ones included.
        always = np.where(competing, np.inf, time)
        direction = endless_direction(risk_sets(always, event, scaled, "breslow"))
    values, vectors = np.linalg.eigh(information)
    kept = values > (FLAT * np.linalg.eigvalsh(initial)[-1] if direction.any() else 0.0)
    bread = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    parts = residuals(beta, sets) @ bread
    covariance = parts.T @ parts
    if direction.any():
        beta, covariance = _limit(beta, covariance, direction, vectors[:, kept])
        converged = True
    return FineGrayFit(beta / scale, covariance / np.outer(scale, scale), value, null, converged)


def _limit(
    beta: Floats, covariance: Floats, direction: Floats, kept: Floats
) -> tuple[Floats, Floats]:
    """Coefficients and covariance when the pseudo-likelihood rises for ever: see the Cox kernel."""
    finite = (kept**2).sum(axis=1) > 1 - 1e-6
    covariance[~finite] = covariance[:, ~finite] = np.nan
    endless = np.where(direction == 0, np.nan, np.copysign(np.inf, direction))
    return np.where(finite, beta, endless), covariance
