"""The LASSO path of a logistic or Cox model, its penalty chosen by cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.kernels import lasso as kernel
from cohort_stats.kernels.likelihoods import (
    CoxLikelihood,
    Likelihood,
    LogitLikelihood,
    standardised,
)
from cohort_stats.regression.coefficients import constants
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_sample import NO_ROLES, Roles
from cohort_stats.regression.folds import dealt, given_parts, why_no_folds
from cohort_stats.regression.material import Material, Outcome, material_of
from cohort_stats.results import Result, along, as_numbers, rows

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

MINIMUM, ONE_SE = "lambda.min", "lambda.1se"
SURE = 1e-5  # fitted probabilities count as no nearer to 0 or 1
EXPLAINED = 0.999  # of the deviance: the path ends
LITTLE = 1e-5  # gain in explained deviance at which a logistic path ends
LITTLE_COX = 1e-3  # over four penalties, relative: a Cox path
FIRST_LOOK = 4


@dataclass(frozen=True)
class Lasso:
    """A path and its cross-validation.

    Parameters
    ----------
    penalties
        Falling, shape (k,).
    coefficients, standardised
        Per unit and per standard deviation of each column, shape (k, p), without the intercept.
    explained
        Share of the null deviance that is explained, shape (k,).
    deviance, error
        Cross-validated, and its standard error, shape (k,).
    """

    penalties: Floats
    coefficients: Floats
    standardised: Floats
    explained: Floats
    deviance: Floats
    error: Floats

    @property
    def chosen(self) -> dict[str, int]:
        """Where the two penalties stand that are usually taken."""
        best = int(np.flatnonzero(self.deviance <= self.deviance.min())[0])
        near = self.deviance <= self.deviance[best] + self.error[best]
        return {MINIMUM: best, ONE_SE: int(np.flatnonzero(near)[0])}


def lasso(
    outcome: Outcome,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    folds: int | npt.ArrayLike = 10,
    seed: int = 1,
    roles: Roles = NO_ROLES,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Shrink the coefficients of a model until the least important are zero.

    Parameters
    ----------
    outcome
        An endpoint (Cox), or True/False, 1/0, missing (logistic); n patients.
    frame
        Their covariates, n rows.
    covariates
        Every candidate.
    folds
        How many parts the patients are divided into, or the part of each of the n patients,
        counted from 1.
    seed
        Of the division.
    roles
        Strata of a Cox model.
    conventions
        Recorded only.

    Returns
    -------
    Result
        lambda_min and lambda_1se; along the penalties (``level``) the cross-validated
        deviance, its standard error and the number of coefficients other than zero, and
        (penalty as ``group``) the coefficient of every column per standard deviation; at both
        penalties (``group``) the coefficient per unit.

    Raises
    ------
    ValueError
        When `folds` are not at least 3, or not one number a patient.

    Notes
    -----
    R: ``cv.glmnet(x, y, family, foldid = folds, lambda = glmnet(x, y, family)$lambda)``, with
    x from ``model.matrix`` and ``thresh`` small: columns standardised, the levels of a factor
    single columns against the reference, deviance as the measure, for Cox models the
    partial likelihood with Breslow's ties and the deviance of all patients less that of the
    training part (``grouped = TRUE``). Without ``lambda``, cv.glmnet gives each part a path of
    its own and interpolates. Tibshirani 1996; Friedman, Hastie and Tibshirani 2010; Simon and
    others 2011. Parts that are not given hold as equal numbers of events as can be.
    """
    conventions = as_conventions(conventions)
    material = material_of(outcome, frame, covariates, roles, conventions)
    number = folds if isinstance(folds, int) else 0
    parts = None if number else given_parts(folds, material)
    words = "LASSO with a penalty found by cross-validation"
    found = why = None
    if parts is None:
        why = why_no_folds(material, number)
        parts = None if why else dealt(material.event, number, seed)
    if parts is not None:
        found = cross_validated(material, parts)
    n, left_out = len(material), material.left_out
    if found is None:
        warning = f"LASSO not fitted: {why}"
        return Result(as_numbers([]), words, n, left_out, conventions, (warning,))
    warnings = tuple(never_entering(material))
    return Result(lasso_numbers(material, found), words, n, left_out, conventions, warnings)


def never_entering(material: Material) -> list[str]:
    """The warning that candidates do not vary, so that they cannot enter; [] where all do."""
    names = constants(material.columns)
    verb = "does" if len(names) == 1 else "do"
    return [f"{', '.join(names)} {verb} not vary and cannot enter"] if names else []


