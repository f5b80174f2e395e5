"""Effects of studies regressed on what the studies differ in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cohort_stats.arguments import must_be, must_be_columns
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.kernels.meta import MetaFit
from cohort_stats.pooling.mixed import NO_MAXIMUM
from cohort_stats.pooling.pooled import ESTIMATORS, Inference, fit_model, heterogeneity, inference
from cohort_stats.pooling.studies import Floats, Studies
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.regression.design import Design, design
from cohort_stats.results import Result, as_numbers, rows

INTERCEPT = "(Intercept)"


def meta_regression(
    studies: Studies,
    frame: pd.DataFrame,
    moderators: Sequence[Covariate | str],
    *,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Regress the effects of studies on moderators.

    Parameters
    ----------
    studies
        From :func:`~cohort_stats.pooling.studies.from_counts`,
        :func:`~cohort_stats.pooling.printed_intervals.from_intervals` or ``from_effects``.
    frame
        One row for each row that `studies` were made from.
    moderators
        Columns of the frame, and how they enter.
    conventions
        ``between_studies`` and ``pooled_interval``.

    Returns
    -------
    Result
        Per moderator or level: coefficient on the scale of the analysis with limits, se, test
        statistic, df, p. For the model: a test of all moderators, residual Q, τ², I², H², and
        r2, the share of τ² the moderators account for. A model that cannot be fitted has no
        estimates and a warning.

    Notes
    -----
    R: ``metafor::rma(yi, sei = sei, mods = ~ …, test = "knha")``. r2 is Raudenbush's 2009,
    not below 0; both values of τ² are from the same studies.
    """
    conventions = as_conventions(conventions)
    must_be("studies", studies, Studies, "Studies")
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    chosen = as_covariates(moderators)
    must_be_columns("moderators", [c.variable for c in chosen], frame)
    if len(frame) != len(studies.given):
        raise ValueError(
            f"frame must have one row a study ({len(studies.given)}); got {len(frame)}"
        )
    data = frame[studies.given].reset_index(drop=True)
    keep = data[[c.variable for c in chosen]].notna().all(axis=1).to_numpy()
    lost = [name for name, kept in zip(studies.names, keep, strict=True) if not kept]
    warnings = [f"left out of the meta-regression for a missing moderator: {', '.join(lost)}"]
    part, columns = studies.where(keep), design(data[keep], chosen)
    left_out = len(frame) - len(part)
    why = _problem(columns, len(part))
    if why:
        warnings = [*(warnings if lost else []), f"meta-regression not fitted: {why}"]
        return Result(as_numbers([]), "", len(part), left_out, conventions, tuple(warnings))
    matrix = np.column_stack([np.ones(len(part)), columns.matrix])
    fitted = fit_model(part, matrix, conventions)
    tested = inference(fitted, conventions)
    shared: dict[str, Any] = {"n_used": len(part), "n_missing": left_out}
    found = _coefficients(columns, fitted, tested, shared)
    found += rows(_model(part, fitted, tested, matrix, conventions), **shared)
    warnings = warnings if lost else []
    if np.isnan(fitted.beta).any():
        warnings.append(NO_MAXIMUM)
    if len(part) < 10 * len(columns.terms):
        warnings.append(
            f"{len(part)} studies for {len(columns.terms)} coefficients of a meta-regression: "
            "fewer than ten each"
        )
    words = "Moderators were examined by meta-regression"
    if conventions.between_studies != "none":
        how = "ml" if studies.scale == "glmm" else conventions.between_studies
        words += f" (τ² by {ESTIMATORS[how]})"
    return Result(as_numbers(found), f"{words}.", len(part), left_out, conventions, tuple(warnings))


def _problem(columns: Design, studies: int) -> str:
    if not columns.terms:
        return "the moderators do not vary"
    flat = columns.names(np.ptp(columns.matrix, axis=0) == 0) if studies else []
    if flat:
        return f"{', '.join(flat)} does not vary"
    coefficients = len(columns.terms) + 1
    if studies <= coefficients:
        return f"{studies} studies cannot determine {coefficients} coefficients"
    centred = columns.matrix - columns.matrix.mean(axis=0)
    if np.linalg.matrix_rank(centred / centred.std(axis=0)) < len(columns.terms):
        return "the moderators determine each other"
    return ""


def _coefficients(
    columns: Design, fitted: MetaFit, tested: Inference, shared: dict[str, Any]
) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for term, level in columns.references.items():
        found += rows({"reference": 0.0}, term=term, level=level, **shared)
    names = zip((INTERCEPT, *columns.terms), ("", *columns.levels), strict=True)
    for j, (term, level) in enumerate(names):
        b, se = float(fitted.beta[j]), float(tested.se[j])
        half = tested.quantile * se
        ratio = b / se if se > 0 else float("nan")
        values = {
            "coefficient": b, "coefficient_low": b - half, "coefficient_high": b + half,
            "se": se, "test_statistic": ratio,
            "df": float("nan") if np.isinf(tested.df) else tested.df, "p": tested.p(ratio),
        }  # fmt: skip
        found += rows(values, term=term, level=level, **shared)
    return found


def _model(
    studies: Studies, fitted: MetaFit, tested: Inference, matrix: Floats, conventions: Conventions
) -> dict[str, float]:
    p = matrix.shape[1]
    values = {"studies": float(len(studies))}
    values |= tested.together(np.eye(p)[1:], fitted.beta)
    values |= heterogeneity(studies, fitted, matrix, conventions)
    if conventions.between_studies == "none":
        return values
    alone = fit_model(studies, np.ones((len(studies), 1)), conventions).tau2
    r2 = 100 * max(0.0, 1 - fitted.tau2 / alone) if alone > 0 else float("nan")
    return values | {"r2": r2}
