"""Cox proportional hazards regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import cox as kernel
from cohort_stats.kernels.cox_exact import too_large
from cohort_stats.kernels.cox_profile import profile_interval
from cohort_stats.kernels.cox_residuals import sandwich
from cohort_stats.kernels.risk_sets import risk_sets
from cohort_stats.regression.coefficients import (
    coefficient_rows,
    labelled,
    level_counts,
    problem_with,
    scarce,
    wald,
)
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.regression.cox_firth import firth_rows
from cohort_stats.regression.cox_sample import NO_ROLES, Roles, Sample, sample_of
from cohort_stats.regression.cox_words import model_words, robust, row_method
from cohort_stats.regression.design import Design, design
from cohort_stats.regression.separation import left_open
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CoxModel:
    """A Cox model: its result, and what checks, residuals and predictions are made from.

    Parameters
    ----------
    result
        What :func:`cox` gives.
    sample
        The patients it rests on.
    covariates
        What entered, as asked for.
    columns
        The columns of the model.
    fitted
        The fit; None when the model cannot be fitted.
    covariance
        Of the coefficients: that of the fit, or robust.
    """

    result: Result
    sample: Sample
    covariates: tuple[Covariate, ...]
    columns: Design
    fitted: kernel.CoxFit | None = None
    covariance: Floats = field(default_factory=lambda: np.empty((0, 0)))

    @property
    def finite(self) -> bool:
        """Whether every coefficient has a finite estimate."""
        return self.fitted is not None and bool(np.isfinite(self.fitted.beta).all())


def cox(
    endpoint: Endpoint,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    strata: Sequence[str] = (),
    cluster: str = "",
    weights: str = "",
    entry: str = "",
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Fit a Cox model on the patients whose covariates and follow-up are all known.

    Parameters
    ----------
    endpoint
        Time and event, n patients; with entry times, under left truncation.
    frame
        Their covariates, n rows.
    covariates
        Which columns enter, and how; with :func:`~cohort_stats.regression.covariate.interaction`
        the product of two of them.
    strata
        Columns whose levels have each a baseline hazard of their own.
    cluster
        Column that is equal for rows that depend on each other, such as the lesions of a
        patient: the standard errors are then robust (Lin and Wei 1989).
    weights
        Column of case weights. Whole numbers count as repeated rows; with others the
        standard errors are robust.
    entry
        Column of the time from which each row is observed, in the endpoint's unit: at risk
        over (entry, time]. For late entry, or for several rows a patient over each of which
        the covariates hold.
    conventions
        ``ties``: ``efron``, ``breslow`` or ``exact``; ``cox_interval``: ``wald`` or
        ``profile`` likelihood (with robust standard errors always Wald).

    Returns
    -------
    Result
        Per term or level: hazard_ratio with Wald limits, coefficient, se, z, p; per level
        n and events; per factor its global Wald p; for the model n, events, log partial
        likelihoods, and likelihood-ratio, Wald and score chi-squares (with robust standard
        errors the Wald one only: the others take rows to be independent). A model that
        cannot be fitted has no estimates and a warning; an infinite hazard ratio is given
        as such (0 or infinity, without Wald interval and p) and named in a warning, with
        Firth's estimates of all coefficients beside it, as of
        :func:`~cohort_stats.regression.cox_firth.cox_firth`. A spline has a global p, one of
        its curvature (nonlinear_p) and its knots; an interaction has an interaction_p.

    Notes
    -----
    R: ``coxph(Surv(time, event) ~ …, ties = "efron")``; ``strata()``, ``cluster =``,
    ``weights =`` and ``Surv(entry, time, event)``; ``ties = "exact"`` is the discrete partial
    likelihood. Profile limits are solved exactly (Venzon and Moolgavkar 1988). Monotone
    likelihood is found by linear programming, see
    :func:`~cohort_stats.kernels.monotone.endless_direction`.
    """
    roles = Roles(tuple(strata), cluster, weights, entry)
    return _model(endpoint, frame, covariates, roles, conventions).result


def fit_cox(
    endpoint: Endpoint,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    roles: Roles = NO_ROLES,
    *,
    conventions: Conventions | str = RECOMMENDED,
) -> CoxModel:
    """Fit a Cox model and keep what checks, residuals and predictions need.

    Parameters
    ----------
    endpoint, frame, covariates, conventions
        As :func:`cox` takes them.
    roles
        Strata, cluster, weights and entry.
    """
    model = _model(endpoint, frame, covariates, roles, conventions)
    return replace(model, columns=model.columns.kept())


