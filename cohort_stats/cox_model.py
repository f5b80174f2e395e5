"""Cox proportional hazards regression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cohort_stats.arguments import must_be
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.design import Covariate, Design, as_covariates, design
from cohort_stats.distributions import chi_square_tail
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import cox as kernel
from cohort_stats.regression import (
    coefficient_rows,
    complete_cases,
    level_counts,
    problem_with,
    scarce,
    wald,
)
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted


def cox(
    endpoint: Endpoint,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Fit a Cox model on the patients whose covariates and follow-up are all known.

    Parameters
    ----------
    endpoint
        Time and event, n patients.
    frame
        Their covariates, n rows.
    covariates
        Which columns enter, and how.
    conventions
        ``ties``: ``efron`` or ``breslow``.

    Returns
    -------
    Result
        Per term or level: hazard_ratio with Wald limits, coefficient, se, z, p; per level
        n and events; per factor its global Wald p; for the model n, events, log partial
        likelihoods, and likelihood-ratio, Wald and score chi-squares. A model that cannot
        be fitted has no estimates and a warning; an infinite hazard ratio is given as such
        (0 or infinity, without interval and p) and named in a warning.

    Notes
    -----
    R: ``coxph(Surv(time, event) ~ …, ties = "efron")``. Monotone likelihood is found by
    linear programming, see :func:`~cohort_stats.kernels.cox.endless_direction`.
    """
    conventions = as_conventions(conventions)
    must_be("endpoint", endpoint, Endpoint, "an Endpoint")
    if endpoint.entry is not None:
        raise ValueError("endpoint must be followed from time 0 in a Cox model; got entry times")
    chosen = as_covariates(covariates)
    keep, left_out = complete_cases(frame, chosen, endpoint.known)
    part, data = endpoint.where(keep), frame[keep]
    columns = design(data, chosen)
    method = f"Cox regression, {conventions.ties.capitalize()} ties, Wald interval"
    shared = {"method": method, "n_used": len(part), "n_missing": left_out}
    counts = {"n": len(part), "events": int(part.event.sum())}
    found = rows(counts, **shared) + level_counts(columns, data, part.event, shared)  # type: ignore[arg-type]
    why = problem_with(columns, int(part.event.sum()), "event")
    words = f"Cox proportional hazards regression ({conventions.ties.capitalize()} ties)"
    if not why:
        fitted = kernel.fit(part.time, part.event, columns.matrix, conventions.ties)
        if np.isnan(fitted.beta).all():
            why = "the patients at risk when events happened are too alike"
    if why:
        warning = f"Cox model not fitted: {why}"
        return Result(as_numbers(found), words, len(part), left_out, conventions, (warning,))
    found += coefficient_rows(columns, fitted.beta, fitted.covariance, "hazard_ratio", shared)
    found += rows(_model(fitted, columns), **shared)  # type: ignore[arg-type]
    warnings = _warnings(columns, int(part.event.sum()), fitted)
    return Result(as_numbers(found), words, len(part), left_out, conventions, warnings)


def _model(fitted: kernel.CoxFit, columns: Design) -> dict[str, float]:
    df = len(columns.terms)
    lr = 2 * (fitted.log_likelihood - fitted.log_likelihood_null)
    return {
        "log_likelihood": fitted.log_likelihood,
        "log_likelihood_null": fitted.log_likelihood_null,
        "lr_chi_square": lr,
        "lr_df": df,
        "lr_p": chi_square_tail(lr, df),
        "wald_chi_square": wald(fitted.beta, fitted.covariance),
        "score_chi_square": fitted.score_test,
    }


def _warnings(columns: Design, events: int, fitted: kernel.CoxFit) -> tuple[str, ...]:
    warnings = scarce(counted(events, "event"), events, len(columns.terms))
    infinite = columns.names(~np.isfinite(fitted.beta))
    if infinite:
        warnings.append(f"no finite hazard ratio for {', '.join(infinite)}: all events on one side")
    if not fitted.converged:
        warnings.append("the Cox model did not converge: do not use its estimates")
    return tuple(warnings)
