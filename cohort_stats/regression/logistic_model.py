"""Logistic regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.kernels import logit as kernel
from cohort_stats.kernels.logit_profile import profile_interval
from cohort_stats.kernels.separation import covariance as covariance_of_finite
from cohort_stats.kernels.separation import endless_direction
from cohort_stats.regression.coefficients import (
    as_binary,
    coefficient_rows,
    few_outcomes,
    labelled,
    level_counts,
    problem_with,
)
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.regression.design import Design, design
from cohort_stats.regression.firth_estimates import beside_rows, firth_estimates
from cohort_stats.regression.logistic_rows import intercept_rows, whole_model
from cohort_stats.regression.outcome_sample import (
    OutcomeSample,
    outcome_sample,
    robust_covariance,
)
from cohort_stats.regression.separation import separation_words
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MOST_BESIDE = 20_000  # patients beyond whom penalised profiles take minutes
INTERVALS = {"profile": "profile-likelihood", "wald": "Wald"}


@dataclass(frozen=True)
class LogisticModel:
    """A logistic model: its result, and what tests, predictions and selection are made from.

    Parameters
    ----------
    result
        What :func:`logistic` gives.
    sample
        The patients it rests on.
    event
        Who of them has the outcome, shape (n,).
    covariates
        What entered, as asked for.
    columns
        The columns of the model.
    fitted
        The fit; None when the model cannot be fitted.
    beta
        Coefficients, intercept first, then as `columns`; infinite or nan where there is no
        finite estimate.
    covariance
        Of the coefficients: that of the fit, or robust; nan where there is no finite estimate.
    penalised
        Whether it was fitted by Firth's penalised likelihood.
    """

    result: Result
    sample: OutcomeSample
    event: Bools
    covariates: tuple[Covariate, ...]
    columns: Design
    fitted: kernel.LogitFit | None = None
    beta: Floats = field(default_factory=lambda: np.empty(0))
    covariance: Floats = field(default_factory=lambda: np.empty((0, 0)))
    penalised: bool = False

    @property
    def finite(self) -> bool:
        """Whether every coefficient has a finite estimate."""
        return self.fitted is not None and bool(np.isfinite(self.beta).all())

    @property
    def matrix(self) -> Floats:
        """The columns of the model with a column of ones before them."""
        return with_ones(self.columns)

    @property
    def log_likelihood(self) -> float:
        """Of the fitted model; nan when it cannot be fitted."""
        return float("nan") if self.fitted is None else self.fitted.log_likelihood


def logistic(
    outcome: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    cluster: str = "",
    weights: str = "",
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Fit a logistic model on the patients whose outcome and covariates are all known.

    Parameters
    ----------
    outcome
        True/False, 1/0, or missing; n patients.
    frame
        Their covariates, n rows.
    covariates
        Which columns enter, and how.
    cluster
        Column that is equal for rows that depend on each other, such as the lesions of a
        patient: the standard errors are then robust, the intervals Wald's.
    weights
        Column of case weights. Whole numbers count as repeated rows; with others the
        standard errors are robust.
    conventions
        ``logistic_interval``: ``profile`` likelihood or ``wald``; ``cluster_factor`` of
        robust standard errors.

    Returns
    -------
    Result
        Per term or level: odds_ratio with limits, coefficient, se, z, Wald p; per level n and
        events; per factor its global Wald p; for the model n, events, log likelihoods,
        likelihood-ratio chi-square (with robust standard errors the Wald one), residual
        deviance, Nagelkerke's, Cox and Snell's and McFadden's R² (null and fitted model on the
        same patients). A model that cannot be fitted has no estimates and a warning. Where
        the outcome is separated, the warning names by what, an infinite odds ratio is given
        as such (0 or infinity), and firth_odds_ratio with its limits and p stands beside (of up
        to 20,000 patients).

    Notes
    -----
    R: ``glm(y ~ …, family = binomial)``; the profile limits are those of ``confint`` solved
    exactly; robust standard errors are ``sandwich::vcovCL(fit, cluster, type = "HC0")``, whose
    factor g/(g − 1) of g clusters is that of Stata's ``vce(cluster)`` too. Separation is found
    by linear programming (R: ``detectseparation``).
    """
    fitted = fit_logistic(
        outcome, frame, covariates, cluster=cluster, weights=weights, conventions=conventions
    )
    return fitted.result


