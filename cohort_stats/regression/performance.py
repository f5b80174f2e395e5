"""How well models of many bootstrap samples do: in the samples, and in the patients themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels import resampled_cox as cox
from cohort_stats.kernels import resampled_logit as logit
from cohort_stats.kernels.likelihoods import ALIASED, standardised
from cohort_stats.kernels.resampled import Evaluation, Fits, climb, scores
from cohort_stats.kernels.resampled_concordance import concordances
from cohort_stats.kernels.risk_sets import risk_sets
from cohort_stats.regression.material import Material

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
#: Index -> its value in each sample, shape (B,).
Indexes = dict[str, Floats]

C, SLOPE, INTERCEPT, BRIER, R2 = (
    "C",
    "calibration slope",
    "calibration intercept",
    "Brier score",
    "R²",
)


class Performance(Protocol):
    """Fits models to samples, and judges them."""

    @property
    def base(self) -> int:
        """How many columns come first and are always in: the intercept, if there is one."""

    @property
    def columns(self) -> int:
        """How many there are."""

    def fit(self, count: Floats, chosen: Bools, start: Floats) -> Fits:
        """The model of the chosen columns in each sample; shapes (B, n), (B, p), (B, p)."""

    def judge(self, count: Floats, beta: Floats) -> tuple[Indexes, Indexes]:
        """Indexes of models in their samples, and in the patients themselves."""


def performance_of(material: Material) -> Performance:
    """What fits and judges the models of these patients; columns are standardised once."""
    scaled, _ = standardised(material.columns.matrix)
    if material.time is None:
        return LogitPerformance(material.event.astype(float), scaled)
    return CoxPerformance.of(material, scaled)


def _chosen_only(found: Evaluation, chosen: Bools) -> Evaluation:
    """An evaluation in which the other columns have no part."""
    value, score, information = found
    both = chosen[:, :, None] & chosen[:, None, :]
    alone = np.eye(chosen.shape[1], dtype=bool) & ~both
    return value, score * chosen, np.where(both, information, alone.astype(float))


def _judged_sound(fits: Fits) -> Fits:
    """A fit stands when it came to rest at finite estimates that its sample determines."""
    information = fits.information
    finite = np.isfinite(information).all(axis=(1, 2)) & np.isfinite(fits.beta).all(axis=1)
    values = np.linalg.eigvalsh(np.nan_to_num(information))
    determined = values[:, 0] > ALIASED * np.maximum(values[:, -1], 1e-300)
    return replace(fits, converged=fits.converged & finite & determined)


def _r_squared(gain: Floats, null: Floats, n: Floats) -> Floats:
    """Nagelkerke's R² from a likelihood-ratio chi-square and the null log likelihood."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((1 - np.exp(-gain / n)) / (1 - np.exp(2 * null / n)))


def _varies(eta: Floats) -> Bools:
    return np.asarray(np.ptp(eta, axis=1) > 1e-9)