def cross_validated(material: Material, parts: Places, rows_: Places | None = None) -> Lasso:
    """The path in all patients, and its deviance in patients who were left out.

    Parameters
    ----------
    material
        The patients.
    parts
        The part of each patient, from 0.
    rows_
        The rows that are the patients, such as a bootstrap sample; `parts` then has one entry
        for each of them.
    """
    at = np.arange(len(material)) if rows_ is None else rows_
    whole, n = material.likelihood(at, ties="breslow"), len(at)
    scale = _scale(material, at)
    penalties = kernel.penalties(whole, n)
    best = _saturated(whole)
    coefficients, values = kernel.path(whole, n, penalties, _Ending(whole, best))
    penalties = penalties[: len(values)]
    raw, weight = [], []
    for part in range(int(parts.max()) + 1):
        inside = at[parts != part]
        training = material.likelihood(inside, ties="breslow")
        found, fitted = kernel.path(training, len(inside), penalties)
        # The same coefficients, on the scale and around the origin of all patients' columns.
        moved = found.copy()
        moved[:, whole.base :] *= scale / np.maximum(_scale(material, inside), 1e-300)
        if isinstance(whole, LogitLikelihood):
            shift = _means(material, inside, scale) - _means(material, at, scale)
            moved[:, 0] -= moved[:, 1:] @ shift
            raw.append(_left_out(whole, moved, parts == part))
            weight.append(float((parts == part).sum()))
        else:
            everyone = np.array([whole.at(range(whole.columns), b)[0] for b in moved])
            gap = (best - everyone) - (_saturated(training) - fitted)
            weight.append(float(material.event[at[parts == part]].sum()))
            raw.append(2 * gap / weight[-1])
    deviance = np.average(raw, axis=0, weights=weight)
    spread = np.average((np.array(raw) - deviance) ** 2, axis=0, weights=weight)
    explained = 1 - (best - values) / (best - values[0])
    return Lasso(
        penalties,
        coefficients[:, whole.base :] / np.where(scale > 0, scale, 1.0),
        coefficients[:, whole.base :],
        explained,
        deviance,
        np.sqrt(spread / (len(raw) - 1)),
    )


def _scale(material: Material, at: Places) -> Floats:
    return standardised(material.columns.matrix[at])[1]


def _means(material: Material, at: Places, scale: Floats) -> Floats:
    return np.asarray(material.columns.matrix[at].mean(axis=0) / np.where(scale > 0, scale, 1.0))


def _left_out(whole: LogitLikelihood, moved: Floats, chosen: npt.NDArray[np.bool_]) -> Floats:
    """Mean deviance of the patients left out, at each penalty."""
    eta = moved @ whole.matrix[chosen].T
    probability = np.clip(1 / (1 + np.exp(-np.clip(eta, -700, 700))), SURE, 1 - SURE)
    own = np.where(whole.outcome[chosen] == 1, probability, 1 - probability)
    return np.asarray(-2 * np.log(own).mean(axis=1))


def _saturated(likelihood: Likelihood) -> float:
    """The log likelihood of a model that fits perfectly."""
    if not isinstance(likelihood, CoxLikelihood):
        return 0.0
    sets = likelihood.sets
    weight = np.bincount(sets.dead_time, weights=sets.share)
    return -float(weight @ np.log(weight))


class _Ending:
    """Whether a path has explained all that it will, as glmnet judges it."""

    def __init__(self, likelihood: Likelihood, best: float) -> None:
        self.cox, self.best = isinstance(likelihood, CoxLikelihood), best

    def __call__(self, values: Sequence[float]) -> bool:
        if len(values) <= FIRST_LOOK:
            return False
        explained = [1 - (self.best - v) / (self.best - values[0]) for v in values[-5:]]
        if explained[-1] > EXPLAINED:
            return True
        if self.cox:
            return explained[-1] - explained[0] < LITTLE_COX * explained[-1]
        return explained[-1] - explained[-2] < LITTLE


def lasso_numbers(material: Material, found: Lasso) -> pd.DataFrame:
    """A path and its cross-validation as numbers."""
    columns, k = material.columns, found.chosen
    method = "LASSO, columns standardised"
    shared: dict[str, object] = {"method": method, "n_used": len(material)}
    shared["n_missing"] = material.left_out
    penalties = {
        "lambda_min": found.penalties[k[MINIMUM]],
        "lambda_1se": found.penalties[k[ONE_SE]],
    }
    listed = rows(penalties, **shared)  # type: ignore[arg-type]
    for name, place in k.items():
        for j, (term, level) in enumerate(zip(columns.terms, columns.levels, strict=True)):
            value = {"lasso_coefficient": found.coefficients[place, j]}
            listed += rows(value, group=name, term=term, level=level, **shared)  # type: ignore[arg-type]
    places = [repr(float(p)) for p in found.penalties]
    for penalty, path in zip(places, found.standardised, strict=True):
        for term, level, value in zip(columns.terms, columns.levels, path, strict=True):
            own = {"lasso_standardised": value}
            listed += rows(own, group=penalty, term=term, level=level, **shared)  # type: ignore[arg-type]
    curve = along(
        {
            "lasso_deviance": found.deviance,
            "lasso_deviance_se": found.error,
            "lasso_nonzero": (found.coefficients != 0).sum(axis=1),
        },
        shared,
        level=places,
    )
    return pd.concat([as_numbers(listed), curve], ignore_index=True)
