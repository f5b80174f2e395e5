"""Cox and logistic regression, univariable and multivariable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyses.scene import Scene, StepNotPossible
from analyses.schema.regression import CoxStep, LogisticStep, ModelStep
from analyses.steps.e_values import with_e_values
from analyses.steps.roles import in_words, roles_of
from cohort_stats.regression.concordance import cox_concordance
from cohort_stats.regression.cox_alone import each_alone
from cohort_stats.regression.cox_model import CoxModel, fit_cox
from cohort_stats.regression.design import Covariate
from cohort_stats.regression.logistic_model import logistic
from cohort_stats.regression.model_building import (
    MULTIVARIABLE,
    UNIVARIABLE,
    Fit,
    Selection,
    build_model,
)
from cohort_stats.regression.proportional_hazards import (
    DOUBTFUL_WORDS,
    doubtful,
    proportional_hazards,
)
from cohort_stats.results import Result, joined


def cox_step(step: CoxStep, scene: Scene) -> tuple[Result, ...]:
    """Hazard ratios of each covariate alone, then of those that enter together.

    Rows that belong together (the dictionary's cluster) make the standard errors robust.
    """
    endpoint = scene.endpoint(step.endpoint)
    if not endpoint.event[endpoint.known].any():
        raise StepNotPossible("no patient has the event")

    roles, scene = roles_of(step, scene)

    def model_of(covariates: Sequence[Covariate]) -> CoxModel:
        conventions = scene.plan.conventions
        return fit_cox(endpoint, scene.frame, covariates, roles, conventions=conventions)

    def fit(covariates: Sequence[Covariate]) -> Result:
        model = model_of(covariates)
        return joined(model.result, proportional_hazards(model), cox_concordance(model))

    present = scene.covariates(step.covariates)
    several = each_alone(endpoint, scene.frame, present, roles, conventions=scene.plan.conventions)
    alone = dict(zip(present, several, strict=True))

    def fit_alone(covariates: Sequence[Covariate]) -> Result:
        result = alone[covariates[0]]
        kept = tuple(w for w in result.warnings if not w.startswith(DOUBTFUL_WORDS))
        return replace(result, warnings=kept)

    univariable, *multivariable = univariable_and_multivariable(step, scene, fit, fit_alone)
    doubts = doubtful(univariable.numbers, "the univariable models")
    univariable = replace(univariable, warnings=univariable.warnings + doubts)
    return with_e_values(step, (univariable, *multivariable))


def logistic_step(step: LogisticStep, scene: Scene) -> tuple[Result, ...]:
    """Odds ratios of each covariate alone, then of those that enter together."""
    outcome = scene.outcome(step.outcome)
    known = outcome.dropna()
    if known.nunique() < 2:
        which = "has" if len(known) and bool(known.iloc[0]) else "lacks"
        raise StepNotPossible(f"every patient {which} the outcome")
    roles, scene = roles_of(step, scene)

    def fit(covariates: Sequence[Covariate]) -> Result:
        return logistic(
            outcome, scene.frame, covariates,
            cluster=roles.cluster, weights=roles.weights, conventions=scene.plan.conventions,
        )  # fmt: skip

    return with_e_values(step, univariable_and_multivariable(step, scene, fit))


def univariable_and_multivariable(
    step: ModelStep, scene: Scene, fit: Fit, fit_alone: Fit | None = None
) -> tuple[Result, ...]:
    """Each covariate alone, then those that the step's rule lets in together, if any."""
    covariates = scene.covariates(step.covariates)
    if not covariates:
        raise StepNotPossible("the cohort holds none of its covariates")
    rule = step.selection
    selection = Selection(rule.rule, rule.p_below, rule.covariates)
    univariable, multivariable = build_model(fit, covariates, selection, fit_alone=fit_alone)
    absent = [scene.label(c.variable) for c in step.covariates if not scene.has(c.variable)]
    warnings = univariable.warnings
    if absent:
        warnings += (f"no value in the cohort file: {', '.join(absent)}",)
    if multivariable is None:
        warnings += ("no covariate entered the multivariable model",)
    univariable = replace(
        univariable, method=f"{univariable.method}. {selection.words}", warnings=warnings
    )
    results = [in_words(univariable).named(f"{step.id}/{UNIVARIABLE}")]
    if multivariable is not None:
        differing = _n_differs(univariable, multivariable)
        multivariable = replace(multivariable, warnings=multivariable.warnings + differing)
        results.append(in_words(multivariable).named(f"{step.id}/{MULTIVARIABLE}"))
    return tuple(results)


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
