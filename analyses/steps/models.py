"""Cox regression; and for every regression, univariable and multivariable models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyses.scene import Scene, StepNotPossible
from analyses.schema.regression import BuiltStep, CoxStep, ModelStep
from analyses.steps.building import (
    SELECTION,
    VALIDATION,
    Building,
    searched,
    selection_of,
    validated,
    with_products,
)
from analyses.steps.e_values import with_e_values
from analyses.steps.nomogram import with_nomogram
from analyses.steps.predicting import with_predictions
from analyses.steps.roles import in_words, roles_of
from analyses.steps.shapes import with_shapes
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.concordance import cox_concordance
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_alone import each_alone
from cohort_stats.regression.cox_model import CoxModel, fit_cox
from cohort_stats.regression.cox_terms import cox_term_tests
from cohort_stats.regression.material import Outcome
from cohort_stats.regression.model_building import (
    MULTIVARIABLE,
    UNIVARIABLE,
    Fit,
    build_model,
)
from cohort_stats.regression.proportional_hazards import (
    DOUBTFUL_WORDS,
    doubtful,
    proportional_hazards,
)
from cohort_stats.regression.selection import Selection
from cohort_stats.results import Result, joined, pick

WAS_TO_ENTER = (" entered the", " were to enter the")


def cox_step(step: CoxStep, scene: Scene) -> tuple[Result, ...]:
    """Hazard ratios of each covariate alone, then of those that enter together.

    Rows that belong together (the dictionary's cluster) make the standard errors robust.
    """
    endpoint = scene.endpoint(step.endpoint)
    if not endpoint.event[endpoint.known].any():
        raise StepNotPossible("no patient has the event")

    roles, scene = roles_of(step, scene)
    conventions = scene.plan.conventions

    def model_of(covariates: Sequence[Covariate], outcome: Endpoint) -> CoxModel:
        chosen = with_products(step, covariates)
        return fit_cox(outcome, scene.frame, chosen, roles, conventions=conventions)

    def fit_to(outcome: Outcome) -> Fit:
        assert isinstance(outcome, Endpoint)

        def fit(covariates: Sequence[Covariate]) -> Result:
            model = model_of(covariates, outcome)
            tests = cox_term_tests(model)
            checks = (proportional_hazards(model), cox_concordance(model))
            return joined(model.result, replace(tests, warnings=()), *checks)

        return fit

    present = scene.covariates(step.covariates)
    several = each_alone(endpoint, scene.frame, present, roles, conventions=conventions)
    alone = dict(zip(present, several, strict=True))

    def fit_alone(covariates: Sequence[Covariate]) -> Result:
        result = alone[covariates[0]]
        kept = tuple(w for w in result.warnings if not w.startswith(DOUBTFUL_WORDS))
        return replace(result, warnings=kept)

    building = Building(endpoint, fit_to, roles)
    univariable, *multivariable = univariable_and_multivariable(
        step, scene, fit_to(endpoint), fit_alone, building
    )
    doubts = doubtful(univariable.numbers, "the univariable models")
    univariable = replace(univariable, warnings=univariable.warnings + doubts)
    results = with_shapes(step, scene, building, (univariable, *multivariable), model_of)
    results = with_nomogram(step, scene, building, results, model_of)
    results = with_predictions(step, scene, building, results, model_of)
    return with_e_values(step, results)


def univariable_and_multivariable(
    step: ModelStep,
    scene: Scene,
    fit: Fit,
    fit_alone: Fit | None = None,
    building: Building | None = None,
) -> tuple[Result, ...]:
    """Each covariate alone, then those that the step's rule lets in together, if any.

    With `building`, the rule may search for them, and the step may be validated.
    """
    covariates = scene.covariates(step.covariates)
    if not covariates:
        labels = ", ".join(scene.label(c.variable) for c in step.covariates)
        raise StepNotPossible(f"the cohort holds none of its covariates: {labels}")
    selection, further = selection_of(step, scene), dict[str, Result]()
    together, found = fit, tuple[str, ...]()
    if building is not None and selection.searches:
        chosen = searched(step, scene, building, covariates)
        together, found = building.fit_among(chosen.kept), chosen.terms
        further[SELECTION] = chosen.result
    univariable, multivariable = build_model(
        together, covariates, selection, fit_alone=fit_alone or fit, found=found
    )
    if building is not None and isinstance(step, BuiltStep) and multivariable is not None:
        validation = validated(step, scene, building, covariates)
        further |= {} if validation is None else {VALIDATION: validation}
    absent = [scene.label(c.variable) for c in step.covariates if not scene.has(c.variable)]
    without = [w for r in further.values() if r.numbers.empty for w in r.warnings]
    warnings = (*univariable.warnings, *without, *_lone_patients(univariable))
    if absent:
        warnings += (f"no value in the cohort file: {', '.join(absent)}",)
    if multivariable is None:
        warnings += ("no covariate entered the multivariable model",)
    words = rule_words(selection, absent)
    marks = univariable.numbers["statistic"] == "entered"
    univariable = replace(
        univariable,
        numbers=univariable.numbers.assign(method=univariable.numbers["method"].mask(marks, words)),
        method=f"{univariable.method}. {words}",
        warnings=warnings,
    )
    if multivariable is not None and why_not_fitted(multivariable):
        univariable = not_entered(univariable)
    results = [in_words(univariable).named(f"{step.id}/{UNIVARIABLE}")]
    if multivariable is not None:
        differing = _n_differs(univariable, multivariable)
        multivariable = replace(multivariable, warnings=multivariable.warnings + differing)
        results.append(in_words(multivariable).named(f"{step.id}/{MULTIVARIABLE}"))
    found_more = [r.named(f"{step.id}/{k}") for k, r in further.items() if len(r.numbers)]
    return (*results, *found_more)


def _lone_patients(univariable: Result) -> list[str]:
    """The warning of each level of a covariate that holds a single patient."""
    numbers = pick(univariable.numbers, "n")
    alone = numbers[(numbers["level"] != "") & (numbers["value"] == 1)]
    return [
        f"`{term}` {level} is a single patient: what the model says of it rests on that patient"
        for term, level in zip(alone["term"], alone["level"], strict=True)
    ]


def rule_words(selection: Selection, absent: Sequence[str]) -> str:
    """The rule of a selection as a sentence, and which covariates the cohort file lacks.

    Parameters
    ----------
    selection
        The rule.
    absent
        Labels of the covariates without a value in the cohort file.
    """
    words = selection.words
    if not absent:
        return words
    lacking = f"not in the file: {', '.join(absent)}."
    if selection.rule == "all":
        words = words.replace("All covariates", "All covariates of the file")
        return f"{words.removesuffix('.')}; {lacking}"
    return f"{words} {lacking[:1].upper()}{lacking[1:]}"


def not_entered(univariable: Result) -> Result:
    """Univariable models whose rule says what was to enter a model that could not be fitted."""
    numbers = univariable.numbers
    words = numbers["method"].str.replace(*WAS_TO_ENTER, regex=False)
    marks = numbers["statistic"] == "entered"
    return replace(
        univariable,
        numbers=numbers.assign(method=numbers["method"].mask(marks, words)),
        method=univariable.method.replace(*WAS_TO_ENTER),
    )


def why_not_fitted(result: Result) -> str:
    """Why a model could not be fitted, in the words of its warning; empty where it was."""
    for warning in result.warnings:
        _, refused, why = warning.partition(" model not fitted: ")
        if refused:
            return why
    return ""


def _n_differs(univariable: Result, multivariable: Result) -> tuple[str, ...]:
    numbers = univariable.numbers
    alone = numbers.loc[numbers["statistic"] == "coefficient", "n_used"]
    if alone.empty or alone.eq(multivariable.n_used).all():
        return ()
    span = f"{alone.min()}" if alone.min() == alone.max() else f"{alone.min()} to {alone.max()}"
    return (
        f"the multivariable model has {multivariable.n_used} patients with complete data, the "
        f"univariable models {span}",
    )
