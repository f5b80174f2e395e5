"""What a model step does beyond fitting: the search for its covariates, and its validation."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyses.scene import SET, Scene
from analyses.schema.regression import BuiltStep, ModelStep
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.choosing import Chosen, choose_covariates
from cohort_stats.regression.covariate import Covariate, interaction
from cohort_stats.regression.cox_sample import NO_ROLES, Roles
from cohort_stats.regression.material import Outcome, material_of
from cohort_stats.regression.model_building import Fit
from cohort_stats.regression.optimism import validate_model
from cohort_stats.regression.selection import Selection
from cohort_stats.results import Result, as_numbers, pick

SELECTION, VALIDATION = "selection", "validation"
QUIET = 2.0  # seconds between two words on how far the work is


@dataclass(frozen=True)
class Building:
    """What the models of a step are fitted to.

    Parameters
    ----------
    outcome
        An endpoint or a yes/no outcome.
    fit_to
        Makes, for an outcome, what fits a model of some covariates.
    roles
        Strata and cluster.
    """

    outcome: Outcome
    fit_to: Callable[[Outcome], Fit]
    roles: Roles = NO_ROLES

    def fit_among(self, kept: npt.NDArray[np.bool_]) -> Fit:
        """What fits models in some of the patients; the others count as missing."""
        return self.fit_to(self.among(kept))

    def among(self, kept: npt.NDArray[np.bool_]) -> Outcome:
        """The outcome of some of the patients; that of the others is missing."""
        if isinstance(self.outcome, Endpoint):
            return replace(self.outcome, time=np.where(kept, self.outcome.time, np.nan))
        return self.outcome.mask(pd.Series(~kept, index=self.outcome.index))


def with_products(step: BuiltStep, covariates: Sequence[Covariate]) -> list[Covariate]:
    """The covariates of a model, with the products of those whose interaction is asked for."""
    present = {c.variable for c in covariates}
    pairs = [interaction(*pair) for pair in step.interactions if {*pair} <= present]
    return [*covariates, *pairs]


def entered(step: ModelStep, scene: Scene, univariable: Result) -> list[Covariate]:
    """The covariates of the multivariable model, as the univariable result marks them."""
    marks = pick(univariable.numbers, "entered")
    names = set(marks.loc[marks["value"] == 1, "term"])
    return [c for c in scene.covariates(step.covariates) if c.variable in names]


def model_outcome(step: ModelStep, scene: Scene, building: Building) -> Outcome:
    """The outcome of whom the multivariable model rests on.

    A search looks at the patients with every candidate known, and so does the model it finds.
    """
    if not selection_of(step, scene).searches:
        return building.outcome
    present, conventions = scene.covariates(step.covariates), scene.plan.conventions
    material = material_of(building.outcome, scene.frame, present, building.roles, conventions)
    return building.among(material.kept)


def selection_of(step: ModelStep, scene: Scene) -> Selection:
    """The rule of a step."""
    rule = step.selection
    return Selection(
        rule.rule,
        rule.p_below,
        rule.covariates,
        by=rule.by,
        enter=rule.enter,
        remove=rule.remove,
        penalty=rule.penalty,
        folds=rule.folds,
        seed=scene.plan.file.study.seed,
    )


def searched(
    step: ModelStep, scene: Scene, building: Building, covariates: Sequence[Covariate]
) -> Chosen:
    """The covariates that a step's rule finds."""
    scene.progress(f"{step.title}: searching for covariates")
    return choose_covariates(
        building.outcome,
        scene.frame,
        covariates,
        selection_of(step, scene),
        roles=building.roles,
        conventions=scene.plan.conventions,
    )


def validated(
    step: BuiltStep, scene: Scene, building: Building, covariates: Sequence[Covariate]
) -> Result | None:
    """The optimism of a step's model, where the step asks for it."""
    if step.validation is None:
        return None
    if SET in building.roles.strata:
        warning = (
            "the model was not validated: the bootstrap would tear matched sets apart, which are "
            "strata here"
        )
        return Result(as_numbers([]), "", len(scene.frame), 0, warnings=(warning,))
    return validate_model(
        building.outcome,
        scene.frame,
        with_products(step, covariates),
        selection_of(step, scene),
        repeats=step.validation.bootstrap,
        seed=scene.plan.file.study.seed,
        roles=building.roles,
        conventions=scene.plan.conventions,
        progress=_telling(step, scene),
    )


def _telling(step: BuiltStep, scene: Scene) -> Callable[[int, int], None]:
    last = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= QUIET:
            last = time.monotonic()
            scene.progress(f"{step.title}: {done} of {of} bootstrap samples")

    return tell
