"""Conditional logistic regression: odds ratios within matched sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series, must_be, must_be_columns
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.coefficients import as_binary
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_model import CoxModel, fit_cox
from cohort_stats.regression.cox_sample import Roles
from cohort_stats.regression.cox_terms import cox_term_tests
from cohort_stats.results import Result, as_numbers, joined, rows

Floats = npt.NDArray[np.float64]
#: What a Cox model says, and what it is called here.
_WORDS = {
    "Cox proportional hazards regression (exact ties, ": "Conditional logistic regression (exact, ",
    "Cox regression, exact ties": "conditional logistic regression, exact",
    "stratified by": "within sets by",
    "Cox model": "conditional logistic model",
    "hazard ratio": "odds ratio",
    "no patient has the event": "no patient has the outcome",
    ": all events on one side": ": the outcome lies on one side in every set",
    "events at one time": "patients with the outcome in one set",
    "for exact ties (choose Efron’s)": "for an exact likelihood",
}


def conditional_logistic(
    outcome: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    sets: Sequence[str],
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Odds ratios within matched sets, by the likelihood of who in a set has the outcome.

    Parameters
    ----------
    outcome
        True/False, 1/0, or missing; n patients.
    frame
        Their covariates and sets, n rows.
    covariates
        Which columns enter, and how. What does not vary within any set, such as a variable
        that patients were matched by, has no estimate.
    sets
        Columns; the patients of each combination of their values are a set.
    conventions
        ``cox_interval``: ``wald`` or ``profile`` likelihood.

    Returns
    -------
    Result
        As :func:`~cohort_stats.regression.cox_model.cox`, with odds_ratio for the hazard ratio;
        the likelihood-ratio test of each term; `sets`, and `informative_sets`, those with
        patients with and without the outcome. Others, and sets of one patient, say nothing.

    Notes
    -----
    Given how many patients of a set have the outcome, the probability that it is those who have
    it: the exact partial likelihood of a stratified Cox model in which everybody has the same
    time (Breslow and Day 1980; Gail, Lubin and Rubinstein 1981). R: ``survival::clogit``;
    Stata: ``clogit``. The limits are Wald's unless asked for otherwise, as in both.
    """
    must_be("sets", sets, (list, tuple), "a list of columns")
    if not sets:
        raise ValueError("sets must name at least one column; got none")
    conventions = as_conventions(conventions)
    outcome = as_series("outcome", outcome)
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    must_be_columns("sets", sets, frame)
    happened = as_binary("outcome", outcome)
    time = np.where(outcome.notna().to_numpy(), 1.0, np.nan)
    found = fit_cox(
        Endpoint(time, happened), frame, covariates, Roles(tuple(sets)),
        conventions=conventions.overriding(ties="exact"),
    )  # fmt: skip
    counts = _sets_of(found)
    why = _why_not(found, counts["informative_sets"])
    result = _without_estimates(found, why) if why else _tested(found)
    shared: dict[str, Any] = {"n_used": result.n_used, "n_missing": result.n_missing}
    frames: list[pd.DataFrame] = [result.numbers, as_numbers(rows(counts, **shared))]
    numbers = pd.concat(frames, ignore_index=True)
    return _in_words(replace(result, numbers=numbers, conventions=conventions))


def _sets_of(model: CoxModel) -> dict[str, int]:
    """How many sets there are, and in how many some patients have the outcome and some not."""
    if model.sample.stratum is None or not len(model.sample.data):
        return {"sets": 0, "informative_sets": 0}
    size = np.bincount(model.sample.stratum)
    events = np.bincount(model.sample.stratum, weights=model.sample.endpoint.event)
    return {"sets": len(size), "informative_sets": int(((events > 0) & (events < size)).sum())}


def _why_not(model: CoxModel, informative: int) -> str:
    """Why the sets say nothing of a model; empty when they do, or nobody has the outcome."""
    event = model.sample.endpoint.event
    if model.sample.stratum is None or not event.any():
        return ""
    if not informative:
        return "no set holds patients with and without the outcome"
    share = pd.Series(event.astype(float)).groupby(pd.Series(model.sample.stratum)).mean()
    telling = ((share > 0) & (share < 1)).to_numpy()[model.sample.stratum]
    parts = pd.DataFrame(model.columns.matrix[telling]).groupby(model.sample.stratum[telling])
    spread = (parts.max() - parts.min()).to_numpy()
    fixed = model.columns.names(np.asarray((spread <= 0).all(axis=0)))
    return f"{', '.join(fixed)} does not vary within any set" if fixed else ""


def _without_estimates(model: CoxModel, why: str) -> Result:
    kept = model.result.numbers["statistic"].isin(["n", "events"])
    warnings = (*model.sample.warnings, f"conditional logistic model not fitted: {why}")
    numbers = model.result.numbers[kept].reset_index(drop=True)
    return replace(model.result, numbers=numbers, warnings=warnings, covariance=None)


def _tested(model: CoxModel) -> Result:
    tests = cox_term_tests(model)
    return joined(model.result, replace(tests, warnings=()))


def _in_words(result: Result) -> Result:
    """The words of a Cox model turned into those of a conditional logistic one."""

    def said(text: str) -> str:
        for words, own in _WORDS.items():
            text = text.replace(words, own)
        return text

    numbers = result.numbers.assign(
        statistic=result.numbers["statistic"].str.replace("hazard_ratio", "odds_ratio"),
        method=result.numbers["method"].map(said),
    )
    warnings = tuple(map(said, result.warnings))
    return replace(result, numbers=numbers, method=said(result.method), warnings=warnings)
