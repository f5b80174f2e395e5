"""What each term adds to a logistic or ordinal model: likelihood-ratio tests, one left out."""

from __future__ import annotations

import numpy as np

from cohort_stats.distributions import chi_square_tail
from cohort_stats.kernels import firth, logit
from cohort_stats.regression.logistic_model import LogisticModel
from cohort_stats.results import Result, as_numbers, rows


def term_tests(model: LogisticModel) -> Result:
    """Likelihood-ratio test of each term: the model against the one without it.

    Parameters
    ----------
    model
        From `fit_logistic`, or from `fit_firth`: then of the penalised likelihood.

    Returns
    -------
    Result
        term_lr_chi_square, term_lr_df and term_lr_p for each term. None where standard errors
        are robust, as the likelihood takes rows to be independent; none for a model that
        was not fitted. A covariate that is part of an interaction is not dropped by itself.

    Notes
    -----
    R: ``drop1(fit, test = "LRT")``. The patients are the same in both models.
    """
    before, columns = model.result, model.columns
    found: list[dict[str, object]] = []
    if model.fitted is not None and not model.sample.robust:
        inside = {name for product in columns.interactions.values() for name in product}
        for term in dict.fromkeys(columns.terms):
            if term in inside:
                continue
            at = np.array(columns.positions(term)) + 1
            chi_square, df = _loss(model, at), len(at)
            values = {"term_lr_chi_square": chi_square, "term_lr_df": df}
            values["term_lr_p"] = chi_square_tail(chi_square, df)
            found += rows(
                values,
                term=term,
                method="likelihood-ratio test of the model with and without the covariate",
                n_used=before.n_used,
                n_missing=before.n_missing,
            )
    words = "Terms were tested by likelihood ratio" if found else ""
    return Result(as_numbers(found), words, before.n_used, before.n_missing, before.conventions)


def _loss(model: LogisticModel, at: np.ndarray) -> float:
    assert model.fitted is not None
    y, matrix, weight = model.event.astype(float), model.matrix, model.sample.weight
    if model.penalised:
        none = np.isin(np.arange(matrix.shape[1]), at)
        return firth.loss(y, matrix, model.fitted, none, weight)
    without = logit.fit(y, np.delete(matrix, at, axis=1), weight=weight)
    return max(2 * (model.log_likelihood - without.log_likelihood), 0.0)