@dataclass(frozen=True)
class LogitPerformance:
    """Of logistic models.

    Parameters
    ----------
    outcome
        0 or 1, shape (n,).
    scaled
        Standardised columns, shape (n, p − 1).
    """

    outcome: Floats
    scaled: Floats
    base: int = 1

    @property
    def columns(self) -> int:
        """How many, the intercept among them."""
        return int(self.scaled.shape[1]) + 1

    @property
    def _matrix(self) -> Floats:
        return np.column_stack([np.ones(len(self.outcome)), self.scaled])[None]

    def fit(self, count: Floats, chosen: Bools, start: Floats) -> Fits:
        """The model of the chosen columns in each sample."""

        def at(beta: Floats) -> Evaluation:
            found = logit.evaluate(self.outcome, self._matrix, count, beta)
            return _chosen_only(found, chosen)

        return _judged_sound(climb(at, start * chosen))

    def judge(self, count: Floats, beta: Floats) -> tuple[Indexes, Indexes]:
        """Indexes of models in their samples, and in the patients themselves."""
        eta = scores(self._matrix[0], beta)
        ones = np.ones_like(count)
        mine, theirs = self._common(eta, count), self._common(eta, ones)
        own = logit.log_likelihood(self.outcome, eta, count)
        mine |= {INTERCEPT: np.zeros(len(beta)), SLOPE: np.ones(len(beta))}
        mine[R2] = self._r2(own, count)
        line = self._recalibrated(eta)
        varies = _varies(eta)
        null = logit_of(self.outcome.mean()) - eta[:, 0]
        theirs[INTERCEPT] = np.where(varies, line.beta[:, 0], null)
        theirs[SLOPE] = np.where(varies, line.beta[:, 1], 1.0)
        theirs[R2] = np.where(varies, self._r2(line.log_likelihood, ones), 0.0)
        return mine, theirs

    def _common(self, eta: Floats, count: Floats) -> Indexes:
        squared = (self.outcome - logit.expit(eta)) ** 2
        brier = (count * squared).sum(axis=1) / count.sum(axis=1)
        return {C: logit.areas(self.outcome, eta, count), BRIER: brier}

    def _r2(self, value: Floats, count: Floats) -> Floats:
        n = count.sum(axis=1)
        share = (count @ self.outcome) / n
        with np.errstate(invalid="ignore", divide="ignore"):
            null = n * (share * np.log(share) + (1 - share) * np.log(1 - share))
        return _r_squared(2 * (value - null), null, n)

    def _recalibrated(self, eta: Floats) -> Fits:
        # Around the mean and in standard deviations, so that no score can spoil the steps.
        mean, spread = eta.mean(axis=1, keepdims=True), eta.std(axis=1, keepdims=True)
        spread = np.where(spread > 0, spread, 1.0)
        covariates = np.stack([np.ones_like(eta), (eta - mean) / spread], axis=2)
        start = np.column_stack([mean, spread])
        fits = logit.fit(self.outcome, covariates, np.ones_like(eta), start)
        slope = fits.beta[:, 1] / spread[:, 0]
        return replace(fits, beta=np.column_stack([fits.beta[:, 0] - slope * mean[:, 0], slope]))


def logit_of(share: float) -> float:
    """The linear predictor of a probability."""
    return float(np.log(share) - np.log(1 - share))


@dataclass(frozen=True)
class CoxPerformance:
    """Of Cox models.

    Parameters
    ----------
    material
        The patients.
    whole
        Who is at risk when, every patient counted once.
    """

    material: Material
    whole: cox.CountedSets
    base: int = 0

    @classmethod
    def of(cls, material: Material, scaled: Floats) -> CoxPerformance:
        """From the patients and their standardised columns."""
        assert material.time is not None
        sets = risk_sets(
            material.time, material.event, scaled, material.ties, stratum=material.stratum
        )
        ones = np.ones((1, len(material)))
        return cls(material, cox.counted(sets, ones, material.ties))

    @property
    def columns(self) -> int:
        """How many."""
        return int(self.whole.sets.matrix.shape[1])

    def _counted(self, count: Floats) -> cox.CountedSets:
        sets = self.whole.sets
        return cox.counted(sets, count[:, sets.order], self.material.ties)

    def fit(self, count: Floats, chosen: Bools, start: Floats) -> Fits:
        """The model of the chosen columns in each sample."""
        sets = self._counted(count)
        matrix = self.whole.sets.matrix[None]

        def at(beta: Floats) -> Evaluation:
            return _chosen_only(cox.evaluate(sets, matrix, beta), chosen)

        return _judged_sound(climb(at, start * chosen))

    def judge(self, count: Floats, beta: Floats) -> tuple[Indexes, Indexes]:
        """Indexes of models in their samples, and in the patients themselves."""
        material, sets = self.material, self.whole.sets
        assert material.time is not None
        eta = scores(sets.matrix, beta)
        score = np.empty_like(eta)
        score[:, sets.order] = eta
        both = concordances(material.time, material.event, score, count, material.stratum)
        varies = _varies(eta)
        own, everyone = self._counted(count), self._counted(np.ones_like(count))
        spread = np.where(varies, eta.std(axis=1), 1.0)
        centred = (eta - eta.mean(axis=1, keepdims=True)) / spread[:, None]
        line = cox.fit(everyone, centred[..., None], spread[:, None])
        slope = np.where(varies, line.beta[:, 0] / spread, 1.0)
        mine = self._indexes(both[0], own, cox.log_likelihoods(own, eta), count)
        theirs = self._indexes(both[1], everyone, line.log_likelihood, np.ones_like(count))
        return mine | {SLOPE: np.ones(len(beta))}, theirs | {SLOPE: slope}

    def _indexes(self, c: Floats, sets: cox.CountedSets, value: Floats, count: Floats) -> Indexes:
        null = cox.log_likelihoods(sets, np.zeros_like(count))
        return {C: c, R2: _r_squared(2 * (value - null), null, count.sum(axis=1))}
