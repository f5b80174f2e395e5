"""Markers of survival: time-dependent areas, and the cut where survival differs most."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analyses.scene import Scene, StepNotPossible
from analyses.schema.discrimination import COMPARISON, SurvivalCutoffStep, TimeRocStep
from analyses.steps.roc import about_marker
from cohort_stats.discrimination.survival_cutoffs import survival_cutoff
from cohort_stats.discrimination.time_areas import compare_time_areas, time_roc
from cohort_stats.results import Result


def time_roc_step(step: TimeRocStep, scene: Scene) -> tuple[Result, ...]:
    """Of each marker the areas and curves at the times; areas compared."""
    endpoint = scene.endpoint(step.endpoint)
    if not endpoint.event[endpoint.known].any():
        raise StepNotPossible("no patient has the event")
    conventions, results = scene.plan.conventions, []
    for marker in step.marked:
        result = time_roc(
            endpoint,
            scene.marker(marker.variable),
            direction=step.direction_of(marker),
            times=step.times,
            conventions=conventions,
        )
        results.append(about_marker(result, step, marker, scene).named(step.part(marker)))
    if step.comparison:
        ways = {m.variable: step.direction_of(m) for m in step.marked}
        frame = pd.DataFrame({name: scene.marker(name) for name in ways})
        compared = compare_time_areas(
            endpoint, frame, direction=ways, times=step.times, conventions=conventions
        )
        results.append(compared.named(f"{step.id}/{COMPARISON}"))
    return tuple(results)


def survival_cutoff_step(step: SurvivalCutoffStep, scene: Scene) -> tuple[Result, ...]:
    """The cut-off, its corrected p, and the statistic at every cut."""
    result = survival_cutoff(
        scene.endpoint(step.endpoint),
        scene.marker(step.marker),
        minprop=step.minprop,
        p_method=step.p,
        seed=scene.plan.file.study.seed,
        conventions=scene.plan.conventions,
    )
    words = scene.scale_words([step.marker])
    if words:
        result = replace(result, method=f"{result.method} {words}")
    return (result.named(step.id),)
