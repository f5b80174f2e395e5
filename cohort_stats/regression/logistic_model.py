"""Logistic regression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.kernels import logit as kernel
from cohort_stats.regression.coefficients import (
    as_binary,
    coefficient_rows,
    complete_cases,
    labelled,
    level_counts,
    problem_with,
    scarce,
)
from cohort_stats.regression.design import Covariate, Design, as_covariates, design
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

INTERCEPT = "(Intercept)"


def logistic(
    outcome: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
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
    conventions
        ``logistic_interval``: ``profile`` likelihood or ``wald``.

    Returns
    -------
    Result
        Per term or level: odds_ratio with limits, coefficient, se, z, Wald p; per level n and
        events; per factor its global Wald p; for the model n, events, log likelihoods,
        likelihood-ratio chi-square, residual deviance, Nagelkerke's and McFadden's R² (null
        and fitted model on the same patients). A model that cannot be fitted has no
        estimates and a warning; an infinite estimate is named.

    Notes
    -----
    R: ``glm(y ~ …, family = binomial)``; the profile limits are those of ``confint`` solved
    exactly. Separation is found by linear programming (R: ``detectseparation``).
    """
    conventions, outcome = as_conventions(conventions), as_series("outcome", outcome)
    chosen = as_covariates(covariates)
    keep, left_out = complete_cases(frame, chosen, outcome.notna().to_numpy())
    event, data = as_binary("outcome", outcome)[keep], frame[keep]
    columns = design(data, chosen)
    interval = {"profile": "profile-likelihood", "wald": "Wald"}[conventions.logistic_interval]
    method = f"logistic regression, {interval} interval"
    shared = {"method": method, "n_used": len(event), "n_missing": left_out}
    found = rows({"n": len(event), "events": int(event.sum())}, **shared)  # type: ignore[arg-type]
    found += level_counts(columns, data, event, shared)
    words = f"logistic regression ({interval} intervals)"
    why = problem_with(columns, int(event.sum()), "outcome")
    if why:
        warning = f"logistic model not fitted: {why}"
        return Result(as_numbers(found), words, len(event), left_out, conventions, (warning,))
    y, matrix = event.astype(float), np.column_stack([np.ones(len(event)), columns.matrix])
    fitted = kernel.fit(y, matrix)
    direction = kernel.endless_direction(y, matrix, fitted)
    limits = None
    if conventions.logistic_interval == "profile":
        limits = [kernel.profile_interval(y, matrix, fitted, j, d) for j, d in enumerate(direction)]
    covariance = kernel.covariance(matrix, fitted.fitted, direction)
    beta = fitted.beta.copy()
    beta[direction != 0] = direction[direction != 0] * np.inf
    found += _rows(columns, beta, covariance, limits, shared)
    found += rows(_model(y, fitted, len(columns.terms)), **shared)  # type: ignore[arg-type]
    warnings = _warnings(columns, event, fitted, direction)
    return Result(
        as_numbers(found), words, len(event), left_out, conventions, warnings,
        labelled(columns, covariance[1:, 1:]),
    )  # fmt: skip


def _rows(
    columns: Design,
    beta: Floats,
    covariance: Floats,
    limits: list[tuple[float, float]] | None,
    shared: dict[str, object],
) -> list[dict[str, object]]:
    intercept = Design(np.empty((0, 1)), (INTERCEPT,), ("",), {})
    found = coefficient_rows(
        columns, beta[1:], covariance[1:, 1:], "odds_ratio", shared, limits and limits[1:]
    )
    return found + coefficient_rows(
        intercept, beta[:1], covariance[:1, :1], "odds_ratio", shared, limits and limits[:1]
    )


def _model(y: Floats, fitted: kernel.LogitFit, df: int) -> dict[str, float]:
    n, events = len(y), y.sum()
    null = float(events * np.log(events / n) + (n - events) * np.log(1 - events / n))
    lr = 2 * (fitted.log_likelihood - null)
    cox_snell = 1 - np.exp(-lr / n)
    return {
        "log_likelihood": fitted.log_likelihood,
        "log_likelihood_null": null,
        "deviance": -2 * fitted.log_likelihood,
        "lr_chi_square": lr,
        "lr_df": df,
        "lr_p": chi_square_tail(lr, df),
        "nagelkerke": float(cox_snell / (1 - np.exp(2 * null / n))),
        "mcfadden": 1 - fitted.log_likelihood / null,
    }


def _warnings(
    columns: Design, event: Bools, fitted: kernel.LogitFit, direction: Floats
) -> tuple[str, ...]:
    fewer = int(min(event.sum(), (~event).sum()))
    kind = "with" if event.sum() == fewer else "without"
    warnings = scarce(f"{counted(fewer)} {kind} the outcome", fewer, len(columns.terms))
    infinite = columns.names(direction[1:] != 0)
    if infinite:
        warnings.append(
            f"separation: {', '.join(infinite)} predicts the outcome perfectly in some patients; "
            "its odds ratio has no finite estimate"
        )
    elif not fitted.converged:
        warnings.append("the logistic model did not converge: do not use its estimates")
    return tuple(warnings)
