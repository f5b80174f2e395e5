"""Logistic regression, univariable and multivariable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analyses.scene import Scene, StepNotPossible
from analyses.schema.regression import LogisticStep
from analyses.steps.building import Building, with_products
from analyses.steps.e_values import with_e_values
from analyses.steps.models import univariable_and_multivariable
from analyses.steps.nomogram import with_nomogram
from analyses.steps.roles import cluster_beside, roles_of, sets_of
from analyses.steps.shapes import with_shapes
from cohort_stats.regression.conditional_model import conditional_logistic
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_sample import Roles
from cohort_stats.regression.firth_model import fit_firth
from cohort_stats.regression.logistic_model import LogisticModel, fit_logistic
from cohort_stats.regression.material import Outcome
from cohort_stats.regression.model_building import Fit
from cohort_stats.regression.predictive_performance import logistic_performance
from cohort_stats.regression.term_tests import term_tests
from cohort_stats.results import Result, joined


def logistic_step(step: LogisticStep, scene: Scene) -> tuple[Result, ...]:
    """Odds ratios of each covariate alone, then of those that enter together.

    Rows that belong together (the dictionary's cluster) make the standard errors robust. The
    model of several is tested term by term, and its apparent performance is measured.
    """
    outcome = scene.outcome(step.outcome)
    known = outcome.dropna()
    if known.nunique() < 2:
        which = "has" if len(known) and bool(known.iloc[0]) else "lacks"
        raise StepNotPossible(f"every patient {which} the outcome")
    if step.conditional:
        return _within_sets(step, scene, outcome)
    roles, scene = roles_of(step, scene)

    def fit_to(outcome: Outcome) -> Fit:
        assert isinstance(outcome, pd.Series)

        def fit(covariates: Sequence[Covariate]) -> Result:
            model = _model(step, scene, outcome, covariates, roles)
            if not model.finite:
                return joined(model.result, term_tests(model))
            return joined(model.result, term_tests(model), logistic_performance(model))

        return fit

    def fit_alone(covariates: Sequence[Covariate]) -> Result:
        return _model(step, scene, outcome, covariates, roles).result

    building = Building(outcome, fit_to, roles)
    results = univariable_and_multivariable(step, scene, fit_to(outcome), fit_alone, building)

    def model_of(covariates: Sequence[Covariate], outcome: pd.Series) -> LogisticModel:
        return _model(step, scene, outcome, covariates, roles)

    results = with_shapes(step, scene, building, results, model_of)
    results = with_nomogram(step, scene, building, results, model_of)
    return with_e_values(step, results)


def _within_sets(step: LogisticStep, scene: Scene, outcome: pd.Series) -> tuple[Result, ...]:
    """Odds ratios within matched sets: conditional logistic regression."""
    sets = sets_of(step, scene)

    def fit(covariates: Sequence[Covariate]) -> Result:
        conventions = scene.plan.conventions
        return conditional_logistic(
            outcome, scene.frame, covariates, sets=sets, conventions=conventions
        )

    first, *others = univariable_and_multivariable(step, scene, fit)
    ignored = cluster_beside(sets, scene)
    if ignored:
        warning = f"conditional logistic regression takes rows of one `{ignored}` to be independent"
        first = replace(first, warnings=(*first.warnings, warning))
    return with_e_values(step, (first, *others))


def _model(
    step: LogisticStep,
    scene: Scene,
    outcome: pd.Series,
    covariates: Sequence[Covariate],
    roles: Roles,
) -> LogisticModel:
    conventions, covariates = scene.plan.conventions, with_products(step, covariates)
    if step.estimator == "likelihood":
        return fit_logistic(
            outcome,
            scene.frame,
            covariates,
            cluster=roles.cluster,
            weights=roles.weights,
            conventions=conventions,
        )
    model = fit_firth(outcome, scene.frame, covariates, conventions=conventions)
    if not roles.cluster:
        return model
    warning = f"Firth’s method takes rows of one `{roles.cluster}` to be independent patients"
    result = replace(model.result, warnings=(*model.result.warnings, warning))
    return replace(model, result=result)
