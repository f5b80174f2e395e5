"""A marker's ROC curve and cut-off."""

from __future__ import annotations

from analyses.scene import Scene
from analyses.schema.discrimination import RocStep
from cohort_stats.discrimination.roc_curve import roc
from cohort_stats.results import Result


def roc_step(step: RocStep, scene: Scene) -> tuple[Result, ...]:
    """Area under the curve, its points, and the performance of the cut-off."""
    result = roc(
        scene.outcome(step.outcome),
        scene.frame[step.marker],
        direction=step.direction,
        cutoff=step.cutoff,
        seed=scene.plan.file.study.seed,
        conventions=scene.plan.conventions,
    )
    return (result.named(step.id),)
