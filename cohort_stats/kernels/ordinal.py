"""Proportional odds regression: cumulative logits of an ordered outcome, by Newton steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.crossing import Z95, crossing
from cohort_stats.kernels.logit import expit
from cohort_stats.kernels.newton import newton_step

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

MOST_STEPS = 100
LARGEST_STEP = 10.0
FLAT = 1e-8  # information about a coefficient, over the largest at the start


@dataclass(frozen=True)
class OrdinalFit:
    """A fitted model: P(level ≤ k) has the logit of threshold k less the linear predictor.

    Parameters
    ----------
    thresholds, beta
        Shapes (K − 1,) and (p,). A coefficient is infinite where the likelihood rises for
        ever along it, nan where the others leave it open.
    covariance
        Of thresholds and coefficients, shape (K − 1 + p, K − 1 + p).
    scores
        Each row's part in the score, case weight and all, shape (n, K − 1 + p).
    log_likelihood
        At the estimate.
    converged
        Whether the Newton steps came to rest, or their limit is known.
    """

    thresholds: Floats
    beta: Floats
    covariance: Floats
    scores: Floats
    log_likelihood: float
    converged: bool


def fit(
    place: Places,
    matrix: Floats,
    offset: Floats | float = 0.0,
    weight: Floats | None = None,
    *,
    limits: bool = True,
) -> OrdinalFit:
    """Maximise the likelihood, which is concave (Pratt 1981).

    Parameters
    ----------
    place
        Level of each row, 0 to K − 1, each of them present; shape (n,).
    matrix
        Shape (n, p), without a column of ones, of full rank beside one.
    offset
        Added to the linear predictor.
    weight
        Case weights, shape (n,).
    limits
        Whether to look for coefficients without a finite estimate.
    """
    n, p = matrix.shape
    cuts = int(place.max())
    weights = np.ones(n) if weight is None else weight
    centre = matrix.mean(axis=0)
    basis, triangle = np.linalg.qr(matrix - centre)
    inverse = np.linalg.inv(triangle)
    # From thresholds and coefficients of the basis to those of the covariates.
    back = np.eye(cuts + p)
    back[cuts:, cuts:] = inverse
    back[:cuts, cuts:] = centre @ inverse
    upper, lower = _ends(place, basis, cuts)
    theta = np.concatenate([_at_null(place, weights), np.zeros(p)])
    initial = _moments(theta, upper, lower, place, offset, weights)[2]
    theta, at_end, converged = _climb(theta, upper, lower, place, offset, weights)
    value, scores, information = at_end
    covariance = np.asarray(np.linalg.pinv(information, rcond=1e-15, hermitian=True))
    theta, covariance = back @ theta, back @ covariance @ back.T
    if not converged and limits:
        direction = _endless(place, matrix, cuts)
        if direction.any():
            covariance, finite = _determined(information, initial, back)
            endless = np.where(direction == 0, np.nan, np.copysign(np.inf, direction))
            theta, converged = np.where(finite, theta, endless), True
    slopes = np.asarray(np.linalg.solve(back.T, scores.T).T, dtype=np.float64)
    return OrdinalFit(theta[:cuts], theta[cuts:], covariance, slopes, value, converged)


def _climb(
    theta: Floats,
    upper: Floats,
    lower: Floats,
    place: Places,
    offset: Floats | float,
    weights: Floats,
) -> tuple[Floats, tuple[float, Floats, Floats], bool]:
    """Newton steps with halving: where they end, the moments there, and whether at rest."""
    value, scores, information = _moments(theta, upper, lower, place, offset, weights)
    converged = False
    for _ in range(MOST_STEPS):
        step = newton_step(information, scores.sum(axis=0))
        change = max(float(np.abs(end @ step).max()) for end in (upper, lower))
        size = min(1.0, LARGEST_STEP / max(change, LARGEST_STEP))
        trial = _moments(theta + size * step, upper, lower, place, offset, weights)
        while not trial[0] >= value - abs(value) * 1e-12 and size * change > 1e-12:
            size /= 2
            trial = _moments(theta + size * step, upper, lower, place, offset, weights)
        at_rest = abs(trial[0] - value) <= 1e-12 * max(1.0, abs(trial[0]))
        theta = theta + size * step
        value, scores, information = trial
        converged = bool(at_rest and size * change < 1e-7)
        if converged or (at_rest and size * change > 0.1):
            break
    return theta, (value, scores, information), converged


def own_slopes(place: Places, matrix: Floats, at: list[int], weight: Floats | None = None) -> float:
    """Highest log likelihood when some columns have a coefficient of their own at each threshold.

    R: ``ordinal::clm(nominal = ~ …)``.

    Parameters
    ----------
    place, matrix, weight
        As given to :func:`fit`.
    at
        Positions of those columns.
    """
    weights = np.ones(len(matrix)) if weight is None else weight
    cuts = int(place.max())
    # First the columns asked for, so that what they span is theirs alone.
    ordered = np.hstack([matrix[:, at], np.delete(matrix, at, axis=1)])
    basis = np.linalg.qr(ordered - ordered.mean(axis=0)).Q
    own = basis[:, : len(at)]
    upper, lower = _ends(place, basis, cuts)
    wide = [
        np.hstack([end, *(end[:, [k]] * -own for k in range(1, cuts))]) for end in (upper, lower)
    ]
    theta = np.zeros(wide[0].shape[1])
    theta[:cuts] = _at_null(place, weights)
    return _climb(theta, wide[0], wide[1], place, 0.0, weights)[1][0]


def null_log_likelihood(place: Places, weight: Floats | None = None) -> float:
    """Of the model without covariates."""
    counts = np.bincount(place, weights=weight)
    return float(counts @ np.log(counts / counts.sum()))


def profile_interval(
    place: Places, matrix: Floats, best: OrdinalFit, j: int, weight: Floats | None = None
) -> tuple[float, float]:
    """95% profile-likelihood limits of coefficient j; R: ``confint(MASS::polr(…))``, exactly.

    Parameters
    ----------
    place, matrix, weight
        As given to :func:`fit`.
    best
        What it returned.
    j
        Position of the coefficient.
    """
    estimate = float(best.beta[j])
    if np.isnan(estimate):
        return -np.inf, np.inf
    rest = np.delete(matrix, j, axis=1)
    ones = np.column_stack([np.ones(len(rest)), rest])
    own = matrix[:, j] - ones @ np.linalg.lstsq(ones, matrix[:, j], rcond=None)[0]

    def excess(value: float) -> float:
        held = fit(place, rest, value * own, weight, limits=False)
        loss = best.log_likelihood - held.log_likelihood
        return float(np.sqrt(max(2 * loss, 0.0)) - Z95)

    unit = 2 / float(np.linalg.norm(own if weight is None else own * np.sqrt(weight)))
    start = estimate if np.isfinite(estimate) else 0.0
    if np.isinf(estimate):
        # From far out on the side of the estimate, where the loss is all but zero, inwards.
        start = float(np.sign(estimate)) * 30 * unit
        end = crossing(excess, start, -np.sign(estimate) * unit)
        return (end, np.inf) if estimate > 0 else (-np.inf, end)
    return crossing(excess, start, -unit), crossing(excess, start, unit)


def _at_null(place: Places, weights: Floats) -> Floats:
    share = np.cumsum(np.bincount(place, weights=weights))[:-1] / weights.sum()
    return np.asarray(np.log(share / (1 - share)))


def _ends(place: Places, basis: Floats, cuts: int) -> tuple[Floats, Floats]:
    """What threshold less predictor is made of, at both ends of each row's level."""
    table = np.eye(cuts + 2, cuts, k=-1)  # its first and last rows, of no threshold, are zero
    return (
        np.hstack([table[place + 1], -basis]),
        np.hstack([table[place], -basis]),
    )


