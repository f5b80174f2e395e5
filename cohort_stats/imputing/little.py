"""Little's test that values are missing completely at random."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.comparing.rows import is_numeric
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.imputing.patterns import checked_names
from cohort_stats.kernels.normal_em import normal_em, patterns
from cohort_stats.regression.design import design
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]

METHOD = "Little’s test"


def little_test(
    frame: pd.DataFrame,
    variables: Sequence[str],
    *,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Test whether values are missing completely at random.

    A small p says that patients with different values missing differ in the values that are
    known, so that complete cases are a biased sample. A large p is no proof of the contrary,
    and no test can tell whether values are missing because of what they are.

    Parameters
    ----------
    frame
        One row a patient.
    variables
        Two columns or more. Levels enter as 0/1 columns against the first; ordered ones as
        the numbers 0, 1, 2 …
    conventions
        Recorded only.

    Returns
    -------
    Result
        mcar_chi_square, mcar_df, mcar_p; nan with a warning when there is nothing to test.

    Notes
    -----
    Little, JASA 1988, 83:1198: d² = Σ nⱼ (ȳⱼ − μ̂ⱼ)ᵀ Σ̃ⱼ⁻¹ (ȳⱼ − μ̂ⱼ) over the patterns j, on
    the variables known in each; μ̂ by EM, Σ̃ the EM covariance times n/(n − 1), as in R's
    ``BaylorEdPsych::LittleMCAR`` and ``misty::na.test``. It takes the variables to be jointly
    normal; with levels it is approximate.
    """
    conventions = as_conventions(conventions)
    names = checked_names(frame, variables, least=2)
    values, left = _columns(frame, names)
    values = values[~np.isnan(values).all(axis=1)]
    n = len(values)
    shared: dict[str, Any] = {"method": METHOD, "n_used": n, "n_missing": len(frame) - n}
    why = _why_not(values)
    mean, covariance, converged = (np.empty(0),) * 2 + (True,) if why else _fit(values)
    if not why and not len(mean):
        why = "the variables determine each other (one is a combination of the rest)"
    warnings = [f"`{name}` does not vary and is left out of Little’s test" for name in left]
    if why:
        warnings.append(f"Little’s test not done: {why}")
        numbers = as_numbers(rows({"mcar_p": float("nan")}, **shared))
        return Result(numbers, "", n, len(frame) - n, conventions, tuple(warnings))
    if not converged:
        warnings.append("Little’s test: the estimates did not come to rest; take p as approximate")
    value, df = _distance(values, mean, covariance * n / (n - 1))
    tested = {"mcar_chi_square": value, "mcar_df": df, "mcar_p": chi_square_tail(value, df)}
    words = "Whether values were missing completely at random was tested with Little’s test."
    numbers = as_numbers(rows(tested, **shared))
    return Result(numbers, words, n, len(frame) - n, conventions, tuple(warnings))


def _columns(frame: pd.DataFrame, names: Sequence[str]) -> tuple[Floats, list[str]]:
    """The columns of the test, and the variables that do not vary."""
    made, left = [], []
    for name in names:
        column = frame[name]
        if column.nunique() < 2:
            left.append(name)
        elif is_numeric(column):
            made.append(column.to_numpy(dtype=float)[:, None])
        elif isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered:
            codes = column.cat.codes.to_numpy(dtype=float)
            made.append(np.where(codes < 0, np.nan, codes)[:, None])
        else:
            made.append(design(frame, [name]).matrix)
    return np.column_stack(made) if made else np.empty((len(frame), 0)), left


def _why_not(values: Floats) -> str:
    n, p = values.shape
    if p < 2:
        return "fewer than two variables vary"
    known = ~np.isnan(values)
    if known.all():
        return "no value is missing"
    if len(np.unique(known, axis=0)) < 2:
        return "all patients have the same values missing"
    return f"{n} patients are too few for {p} columns" if n <= p else ""


def _fit(values: Floats) -> tuple[Floats, Floats, bool]:
    """EM estimates; empty where the columns determine each other."""
    try:
        mean, covariance, converged = normal_em(values)
    except np.linalg.LinAlgError:
        return np.empty(0), np.empty((0, 0)), False
    spread = np.sqrt(np.diag(covariance))
    size = np.linalg.eigvalsh(covariance / np.outer(spread, spread))
    if not size[0] > 1e-9:
        return np.empty(0), np.empty((0, 0)), False
    return mean, covariance, converged


def _distance(values: Floats, mean: Floats, covariance: Floats) -> tuple[float, int]:
    total, df = 0.0, -values.shape[1]
    for here, at in patterns(~np.isnan(values)):
        apart = values[np.ix_(at, here)].mean(axis=0) - mean[here]
        part = covariance[np.ix_(here, here)]
        total += len(at) * float(apart @ np.linalg.solve(part, apart))
        df += int(here.sum())
    return total, df
