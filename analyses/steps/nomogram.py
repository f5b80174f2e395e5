"""The nomogram of a step's multivariable model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from analyses.scene import Scene
from analyses.schema.regression import BuiltStep
from analyses.steps.building import Building, entered, model_outcome
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.cox_model import CoxModel
from cohort_stats.regression.logistic_model import LogisticModel
from cohort_stats.regression.nomograms import nomogram, why_no_nomogram
from cohort_stats.results import Result

NOMOGRAM = "nomogram"


def with_nomogram(
    step: BuiltStep,
    scene: Scene,
    building: Building,
    results: Sequence[Result],
    fit: Callable[[Sequence[Any], Any], CoxModel | LogisticModel],
) -> tuple[Result, ...]:
    """A step's results, univariable first, and after them the nomogram it asks for.

    Parameters
    ----------
    step, scene
        What is asked for, and of whom.
    building
        The outcome.
    results
        The rows ``entered`` of the first say which covariates are in the multivariable model.
    fit
        Fits a model of some covariates to an outcome.
    """
    if step.nomogram is None:
        return tuple(results)
    univariable, *others = results
    covariates = entered(step, scene, univariable)
    why = "no covariate entered the multivariable model"
    if covariates:
        model = fit(covariates, model_outcome(step, scene, building))
        why = why_no_nomogram(model)
    if why:
        warning = f"no nomogram: {why}"
        return replace(univariable, warnings=(*univariable.warnings, warning)), *others
    drawn = nomogram(model, step.nomogram.at)
    if isinstance(building.outcome, Endpoint) and building.outcome.competing is not None:
        warning = (
            "the nomogram predicts survival as if the competing event could not happen: where it "
            "does, fewer patients have the event than 1 less this survival"
        )
        drawn = replace(drawn, warnings=(*drawn.warnings, warning))
    return univariable, *others, drawn.named(f"{step.id}/{NOMOGRAM}")
