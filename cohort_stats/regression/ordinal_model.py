"""Proportional odds regression of an ordered outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.kernels import ordinal as kernel
from cohort_stats.regression.coding import as_factor
from cohort_stats.regression.coefficients import (
    coefficient_rows,
    labelled,
    level_counts,
    problem_with,
    pseudo_r2,
    scarce,
    wald,
)
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.regression.design import Design, design
from cohort_stats.regression.logistic_model import INTERVALS
from cohort_stats.regression.outcome_sample import (
    OutcomeSample,
    outcome_sample,
    robust_covariance,
)
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

THRESHOLD = "(Threshold)"


@dataclass(frozen=True)
class OrdinalModel:
    """A proportional odds model: its result, and what its tests are made from.

    Parameters
    ----------
    result
        What :func:`ordinal` gives.
    sample
        The patients it rests on.
    place, levels
        The level of each, counted from 0, and what the levels are called.
    covariates, columns
        What entered, and the columns of the model.
    fitted
        The fit; None when the model cannot be fitted.
    covariance
        Of thresholds and coefficients: that of the fit, or robust.
    """

    result: Result
    sample: OutcomeSample
    place: Places
    levels: tuple[str, ...]
    covariates: tuple[Covariate, ...]
    columns: Design
    fitted: kernel.OrdinalFit | None = None
    covariance: Floats = field(default_factory=lambda: np.empty((0, 0)))


def ordinal(
    outcome: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    cluster: str = "",
    weights: str = "",
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Fit a proportional odds model on the patients whose outcome and covariates are all known.

    Parameters
    ----------
    outcome
        Ordered categories in their order, or numbers; n patients.
    frame
        Their covariates, n rows.
    covariates
        Which columns enter, and how.
    cluster
        Column that is equal for rows that depend on each other: robust standard errors.
    weights
        Column of case weights. Whole numbers count as repeated rows; with others the
        standard errors are robust.
    conventions
        ``logistic_interval``: ``profile`` likelihood or ``wald``; ``cluster_factor``.

    Returns
    -------
    Result
        Per term or level: odds_ratio of being above any threshold, with limits, coefficient,
        se, z, Wald p, and per term its likelihood-ratio test; the thresholds (term
        ``(Threshold)``); n of each level of the outcome (`group`); for the model log
        likelihoods, likelihood-ratio chi-square (with robust standard errors Wald's), and
        Nagelkerke's, Cox and Snell's and McFadden's R².

    Notes
    -----
    logit P(Y ≤ k) = threshold k − predictor, so that an odds ratio above 1 speaks for higher
    levels. R: ``MASS::polr``, ``ordinal::clm``. McCullagh 1980.
    """
    fitted = fit_ordinal(
        outcome, frame, covariates, cluster=cluster, weights=weights, conventions=conventions
    )
    return fitted.result


