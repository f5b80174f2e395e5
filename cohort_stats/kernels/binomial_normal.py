"""Counts of studies whose logits vary normally: the random-intercept logistic model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, log_expit

from cohort_stats.kernels.newton import climb, newton_step

Floats = npt.NDArray[np.float64]

#: Points of the adaptive quadrature. Twenty give eleven digits, but for studies at 0% or 100%
#: whose logits vary much.
NODES = 128
#: Standard deviations from which the maximum is sought.
STARTS = (0.3, 1.0, 3.0)
WIDEST = 8.0  # beyond it almost every study is at 0 or 1, and the quadrature is no longer exact


@dataclass(frozen=True)
class MixedFit:
    """A fitted model.

    Parameters
    ----------
    beta, covariance
        Coefficients on the logit scale and their covariance, shapes (p,) and (p, p).
    tau
        Standard deviation of the studies' logits around them; 0 or above.
    log_likelihood
        With the binomial coefficients.
    converged
        False when the likelihood has no finite maximum.
    """

    beta: Floats
    covariance: Floats
    tau: float
    log_likelihood: float
    converged: bool


def fit(events: Floats, n: Floats, columns: Floats, *, common: bool = False) -> MixedFit:
    """Maximum likelihood of events ~ Binomial(n, logistic(columns β + τ u)), u ~ N(0, 1).

    Parameters
    ----------
    events, n
        Shape (k,).
    columns
        Shape (k, p), with the intercept.
    common
        τ = 0: logistic regression.

    Notes
    -----
    Adaptive Gauss–Hermite quadrature around the mode of each study's u, whose first and second
    moments give the score and the information exactly (Louis 1982); Newton's steps from several τ,
    as the likelihood may have a peak at τ = 0 and another above. R: ``lme4::glmer(nAGQ = 25)``.
    """
    constant = float(np.sum(gammaln(n + 1) - gammaln(events + 1) - gammaln(n - events + 1)))

    def plain(beta: Floats) -> tuple[float, Floats, Floats]:
        eta = columns @ beta
        p = 1 / (1 + np.exp(-eta))
        value = float(np.sum(events * log_expit(eta) + (n - events) * log_expit(-eta)))
        return value, columns.T @ (events - n * p), (columns.T * (n * p * (1 - p))) @ columns

    beta, value, information, converged = climb(plain, columns.shape[1])
    best = MixedFit(beta, _inverse(information), 0.0, value + constant, converged)
    if common or not converged:
        return best
    p, at = columns.shape[1], _Marginal(events, n, columns)
    for start in STARTS:
        theta, value, information, converged = _ascend(at, np.append(beta, start))
        if value + constant > best.log_likelihood + 1e-9:
            covariance = _inverse(information)[:p, :p]
            tau = abs(float(theta[p]))
            best = MixedFit(theta[:p], covariance, tau, value + constant, converged)
    return best


def _inverse(information: Floats) -> Floats:
    return np.asarray(np.linalg.pinv(information, hermitian=True))


@lru_cache(maxsize=1)
def _hermite() -> tuple[Floats, Floats]:
    """Points and log weights for the standard normal density."""
    points, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return points, np.log(weights / np.sqrt(2 * np.pi))


class _Marginal:
    """The likelihood with u integrated out, its slope and its curvature, at (β, τ).

    Parameters
    ----------
    events, n, columns
        As :func:`fit` takes them.
    """

    def __init__(self, events: Floats, n: Floats, columns: Floats):
        self.events, self.n, self.columns = events, n, columns
        self.points, self.log_weights = _hermite()

    def modes(self, eta: Floats, tau: float) -> tuple[Floats, Floats]:
        """Of each study, the likeliest u and the curvature there."""
        u = np.zeros(len(eta))
        for _ in range(100):
            p = 1 / (1 + np.exp(-(eta + tau * u)))
            slope = tau * (self.events - self.n * p) - u
            curvature = 1 + tau**2 * self.n * p * (1 - p)
            step = np.clip(slope / curvature, -2, 2)
            u = u + step
            if np.abs(step).max() < 1e-12:
                break
        return u, curvature

    def __call__(self, theta: Floats) -> tuple[float, Floats, Floats]:
        beta, tau = theta[:-1], float(theta[-1])
        eta = self.columns @ beta
        mode, curvature = self.modes(eta, tau)
        width = 1 / np.sqrt(curvature)
        u = mode[:, None] + width[:, None] * self.points
        linear = eta[:, None] + tau * u
        log_f = self.events[:, None] * log_expit(linear)
        log_f += (self.n - self.events)[:, None] * log_expit(-linear)
        log_f += (self.points**2 - u**2) / 2 + np.log(width)[:, None] + self.log_weights
        top = log_f.max(axis=1, keepdims=True)
        share = np.exp(log_f - top)
        total = share.sum(axis=1, keepdims=True)
        share /= total
        value = float(np.sum(top + np.log(total)))
        p = 1 / (1 + np.exp(-linear))
        residual = self.events[:, None] - self.n[:, None] * p
        variance = self.n[:, None] * p * (1 - p)
        # Of the study's linear predictor: slopes by (intercept, τ), and expected curvatures.
        slopes = np.stack([residual, residual * u])
        score = (slopes * share).sum(axis=2)
        bend = (np.stack([variance, variance * u, variance * u**2]) * share).sum(axis=2)
        pairs = ((0, 0), (0, 1), (1, 1))
        spread = np.stack([(slopes[i] * slopes[j] * share).sum(axis=1) for i, j in pairs])
        spread -= np.stack([score[i] * score[j] for i, j in pairs])
        kept, x = bend - spread, self.columns
        mixed = (x.T @ kept[1])[:, None]
        information = np.block([[(x.T * kept[0]) @ x, mixed], [mixed.T, np.sum(kept[2])]])
        return value, np.append(x.T @ score[0], score[1].sum()), information


def _ascend(at: _Marginal, theta: Floats) -> tuple[Floats, float, Floats, bool]:
    """Newton's steps with halving; up the slope where the likelihood is not concave."""
    value, score, information = at(theta)
    for _ in range(200):
        least = float(np.linalg.eigvalsh(information)[0])
        if least <= 0:
            information = information + np.eye(len(theta)) * (1e-3 - 2 * least)
        step = newton_step(information, score)
        step *= min(1.0, 1.0 / max(np.abs(step).max(), 1e-300))
        trial = at(theta + step)
        while trial[0] < value - 1e-13 * abs(value) and np.abs(step).max() > 1e-13:
            step /= 2
            trial = at(theta + step)
        theta = theta + step
        value, score, information = trial
        if not np.isfinite(theta).all() or abs(theta[-1]) > WIDEST:
            return theta, value, information, False
        if np.abs(step).max() < 1e-11:
            definite = bool(np.linalg.eigvalsh(information)[0] > 0)
            return theta, value, information, definite
    return theta, value, information, False
