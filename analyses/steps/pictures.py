"""Numbers that are drawn: distributions, and shares as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyses.scene import Scene, StepNotPossible
from analyses.schema.pictures import BarsStep, DistributionStep
from cohort_stats.picturing.distributions import MOST_BINS, bins_between, distributions
from cohort_stats.picturing.shares import shares
from cohort_stats.results import Result

MOST_GROUPS = 20


def distribution_step(step: DistributionStep, scene: Scene) -> tuple[Result, ...]:
    """Bins, boxes or densities of each number, in everybody or in each group."""
    present = _present(step.variables, scene)
    groups = scene.groups(step.by) if step.by else None
    if groups is not None and groups.nunique() > MOST_GROUPS:
        raise StepNotPossible(f"a page has room for {MOST_GROUPS} groups, not {groups.nunique()}")
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
    _few_enough_bars(step, scene, present, 1 if groups is None else int(groups.nunique()))
    result = shares(scene.typed(present), present, groups, conventions=scene.plan.conventions)
    return (_told(step.variables, scene, result).named(step.id),)


def _present(variables: Sequence[str], scene: Scene) -> list[str]:
    present = [name for name in variables if scene.has(name)]
    if not present:
        labels = ", ".join(map(scene.label, variables))
        raise StepNotPossible(f"the cohort holds none of its variables: {labels}")
    return present


def _few_enough_bars(step: BarsStep, scene: Scene, present: list[str], groups: int) -> None:
    rows = len(present) if len(step.variables) > 1 else len(scene.dictionary[present[0]].labels)
    bars = {"beside": rows * groups, "stacked": rows, "percent": len(present) * groups}[step.layout]
    most = {"beside": 30, "stacked": 30, "percent": 18}[step.layout]
    if bars > most:
        raise StepNotPossible(f"it would have {bars} bars, and a page has room for {most}")


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
