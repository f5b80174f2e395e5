"""What a Cox model loses without each of its terms: likelihood-ratio tests."""

from __future__ import annotations

import numpy as np

from cohort_stats.distributions import chi_square_tail
from cohort_stats.kernels import cox as kernel
from cohort_stats.regression.coefficients import no_estimates
from cohort_stats.regression.cox_model import CoxModel
from cohort_stats.regression.cox_words import robust
from cohort_stats.results import Result, as_numbers, rows


def cox_term_tests(model: CoxModel) -> Result:
    """Likelihood-ratio test of each term: the model without it, on the same patients.

    Parameters
    ----------
    model
        From `fit_cox`.

    Returns
    -------
    Result
        Per term term_lr_chi_square, term_lr_df and term_lr_p, also where a hazard ratio is
        infinite. A covariate that is part of an interaction is not dropped by itself. No
        number, and a
        warning, when the model cannot be fitted or its standard errors are robust: the
        likelihood takes rows to be independent.

    Notes
    -----
    R: ``drop1(fit, test = "Chisq")``.
    """
    before, fitted, columns = model.result, model.fitted, model.columns
    why = "" if fitted and np.isfinite(fitted.log_likelihood) else no_estimates(fitted)
    why = "rows depend on each other or are weighted" if not why and robust(model.sample) else why
    if why or fitted is None:
        warning = f"terms not tested by likelihood ratio: {why}"
        nothing = as_numbers([])
        return Result(nothing, "", before.n_used, before.n_missing, before.conventions, (warning,))
    inside = {name for product in columns.interactions.values() for name in product}
    about: dict[str, object] = {"method": "likelihood-ratio test of the model without the term"}
    about |= {"n_used": before.n_used, "n_missing": before.n_missing}
    found: list[dict[str, object]] = []
    for term in dict.fromkeys(columns.terms):
        if term in inside:
            continue
        at = columns.positions(term)
        lost = max(2 * (fitted.log_likelihood - _without(model, at)), 0.0)
        values = {"term_lr_chi_square": lost, "term_lr_df": len(at)}
        values |= {"term_lr_p": chi_square_tail(lost, len(at))}
        found += rows(values, term=term, **about)  # type: ignore[arg-type]
    words = "Each term was tested by the likelihood ratio"
    return Result(as_numbers(found), words, before.n_used, before.n_missing, before.conventions)


def _without(model: CoxModel, at: list[int]) -> float:
    """Log likelihood of the model without some of its columns."""
    sample, fitted = model.sample, model.fitted
    assert fitted is not None
    rest = np.delete(model.columns.matrix, at, axis=1)
    if not rest.shape[1]:
        return fitted.log_likelihood_null
    return kernel.fit(
        sample.endpoint.time,
        sample.endpoint.event,
        rest,
        model.result.conventions.ties,
        stratum=sample.stratum,
        entry=sample.entry,
        weight=sample.weight,
    ).log_likelihood
