"""Likelihoods of models that are built column by column: logistic and Cox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.cox_exact import exact_likelihood
from cohort_stats.kernels.newton import climb
from cohort_stats.kernels.partial_likelihood import partial_likelihood
from cohort_stats.kernels.risk_sets import Places, RiskSets, risk_sets

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Columns = Sequence[int]

ALIASED = 1e-9  # what a column adds to those in the model, over what it holds alone


class Likelihood(Protocol):
    """A likelihood of standardised columns, some of which are always in the model."""

    @property
    def base(self) -> int:
        """How many columns come first and are always in: the intercept, if there is one."""

    @property
    def columns(self) -> int:
        """How many columns there are, the base among them."""

    def at(self, columns: Columns, beta: Floats) -> tuple[float, Floats, Floats]:
        """Log likelihood, score and information of a model of some columns."""


@dataclass(frozen=True)
class LogitLikelihood:
    """Of a logistic model.

    Parameters
    ----------
    outcome
        0 or 1, shape (n,).
    matrix
        Shape (n, p), a column of ones first.
    """

    outcome: Floats
    matrix: Floats
    base: int = 1

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return int(self.matrix.shape[1])

    def at(self, columns: Columns, beta: Floats) -> tuple[float, Floats, Floats]:
        """Log likelihood, score and information of a model of some columns."""
        matrix = self.matrix[:, columns]
        eta = matrix @ beta
        probability = 1 / (1 + np.exp(-np.clip(eta, -700, 700)))
        value = float(self.outcome @ eta - np.logaddexp(0, eta).sum())
        weight = probability * (1 - probability)
        score = matrix.T @ (self.outcome - probability)
        return value, score, np.asarray((weight[:, None] * matrix).T @ matrix)


@dataclass(frozen=True)
class CoxLikelihood:
    """Of a Cox model.

    Parameters
    ----------
    sets
        Who is at risk when, with the covariates.
    exact
        Whether ties are exact.
    """

    sets: RiskSets
    exact: bool = False
    base: int = 0

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return int(self.sets.matrix.shape[1])

    def at(self, columns: Columns, beta: Floats) -> tuple[float, Floats, Floats]:
        """Log likelihood, score and information of a model of some columns."""
        value = exact_likelihood if self.exact else partial_likelihood
        if len(columns) == self.columns:
            return value(beta, self.sets)
        # One column of zeros stands for a model without any.
        matrix = self.sets.matrix[:, columns] if len(columns) else 0 * self.sets.matrix[:, :1]
        own = beta if len(columns) else np.zeros(1)
        found = value(own, replace(self.sets, matrix=matrix))
        k = len(columns)
        return found[0], found[1][:k], found[2][:k, :k]


def logit_likelihood(outcome: Floats, matrix: Floats) -> LogitLikelihood:
    """The likelihood of a logistic model with an intercept; columns are standardised."""
    scaled, _ = standardised(matrix)
    return LogitLikelihood(outcome, np.column_stack([np.ones(len(outcome)), scaled]))


def cox_likelihood(
    time: Floats,
    event: Bools,
    matrix: Floats,
    ties: str,
    *,
    stratum: Places | None = None,
    entry: Floats | None = None,
    weight: Floats | None = None,
) -> CoxLikelihood:
    """The partial likelihood of a Cox model; columns are standardised.

    Parameters
    ----------
    time, event, matrix, ties, stratum, entry, weight
        As :func:`~cohort_stats.kernels.cox.fit` takes them.
    """
    scaled, _ = standardised(matrix)
    sets = risk_sets(time, event, scaled, ties, stratum=stratum, entry=entry, weight=weight)
    return CoxLikelihood(sets, ties == "exact")


def standardised(matrix: Floats) -> tuple[Floats, Floats]:
    """Columns less their mean, over their standard deviation; and the latter.

    A constant column becomes zero.
    """
    centred = matrix - matrix.mean(axis=0)
    scale = np.sqrt(np.mean(centred**2, axis=0))
    constant = scale <= 1e-12 * np.abs(matrix).max(axis=0, initial=1.0)
    return np.where(constant, 0.0, centred / np.where(constant, 1.0, scale)), scale


@dataclass(frozen=True)
class Fitted:
    """A model of some of the columns.

    Parameters
    ----------
    columns
        Which, the base first.
    beta, covariance
        Shapes (k,) and (k, k), of standardised columns.
    log_likelihood
        At `beta`.
    converged
        Whether there is a finite maximum.
    """

    columns: tuple[int, ...]
    beta: Floats
    covariance: Floats
    log_likelihood: float
    converged: bool


def fit(likelihood: Likelihood, columns: Columns, near: Fitted | None = None) -> Fitted:
    """Maximise a likelihood over some columns.

    Parameters
    ----------
    likelihood
        Of all columns.
    columns
        Those of the model, the base among them.
    near
        A model whose estimates are a good place to begin.
    """
    chosen = tuple(columns)
    if not chosen:
        nothing = np.empty(0)
        value = likelihood.at(chosen, nothing)[0]
        return Fitted(chosen, nothing, np.empty((0, 0)), value, True)
    start = np.zeros(len(chosen))
    if near is not None and near.converged:
        known = dict(zip(near.columns, near.beta, strict=True))
        start = np.array([known.get(c, 0.0) for c in chosen])
    beta, value, information, converged = climb(
        lambda b: likelihood.at(chosen, b), len(chosen), start
    )
    finite = converged
    try:
        covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    except np.linalg.LinAlgError:
        covariance, finite = np.full_like(information, np.nan), False
    return Fitted(chosen, beta, covariance, value, finite)


def score_tests(likelihood: Likelihood, fitted: Fitted, candidates: Sequence[Columns]) -> Floats:
    """Rao's score chi-square of adding each candidate to a model; nan where it adds nothing.

    Parameters
    ----------
    likelihood
        Of all columns.
    fitted
        The model.
    candidates
        Columns that would be added together.
    """
    everything = np.zeros(likelihood.columns)
    inside = list(fitted.columns)
    everything[inside] = fitted.beta
    _, score, information = likelihood.at(range(likelihood.columns), everything)
    return np.array([_score_test(score, information, inside, list(c)) for c in candidates])


def _score_test(score: Floats, information: Floats, inside: list[int], new: list[int]) -> float:
    own = information[np.ix_(new, new)]
    cross = information[np.ix_(inside, new)]
    try:
        left = own - cross.T @ np.linalg.solve(information[np.ix_(inside, inside)], cross)
    except np.linalg.LinAlgError:
        return float("nan")
    if not np.linalg.eigvalsh(left)[0] > ALIASED * np.diag(own).max():
        return float("nan")
    return float(score[new] @ np.linalg.solve(left, score[new]))


def wald_test(fitted: Fitted, tested: Columns) -> float:
    """Wald chi-square of some columns of a model; nan where they have no finite estimate."""
    if not fitted.converged:
        return float("nan")
    at = [fitted.columns.index(c) for c in tested]
    beta = fitted.beta[at]
    return float(beta @ np.linalg.solve(fitted.covariance[np.ix_(at, at)], beta))


def conditional_test(likelihood: Likelihood, fitted: Fitted, tested: Columns) -> float:
    """Likelihood-ratio chi-square of removing columns, without refitting.

    The estimates of the reduced model are taken from those of the full one and their
    covariance V: those that remain, less V₁₂ V₂₂⁻¹ times those that go (Lawless and Singhal
    1978; the conditional statistic of SPSS). Never below the likelihood-ratio statistic.
    """
    if not fitted.converged:
        return float("nan")
    gone = [fitted.columns.index(c) for c in tested]
    rest = [k for k in range(len(fitted.columns)) if k not in gone]
    v = fitted.covariance
    shift = v[np.ix_(rest, gone)] @ np.linalg.solve(v[np.ix_(gone, gone)], fitted.beta[gone])
    remaining = [fitted.columns[k] for k in rest]
    value = likelihood.at(remaining, fitted.beta[rest] - shift)[0]
    return 2 * (fitted.log_likelihood - value)
