"""Matching and weighting by the propensity score: samples for later steps."""

from __future__ import annotations

import pandas as pd

from analyses.scene import Sample, Scene, StepNotPossible
from analyses.schema.matching import MatchStep, WeightStep
from cohort_stats.matching.matched import match
from cohort_stats.matching.weighting import weight
from cohort_stats.results import Result


def match_step(step: MatchStep, scene: Scene) -> tuple[tuple[Result, ...], Sample]:
    """Balance before and after; which patients were matched, in which sets and how weighted."""
    matched = match(
        _treated(step, scene),
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


def weight_step(step: WeightStep, scene: Scene) -> tuple[tuple[Result, ...], Sample]:
    """Balance before and after, and what each patient counts."""
    weighted = weight(
        _treated(step, scene),
        scene.frame,
        scene.covariates(step.covariates),
        estimand=step.estimand,
        stabilised=step.stabilised,
        trim=step.trim,
        truncate=step.truncate,
        score=step.score,
        conventions=scene.plan.conventions,
    )
    kept = weighted.weights > 0
    if not kept.any():
        raise StepNotPossible("; ".join(weighted.result.warnings))
    return (weighted.result.named(step.id),), Sample(kept, weighted.weights)


def _treated(step: MatchStep | WeightStep, scene: Scene) -> pd.Series:
    treated = scene.outcome(step.treated)
    if treated.dropna().nunique() < 2:
        raise StepNotPossible("all its patients are in one group")
    return treated
