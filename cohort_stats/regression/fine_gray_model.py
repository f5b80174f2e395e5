"""Fine and Gray's regression of the subdistribution hazard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cohort_stats.arguments import must_be
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import fine_gray as kernel
from cohort_stats.regression.coefficients import (
    coefficient_rows,
    complete_cases,
    labelled,
    level_counts,
    problem_with,
    scarce,
    wald,
)
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.regression.design import Design, design
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.survival.competing import competing_of, doubts
from cohort_stats.wording import counted

METHOD = "Fine–Gray regression, Breslow ties, Kaplan–Meier censoring weights, sandwich interval"
WORDS = (
    "Fine–Gray regression of the subdistribution hazard (Breslow ties, censoring weights by "
    "Kaplan–Meier, sandwich standard errors)"
)


def fine_gray(
    endpoint: Endpoint,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Fit a Fine–Gray model on the patients whose covariates and follow-up are all known.

    Its ratios tell how covariates go with the cumulative incidence of the event. Beside it
    belongs the cause-specific model, `cox` of the same endpoint,
    which tells how they go with its rate among those to whom nothing has happened yet.

    Parameters
    ----------
    endpoint
        Time, event and competing event, n patients.
    frame
        Their covariates, n rows.
    covariates
        Which columns enter, and how.
    conventions
        Recorded only: ties are Breslow's, as in R's ``crr`` and Stata's ``stcrreg``.

    Returns
    -------
    Result
        Per term or level: subdistribution_hazard_ratio with Wald limits, coefficient, se, z,
        p; per level n and events; per factor its global Wald p; for the model n, events,
        competing events, log pseudo-likelihoods and Wald chi-square. A model that cannot be
        fitted has no estimates and a warning; an infinite ratio is given as such and named
        in a warning.

    Raises
    ------
    ValueError
        When the endpoint has no competing event, or has entry times.

    Notes
    -----
    R: ``cmprsk::crr(time, status, x)``; estimates and standard errors are the same. Fine and
    Gray 1999: a patient with the competing event at X stays in later risk sets with weight
    G(t−)/G(X−), G being the Kaplan–Meier curve of being uncensored, in which those with an
    event at a time are at risk of being censored at it. ``survival::finegray`` takes such
    censorings to come after the events, and its standard errors pass over the estimate of G:
    the same estimates where no event is tied with a censoring. The pseudo-likelihood is no
    likelihood, so there is no likelihood-ratio test.
    """
    conventions = as_conventions(conventions)
    must_be("endpoint", endpoint, Endpoint, "an Endpoint")
    competing_of(endpoint)
    chosen = as_covariates(covariates)
    keep, left_out = complete_cases(frame, chosen, endpoint.known)
    part, data = endpoint.where(keep), frame[keep]
    columns = design(data, chosen)
    shared = {"method": METHOD, "n_used": len(part), "n_missing": left_out}
    events, competing = int(part.event.sum()), competing_of(part)
    counts = {"n": len(part), "events": events, "competing_events": int(competing.sum())}
    found = rows(counts, **shared) + level_counts(columns, data, part.event, shared)  # type: ignore[arg-type]
    why = problem_with(columns, events, "event")
    if not why:
        fitted = kernel.fit(part.time, part.event, competing, columns.matrix)
        if np.isnan(fitted.beta).all():
            why = "the patients at risk when events happened are too alike"
    if why:
        warning = f"Fine–Gray model not fitted: {why}"
        return Result(as_numbers(found), WORDS, len(part), left_out, conventions, (warning,))
    ratio = "subdistribution_hazard_ratio"
    found += coefficient_rows(columns, fitted.beta, fitted.covariance, ratio, shared)
    found += rows(_model(fitted, columns), **shared)  # type: ignore[arg-type]
    warnings = (*doubts(part, "this model"), *_warnings(columns, events, fitted))
    return Result(
        as_numbers(found), WORDS, len(part), left_out, conventions, warnings,
        labelled(columns, fitted.covariance),
    )  # fmt: skip


def _model(fitted: kernel.FineGrayFit, columns: Design) -> dict[str, float]:
    df, value = len(columns.terms), wald(fitted.beta, fitted.covariance)
    return {
        "log_likelihood": fitted.log_likelihood,
        "log_likelihood_null": fitted.log_likelihood_null,
        "wald_chi_square": value,
        "wald_df": df,
        "wald_p": chi_square_tail(value, df),
    }


def _warnings(columns: Design, events: int, fitted: kernel.FineGrayFit) -> list[str]:
    warnings = scarce(counted(events, "event"), events, len(columns.terms))
    infinite = columns.names(~np.isfinite(fitted.beta))
    if infinite:
        names = ", ".join(infinite)
        warnings.append(
            f"no finite subdistribution hazard ratio for {names}: all events on one side"
        )
    if not fitted.converged:
        warnings.append("the Fine–Gray model did not converge: do not use its estimates")
    return warnings
