"""Tests of a proportional odds model: each term, and whether its odds are proportional."""

from __future__ import annotations

from typing import Any

import numpy as np

from cohort_stats.distributions import chi_square_tail
from cohort_stats.kernels import ordinal as kernel
from cohort_stats.regression.ordinal_model import OrdinalModel
from cohort_stats.results import Result, as_numbers, pick, rows

METHOD = "likelihood-ratio test of a slope of its own at each threshold"
DOUBTFUL = 0.05


def ordinal_term_tests(model: OrdinalModel) -> Result:
    """Likelihood-ratio test of each term: the model against the one without it.

    Parameters
    ----------
    model
        From `fit_ordinal`.

    Returns
    -------
    Result
        term_lr_chi_square, term_lr_df and term_lr_p for each term; none where standard
        errors are robust, or the model was not fitted.

    Notes
    -----
    R: ``drop1(ordinal::clm(…), test = "Chisq")``.
    """
    found: list[dict[str, object]] = []
    shared = _shared(model, "likelihood-ratio test of the model with and without the covariate")
    matrix, weight = model.columns.matrix, model.sample.weight
    if model.fitted is not None and not model.sample.robust:
        for term in dict.fromkeys(model.columns.terms):
            at = model.columns.positions(term)
            without = kernel.fit(
                model.place, np.delete(matrix, at, axis=1), weight=weight, limits=False
            )
            lost = 2 * (model.fitted.log_likelihood - without.log_likelihood)
            found += rows(_test("term_lr", lost, len(at)), term=term, **shared)
    words = "Terms were tested by likelihood ratio" if found else ""
    return _result(model, found, words)


def proportional_odds(model: OrdinalModel) -> Result:
    """Test, term by term and for all together, whether the odds ratio is the same throughout.

    Parameters
    ----------
    model
        From `fit_ordinal`.

    Returns
    -------
    Result
        po_chi_square, po_df and po_p of each term, against a model in which the term has a
        slope of its own at each threshold; po_global_… of all terms together. None where
        standard errors are robust, the outcome has two levels, or an estimate is not
        finite. Small p-values are named in a warning.

    Notes
    -----
    R: ``ordinal::nominal_test``; for all together ``clm(nominal = ~ …)``, the test of parallel
    lines of SPSS's PLUM.
    """
    fitted, cuts = model.fitted, len(model.levels) - 1
    finite = fitted is not None and bool(np.isfinite(fitted.beta).all())
    if fitted is None or not finite or model.sample.robust or cuts < 2:
        return _result(model, [], "")
    shared = _shared(model, METHOD)
    place, matrix, weight = model.place, model.columns.matrix, model.sample.weight
    found: list[dict[str, object]] = []

    def gain(at: list[int]) -> float:
        own = kernel.own_slopes(place, matrix, at, weight)
        return max(2 * (own - fitted.log_likelihood), 0.0)

    for term in dict.fromkeys(model.columns.terms):
        at = model.columns.positions(term)
        found += rows(_test("po", gain(at), len(at) * (cuts - 1)), term=term, **shared)
    everything = list(range(matrix.shape[1]))
    found += rows(_test("po_global", gain(everything), len(everything) * (cuts - 1)), **shared)
    tests = pick(as_numbers(found), "po_p")
    doubted = [f"`{t}`" for t, p in zip(tests["term"], tests["value"], strict=True) if p < DOUBTFUL]
    warnings: tuple[str, ...] = ()
    if doubted:
        warnings = (
            f"the odds are not proportional for {', '.join(doubted)} (p < {DOUBTFUL:g}): its odds "
            "ratio differs between thresholds, and one is an average",
        )
    words = "Proportional odds were tested by likelihood ratio"
    return _result(model, found, words, warnings)


def _test(name: str, chi_square: float, df: int) -> dict[str, float]:
    chi_square = max(chi_square, 0.0)
    values = {f"{name}_chi_square": chi_square, f"{name}_df": df}
    return {**values, f"{name}_p": chi_square_tail(chi_square, df)}


def _shared(model: OrdinalModel, method: str) -> dict[str, Any]:
    before = model.result
    return {"method": method, "n_used": before.n_used, "n_missing": before.n_missing}


def _result(
    model: OrdinalModel,
    found: list[dict[str, object]],
    words: str,
    warnings: tuple[str, ...] = (),
) -> Result:
    before = model.result
    return Result(
        as_numbers(found), words, before.n_used, before.n_missing, before.conventions, warnings
    )