def _model(
    endpoint: Endpoint,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    roles: Roles,
    conventions: Conventions | str,
) -> CoxModel:
    conventions = as_conventions(conventions)
    must_be("endpoint", endpoint, Endpoint, "an Endpoint")
    chosen = as_covariates(covariates)
    sample = sample_of(endpoint, frame, chosen, roles)
    part = sample.endpoint
    columns = design(sample.data, chosen)
    method = row_method(conventions, sample)
    shared = {"method": method, "n_used": len(part), "n_missing": sample.left_out}
    counts = {"n": len(part), "events": int(part.event.sum())}
    found = rows(counts, **shared) + level_counts(columns, sample.data, part.event, shared)  # type: ignore[arg-type]
    words = model_words(method)
    why = problem_with(columns, int(part.event.sum()), "event") or _too_large(
        sample, len(columns.terms), conventions
    )
    fitted = None if why else _fit(sample, columns, conventions)
    if fitted is not None and np.isnan(fitted.beta).all():
        why = "the patients at risk when events happened are too alike"
    if fitted is None or why:
        warnings = (*sample.warnings, f"Cox model not fitted: {why}")
        result = Result(as_numbers(found), words, len(part), sample.left_out, conventions, warnings)
        return CoxModel(result, sample, chosen, columns)
    covariance = _covariance(fitted, sample)
    limits = None
    if conventions.cox_interval == "profile" and not robust(sample):
        limits = [profile_interval(fitted, j) for j in range(len(fitted.beta))]
    found += coefficient_rows(columns, fitted.beta, covariance, "hazard_ratio", shared, limits)
    logs = (fitted.log_likelihood_null, fitted.log_likelihood)
    score = None if robust(sample) else fitted.score_test
    found += rows(model_tests(fitted.beta, covariance, logs, score), **shared)  # type: ignore[arg-type]
    beside = []
    if not np.isfinite(fitted.beta).all() and not fitted.exact:
        beside = firth_rows(columns, fitted, shared)
    found += beside
    warnings = sample.warnings + _warnings(columns, int(part.event.sum()), fitted, bool(beside))
    result = Result(as_numbers(found), words, len(part), sample.left_out, conventions, warnings)
    result = replace(result, covariance=labelled(columns, covariance))
    return CoxModel(result, sample, chosen, columns, fitted, covariance)


def _fit(sample: Sample, columns: Design, conventions: Conventions) -> kernel.CoxFit:
    return kernel.fit(
        sample.endpoint.time,
        sample.endpoint.event,
        columns.values,
        conventions.ties,
        stratum=sample.stratum,
        entry=sample.entry,
        weight=sample.weight,
    )


def _too_large(sample: Sample, coefficients: int, conventions: Conventions) -> str:
    """Why ties cannot be exact; empty when they can, or need not."""
    if conventions.ties != "exact":
        return ""
    roles = sample.roles
    if roles.weights or roles.cluster:
        name = "weights" if roles.weights else "cluster"
        raise ValueError(f"{name} must not be given with exact ties; got {getattr(roles, name)!r}")
    nothing = np.empty((len(sample.endpoint), 0))
    part, given = sample.endpoint, {"stratum": sample.stratum, "entry": sample.entry}
    sets = risk_sets(part.time, part.event, nothing, "exact", **given)  # type: ignore[arg-type]
    return too_large(sets, coefficients)


def _covariance(fitted: kernel.CoxFit, sample: Sample) -> Floats:
    known = np.isfinite(fitted.beta).all() or fitted.left is not None
    if not robust(sample) or not known:
        return fitted.covariance
    return sandwich(fitted, sample.cluster)


def model_tests(
    beta: Floats, covariance: Floats, logs: tuple[float, float], score: float | None
) -> dict[str, float]:
    """Log likelihoods and tests of the whole model.

    Parameters
    ----------
    beta, covariance
        Shapes (p,) and (p, p).
    logs
        Log likelihood without covariates, and of the model.
    score
        Score chi-square; None with robust standard errors, with which it does not hold, nor
        does the likelihood ratio.
    """
    df, chi_square = len(beta), wald(beta, covariance)
    found = {
        "log_likelihood": logs[1],
        "log_likelihood_null": logs[0],
        "wald_chi_square": chi_square,
        "wald_df": df,
        "wald_p": chi_square_tail(chi_square, df),
        "lr_df": df,
    }
    if score is None:
        return found
    lr = 2 * (logs[1] - logs[0])
    found |= {"lr_chi_square": lr, "lr_p": chi_square_tail(lr, df)}
    return found | {"score_chi_square": score}


def _warnings(columns: Design, events: int, fitted: kernel.CoxFit, firth: bool) -> tuple[str, ...]:
    warnings = scarce(counted(events, "event"), events, len(columns.terms))
    unknown = np.isnan(fitted.beta)
    infinite = columns.names(np.isinf(fitted.beta)) or columns.names(unknown)
    if infinite:
        beside = "; Firth’s penalised estimate stands beside it" if firth else ""
        words = f"no finite hazard ratio for {', '.join(infinite)}: all events on one side"
        open_ = left_open(columns, unknown, "other events") if not unknown.all() else ""
        warnings.append(words + open_ + beside)
    if not fitted.converged:
        warnings.append("the Cox model did not converge: do not use its estimates")
    return tuple(warnings)
