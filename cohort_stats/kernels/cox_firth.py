"""Cox regression by Firth's penalised likelihood: finite also where the likelihood is monotone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.cox import CoxFit
from cohort_stats.kernels.crossing import Z95, crossing
from cohort_stats.kernels.partial_likelihood import (
    information,
    log_likelihood,
    moments,
    rates,
    score,
)
from cohort_stats.kernels.risk_sets import RiskSets

Floats = npt.NDArray[np.float64]

MOST_STEPS = 500
LARGEST_STEP = 2.0
AT_REST = 1e-11
FAR = 10.0


@dataclass(frozen=True)
class FirthFit:
    """A model at the maximum of its penalised likelihood, on scaled covariates.

    Parameters
    ----------
    beta, covariance
        Shapes (p,) and (p, p).
    log_likelihood
        Penalised.
    converged
        Whether the steps came to rest.
    """

    beta: Floats
    covariance: Floats
    log_likelihood: float
    converged: bool


def penalised(beta: Floats, sets: RiskSets) -> tuple[float, Floats, Floats]:
    """Log likelihood plus half the log determinant of the information; score; information.

    The score of the penalty is half the third central moment of the covariates at risk,
    weighted by the inverse information and summed over events (Heinze and Schemper 2001).

    Parameters
    ----------
    beta
        Shape (p,).
    sets
        From :func:`~cohort_stats.kernels.risk_sets.risk_sets`.
    """
    p = len(beta)
    nothing = -np.inf, np.full(p, np.nan), np.full((p, p), np.nan)
    at_risk = moments(sets.matrix @ beta, sets)
    if at_risk is None:
        return nothing
    by_time = rates(at_risk, sets, sets.share)
    value, plain = log_likelihood(beta, at_risk, sets), score(at_risk, by_time, sets)
    square = information(at_risk, by_time, sets)
    sign, log_determinant = np.linalg.slogdet(square)
    if not sign > 0 or not np.isfinite(log_determinant):
        return nothing
    inverse = np.linalg.inv(square)
    x = sets.matrix
    size = np.einsum("na,ab,nb->n", x, inverse, x)
    columns = np.column_stack(
        [size, size[:, None] * x, (x[:, :, None] * x[:, None]).reshape(-1, p * p)]
    )
    every, dead = sets.sums(at_risk.weighted, columns)
    at = sets.dead_time
    mean_of = (every[at] - sets.tied[:, None] * dead[at]) / at_risk.denominator[:, None]
    mean = at_risk.means(sets)
    turned = mean @ inverse
    second = mean_of[:, p + 1 :].reshape(-1, p, p)
    third = mean_of[:, 1 : p + 1] - mean * mean_of[:, :1]
    third -= 2 * (
        np.einsum("eab,eb->ea", second, turned) - mean * (mean * turned).sum(axis=1)[:, None]
    )
    return value + float(log_determinant) / 2, plain + sets.share @ third / 2, square


def firth(sets: RiskSets, fixed: Floats | None = None, start: Floats | None = None) -> FirthFit:
    """Maximise the penalised likelihood.

    Parameters
    ----------
    sets
        From :func:`~cohort_stats.kernels.risk_sets.risk_sets`, with scaled covariates.
    fixed
        Value of each coefficient that is held, nan of the others; shape (p,).
    start
        Where to begin; zeros when not given.
    """
    p = sets.matrix.shape[1]
    held = np.zeros(p, dtype=bool) if fixed is None else ~np.isnan(fixed)
    beta = np.zeros(p) if start is None else start.copy()
    if fixed is not None:
        beta[held] = fixed[held]
    free = np.flatnonzero(~held)
    value, score, square = penalised(beta, sets)
    converged = not len(free)
    for _ in range(MOST_STEPS):
        if converged or not np.isfinite(value):
            break
        step = np.zeros(p)
        step[free] = np.linalg.solve(square[np.ix_(free, free)], score[free])
        longest = np.abs(step).max()
        step *= min(1.0, LARGEST_STEP / max(longest, LARGEST_STEP))
        trial = penalised(beta + step, sets)
        while not trial[0] >= value - abs(value) * 1e-13 and np.abs(step).max() > AT_REST:
            step /= 2
            trial = penalised(beta + step, sets)
        beta, (value, score, square) = beta + step, trial
        converged = bool(np.abs(step).max() < AT_REST)
    covariance = np.linalg.inv(square) if np.isfinite(value) else np.full((p, p), np.nan)
    return FirthFit(beta, np.asarray(covariance), value, converged)


def firth_p_statistic(sets: RiskSets, best: FirthFit, j: int) -> float:
    """Twice what the penalised log likelihood loses when coefficient j is 0."""
    fixed = np.full(len(best.beta), np.nan)
    fixed[j] = 0.0
    return max(2 * (best.log_likelihood - firth(sets, fixed, best.beta).log_likelihood), 0.0)


def firth_interval(sets: RiskSets, best: FirthFit, j: int) -> tuple[float, float]:
    """95% profile limits of coefficient j, on scaled covariates.

    Parameters
    ----------
    sets, best
        As for :func:`firth`, and what it returned.
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
            held = firth(sets, fixed, near + others * (value - near[j]))
            if not np.isfinite(held.log_likelihood):
                return FAR
            near = held.beta
            lost = 2 * (best.log_likelihood - held.log_likelihood)
            return float(np.sqrt(max(lost, 0.0)) - Z95)

        return crossing(excess, estimate, step)

    return limit(-unit), limit(unit)


def firth_of(fitted: CoxFit) -> FirthFit:
    """The penalised fit of a model, from its risk sets."""
    return firth(fitted.sets)
