"""Markers' ROC curves and cut-offs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from analyses.scene import Scene
from analyses.schema.discrimination import (
    COMPARISON,
    GROUPS,
    AtLeastSection,
    MarkerSection,
    MarkersStep,
    RocStep,
)
from cohort_stats.discrimination.compared_areas import compare_areas
from cohort_stats.discrimination.compared_groups import compare_areas_between
from cohort_stats.discrimination.partial_area import partial_area
from cohort_stats.discrimination.roc_curve import roc
from cohort_stats.results import Result, joined


def roc_step(step: RocStep, scene: Scene) -> tuple[Result, ...]:
    """Of each marker the area, its points and cut-offs; areas compared."""
    bootstrap: dict[str, Any] = {
        "bootstraps": step.bootstrap,
        "seed": scene.plan.file.study.seed,
        "conventions": scene.plan.conventions,
    }
    results = [_one(step, scene, marker, bootstrap) for marker in step.marked]
    outcome, test = scene.outcome(step.outcome), step.comparison or "delong"
    if step.comparison and len(step.marked) > 1:
        ways = {m.variable: step.direction_of(m) for m in step.marked}
        frame = pd.DataFrame({name: scene.marker(name) for name in ways})
        compared = compare_areas(outcome, frame, direction=ways, test=test, **bootstrap)
        results.append(compared.named(f"{step.id}/{COMPARISON}"))
    if step.by:
        (marker,) = step.marked
        groups, way = scene.groups(step.by), step.direction_of(marker)
        column = scene.marker(marker.variable)
        apart = compare_areas_between(
            outcome, column, groups, direction=way, test=test, **bootstrap
        )
        results.append(apart.named(f"{step.id}/{GROUPS}"))
    return tuple(results)


def _one(step: RocStep, scene: Scene, marker: MarkerSection, bootstrap: dict[str, Any]) -> Result:
    given: dict[str, Any] = {
        "outcome": scene.outcome(step.outcome),
        "marker": scene.marker(marker.variable),
        "direction": step.direction_of(marker),
    } | bootstrap
    cutoffs = [c.rule if isinstance(c, AtLeastSection) else c for c in step.cutoffs]
    result = roc(**given, cutoff=step.cutoff, cutoffs=cutoffs, at_cutoff=step.at_cutoff)
    if step.partial is not None:
        part = partial_area(**given, between=step.partial.between, of=step.partial.of)
        own = part.numbers["statistic"].str.startswith("partial")
        result = joined(result, replace(part, numbers=part.numbers[own]))
    return about_marker(result, step, marker, scene).named(step.part(marker))


def about_marker(result: Result, step: MarkersStep, marker: MarkerSection, scene: Scene) -> Result:
    """A marker's result: how its levels became numbers; of several, its warnings with its name."""
    words = scene.scale_words([marker.variable])
    if words:
        result = replace(result, method=f"{result.method.removesuffix('.')}. {words}")
    if len(step.marked) > 1:
        told = tuple(f"`{marker.variable}`: {warning}" for warning in result.warnings)
        result = replace(result, warnings=told)
    return result
