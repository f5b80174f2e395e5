"""Studies weighted by the inverse of their variance: coefficients and between-study variance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Curve = Callable[[Floats], Floats]

#: Points at which a curve of τ² is looked at, at once.
GRID = 160


@dataclass(frozen=True)
class MetaFit:
    """A model of study effects.

    Parameters
    ----------
    tau2
        Between-study variance τ²; 0 for one common effect.
    beta, covariance
        Coefficients and their covariance at that τ², shapes (p,) and (p, p).
    weights
        Inverse variance of each study at that τ², shape (k,).
    q
        Residual heterogeneity: weighted sum of squared residuals at τ² = 0.
    df
        k − p.
    typical_variance
        Higgins and Thompson's typical within-study variance; nan when df is 0.
    dispersion
        Weighted mean square of the residuals at τ²: Hartung and Knapp's factor.
    """

    tau2: float
    beta: Floats
    covariance: Floats
    weights: Floats
    q: float
    df: int
    typical_variance: float
    dispersion: float


def fit(effect: Floats, variance: Floats, columns: Floats, method: str) -> MetaFit:
    """Fit effects on columns, studies weighted by 1 / (variance + τ²).

    Parameters
    ----------
    effect, variance
        Shape (k,); variances above 0.
    columns
        Shape (k, p) of full rank, with the intercept.
    method
        ``reml``, ``ml``, ``dersimonian-laird``, ``paule-mandel``, or ``none`` for τ² = 0.
    """
    model = Model(effect, variance, columns)
    tau2 = model.tau2(method) if model.df > 0 else 0.0
    at = model.at(np.array([tau2]))
    beta, inverse = at.beta[0], at.inverse[0]
    turned = np.linalg.inv(model.turn)
    df = model.df
    return MetaFit(
        tau2,
        turned @ beta,
        turned @ inverse @ turned.T,
        at.weights[0],
        float(model.q(np.zeros(1))[0]),
        df,
        df / float(model.at(np.zeros(1)).trace[0]) if df else float("nan"),
        float(at.weights[0] @ at.residual[0] ** 2) / df if df else float("nan"),
    )


@dataclass(frozen=True)
class _At:
    """The model at some values of τ², shape (g,): everything has that first axis."""

    weights: Floats
    inverse: Floats
    beta: Floats
    residual: Floats
    trace: Floats


class Model:
    """The likelihood of τ² and the statistics that depend on it.

    Parameters
    ----------
    effect, variance, columns
        As :func:`fit` takes them.
    """

    def __init__(self, effect: Floats, variance: Floats, columns: Floats):
        self.effect, self.variance = effect, variance
        # An orthonormal basis keeps a moderator such as the year from costing digits.
        self.columns, self.turn = np.linalg.qr(columns)
        self.df = columns.shape[0] - columns.shape[1]

    def at(self, tau2: Floats) -> _At:
        """Weights, coefficients and residuals at each τ²; the trace is that of P."""
        x = self.columns
        w = 1 / (self.variance + tau2[:, None])
        inverse = np.linalg.inv(np.einsum("gk,kp,kq->gpq", w, x, x))
        beta = np.einsum("gpq,gq->gp", inverse, (w * self.effect) @ x)
        residual = self.effect - beta @ x.T
        squared = np.einsum("gk,kp,kq->gpq", w**2, x, x)
        trace = w.sum(axis=1) - np.einsum("gpq,gqp->g", inverse, squared)
        return _At(w, inverse, beta, residual, trace)

    def q(self, tau2: Floats) -> Floats:
        """The generalised Q statistic, which falls as τ² grows."""
        at = self.at(tau2)
        return np.asarray((at.weights * at.residual**2).sum(axis=1))

    def tau2(self, method: str) -> float:
        """τ² by a method of :func:`fit`; never below 0."""
        if method == "none":
            return 0.0
        if method == "dersimonian-laird":
            zero = np.zeros(1)
            return max(0.0, float((self.q(zero)[0] - self.df) / self.at(zero).trace[0]))
        if method == "paule-mandel":
            return self.q_equals(self.df)
        return self._most_likely(restricted=method == "reml")

    def q_equals(self, target: float) -> float:
        """The τ² at which Q has a value; 0 when Q is below it even at τ² = 0."""

        def above(tau2: Floats) -> Floats:
            return self.q(tau2) - target

        if above(np.zeros(1))[0] <= 0:
            return 0.0
        high = self._spread()
        while above(np.array([high]))[0] > 0:
            high *= 4
        return _crossing(above, 0.0, high)

    def _most_likely(self, restricted: bool) -> float:
        """The highest of the peaks of the (restricted) likelihood on τ² ≥ 0."""

        def slope(tau2: Floats) -> Floats:
            at = self.at(tau2)
            trace = at.trace if restricted else at.weights.sum(axis=1)
            return np.asarray(((at.weights * at.residual) ** 2).sum(axis=1) - trace)

        high = self._spread()
        while slope(np.array([high]))[0] > 0:
            high *= 4
        grid = np.concatenate([[0.0], np.geomspace(high * 1e-8, high, GRID)])
        rising = slope(grid) > 0
        turns = np.flatnonzero(rising[:-1] & ~rising[1:])
        peaks = [_crossing(slope, grid[i], grid[i + 1]) for i in turns]
        if not rising[0]:
            peaks.append(0.0)
        heights = self._log_likelihood(np.array(peaks), restricted)
        return float(peaks[int(np.argmax(heights))])

    def _log_likelihood(self, tau2: Floats, restricted: bool) -> Floats:
        """Up to a constant."""
        at = self.at(tau2)
        twice = np.log(at.weights).sum(axis=1) - (at.weights * at.residual**2).sum(axis=1)
        if restricted:
            twice = twice + np.linalg.slogdet(at.inverse)[1]
        return np.asarray(twice / 2)

    def _spread(self) -> float:
        """A value of τ² that is large for these effects."""
        return float(10 * np.ptp(self.effect) ** 2 + self.variance.max())


def _crossing(curve: Curve, low: float, high: float) -> float:
    """Where a curve that is above 0 at `low` and not at `high` comes down to 0."""
    for _ in range(12):
        points = np.linspace(low, high, 33)
        down = curve(points[1:-1]) <= 0
        first = int(np.argmax(down)) + 1 if down.any() else len(points) - 1
        low, high = float(points[first - 1]), float(points[first])
    return (low + high) / 2