def fit_logistic(
    outcome: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    cluster: str = "",
    weights: str = "",
    conventions: Conventions | str = RECOMMENDED,
) -> LogisticModel:
    """Fit a logistic model and keep what tests, predictions and selection need.

    Parameters
    ----------
    outcome, frame, covariates, cluster, weights, conventions
        As :func:`logistic` takes them. Where many models are fitted and only their estimates
        matter, ``logistic_interval="wald"`` saves most of the work.
    """
    conventions = as_conventions(conventions)
    sample, event, chosen, columns = prepared(
        outcome, frame, covariates, cluster=cluster, weights=weights
    )
    interval = "Wald" if sample.robust else INTERVALS[conventions.logistic_interval]
    method = ", ".join(["logistic regression", f"{interval} interval", *sample.words])
    words = f"logistic regression ({', '.join([f'{interval} intervals', *sample.words])})"
    shared = {"method": method, "n_used": len(event), "n_missing": sample.left_out}
    found = rows({"n": len(event), "events": int(event.sum())}, **shared)  # type: ignore[arg-type]
    found += level_counts(columns, sample.data, event, shared)

    def result(*warnings: str) -> Result:
        return Result(as_numbers(found), words, len(event), sample.left_out, conventions, warnings)

    why = problem_with(columns, int(event.sum()), "outcome")
    if why:
        refused = result(f"logistic model not fitted: {why}")
        return LogisticModel(refused, sample, event, chosen, columns)
    y, matrix, weight = event.astype(float), with_ones(columns), sample.weight
    fitted = kernel.fit(y, matrix, weight=weight)
    direction = endless_direction(y, matrix, fitted)
    beta = fitted.beta.copy()
    beta[direction != 0] = direction[direction != 0] * np.inf
    covariance = _covariance(fitted, y, matrix, direction, sample, conventions)
    limits = None
    if interval != "Wald":
        limits = [
            profile_interval(y, matrix, fitted, j, d, weight) for j, d in enumerate(direction)
        ]
    found += coefficient_rows(
        columns, beta[1:], covariance[1:, 1:], "odds_ratio", shared, limits and limits[1:]
    )
    found += intercept_rows(beta, covariance, limits, shared)
    found += rows(whole_model(fitted, y, beta, covariance, sample), **shared)  # type: ignore[arg-type]
    if direction.any() and len(y) <= MOST_BESIDE:
        beside = firth_estimates(y, matrix, weight)
        found += beside_rows(columns, beside, shared)
    final = result(*_warnings(columns, sample.data, event, fitted, direction))
    final = replace(final, covariance=labelled(columns, covariance[1:, 1:]))
    return LogisticModel(final, sample, event, chosen, columns, fitted, beta, covariance)


def prepared(
    outcome: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    cluster: str = "",
    weights: str = "",
) -> tuple[OutcomeSample, Bools, tuple[Covariate, ...], Design]:
    """The patients of a logistic model, who has the outcome, what enters, and its columns."""
    outcome, chosen = as_series("outcome", outcome), as_covariates(covariates)
    known = outcome.notna().to_numpy()
    sample = outcome_sample(known, frame, chosen, cluster=cluster, weights=weights)
    event = as_binary("outcome", outcome)[sample.kept]
    return sample, event, chosen, design(sample.data, chosen)


def with_ones(columns: Design) -> Floats:
    """The columns of a model with a column of ones before them."""
    n, p = columns.matrix.shape
    matrix = np.ones((n, p + 1))
    matrix[:, 1:] = columns.matrix
    return matrix


def _covariance(
    fitted: kernel.LogitFit,
    y: Floats,
    matrix: Floats,
    direction: Floats,
    sample: OutcomeSample,
    conventions: Conventions,
) -> Floats:
    if direction.any():
        return covariance_of_finite(matrix, fitted.fitted, direction, sample.weight)
    if not sample.robust:
        return fitted.covariance
    residual = y - fitted.fitted
    if sample.weight is not None:
        residual = residual * sample.weight
    corrected = conventions.cluster_factor == "g/(g-1)"
    scores = residual[:, None] * matrix
    return robust_covariance(scores, fitted.covariance, sample.cluster, corrected=corrected)


def _warnings(
    columns: Design,
    data: pd.DataFrame,
    event: Bools,
    fitted: kernel.LogitFit,
    direction: Floats,
) -> tuple[str, ...]:
    warnings = few_outcomes(columns, event)
    if direction.any():
        told = separation_words(columns, data, event, direction[1:])
        beside = len(event) <= MOST_BESIDE
        warnings.append(f"{told}; Firth’s penalised estimates stand beside it" if beside else told)
    elif not fitted.converged:
        warnings.append("the logistic model did not converge: do not use its estimates")
    return tuple(warnings)
