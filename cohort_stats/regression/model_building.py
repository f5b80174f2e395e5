"""From single-variable models to one model of several, by a rule that is stated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from cohort_stats.problem import must_be_one_of
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.regression.logistic_rows import INTERCEPT
from cohort_stats.regression.selection import Selection
from cohort_stats.results import Result, as_numbers, pick, rows, stack

UNIVARIABLE, MULTIVARIABLE = "univariable", "multivariable"
Fit = Callable[[Sequence[Covariate]], Result]


def build_model(
    fit: Fit,
    covariates: Sequence[Covariate | str],
    selection: Selection,
    *,
    fit_alone: Fit | None = None,
    found: Sequence[str] = (),
) -> tuple[Result, Result | None]:
    """Fit each covariate alone, then those that the rule lets in together.

    Parameters
    ----------
    fit
        Fits a model of some covariates: `cox` or
        :func:`~cohort_stats.regression.logistic_model.logistic` with everything else bound.
        Where a search found the covariates, the patients it looked at are to be the same.
    covariates
        Every candidate.
    selection
        The rule.
    fit_alone
        Fits the model of one covariate, where it is not fitted as that of several.
    found
        Names of the covariates that a search has found
        (:func:`~cohort_stats.regression.choosing.choose_covariates`), for rules that search.

    Returns
    -------
    (univariable, multivariable)
        The first holds a row ``entered`` (1 or 0) for each candidate. The second is None
        when no covariate passed the rule.

    Raises
    ------
    ValueError
        When there is no candidate, or the rule names one that is not among them.

    Examples
    --------
    ``build_model(lambda some: cox(endpoint, frame, some), ["age", "grade"],
    Selection("univariable", p_below=0.1))``
    """
    covariates = as_covariates(covariates)
    candidates = [c.variable for c in covariates]
    if not candidates:
        raise ValueError("covariates must name at least one candidate; got none")
    for name in selection.given:
        must_be_one_of("given", name, candidates)
    alone = [(fit_alone or fit)([covariate]) for covariate in covariates]
    p = {c.variable: univariable_p(r, c.variable) for c, r in zip(covariates, alone, strict=True)}
    entering = [c for c in covariates if _enters(c.variable, p[c.variable], selection, found)]
    names = {c.variable for c in entering}
    marks = [
        row
        for covariate in covariates
        for row in rows(
            {"entered": float(covariate.variable in names)},
            term=covariate.variable,
            method=selection.words,
        )
    ]
    labelled = [_of_one_term(r, c.variable) for r, c in zip(alone, covariates, strict=True)]
    warnings = [w for r in alone for w in r.warnings if "fewer than ten" not in w]
    if selection.rule == "univariable":
        warnings += [w for r, name in zip(alone, candidates, strict=True) for w in _untold(r, name)]
    numbers = stack([*labelled, replace(alone[0], numbers=as_numbers(marks))])
    univariable = Result(
        numbers=numbers,
        method=alone[0].method,
        n_used=max(r.n_used for r in alone),
        n_missing=min(r.n_missing for r in alone),
        conventions=alone[0].conventions,
        warnings=tuple(dict.fromkeys(warnings)),
        covariance=_apart(r.covariance for r in alone),
    )
    return univariable, fit(entering) if entering else None


def _apart(covariances: Iterable[pd.DataFrame | None]) -> pd.DataFrame | None:
    """Covariances of separate models in one frame, nan between the models."""
    known = [c for c in covariances if c is not None]
    if not known:
        return None
    names = known[0].index
    for one in known[1:]:
        names = names.append(one.index)
    joint = pd.DataFrame(np.nan, index=names, columns=names)
    for one in known:
        joint.loc[one.index, one.index] = one.to_numpy()
    return joint


def univariable_p(result: Result, term: str) -> float:
    """The Wald p of a model's only term, global when it is a factor.

    The likelihood-ratio p where an estimate is infinite, so that Wald's test says nothing; nan
    where there is none either.
    """
    wald = _wald_p(result, term)
    infinite = np.isinf(pick(result.numbers, "coefficient", term=term)["value"].to_numpy())
    if np.isfinite(wald) or not infinite.any():
        return wald
    found = pick(result.numbers, "lr_p")["value"]
    return float(found.iloc[0]) if len(found) else wald


def _wald_p(result: Result, term: str) -> float:
    for statistic in ("global_p", "p"):
        found = pick(result.numbers, statistic, term=term)
        if len(found) == 1:
            return float(found["value"].iloc[0])
    return float("nan")


def _untold(result: Result, term: str) -> list[str]:
    """The warning that a covariate was not judged by its Wald p, which the table shows."""
    if np.isfinite(_wald_p(result, term)) or pick(result.numbers, "coefficient", term=term).empty:
        return []
    p = univariable_p(result, term)
    if not np.isfinite(p):
        return [f"`{term}` has no univariable p, so that it did not enter the multivariable model"]
    told = f"{p:.2g}" if p >= 0.001 else "below 0.001"
    return [
        f"`{term}` has an infinite estimate and no Wald p: whether it enters the multivariable "
        f"model was judged by its likelihood-ratio p, {told}"
    ]


def _enters(name: str, p: float, selection: Selection, found: Sequence[str]) -> bool:
    if selection.searches:
        return name in found
    if selection.rule == "univariable":
        return bool(np.isfinite(p) and p < selection.p_below)
    return selection.rule == "all" or name in selection.given


def _of_one_term(result: Result, term: str) -> Result:
    # Model-wide numbers of each small model are told apart by the term they belong to.
    # So are the intercepts, by their level.
    numbers = result.numbers
    whole, intercept = numbers["term"] == "", numbers["term"] == INTERCEPT
    level = numbers["level"].mask(intercept, term)
    return replace(
        result, numbers=numbers.assign(term=numbers["term"].mask(whole, term), level=level)
    )
