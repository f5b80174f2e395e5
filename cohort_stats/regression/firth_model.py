"""Logistic regression by Firth's penalised likelihood, for rare outcomes and separation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.kernels import firth as kernel
from cohort_stats.regression.coefficients import (
    coefficient_rows,
    few_outcomes,
    labelled,
    level_counts,
    problem_with,
)
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.design import Design
from cohort_stats.regression.firth_estimates import FIRTH, FirthEstimates, firth_estimates
from cohort_stats.regression.logistic_model import LogisticModel, prepared, with_ones
from cohort_stats.regression.logistic_rows import intercept_rows
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]


def firth(
    outcome: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    weights: str = "",
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Fit a logistic model by Firth's penalised likelihood.

    Parameters
    ----------
    outcome, frame, covariates
        As :func:`~cohort_stats.regression.logistic_model.logistic` takes them.
    weights
        Column of case weights: each row counts that many times.
    conventions
        Recorded only.

    Returns
    -------
    Result
        Per term or level: odds_ratio with the limits of the profile penalised likelihood,
        coefficient, se, z and the penalised likelihood-ratio p; per level n and events; per
        factor its global p, likewise; for the model n, events, the penalised log likelihood
        and its likelihood-ratio chi-square.

    Notes
    -----
    R: ``logistf::logistf(pl = TRUE)``; ``brglm2`` with ``type = "AS_mean"`` has the same
    estimates. Finite whatever the data, with less bias where the outcome is rare; its
    probabilities are drawn towards one half. Firth 1993; Heinze and Schemper 2002.
    """
    return fit_firth(outcome, frame, covariates, weights=weights, conventions=conventions).result


def fit_firth(
    outcome: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    weights: str = "",
    conventions: Conventions | str = RECOMMENDED,
) -> LogisticModel:
    """Fit by penalised likelihood and keep what tests and predictions need.

    Parameters
    ----------
    outcome, frame, covariates, weights, conventions
        As :func:`firth` takes them.
    """
    conventions = as_conventions(conventions)
    sample, event, chosen, columns = prepared(outcome, frame, covariates, weights=weights)
    weighted = [f"weighted by `{weights}`"] if weights else []
    method = ", ".join([f"logistic regression, {FIRTH}", *weighted])
    words = (
        "logistic regression (Firth’s penalised likelihood, profile intervals, penalised "
        f"likelihood-ratio tests{''.join(f', {w}' for w in weighted)})"
    )
    shared = {"method": method, "n_used": len(event), "n_missing": sample.left_out}
    found = rows({"n": len(event), "events": int(event.sum())}, **shared)  # type: ignore[arg-type]
    found += level_counts(columns, sample.data, event, shared)
    why = problem_with(columns, int(event.sum()), "outcome")
    if why:
        warnings: tuple[str, ...] = (f"logistic model not fitted: {why}",)
        result = Result(
            as_numbers(found), words, len(event), sample.left_out, conventions, warnings
        )
        return LogisticModel(result, sample, event, chosen, columns, penalised=True)
    y, matrix = event.astype(float), with_ones(columns)
    estimates = firth_estimates(y, matrix, sample.weight)
    fitted = estimates.fitted
    found += _rows(columns, y, matrix, estimates, sample.weight, shared)
    warnings = tuple(few_outcomes(columns, event))
    if not fitted.converged:
        warnings += ("the penalised logistic model did not converge: do not use its estimates",)
    result = Result(as_numbers(found), words, len(event), sample.left_out, conventions, warnings)
    result = replace(result, covariance=labelled(columns, fitted.covariance[1:, 1:]))
    return LogisticModel(
        result, sample, event, chosen, columns, fitted, fitted.beta, fitted.covariance, True
    )


def _rows(
    columns: Design,
    y: Floats,
    matrix: Floats,
    estimates: FirthEstimates,
    weight: Floats | None,
    shared: dict[str, object],
) -> list[dict[str, object]]:
    fitted = estimates.fitted
    found = coefficient_rows(
        columns,
        fitted.beta[1:],
        fitted.covariance[1:, 1:],
        "odds_ratio",
        shared,
        estimates.limits[1:],
    )
    found += intercept_rows(fitted.beta, fitted.covariance, estimates.limits, shared)
    single = dict(
        zip(zip(columns.terms, columns.levels, strict=True), estimates.p[1:], strict=True)
    )

    def lost(at: list[int]) -> float:
        none = np.isin(np.arange(matrix.shape[1]), [j + 1 for j in at])
        return kernel.loss(y, matrix, fitted, none, weight)

    # Wald's tests give way to those of the penalised likelihood.
    for row in found:
        if row["statistic"] == "p":
            where = (str(row["term"]), str(row["level"]))
            row["value"] = single.get(where, estimates.p[0])
        if row["statistic"] in ("global_p", "interaction_p", "nonlinear_p"):
            at = columns.positions(str(row["term"]))
            at = at[1:] if row["statistic"] == "nonlinear_p" else at
            row["value"] = chi_square_tail(lost(at), len(at))
    df = len(columns.terms)
    lr = lost(list(range(df)))
    model = {"penalised_log_likelihood": fitted.log_likelihood, "lr_chi_square": lr}
    model |= {"lr_df": df, "lr_p": chi_square_tail(lr, df)}
    return found + rows(model, **shared)  # type: ignore[arg-type]
