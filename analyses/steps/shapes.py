"""What a model says beyond one ratio a covariate: curves along splines, effects within levels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from analyses.schema.regression import BuiltStep
from cohort_stats.regression.covariate import Covariate, interaction
from cohort_stats.regression.cox_model import CoxModel
from cohort_stats.regression.effects import effects_within, ratio_curve
from cohort_stats.regression.logistic_model import LogisticModel
from cohort_stats.results import Result, pick

CURVE, WITHIN = "curve", "within"
#: What a curve says that is not of the multivariable model.
ALONE = "in a model of this covariate alone"
FitModel = Callable[[Sequence[Covariate]], CoxModel | LogisticModel]


def with_shapes(
    step: BuiltStep, covariates: Sequence[Covariate], results: Sequence[Result], fit: FitModel
) -> tuple[Result, ...]:
    """A step's results, univariable first, and after them what :func:`shapes` gives."""
    univariable, *others = results
    further, more = shapes(step, covariates, univariable, fit)
    univariable = replace(univariable, warnings=(*univariable.warnings, *more))
    return (univariable, *others, *further)


def with_products(step: BuiltStep, covariates: Sequence[Covariate]) -> list[Covariate]:
    """The covariates of a model, with the products of those whose interaction is asked for."""
    present = {c.variable for c in covariates}
    pairs = [interaction(*pair) for pair in step.interactions if {*pair} <= present]
    return [*covariates, *pairs]


def shapes(
    step: BuiltStep, covariates: Sequence[Covariate], univariable: Result, fit: FitModel
) -> tuple[list[Result], list[str]]:
    """Curves and effects within levels, each named; and what could not be had, in words.

    Parameters
    ----------
    step
        Its `interactions`, and `knots` of its covariates.
    covariates
        Those the cohort holds.
    univariable
        Its rows ``entered`` say which are in the multivariable model.
    fit
        Fits a model of some covariates.
    """
    marks = pick(univariable.numbers, "entered")
    names = set(marks.loc[marks["value"] == 1, "term"])
    entered = [c for c in covariates if c.variable in names]
    found: list[Result] = []
    warnings: list[str] = []
    curved = [c for c in covariates if c.knots]
    together = fit(entered) if entered and (curved or step.interactions) else None
    inside = {name for pair in step.interactions for name in pair}
    for covariate in curved:
        whole = covariate in entered and covariate.variable not in inside
        model = together if whole and together is not None else fit([covariate])
        if model.finite:
            curve = ratio_curve(model, covariate.variable)
            if model is not together and len(entered) > 1:
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
            warnings.append("interaction not examined: the model has no finite estimates")
    return found, warnings
