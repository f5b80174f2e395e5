"""Proportional odds regression, univariable and multivariable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyses.scene import Scene, StepNotPossible
from analyses.schema.regression import OrdinalStep
from analyses.steps.models import univariable_and_multivariable
from analyses.steps.roles import roles_of
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.ordinal_model import THRESHOLD, OrdinalModel, fit_ordinal
from cohort_stats.regression.proportional_odds import ordinal_term_tests, proportional_odds
from cohort_stats.results import Result, joined


def ordinal_step(step: OrdinalStep, scene: Scene) -> tuple[Result, ...]:
    """Odds ratios of each covariate alone, then of those that enter together.

    Rows that belong together (the dictionary's cluster) make the standard errors robust. In
    the model of several, covariates and the proportionality of their odds are tested.
    """
    outcome = scene.frame[step.outcome]
    if outcome.dropna().nunique() < 2:
        raise StepNotPossible("every patient has the same level of the outcome")
    roles, scene = roles_of(step, scene)

    def model_of(covariates: Sequence[Covariate]) -> OrdinalModel:
        return fit_ordinal(
            outcome,
            scene.frame,
            covariates,
            cluster=roles.cluster,
            weights=roles.weights,
            conventions=scene.plan.conventions,
        )

    def fit(covariates: Sequence[Covariate]) -> Result:
        model = model_of(covariates)
        return joined(model.result, ordinal_term_tests(model), proportional_odds(model))

    def fit_alone(covariates: Sequence[Covariate]) -> Result:
        result = model_of(covariates).result
        # The thresholds of one small model among many are nobody's question.
        keep = result.numbers["term"] != THRESHOLD
        return replace(result, numbers=result.numbers[keep])

    return univariable_and_multivariable(step, scene, fit, fit_alone)
