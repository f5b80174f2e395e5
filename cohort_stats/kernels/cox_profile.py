"""Profile-likelihood limits of Cox regression."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.cox import CoxFit
from cohort_stats.kernels.crossing import Z95, crossing
from cohort_stats.kernels.newton import newton_step

Floats = npt.NDArray[np.float64]

MOST_STEPS = 50
AT_REST = 1e-9
FAR = 10.0
BEYOND = 30.0  # standard deviations of the covariate: as good as infinite


def profile_interval(fitted: CoxFit, j: int) -> tuple[float, float]:
    """95% limits of coefficient j: where twice the loss of the log likelihood reaches 3.84.

    Parameters
    ----------
    fitted
        An infinite coefficient has one finite limit, unless others are infinite too.
    j
        Position of the coefficient.

    Returns
    -------
    (low, high)
        On the scale of the covariates as given.
    """
    scaled = fitted.beta * fitted.scale
    infinite = ~np.isfinite(scaled)
    if infinite.any() and (infinite.sum() > 1 or not infinite[j] or np.isnan(scaled[j])):
        return float("nan"), float("nan")
    if infinite[j]:
        sign = float(np.sign(scaled[j]))
        best = np.where(infinite, sign * BEYOND, scaled)
        limit = _limit(fitted, j, best, np.zeros(len(best)), -sign) / fitted.scale[j]
        return (limit, np.inf) if sign > 0 else (-np.inf, limit)
    covariance = fitted.covariance * np.outer(fitted.scale, fitted.scale)
    unit = 2 * float(np.sqrt(covariance[j, j]))
    others = covariance[:, j] / covariance[j, j]  # how they move with this one
    low, high = (_limit(fitted, j, scaled, others, step) for step in (-unit, unit))
    return float(low / fitted.scale[j]), float(high / fitted.scale[j])


def _limit(fitted: CoxFit, j: int, best: Floats, others: Floats, step: float) -> float:
    near = best

    def excess(value: float) -> float:
        nonlocal near
        start = near + others * (value - near[j])
        start[j] = value
        beta, reached = _held(fitted, j, start)
        if not np.isfinite(reached):
            return FAR
        near = beta
        return float(np.sqrt(max(2 * (fitted.log_likelihood - reached), 0.0)) - Z95)

    return crossing(excess, float(best[j]), step)


def _held(fitted: CoxFit, j: int, beta: Floats) -> tuple[Floats, float]:
    """The other coefficients, and the log likelihood, at a given value of one."""
    free = np.flatnonzero(np.arange(len(beta)) != j)
    value, score, information = fitted.likelihood(beta)
    for _ in range(MOST_STEPS):
        if not len(free) or not np.isfinite(value):
            break
        step = np.zeros(len(beta))
        step[free] = newton_step(information[np.ix_(free, free)], score[free])
        if np.abs(step).max() < AT_REST:
            break
        trial = fitted.likelihood(beta + step)
        while not trial[0] >= value - abs(value) * 1e-12 and np.abs(step).max() > AT_REST:
            step /= 2
            trial = fitted.likelihood(beta + step)
        beta, (value, score, information) = beta + step, trial
    return beta, value
