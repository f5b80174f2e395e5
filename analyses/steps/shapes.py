"""What a model says beyond one ratio a covariate: curves along splines, effects within levels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from analyses.scene import Scene
from analyses.schema.regression import BuiltStep
from analyses.steps.building import Building, entered, model_outcome
from cohort_stats.regression.coefficients import no_estimates
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_model import CoxModel
from cohort_stats.regression.effects import effects_within, ratio_curve
from cohort_stats.regression.logistic_model import LogisticModel
from cohort_stats.results import Result

CURVE, WITHIN = "curve", "within"
#: What a curve says that is not of the multivariable model.
ALONE = "in a model of this covariate alone"
FitModel = Callable[[Sequence[Covariate], Any], CoxModel | LogisticModel]


def with_shapes(
    step: BuiltStep,
    scene: Scene,
    building: Building,
    results: Sequence[Result],
    fit: FitModel,
) -> tuple[Result, ...]:
    """A step's results, univariable first, and after them what :func:`shapes` gives."""
    univariable, *others = results
    further, more = shapes(step, scene, building, univariable, fit)
    univariable = replace(univariable, warnings=(*univariable.warnings, *more))
    return (univariable, *others, *further)


def shapes(
    step: BuiltStep, scene: Scene, building: Building, univariable: Result, fit: FitModel
) -> tuple[list[Result], list[str]]:
    """Curves and effects within levels, each named; and what could not be had, in words.

    Parameters
    ----------
    step
        Its `interactions`, and `knots` of its covariates.
    scene, building
        The patients, and the outcome.
    univariable
        Its rows ``entered`` say which are in the multivariable model.
    fit
        Fits a model of some covariates to an outcome.
    """
    inside_model = entered(step, scene, univariable)
    names = {c.variable for c in inside_model}
    found: list[Result] = []
    warnings: list[str] = []
    curved = [c for c in scene.covariates(step.covariates) if c.knots]
    together = None
    if inside_model and (curved or step.interactions):
        together = fit(inside_model, model_outcome(step, scene, building))
    inside = {name for pair in step.interactions for name in pair}
    for covariate in curved:
        whole = covariate in inside_model and covariate.variable not in inside
        model = together if whole and together is not None else fit([covariate], building.outcome)
        if model.finite:
            curve = ratio_curve(model, covariate.variable)
            if model is not together and len(inside_model) > 1:
                numbers = curve.numbers
                told = numbers["method"] + f", {ALONE}"
                drawn = numbers["statistic"].str.startswith("ratio_at")
                words = f"{curve.method}, {ALONE}"
                curve = replace(
                    curve, numbers=numbers.assign(method=numbers["method"].mask(drawn, told)),
                    method=words,
                )  # fmt: skip
            found.append(curve.named(f"{step.id}/{CURVE}/{covariate.variable}"))
    for first, second in step.interactions:
        if together is None or not {first, second} <= names:
            words = f"`{first}` and `{second}` did not both enter the multivariable model"
            warnings.append(f"interaction not examined: {words}")
        elif together.finite:
            effects = effects_within(together, first, second)
            found.append(effects.named(f"{step.id}/{WITHIN}/{first}/{second}"))
        else:
            warnings.append(f"interaction not examined: {no_estimates(together.fitted)}")
    return found, warnings
