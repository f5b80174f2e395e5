"""Logistic regression by Firth's penalised likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.crossing import Z95, crossing
from cohort_stats.kernels.logit import LogitFit, expit
from cohort_stats.kernels.newton import newton_step

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST_STEPS = 100
AT_REST = 1e-10
LEAST = 1e-200  # eigenvalue of an information that has vanished
FAR = 1e3  # the root of a loss where the likelihood has vanished
NEARLY_AT_REST = 1e-7  # enough where only the likelihood matters: it is flat at its maximum


def fit(
    outcome: Floats,
    matrix: Floats,
    weight: Floats | None = None,
    *,
    fixed: Floats | None = None,
    start: Floats | None = None,
    tolerance: float = AT_REST,
) -> LogitFit:
    """Maximise the binomial likelihood times the root of the determinant of its information.

    The score of row i is weighted (y − p) + h (½ − p), h its leverage (Firth 1993; Heinze and
    Schemper 2002). The maximum is finite whatever the data.

    Parameters
    ----------
    outcome, matrix, weight
        As :func:`~cohort_stats.kernels.logit.fit` takes them.
    fixed
        Coefficients that are held, nan where they are free, shape (p,). The penalty remains
        that of the whole model.
    start
        Coefficients near which to begin; zeros unless given.
    tolerance
        Largest change of a linear predictor at which the steps have come to rest.

    Returns
    -------
    LogitFit
        Its log likelihood is the penalised one: with half the log determinant of the
        information of the whole model.
    """
    held = np.zeros(matrix.shape[1], dtype=bool) if fixed is None else ~np.isnan(fixed)
    beta = np.zeros(matrix.shape[1]) if start is None else start.copy()
    if fixed is not None:
        beta[held] = fixed[held]
    whole, triangle = np.linalg.qr(matrix)
    penalty = float(np.log(np.abs(np.diag(triangle))).sum())  # of the basis instead of the matrix
    free, back = (whole, triangle) if not held.any() else np.linalg.qr(matrix[:, ~held])
    weights = np.ones(len(outcome)) if weight is None else weight
    eta = matrix @ beta
    here = _at(outcome, whole, weights, eta)
    converged = not free.shape[1]
    for _ in range(0 if converged or here.value == -np.inf else MOST_STEPS):
        step = newton_step(_curvature(here, free), free.T @ here.score)
        change = free @ step
        longest, size = float(np.abs(change).max()), 1.0
        trial = _at(outcome, whole, weights, eta + change)
        while not trial.value >= here.value - abs(here.value) * 1e-12 and size * longest > 1e-12:
            size /= 2
            trial = _at(outcome, whole, weights, eta + size * change)
        eta = eta + size * change
        beta[~held] += np.linalg.solve(back, size * step)
        here = trial
        converged = size * longest < tolerance
        if converged:
            break
    inverse = np.linalg.inv(triangle)
    information = (here.spread[:, None] * whole).T @ whole
    covariance = inverse @ np.linalg.pinv(information, hermitian=True) @ inverse.T
    return LogitFit(beta, here.value + penalty, converged, expit(eta), np.asarray(covariance))


@dataclass(frozen=True)
class _Place:
    """The penalised likelihood at some coefficients, and what each row adds to its slopes."""

    value: float
    score: Floats
    spread: Floats
    probability: Floats
    leverage: Floats
    rooted: Floats  # orthonormal: leverages are its sums of squares


def _at(outcome: Floats, basis: Floats, weights: Floats, eta: Floats) -> _Place:
    probability = expit(eta)
    spread = weights * probability * (1 - probability)
    rooted = np.sqrt(spread)[:, None] * basis
    values, vectors = np.linalg.eigh(rooted.T @ rooted)
    if not values[0] > LEAST:
        return _Place(-np.inf, spread, spread, probability, spread, rooted)
    rooted = rooted @ (vectors / np.sqrt(values))
    leverage = np.einsum("ij,ij->i", rooted, rooted)
    score = weights * (outcome - probability) + leverage * (0.5 - probability)
    likelihood = float(weights @ (outcome * eta - np.logaddexp(0, eta)))
    value = likelihood + float(np.log(values).sum()) / 2
    return _Place(value, score, spread, probability, leverage, rooted)


def _curvature(here: _Place, free: Floats) -> Floats:
    """How fast the score falls; the information instead, where it does not fall every way."""
    off = 0.5 - here.probability
    unweighted = here.probability * (1 - here.probability)
    by_row = here.spread + here.leverage * (unweighted - 2 * off**2)
    curvature = (by_row[:, None] * free).T @ free
    pulled = off[:, None] * free
    for column in here.rooted.T:
        shared = pulled.T @ (column[:, None] * here.rooted)
        curvature += 2 * shared @ shared.T
    if np.linalg.eigvalsh(curvature)[0] > 0:
        return np.asarray(curvature)
    return np.asarray((here.spread[:, None] * free).T @ free)


def loss(
    outcome: Floats, matrix: Floats, best: LogitFit, at_zero: Bools, weight: Floats | None
) -> float:
    """Twice the fall of the penalised log likelihood when some coefficients are held at zero.

    Parameters
    ----------
    outcome, matrix, weight
        As given to :func:`fit`.
    best
        What it returned.
    at_zero
        Which coefficients, shape (p,).
    """
    held = fit(
        outcome,
        matrix,
        weight,
        fixed=np.where(at_zero, 0.0, np.nan),
        start=best.beta,
        tolerance=NEARLY_AT_REST,
    )
    return max(2 * (best.log_likelihood - held.log_likelihood), 0.0)


def profile_interval(
    outcome: Floats, matrix: Floats, best: LogitFit, j: int, weight: Floats | None = None
) -> tuple[float, float]:
    """95% limits of coefficient j, where twice the penalised loss reaches 3.84; shape as given.

    Parameters
    ----------
    outcome, matrix, weight
        As given to :func:`fit`.
    best
        What it returned.
    j
        Position of the coefficient.
    """
    estimate, unit = float(best.beta[j]), 2 * float(np.sqrt(best.covariance[j, j]))
    others = best.covariance[:, j] / best.covariance[j, j]  # how they move with this one

    def limit(step: float) -> float:
        near = best.beta

        def excess(value: float) -> float:
            nonlocal near
            fixed = np.full(len(near), np.nan)
            fixed[j] = value
            start = near + others * (value - near[j])
            held = fit(outcome, matrix, weight, fixed=fixed, start=start, tolerance=NEARLY_AT_REST)
            if held.log_likelihood == -np.inf:
                return FAR
            near = held.beta
            lost = 2 * (best.log_likelihood - held.log_likelihood)
            return float(np.sqrt(max(lost, 0.0)) - Z95)

        return crossing(excess, estimate, step)

    return limit(-unit), limit(unit)
