"""Propensity score matching."""

from __future__ import annotations

from analyses.scene import Sample, Scene, StepNotPossible
from analyses.schema.matching import MatchStep
from cohort_stats.matching.matched import match
from cohort_stats.results import Result


def match_step(step: MatchStep, scene: Scene) -> tuple[tuple[Result, ...], Sample]:
    """Balance before and after; which patients were matched, in which sets and how weighted."""
    treated = scene.outcome(step.treated)
    if treated.dropna().nunique() < 2:
        raise StepNotPossible("all its patients are in one group")
    matched = match(
        treated,
        scene.frame,
        scene.covariates(step.covariates),
        method=step.method,
        ratio=step.ratio,
        caliper=None if step.caliper == "none" else step.caliper,
        caliper_scale=step.caliper_scale,
        distance=step.distance,
        score=step.score,
        exact=step.exact,
        replacement=step.replacement,
        order=step.order,
        seed=scene.plan.file.study.seed,
        conventions=scene.plan.conventions,
    )
    kept = matched.weights > 0
    if not kept.any():
        reasons = "; ".join(matched.result.warnings) or "no pair lies within the caliper"
        raise StepNotPossible(reasons)
    alike = bool((matched.weights[kept] == 1).all())
    sets = None if step.replacement else matched.sets
    return (matched.result.named(step.id),), Sample(kept, None if alike else matched.weights, sets)
