"""Profile-likelihood limits of logistic regression."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.crossing import Z95, crossing
from cohort_stats.kernels.logit import LogitFit, fit

Floats = npt.NDArray[np.float64]


def profile_interval(
    outcome: Floats,
    matrix: Floats,
    best: LogitFit,
    j: int,
    direction: float = 0.0,
    weight: Floats | None = None,
) -> tuple[float, float]:
    """95% profile-likelihood limits of coefficient j: where twice the loss reaches 3.84.

    The root is exact (a bracketed secant on refitted models), where R's ``confint``
    interpolates.

    Parameters
    ----------
    outcome, matrix
        As given to :func:`fit`.
    best
        What it returned.
    j
        Position of the coefficient.
    direction
        Its entry of :func:`~cohort_stats.kernels.separation.endless_direction`; the limit on
        that side is infinite.
    weight
        Case weights, shape (n,).
    """
    if np.isnan(direction):
        return -np.inf, np.inf
    rest = np.delete(matrix, j, axis=1)
    # What the others cannot take over from this column; they make up for the remainder.
    taken = np.linalg.lstsq(rest, matrix[:, j], rcond=None)[0]
    own = matrix[:, j] - rest @ taken
    start = np.delete(best.beta, j) + best.beta[j] * taken

    def excess(value: float) -> float:
        # The root of the deviance is nearly a straight line, so that few steps find its zero;
        # each refit begins where the last one ended.
        nonlocal start
        refitted = fit(outcome, rest, value * own, start, weight)
        start = refitted.beta
        loss = best.log_likelihood - refitted.log_likelihood
        return float(np.sqrt(max(2 * loss, 0.0)) - Z95)

    # The least a standard error can be; the actual one means little where all is flat.
    heavy = own if weight is None else own * np.sqrt(weight)
    unit = 2 / float(np.linalg.norm(heavy))
    estimate = float(best.beta[j])
    low = -np.inf if direction < 0 else crossing(excess, estimate, -unit)
    high = np.inf if direction > 0 else crossing(excess, estimate, unit)
    return low, high
