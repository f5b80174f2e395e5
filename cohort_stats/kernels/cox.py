"""The maximum of the Cox partial likelihood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.cox_exact import exact_likelihood
from cohort_stats.kernels.monotone import LEAST, endless_direction
from cohort_stats.kernels.newton import newton_step
from cohort_stats.kernels.partial_likelihood import partial_likelihood
from cohort_stats.kernels.risk_sets import Places, RiskSets, risk_sets

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Again = Callable[[Floats, Places], RiskSets]
Likelihood = Callable[[Floats, RiskSets], tuple[float, Floats, Floats]]

TOLERANCE = 1e-11
MOST_STEPS = 50
LARGEST_STEP = 5.0
AT_REST = 1e-11  # of a step
AT_STANDSTILL = 1e-7
ENOUGH = 10_000  # patients that tell how far covariates spread
FLAT = 1e-8  # information about a coefficient, over that at the start
SUSPICIOUS = 8.0  # standard deviation of the linear predictor: hazards 3,000 times as high


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
    sets, scale, centre
        Who is at risk when, with scaled covariates, and the scale and mean of each, shape (p,).
    exact
        Whether ties are exact.
    left
        Where the likelihood rises for ever: the model that is left, and what its k coefficients
        are of the scaled covariates, shape (p, k); None where nothing is left, or nothing rises.
    """

    beta: Floats
    covariance: Floats
    log_likelihood: float
    log_likelihood_null: float
    score_test: float
    converged: bool
    sets: RiskSets
    scale: Floats
    centre: Floats
    exact: bool = False
    left: tuple[CoxFit, Floats] | None = None

    def likelihood(self, beta: Floats) -> tuple[float, Floats, Floats]:
        """Log likelihood, score and information at coefficients of the scaled covariates."""
        return (exact_likelihood if self.exact else partial_likelihood)(beta, self.sets)


def fit(
    time: Floats,
    event: Bools,
    matrix: Floats | Sequence[Floats],
    ties: str = "efron",
    *,
    stratum: Places | None = None,
    entry: Floats | None = None,
    weight: Floats | None = None,
) -> CoxFit:
    """Maximise the partial likelihood.

    Parameters
    ----------
    time, event
        Shape (n,); at least one event.
    matrix
        Shape (n, p), or each of its columns; of full rank.
    ties
        ``efron``, ``breslow`` or ``exact``.
    stratum, entry, weight
        See :func:`~cohort_stats.kernels.risk_sets.risk_sets`.
    """
    sets = risk_sets(time, event, matrix, ties, stratum=stratum, entry=entry, weight=weight)
    centre, scale = standardise(sets.matrix)
    p = sets.matrix.shape[1]
    exact = ties == "exact"
    likelihood = exact_likelihood if exact else partial_likelihood
    null, gradient, initial = likelihood(np.zeros(p), sets)
    if np.linalg.eigvalsh(initial)[0] < 1e-10:
        unknown = np.full(p, np.nan)
        square = np.full((p, p), np.nan)
        return CoxFit(unknown, square, np.nan, null, np.nan, False, sets, scale, centre, exact)
    score_test = float(gradient @ np.linalg.solve(initial, gradient))
    spread = _spread(sets)
    at_zero = null, gradient, initial
    beta, value, information, converged = _climb(likelihood, sets, at_zero, spread)
    suspicious = not converged or np.sqrt(beta @ spread @ beta) > SUSPICIOUS
    direction = endless_direction(sets, exact=exact) if suspicious else np.zeros(p)
    if direction.any():

        def again(columns: Floats, level: Places) -> RiskSets:
            given = {"stratum": level, "entry": entry, "weight": weight}
            return risk_sets(time, event, columns, ties, **given)  # type: ignore[arg-type]

        limit = _at_the_limit(again, sets, stratum, direction, likelihood)
        beta, value, covariance, converged, left = limit
    else:
        covariance, left = _inverse(information), None
    unscaled = covariance / np.outer(scale, scale)
    fitted = (beta / scale, unscaled, value, null, score_test, converged)
    return CoxFit(*fitted, sets, scale, centre, exact, left)


def _inverse(information: Floats) -> Floats:
    return np.asarray(np.linalg.pinv(information, rcond=1e-15, hermitian=True))


def standardise(matrix: Floats) -> tuple[Floats, Floats]:
    """Take from columns, in place, their mean, and divide by their standard deviation.

    A constant column is only centred.

    Returns
    -------
    (centre, scale)
        Mean and standard deviation of each column; 1 where that is 0. Shapes (p,).
    """
    centre, scale = np.zeros(matrix.shape[1]), np.ones(matrix.shape[1])
    for j in range(matrix.shape[1]):
        column = matrix[:, j]
        centre[j] = column.mean()
        column -= centre[j]
        spread = float(np.sqrt(column @ column / len(column)))
        if spread > 0:
            scale[j] = spread
            column /= spread
    return centre, scale


