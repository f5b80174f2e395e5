"""Hazard ratios by Firth's penalised likelihood, which are finite whatever the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from cohort_stats.distributions import chi_square_tail
from cohort_stats.kernels import cox_firth as kernel
from cohort_stats.kernels.cox import CoxFit
from cohort_stats.regression.coefficients import no_estimates
from cohort_stats.regression.design import Design
from cohort_stats.results import Result, as_numbers, rows

if TYPE_CHECKING:
    from cohort_stats.regression.cox_model import CoxModel

METHOD = "Cox regression, Firth’s penalised likelihood, profile interval"


def cox_firth(model: CoxModel) -> Result:
    """Hazard ratios of the same model by Firth's penalised likelihood.

    Parameters
    ----------
    model
        From `fit_cox`.

    Returns
    -------
    Result
        Per term or level firth_coefficient, firth_hazard_ratio with profile limits of the
        penalised likelihood, and firth_p, its likelihood-ratio p. No number, and a warning,
        when the model could not be fitted at all, or its ties are exact.

    Notes
    -----
    Half the log determinant of the information is added to the log partial likelihood. The
    estimates are finite also where the likelihood is monotone, and less biased in small
    cohorts. R: ``coxphf::coxphf``. Heinze and Schemper 2001. Clusters do not enter.
    """
    before, fitted = model.result, model.fitted
    words = "Hazard ratios were also estimated by Firth’s penalised likelihood"
    if fitted is None or fitted.exact:
        why = "ties are exact" if fitted else no_estimates(fitted)
        warning = f"Firth’s method not used: {why}"
        nothing = as_numbers([])
        return Result(nothing, "", before.n_used, before.n_missing, before.conventions, (warning,))
    shared: dict[str, object] = {"n_used": before.n_used, "n_missing": before.n_missing}
    found = firth_rows(model.columns, fitted, shared)
    return Result(as_numbers(found), words, before.n_used, before.n_missing, before.conventions)


def firth_rows(
    columns: Design, fitted: CoxFit, shared: Mapping[str, object]
) -> list[dict[str, object]]:
    """What :func:`cox_firth` gives, as rows; none when the steps do not come to rest.

    Parameters
    ----------
    columns, fitted
        Of the model.
    shared
        What all rows have in common, but the method.
    """
    best = kernel.firth(fitted.sets)
    if not best.converged:
        return []
    found: list[dict[str, object]] = []
    about = {**shared, "method": METHOD}
    for j, (term, level) in enumerate(zip(columns.terms, columns.levels, strict=True)):
        limits = kernel.firth_interval(fitted.sets, best, j)
        beta, low, high = np.array([best.beta[j], *limits]) / fitted.scale[j]
        p = chi_square_tail(kernel.firth_p_statistic(fitted.sets, best, j), 1)
        with np.errstate(over="ignore"):
            ratio, lowest, highest = np.exp([beta, low, high])
        values = {
            "firth_coefficient": beta,
            "firth_hazard_ratio": ratio,
            "firth_hazard_ratio_low": lowest,
            "firth_hazard_ratio_high": highest,
            "firth_p": p,
        }
        found += rows(values, term=term, level=level, **about)  # type: ignore[arg-type]
    return found
