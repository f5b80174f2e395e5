"""Predicted risks: decision curves and reclassification."""

from __future__ import annotations

import numpy as np

from analyses.scene import Scene, StepNotPossible
from analyses.schema.discrimination import DecisionCurveStep, ReclassificationStep
from cohort_stats.discrimination.decision_curves import decision_curve
from cohort_stats.discrimination.reclassified import reclassification
from cohort_stats.results import Result


def decision_curve_step(step: DecisionCurveStep, scene: Scene) -> tuple[Result, ...]:
    """Net benefit at risks a hundredth apart, and at those that the table shows."""
    _must_be_risks(step.risks, scene)
    low, high = step.thresholds
    grid = np.r_[np.arange(np.ceil(100 * low - 1e-9), 100 * high + 1e-9) / 100, low, high, step.at]
    result = decision_curve(
        scene.outcome(step.outcome),
        scene.frame[[*step.risks]],
        thresholds=np.unique(grid.round(10)).tolist(),
        conventions=scene.plan.conventions,
    )
    return (result.named(step.id),)


def reclassification_step(step: ReclassificationStep, scene: Scene) -> tuple[Result, ...]:
    """NRI and IDI of the new model against the old one."""
    _must_be_risks((step.old, step.new), scene)
    result = reclassification(
        scene.outcome(step.outcome),
        scene.frame[step.old],
        scene.frame[step.new],
        cutoffs=step.cutoffs,
        conventions=scene.plan.conventions,
    )
    return (result.named(step.id),)


def _must_be_risks(names: tuple[str, ...], scene: Scene) -> None:
    for name in names:
        known = scene.frame[name].dropna()
        if len(known) and not (known.min() >= 0 and known.max() <= 1):
            raise StepNotPossible(
                f"'{scene.label(name)}' is no risk: a risk lies between 0 and 1, its values lie "
                f"between {known.min():g} and {known.max():g}"
            )