def _moments(
    theta: Floats,
    upper: Floats,
    lower: Floats,
    place: Places,
    offset: Floats | float,
    weights: Floats,
) -> tuple[float, Floats, Floats]:
    """Log likelihood, each row's part in the score, and the information."""
    last, first = place == place.max(), place == 0
    above = np.where(last, np.inf, upper @ theta - offset)
    below = np.where(first, -np.inf, lower @ theta - offset)
    # Of two far from the middle the difference is taken on the side where both are small.
    flip = below > 0
    high, low = np.where(flip, -below, above), np.where(flip, -above, below)
    probability = _tail(high) - _tail(low)
    if not probability.min() > 0:
        return -np.inf, 0 * upper, np.eye(len(theta))
    up, down = _density(above) / probability, _density(below) / probability
    value = float(weights @ np.log(probability))
    scores = weights[:, None] * (up[:, None] * upper - down[:, None] * lower)
    up_up = up**2 - up * (1 - 2 * _tail(above))
    down_down = down**2 + down * (1 - 2 * _tail(below))
    information = (
        (weights * up_up)[:, None] * upper - (weights * up * down)[:, None] * lower
    ).T @ upper
    information += (
        (weights * down_down)[:, None] * lower - (weights * up * down)[:, None] * upper
    ).T @ lower
    return value, scores, np.asarray((information + information.T) / 2)


def _tail(eta: Floats) -> Floats:
    return expit(np.clip(eta, -700, 700))


def _density(eta: Floats) -> Floats:
    tail = _tail(-np.abs(eta))
    return np.where(np.isinf(eta), 0.0, tail * (1 - tail))


def _determined(information: Floats, initial: Floats, back: Floats) -> tuple[Floats, Floats]:
    """Covariance where the likelihood is flat along some direction, and what is finite."""
    values, vectors = np.linalg.eigh(information)
    kept = values > FLAT * np.linalg.eigvalsh(initial)[-1]
    covariance = back @ ((vectors[:, kept] / values[kept]) @ vectors[:, kept].T) @ back.T
    # A coefficient is determined if no flat direction moves it.
    moved = np.abs(back @ vectors[:, ~kept]).max(axis=1, initial=0)
    finite = moved <= 1e-5 * np.abs(back).max(axis=1)
    covariance[~finite] = covariance[:, ~finite] = np.nan
    return np.asarray(covariance), np.asarray(finite)


def _endless(place: Places, matrix: Floats, cuts: int) -> Floats:
    """A direction along which no row is predicted worse and some better; zeros if none."""
    from scipy.optimize import linprog  # 0.3 s to import, and seldom needed

    scale = matrix.std(axis=0)
    upper, lower = _ends(place, (matrix - matrix.mean(axis=0)) / scale, cuts)
    better = np.vstack([upper[place < cuts], -lower[place > 0]])
    found = linprog(-better.sum(axis=0), A_ub=-better, b_ub=np.zeros(len(better)), bounds=(-1, 1))
    if found.status != 0 or -found.fun < 1e-6:
        return np.zeros(cuts + matrix.shape[1])
    return np.where(np.abs(found.x) > 1e-6, np.sign(found.x), 0.0)
