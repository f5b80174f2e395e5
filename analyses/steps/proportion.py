"""The share of patients with an outcome."""

from __future__ import annotations

from analyses.scene import Scene
from analyses.schema.comparing import ProportionStep
from cohort_stats.comparing.risks import compare_risks
from cohort_stats.results import Result


def proportion_step(step: ProportionStep, scene: Scene) -> tuple[Result, ...]:
    """The share with its interval, in everybody and in each group, and how groups differ."""
    result = compare_risks(
        scene.outcome(step.outcome),
        scene.groups(step.by) if step.by else None,
        conventions=scene.plan.conventions,
    )
    return (result.named(step.id),)
