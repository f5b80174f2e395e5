"""The propensity score: how likely each patient was to be treated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series, must_be_columns
from cohort_stats.kernels import logit as kernel
from cohort_stats.kernels.separation import endless_direction
from cohort_stats.regression.coefficients import as_binary, complete_cases, problem_with
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.regression.design import Design, design
from cohort_stats.regression.separation import separating
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TREATED, CONTROL = "treated", "control"


@dataclass(frozen=True)
class Propensity:
    """Who has a propensity score, and what it is.

    Parameters
    ----------
    data
        The patients whose treatment, covariates and everything else needed are known.
    scored
        Which of all patients these are, shape (n,).
    is_treated
        Whether each of them was treated, shape (m,).
    probability, logit
        Their scores, shape (m,).
    n_missing
        How many patients are not among them.
    method
        Where the score is from, as a sentence.
    warnings
        What to say of it.
    why
        Why there is no score; empty when there is.
    """

    data: pd.DataFrame
    scored: Bools
    is_treated: Bools
    probability: Floats
    logit: Floats
    n_missing: int
    method: str
    warnings: tuple[str, ...]
    why: str = ""

    def spread(self, values: npt.NDArray, elsewhere: float) -> npt.NDArray:
        """Values of the scored patients among those of all."""
        everyone = np.full(len(self.scored), elsewhere, dtype=values.dtype)
        everyone[self.scored] = values
        return everyone


def propensity(
    treated: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    score: str = "",
    others: Sequence[str] = (),
) -> Propensity:
    """Propensity scores by logistic regression, or as a column has them.

    Parameters
    ----------
    treated
        True, False or missing; n patients.
    frame
        Their covariates, n rows.
    covariates
        What the score is made of.
    score
        Column with a score between 0 and 1, which is then taken as it is.
    others
        Columns that must be known too.

    Raises
    ------
    ValueError
        When `treated` holds anything but yes and no, a column does not exist, or a given score
        does not lie between 0 and 1.

    Notes
    -----
    R: ``glm(treated ~ …, family = binomial)``.
    """
    treated, chosen = as_series("treated", treated), as_covariates(covariates)
    must_be_columns("score", [score] if score else [], frame)
    must_be_columns("exact", others, frame)
    model = () if score else chosen
    keep, _ = complete_cases(frame, model, treated.notna().to_numpy())
    for name in (*others, *([score] if score else [])):
        keep &= frame[name].notna().to_numpy()
    is_treated, data = as_binary("treated", treated)[keep], frame[keep]
    left_out = int((~keep).sum())
    missing = (f"not scored for a missing value: {counted(left_out)}",) if left_out else ()
    if score:
        found = _given(data[score].to_numpy(dtype=float), score, is_treated)
    else:
        found = _fitted(data, chosen, is_treated)
    probability, logit, method, warnings, why = found
    return Propensity(
        data, keep, is_treated, probability, logit, left_out, method, missing + warnings, why
    )


Found = tuple[Floats, Floats, str, tuple[str, ...], str]


def _given(values: Floats, name: str, is_treated: Bools) -> Found:
    if len(values) and not (values.min() > 0 and values.max() < 1):
        raise ValueError(
            f"score must lie between 0 and 1; got {values.min():g} to {values.max():g} in {name!r}"
        )
    why = ""
    if is_treated.all() or not is_treated.any():
        why = (
            "every patient has the treatment"
            if is_treated.any()
            else "no patient has the treatment"
        )
        why = why if len(values) else "no patient has every value known"
    method = f"Propensity scores were those of `{name}`."
    return values, np.log(values / (1 - values)), method, (), why


def _fitted(data: pd.DataFrame, chosen: Sequence[Covariate], is_treated: Bools) -> Found:
    columns = design(data, chosen)
    why = problem_with(columns, int(is_treated.sum()), "treatment")
    method = "Propensity scores were estimated by logistic regression."
    nothing = np.full(len(data), np.nan)
    if why:
        return nothing, nothing, method, (), why
    matrix = np.column_stack([np.ones(len(data)), columns.matrix])
    outcome = is_treated.astype(float)
    fitted = kernel.fit(outcome, matrix)
    direction = endless_direction(outcome, matrix, fitted)[1:]
    return (
        fitted.fitted,
        matrix @ fitted.beta,
        method,
        _apart(columns, data, is_treated, direction),
        "",
    )


def _apart(
    columns: Design, data: pd.DataFrame, is_treated: Bools, direction: Floats
) -> tuple[str, ...]:
    """The warning that covariates tell the groups apart in some patients, and which."""
    names = separating(columns, data, is_treated, direction, "treatment")
    if not names:
        return ()
    verb = "tells" if len(names) == 1 else "tell"
    return (
        f"the propensity model separates the groups: {', '.join(names)} {verb} them apart in some "
        "patients, so that scores are unreliable",
    )
