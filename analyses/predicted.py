"""What a fitted model predicts for each patient, from its printed coefficients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.regression.coding import as_factor
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.logistic_rows import INTERCEPT
from cohort_stats.results import Result, pick

Floats = npt.NDArray[np.float64]


def predicted(frame: pd.DataFrame, covariates: Sequence[Covariate], result: Result) -> pd.Series:
    """The linear predictor of each patient; of a logistic model the predicted risk.

    Parameters
    ----------
    frame
        One row a patient; also those whom the model left out.
    covariates
        As they could enter the model.
    result
        Of the model.

    Returns
    -------
    pandas.Series
        Missing where a covariate is missing or at a level that the model does not know, and
        everywhere when an estimate is not finite.
    """
    coefficients = pick(result.numbers, "coefficient")
    if not np.isfinite(coefficients["value"]).all():
        return pd.Series(np.nan, index=range(len(frame)))
    total = np.zeros(len(frame))
    for covariate in covariates:
        mine = coefficients[coefficients["term"] == covariate.variable]
        if len(mine):
            total += _part(frame[covariate.variable], covariate, mine, result)
    known = {INTERCEPT, *(c.variable for c in covariates)}
    if not set(coefficients["term"]) <= known:
        total[:] = np.nan  # a term that is more than one plain covariate
    intercept = coefficients.loc[coefficients["term"] == INTERCEPT, "value"]
    if len(intercept):
        with np.errstate(over="ignore"):
            total = 1 / (1 + np.exp(-(total + float(intercept.iloc[0]))))
    return pd.Series(np.where(np.isfinite(total), total, np.nan))


def _part(column: pd.Series, covariate: Covariate, mine: pd.DataFrame, result: Result) -> Floats:
    levels = dict(zip(mine["level"], mine["value"], strict=True))
    if set(levels) == {""}:
        if covariate.score:
            codes = as_factor(column).codes.astype(float)
            values = np.where(codes < 0, np.nan, codes)
        else:
            values = column.to_numpy(dtype=float, na_value=np.nan) / covariate.per
        return np.asarray(levels[""] * values, dtype=np.float64)
    references = pick(result.numbers, "reference", term=covariate.variable)["level"]
    levels |= dict.fromkeys(references, 0.0)
    texts = column.astype(object).map(lambda v: levels.get(str(v), np.nan), na_action="ignore")
    return texts.to_numpy(dtype=float)
