"""Changes within patients, and transitions on an ordered scale."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analyses.scene import Scene, StepNotPossible
from analyses.schema.changes import PairedStep, TransitionStep
from cohort_stats.changes.paired import compare_paired
from cohort_stats.changes.pairing import MOST_LEVELS
from cohort_stats.changes.transitions import transition
from cohort_stats.results import Result


def paired_step(step: PairedStep, scene: Scene) -> tuple[Result, ...]:
    """The change of each pair of variables, in everybody and in each group."""
    present = [p for p in step.pairs if scene.has(p.before) and scene.has(p.after)]
    if not present:
        raise StepNotPossible("the cohort holds none of its pairs of variables")
    groups = scene.groups(step.by) if step.by else None
    results = []
    for pair in present:
        result = compare_paired(
            _column(scene, pair.before),
            _column(scene, pair.after),
            groups,
            summary=pair.summary or step.summary,
            test=pair.test,
            conventions=scene.plan.conventions,
        )
        warnings = tuple(f"`{pair.before}`: {w}" for w in result.warnings)
        named = replace(result, warnings=warnings).named(f"{step.id}/{pair.before}/{pair.after}")
        results.append(named)
    lacking = {n for p in step.pairs for n in (p.before, p.after) if not scene.has(n)}
    if lacking:
        absent = f"no value in the cohort file: {', '.join(sorted(map(scene.label, lacking)))}"
        results[0] = replace(results[0], warnings=(*results[0].warnings, absent))
    return tuple(results)


def transition_step(step: TransitionStep, scene: Scene) -> tuple[Result, ...]:
    """The table before by after, and who improved, in everybody and in each group."""
    before, after = (_column(scene, name) for name in (step.before, step.after))
    values = pd.concat([before.astype(object), after.astype(object)]).nunique()
    if values > MOST_LEVELS:
        label = scene.label(step.before)
        raise StepNotPossible(f"'{label}' takes {values} values, more than a table can show")
    result = transition(
        before,
        after,
        scene.groups(step.by) if step.by else None,
        better=step.better,
        test=step.test,
        conventions=scene.plan.conventions,
    )
    return (result.named(step.id),)


def _column(scene: Scene, name: str) -> pd.Series:
    """A column whose levels are in order unless the dictionary says that they have none."""
    column = scene.frame[name]
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    nominal = scene.dictionary[name].type == "category"
    return column.cat.as_unordered() if nominal else column.cat.as_ordered()