def _spread(sets: RiskSets) -> Floats:
    """Covariance of the covariates, nearly: of some patients, where there are many."""
    some = sets.matrix[:: 1 + len(sets.matrix) // ENOUGH]
    return np.asarray(some.T @ some / len(some))


def _climb(
    likelihood: Likelihood,
    sets: RiskSets,
    at_zero: tuple[float, Floats, Floats],
    spread: Floats,
) -> tuple[Floats, float, Floats, bool]:
    """Newton steps with halving from zero: beta, its log likelihood and information.

    A step is as long as the standard deviation of what it adds to the linear predictor.
    """
    beta = np.zeros(sets.matrix.shape[1])
    value, score, information = at_zero
    for _ in range(MOST_STEPS):
        step = newton_step(information, score)
        longest = float(np.sqrt(step @ spread @ step))
        if longest < AT_REST:  # the next value would differ by less than its rounding
            return beta + step, value + float(score @ step) / 2, information, True
        taken = min(1.0, LARGEST_STEP / longest)
        step *= taken
        trial = likelihood(beta + step, sets)
        while not trial[0] >= value - abs(value) * 1e-12 and taken * longest > 1e-12:
            step, taken = step / 2, taken / 2
            trial = likelihood(beta + step, sets)
        beta, gain = beta + step, trial[0] - value
        value, score, information = trial
        if abs(gain) <= TOLERANCE * max(abs(value), 1.0):
            if taken * longest < AT_STANDSTILL:  # or no better place can be computed
                return beta, value, information, longest < 10 * AT_STANDSTILL
            if taken * longest > 0.1:  # the likelihood is flat along a long step: no maximum ahead
                break
    return beta, value, information, False


def _at_the_limit(
    again: Again, sets: RiskSets, stratum: Places | None, direction: Floats, likelihood: Likelihood
) -> tuple[Floats, float, Floats, bool, tuple[CoxFit, Floats] | None]:
    """Coefficients, log likelihood, covariance and what is left when it rises for ever.

    Far along the direction, only those at risk count at an event who lie as far along it as the
    patient who has it: what is left is the model stratified by it. That may rise for ever in
    turn. Coefficients that it determines are finite; the others are infinite, or nan where
    even the sign is open.
    """
    n, p = sets.matrix.shape
    rows = np.empty((n, p))
    rows[sets.order] = sets.matrix
    level = np.zeros(n, dtype=np.intp) if stratum is None else stratum
    sign, every = np.zeros(p), np.eye(p)
    while direction.any():
        sign = np.where(sign == 0, np.sign(direction), sign)
        far = rows @ direction
        order = np.argsort(far, kind="stable")
        place = np.empty(n, dtype=np.intp)
        place[order] = np.cumsum(np.diff(far[order], prepend=far[order[0]]) > LEAST)
        level = np.unique(level * (place.max() + 1) + place, return_inverse=True)[1].reshape(n)
        left = again(rows, level)
        at_zero = likelihood(np.zeros(p), left)
        sizes, every = np.linalg.eigh(at_zero[2])
        every = every[:, sizes > FLAT * max(sizes[-1], 1.0)]
        if not every.shape[1]:
            break
        left = again(rows @ every, level)
        reached = _climb(
            likelihood, left, likelihood(np.zeros(every.shape[1]), left), _spread(left)
        )
        direction = np.zeros(p)
        if not reached[3] or np.sqrt(reached[0] @ _spread(left) @ reached[0]) > SUSPICIOUS:
            direction = every @ endless_direction(left, exact=likelihood is exact_likelihood)
    unknown = np.where(sign == 0, np.nan, np.copysign(np.inf, sign))
    if not every.shape[1]:
        return unknown, float(at_zero[0]), np.full((p, p), np.nan), True, None
    beta, value, information, converged = reached
    finite, k = (every**2).sum(axis=1) > 1 - 1e-6, len(beta)
    own = _inverse(information)
    covariance = every @ own @ every.T
    covariance[~finite] = covariance[:, ~finite] = np.nan
    tests = (float(at_zero[0]), np.nan, converged)
    exact = likelihood is exact_likelihood
    model = CoxFit(beta, own, value, *tests, left, np.ones(k), np.zeros(k), exact)
    return np.where(finite, every @ beta, unknown), value, covariance, converged, (model, every)