def fit_ordinal(
    outcome: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    cluster: str = "",
    weights: str = "",
    conventions: Conventions | str = RECOMMENDED,
) -> OrdinalModel:
    """Fit a proportional odds model and keep what its tests need.

    Parameters
    ----------
    outcome, frame, covariates, cluster, weights, conventions
        As :func:`ordinal` takes them.
    """
    conventions, chosen = as_conventions(conventions), as_covariates(covariates)
    given = as_series("outcome", outcome)
    known = given.notna().to_numpy()
    sample = outcome_sample(known, frame, chosen, cluster=cluster, weights=weights)
    place, levels = _places(given[sample.kept])
    columns = design(sample.data, chosen)
    interval = "Wald" if sample.robust else INTERVALS[conventions.logistic_interval]
    method = ", ".join(["proportional odds regression", f"{interval} interval", *sample.words])
    shared: dict[str, Any] = {
        "method": method,
        "n_used": len(sample),
        "n_missing": sample.left_out,
    }
    found = rows({"n": len(sample)}, **shared)
    counts = np.bincount(place, minlength=len(levels))
    for k, level in enumerate(levels):
        found += rows({"n": int(counts[k])}, group=level, **shared)
    nobody = np.zeros(len(sample), dtype=bool)
    counted_levels = level_counts(columns, sample.data, nobody, shared)
    found += [row for row in counted_levels if row["statistic"] == "n"]
    words = f"proportional odds regression ({', '.join([f'{interval} intervals', *sample.words])})"

    def result(*warnings: str) -> Result:
        n = len(sample)
        return Result(as_numbers(found), words, n, sample.left_out, conventions, warnings)

    why = _problem(columns, levels)
    if why:
        refused = result(f"proportional odds model not fitted: {why}")
        return OrdinalModel(refused, sample, place, levels, chosen, columns)
    fitted = kernel.fit(place, columns.matrix, weight=sample.weight)
    covariance, cuts = fitted.covariance, len(levels) - 1
    if sample.robust and np.isfinite(fitted.beta).all():
        corrected = conventions.cluster_factor == "g/(g-1)"
        covariance = robust_covariance(
            fitted.scores, fitted.covariance, sample.cluster, corrected=corrected
        )
    limits = None
    if interval != "Wald":
        limits = [
            kernel.profile_interval(place, columns.matrix, fitted, j, sample.weight)
            for j in range(len(fitted.beta))
        ]
    found += coefficient_rows(
        columns, fitted.beta, covariance[cuts:, cuts:], "odds_ratio", shared, limits
    )
    for k in range(cuts):
        values = {"coefficient": fitted.thresholds[k], "se": np.sqrt(covariance[k, k])}
        found += rows(values, term=THRESHOLD, level=f"{levels[k]} | {levels[k + 1]}", **shared)
    found += rows(_model(fitted, place, covariance[cuts:, cuts:], sample), **shared)
    final = result(*_warnings(columns, place, levels, fitted))
    final = replace(final, covariance=labelled(columns, covariance[cuts:, cuts:]))
    return OrdinalModel(final, sample, place, levels, chosen, columns, fitted, covariance)


def _places(outcome: pd.Series) -> tuple[Places, tuple[str, ...]]:
    """The level of each row among those that somebody has, and their names in order."""
    factor = as_factor(outcome)
    present, place = np.unique(factor.codes, return_inverse=True)
    names = tuple(str(factor.categories[code]) for code in present)
    return np.asarray(place, dtype=np.intp), names


def _problem(columns: Design, levels: tuple[str, ...]) -> str:
    if len(levels) == 1:
        return f"every patient has the level {levels[0]}"
    return problem_with(columns, 1, "event")


def _model(
    fitted: kernel.OrdinalFit, place: Places, covariance: Floats, sample: OutcomeSample
) -> dict[str, float]:
    null, df = kernel.null_log_likelihood(place, sample.weight), len(fitted.beta)
    found = {
        "log_likelihood": fitted.log_likelihood,
        "log_likelihood_null": null,
        **pseudo_r2(fitted.log_likelihood, null, sample.total),
    }
    if sample.robust:
        chi_square = wald(fitted.beta, covariance)
        found |= {"wald_chi_square": chi_square, "wald_df": df}
        return found | {"wald_p": chi_square_tail(chi_square, df)}
    lr = 2 * (fitted.log_likelihood - null)
    return found | {"lr_chi_square": lr, "lr_df": df, "lr_p": chi_square_tail(lr, df)}


def _warnings(
    columns: Design, place: Places, levels: tuple[str, ...], fitted: kernel.OrdinalFit
) -> tuple[str, ...]:
    counts, coefficients = np.bincount(place), len(columns.terms)
    rarer = int(len(place) - counts.max())
    commonest = levels[int(counts.argmax())]
    warnings = scarce(f"{counted(rarer)} not at the level {commonest}", rarer, coefficients)
    infinite = columns.names(~np.isfinite(fitted.beta))
    if infinite:
        tell, ratio = "tells", "its odds ratio has"
        if len(infinite) > 1:
            tell, ratio = "tell", "their odds ratios have"
        warnings.append(
            f"separation: {', '.join(infinite)} {tell} the levels of the outcome apart perfectly "
            f"in some patients; {ratio} no finite estimate"
        )
    elif not fitted.converged:
        warnings.append("the proportional odds model did not converge: do not use its estimates")
    return tuple(warnings)
