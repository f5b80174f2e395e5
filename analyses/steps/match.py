"""Propensity score matching."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analyses.scene import Scene, StepNotPossible
from analyses.schema.matching import MatchStep
from cohort_stats.matching.nearest import match
from cohort_stats.results import Result


def match_step(step: MatchStep, scene: Scene) -> tuple[Result, npt.NDArray[np.bool_]]:
    """Balance before and after, and which of the patients were matched."""
    treated = scene.outcome(step.treated)
    if treated.dropna().nunique() < 2:
        raise StepNotPossible("all its patients are in one group")
    matched = match(
        treated,
        scene.frame,
        scene.covariates(step.covariates),
        ratio=step.ratio,
        caliper=None if step.caliper == "none" else step.caliper,
        conventions=scene.plan.conventions,
    )
    if not (matched.pairs > 0).any():
        reasons = "; ".join(matched.result.warnings) or "no pair lies within the caliper"
        raise StepNotPossible(reasons)
    return matched.result.named(step.id), matched.pairs > 0
