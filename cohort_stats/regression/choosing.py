"""Covariates chosen by a rule that looks at all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.kernels.cox_exact import too_large
from cohort_stats.kernels.likelihoods import CoxLikelihood, Likelihood, fit, wald_test
from cohort_stats.problem import must_be_one_of
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.regression.cox_sample import NO_ROLES, Roles
from cohort_stats.regression.folds import dealt, why_no_folds
from cohort_stats.regression.material import Material, Outcome, material_of
from cohort_stats.regression.penalised import cross_validated, lasso_numbers, never_entering
from cohort_stats.regression.selection import TESTS, Selection
from cohort_stats.regression.stepwise import REMOVED, Path, stepwise
from cohort_stats.results import Result, as_numbers, rows

Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Chosen:
    """What a search found.

    Parameters
    ----------
    terms
        The covariates of the model.
    result
        How it went, as numbers.
    kept
        Which rows of the frame it looked at: patients with every candidate known.
    """

    terms: tuple[str, ...]
    result: Result
    kept: Bools


def choose_covariates(
    outcome: Outcome,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    selection: Selection,
    *,
    roles: Roles = NO_ROLES,
    conventions: Conventions | str = RECOMMENDED,
) -> Chosen:
    """Search for the covariates of a model: stepwise, or by the LASSO.

    Parameters
    ----------
    outcome
        An endpoint (Cox), or True/False, 1/0, missing (logistic); n patients.
    frame
        Their covariates, n rows.
    covariates
        Every candidate; factors and splines enter and leave as a whole, and a product of two
        is never in without both.
    selection
        The rule: ``forward``, ``backward``, ``both`` or ``lasso``. The others look at each
        covariate alone, in the patients who have it: see
        :func:`~cohort_stats.regression.model_building.build_model`.
    roles
        Strata, weights and entry of a Cox model. A cluster is ignored, with a warning: the
        tests take rows to be independent.
    conventions
        ``ties`` of a Cox model (the LASSO takes Breslow's).

    Returns
    -------
    Chosen
        `result` holds, step by step (``level``), the covariate that entered or left
        (``group``), step_chi_square, step_df, step_p and step_aic; or what
        :func:`~cohort_stats.regression.penalised.lasso` gives.

    Notes
    -----
    R: ``step(fit, scope, direction)`` for AIC, ``cv.glmnet`` for the LASSO. SPSS: LOGISTIC
    REGRESSION and COXREG, ``METHOD = FSTEP(LR)``, ``BSTEP(COND)`` and so on, with PIN and
    POUT; patients with a missing candidate are left out of all steps there as here.
    """
    must_be_one_of("rule", selection.rule, ("forward", "backward", "both", "lasso"))
    conventions = as_conventions(conventions)
    material = material_of(outcome, frame, covariates, roles, conventions)
    order = tuple(dict.fromkeys(c.variable for c in as_covariates(covariates)))
    why = why_no_search(material, selection)
    n, left_out, method = len(material), material.left_out, selection.words
    if why:
        warning = f"no covariate could be selected: {why}"
        nothing = Result(as_numbers([]), method, n, left_out, conventions, (warning,))
        return Chosen((), nothing, material.kept)
    warnings = [] if material.cluster is None else [
        "the selection took rows to be independent: p-values are too small where the rows of a "
        "cluster resemble each other"
    ]  # fmt: skip
    warnings += never_entering(material)
    if selection.rule == "lasso":
        found = cross_validated(material, dealt(material.event, selection.folds, selection.seed))
        numbers = lasso_numbers(material, found)
        terms = _with_coefficients(material, found.coefficients[found.chosen[selection.penalty]])
    else:
        way = search(material, selection)
        numbers, terms = _steps(way, selection, n, left_out), way.chosen
        if way.untested:
            named = ", ".join(f"`{name}`" for name in way.untested)
            warnings.append(f"the search ended with a model without finite estimates ({named})")
    chosen = tuple(name for name in order if name in terms)
    result = Result(numbers, method, n, left_out, conventions, tuple(warnings))
    return Chosen(chosen, result, material.kept)


def why_no_search(material: Material, selection: Selection) -> str:
    """Why a rule cannot be applied at all; empty when it can."""
    if selection.rule == "lasso":
        return why_no_folds(material, selection.folds)
    why = material.why_not
    if not why and material.time is not None and material.ties == "exact":
        likelihood = material.likelihood()
        assert isinstance(likelihood, CoxLikelihood)
        return too_large(likelihood.sets, likelihood.columns)
    if selection.rule == "forward" and len(material) and material.event.sum() > 0:
        # Only what enters has to be estimable.
        return why if "every patient" in why or "no covariate" in why else ""
    return why


def search(material: Material, selection: Selection, at: Places | None = None) -> Path:
    """The path of a stepwise rule, in all patients or in some of their rows."""
    likelihood = material.likelihood(at)
    terms = {k: tuple(likelihood.base + j for j in v) for k, v in material.terms.items()}
    return stepwise(likelihood, terms, selection, material.needs)


def chosen_terms(
    material: Material, selection: Selection, at: Places | None = None
) -> tuple[str, ...]:
    """The covariates a rule chooses, in all patients or in some of their rows."""
    if selection.rule in ("given", "all"):
        return tuple(material.terms)
    if selection.rule == "univariable":
        return _univariable(material, selection.p_below, at)
    if selection.rule == "lasso":
        event = material.event if at is None else material.event[at]
        found = cross_validated(material, dealt(event, selection.folds, selection.seed), at)
        return _with_coefficients(material, found.coefficients[found.chosen[selection.penalty]])
    return search(material, selection, at).chosen


def _univariable(material: Material, p_below: float, at: Places | None) -> tuple[str, ...]:
    likelihood = material.likelihood(at)
    base = list(range(likelihood.base))
    found: list[str] = []
    for name, columns in material.terms.items():
        if name in material.needs:
            found += [name] if set(material.needs[name]) <= set(found) else []
            continue
        own = [likelihood.base + j for j in columns]
        p = chi_square_tail(_wald_or_ratio(likelihood, base, own), len(own))
        if np.isfinite(p) and p < p_below:
            found.append(name)
    return tuple(found)


def _wald_or_ratio(likelihood: Likelihood, base: list[int], own: list[int]) -> float:
    """Wald's chi-square; that of the likelihood ratio where an estimate is infinite."""
    fitted = fit(likelihood, base + own)
    if fitted.converged or np.isnan(fitted.covariance).any():
        return wald_test(fitted, own)
    return 2 * (fitted.log_likelihood - fit(likelihood, base).log_likelihood)


def _with_coefficients(
    material: Material, coefficients: npt.NDArray[np.float64]
) -> tuple[str, ...]:
    found = {name for name, at in material.terms.items() if coefficients[at].any()}
    found |= {part for name in found for part in material.needs.get(name, ())}
    return tuple(name for name in material.terms if name in found)


def _steps(way: Path, selection: Selection, n: int, left_out: int) -> pd.DataFrame:
    shared: dict[str, object] = {"n_used": n, "n_missing": left_out}
    aic = "Akaike’s information criterion"
    found = rows({"step_aic": way.first_aic}, level="0", method=aic, **shared)  # type: ignore[arg-type]
    for k, step in enumerate(way.steps, start=1):
        values = {"step_chi_square": step.chi_square, "step_df": step.df}
        values |= {"step_p": step.p, "step_aic": step.aic}
        test = TESTS[selection.by] if step.move == REMOVED else TESTS["score"]
        found += rows(
            values,
            group=step.move,
            term=step.term,
            level=str(k),
            method=aic if selection.by == "aic" else test,
            **shared,  # type: ignore[arg-type]
        )
    return as_numbers(found)
