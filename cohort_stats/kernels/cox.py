"""The Cox partial likelihood, aggregated by distinct event time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.newton import newton_step

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TOLERANCE = 1e-11
MOST_STEPS = 50
LARGEST_STEP = 5.0
VANISHED = 1e-290  # risk of those at risk, over the highest risk of a patient
FLAT = 1e-8  # information about a coefficient, over that at the start
SUSPICIOUS = 8.0  # per standard deviation of the covariate: a hazard ratio of 3,000


@dataclass(frozen=True)
class RiskSets:
    """Patients in order of descending time, and where each distinct event time stands.

    Parameters
    ----------
    matrix
        Centred and scaled covariates, sorted, shape (n, p).
    dead
        Sorted positions of the patients with events, in order of time index.
    dead_time
        Index of the event time of each of them, ascending.
    last_at_risk
        For each event time (descending), the position of the last patient at risk.
    first_time
        For each patient, the first event time (in descending order) at which he or she is
        at risk; equal to the number of event times for a patient never at risk at one.
    deaths
        Events at each event time.
    tied
        For each event, its number within its time (0, 1, …), over the events there (Efron),
        or 0 (Breslow).
    """

    matrix: Floats
    dead: npt.NDArray[np.intp]
    dead_time: npt.NDArray[np.intp]
    last_at_risk: npt.NDArray[np.intp]
    first_time: npt.NDArray[np.intp]
    deaths: Floats
    tied: Floats


def risk_sets(time: Floats, event: Bools, matrix: Floats, ties: str) -> RiskSets:
    """Sort once; everything a Newton step needs is then cumulative sums.

    Parameters
    ----------
    time, event
        Shape (n,).
    matrix
        Shape (n, p).
    ties
        ``efron`` or ``breslow``.
    """
    order = np.argsort(-time, kind="stable")
    time, event, matrix = time[order], event[order], matrix[order]
    event_times = np.unique(time[event])[::-1]
    ascending = -event_times
    last_at_risk = np.searchsorted(-time, ascending, side="right") - 1
    first_time = np.searchsorted(ascending, -time, side="left")
    dead = np.flatnonzero(event)
    dead_time = np.searchsorted(ascending, -time[dead])
    deaths = np.bincount(dead_time, minlength=len(event_times)).astype(float)
    starts = np.concatenate([[0.0], np.cumsum(deaths)[:-1]]) if len(deaths) else np.empty(0)
    tied = np.zeros(len(dead))
    if ties == "efron":
        tied = (np.arange(len(dead)) - starts[dead_time]) / deaths[dead_time]
    return RiskSets(matrix, dead, dead_time, last_at_risk, first_time, deaths, tied)


def partial_likelihood(beta: Floats, sets: RiskSets) -> tuple[float, Floats, Floats]:
    """Log partial likelihood, score and information at `beta`.

    Returns
    -------
    (log_likelihood, score, information)
        Shapes (), (p,), (p, p).
    """
    matrix, dead, at = sets.matrix, sets.dead, sets.dead_time
    times = len(sets.deaths)
    eta = matrix @ beta
    shift = eta.max() if len(eta) else 0.0
    risk = np.exp(eta - shift)
    weighted = risk[:, None] * matrix
    risk_sum = np.cumsum(risk)[sets.last_at_risk]
    risk_mean = np.cumsum(weighted, axis=0)[sets.last_at_risk]
    firsts = np.searchsorted(at, np.arange(times))
    dead_sum = np.add.reduceat(risk[dead], firsts)
    dead_mean = np.add.reduceat(weighted[dead], firsts, axis=0)

    # One term for each event: the k-th of d tied events leaves out k/d of the tied risk.
    denominator = risk_sum[at] - sets.tied * dead_sum[at]
    if denominator.min() < VANISHED:  # far too long a step
        return -np.inf, np.full(len(beta), np.nan), np.full((len(beta), len(beta)), np.nan)
    means = (risk_mean[at] - sets.tied[:, None] * dead_mean[at]) / denominator[:, None]
    log_likelihood = float(eta[dead].sum() - np.sum(np.log(denominator) + shift))
    score = matrix[dead].sum(axis=0) - means.sum(axis=0)

    # Sum over events of the second moments, regrouped by patient: each patient's xxᵀ counts
    # with the sum of 1/denominator over the event times at which he or she is at risk.
    by_time = np.bincount(at, weights=1 / denominator, minlength=times)
    later = np.concatenate([np.cumsum(by_time[::-1])[::-1], [0.0]])
    weight = risk * later[sets.first_time]
    reduced = np.bincount(at, weights=sets.tied / denominator, minlength=times)
    weight[dead] -= risk[dead] * reduced[at]
    information = (weight[:, None] * matrix).T @ matrix - means.T @ means
    return log_likelihood, score, information


@dataclass(frozen=True)
class CoxFit:
    """A fitted Cox model, on the scale of the covariates as given.

    Parameters
    ----------
    beta, covariance
        Shapes (p,) and (p, p). Where the likelihood rises for ever, beta is infinite, or nan
        if even its sign is open, and its rows and columns of the covariance are nan. All are
        nan when the patients at risk at the events do not determine the coefficients.
    log_likelihood, log_likelihood_null
        At `beta` and at zero.
    score_test
        Rao's score chi-square at zero.
    converged
        Whether the Newton steps of the finite coefficients came to rest.
    """

    beta: Floats
    covariance: Floats
    log_likelihood: float
    log_likelihood_null: float
    score_test: float
    converged: bool


def fit(time: Floats, event: Bools, matrix: Floats, ties: str = "efron") -> CoxFit:
    """Maximise the partial likelihood.

    Parameters
    ----------
    time, event
        Shape (n,); at least one event.
    matrix
        Shape (n, p); of full rank.
    ties
        ``efron`` or ``breslow``.
    """
    centre, scale = matrix.mean(axis=0), matrix.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    sets = risk_sets(time, event, (matrix - centre) / scale, ties)
    p = matrix.shape[1]
    null, score, initial = partial_likelihood(np.zeros(p), sets)
    if np.linalg.eigvalsh(initial)[0] < 1e-10:
        unknown = np.full(p, np.nan)
        return CoxFit(unknown, np.full((p, p), np.nan), np.nan, null, np.nan, False)
    score_test = float(score @ np.linalg.solve(initial, score))
    beta, value, information, converged = _climb(sets)
    suspicious = not converged or np.abs(beta).max() > SUSPICIOUS
    direction = endless_direction(sets) if suspicious else np.zeros(p)
    if direction.any():
        beta, covariance = _limit(beta, direction, information, initial)
        converged = True
    else:
        covariance = np.asarray(np.linalg.pinv(information, rcond=1e-15, hermitian=True))
    unscaled = covariance / np.outer(scale, scale)
    return CoxFit(beta / scale, unscaled, value, null, score_test, converged)


def _climb(sets: RiskSets) -> tuple[Floats, float, Floats, bool]:
    """Newton steps with halving from zero: beta, its log likelihood and information."""
    beta = np.zeros(sets.matrix.shape[1])
    value, score, information = partial_likelihood(beta, sets)
    for _ in range(MOST_STEPS):
        step = newton_step(information, score)
        step *= min(1.0, LARGEST_STEP / max(np.abs(step).max(), LARGEST_STEP))
        trial = partial_likelihood(beta + step, sets)
        while not trial[0] >= value - abs(value) * 1e-12 and np.abs(step).max() > 1e-12:
            step /= 2
            trial = partial_likelihood(beta + step, sets)
        beta, gain = beta + step, trial[0] - value
        value, score, information = trial
        if abs(gain) <= TOLERANCE * max(abs(value), 1.0):
            longest = np.abs(step).max()
            if longest < 1e-7:
                return beta, value, information, True
            if longest > 0.1:  # the likelihood is flat along a long step: no maximum ahead
                break
    return beta, value, information, False


def _limit(
    beta: Floats, direction: Floats, information: Floats, initial: Floats
) -> tuple[Floats, Floats]:
    """Coefficients and covariance when the likelihood rises for ever along a direction.

    What remains of the information tells which coefficients are still determined.
    """
    values, vectors = np.linalg.eigh(information)
    kept = values > FLAT * np.linalg.eigvalsh(initial)[-1]
    covariance = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    finite = (vectors[:, kept] ** 2).sum(axis=1) > 1 - 1e-6
    covariance[~finite] = covariance[:, ~finite] = np.nan
    endless = np.where(direction == 0, np.nan, np.copysign(np.inf, direction))
    return np.where(finite, beta, endless), covariance


def endless_direction(sets: RiskSets) -> Floats:
    """A direction along which the partial likelihood rises for ever; zeros if there is none.

    There is one when, at every event, the patient who has it lies at least as far along the
    direction as everybody at risk, and farther than somebody (monotone likelihood: Bryson
    and Johnson 1981; Heinze and Schemper 2001). Found by a linear programme whose other
    unknowns are the farthest values at risk at each event time.

    Parameters
    ----------
    sets
        From :func:`risk_sets`.

    Returns
    -------
    numpy.ndarray
        Shape (p,).
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, identity, vstack

    p, times = sets.matrix.shape[1], len(sets.deaths)
    at_risk = sets.first_time < times
    member = identity(times, format="csr")
    below = hstack([csr_array(sets.matrix[at_risk]), -member[sets.first_time[at_risk]]])
    nested = hstack([csr_array((times - 1, p)), member[:-1] - member[1:]])
    above = hstack([csr_array(-sets.matrix[sets.dead]), member[sets.dead_time]])
    everyone = np.cumsum(sets.matrix, axis=0)[sets.last_at_risk] / (sets.last_at_risk[:, None] + 1)
    gain = sets.matrix[sets.dead].sum(axis=0) - sets.deaths @ everyone
    constraints = vstack([below, nested, above])
    found = linprog(
        np.concatenate([-gain, np.zeros(times)]),
        A_ub=constraints,
        b_ub=np.zeros(constraints.shape[0]),
        bounds=[(-1, 1)] * p + [(None, None)] * times,
    )
    if found.status != 0 or -found.fun < 1e-6:
        return np.zeros(p)
    return np.where(np.abs(found.x[:p]) > 1e-6, found.x[:p], 0.0)
