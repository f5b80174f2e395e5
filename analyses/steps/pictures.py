"""Numbers that are drawn: distributions, and shares as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyses.scene import Scene, StepNotPossible
from analyses.schema.pictures import BarsStep, DistributionStep
from cohort_stats.picturing.distributions import MOST_BINS, bins_between, distributions
from cohort_stats.picturing.shares import shares
from cohort_stats.results import Result


def distribution_step(step: DistributionStep, scene: Scene) -> tuple[Result, ...]:
    """Bins, boxes or densities of each number, in everybody or in each group."""
    present = _present(step.variables, scene)
    groups = scene.groups(step.by) if step.by else None
    if step.width is not None:
        for name in present:
            _few_enough_bins(scene, name, step.width)
    result = distributions(
        scene.typed(present),
        present,
        groups,
        shape=step.figure,
        bins=step.bins,
        width=step.width,
        points=step.points,
        conventions=scene.plan.conventions,
    )
    return (_told(step.variables, scene, result).named(step.id),)


def bars_step(step: BarsStep, scene: Scene) -> tuple[Result, ...]:
    """Counts and percentages of levels, in everybody and in each group."""
    present = _present(step.variables, scene)
    groups = scene.groups(step.by) if step.by else None
    result = shares(scene.typed(present), present, groups, conventions=scene.plan.conventions)
    return (_told(step.variables, scene, result).named(step.id),)


def _present(variables: Sequence[str], scene: Scene) -> list[str]:
    present = [name for name in variables if scene.has(name)]
    if not present:
        raise StepNotPossible("the cohort holds none of its variables")
    return present


def _few_enough_bins(scene: Scene, name: str, width: float) -> None:
    values = scene.frame[name].dropna().astype(float)
    try:
        bins_between(values.min(), values.max(), width)
    except ValueError:
        raise StepNotPossible(
            f"bins of {width:g} would be more than {MOST_BINS} for '{scene.label(name)}'"
        ) from None


def _told(variables: Sequence[str], scene: Scene, result: Result) -> Result:
    absent = [scene.label(name) for name in variables if not scene.has(name)]
    if not absent:
        return result
    words = f"no value in the cohort file: {', '.join(absent)}"
    return replace(result, warnings=(*result.warnings, words))
