"""Describe patients, and compare groups of them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analyses.scene import Scene, StepNotPossible
from analyses.schema.comparing import CompareStep
from cohort_stats.comparing.assumption_checks import check_assumptions
from cohort_stats.comparing.groups import Row, compare_groups
from cohort_stats.comparing.weighted_groups import weighted_groups
from cohort_stats.matching.matched_pairs import compare_matched_pairs
from cohort_stats.results import Result

GROUP = "group of this step"


def compare_step(step: CompareStep, scene: Scene) -> tuple[Result, ...]:
    """The numbers of a baseline table."""
    present = [r for r in step.rows if scene.has(r.variable)]
    if not present:
        labels = ", ".join(scene.label(r.variable) for r in step.rows)
        raise StepNotPossible(f"the cohort holds none of its variables: {labels}")
    frame, by = scene.frame, None
    if step.by:
        frame, by = frame.assign(**{GROUP: scene.groups(step.by)}), GROUP
        if frame[GROUP].nunique() < 2:
            label = scene.label(scene.group_variable(step.by))
            raise StepNotPossible(f"all its patients are in one group of '{label}'")
    rows = [Row(r.variable, r.summary or step.summary, r.test, r.pairs) for r in present]
    result = _compared(step, scene, frame, rows, by)
    warnings = [w.replace(GROUP, scene.group_variable(step.by)) for w in result.warnings]
    absent = [scene.label(r.variable) for r in step.rows if not scene.has(r.variable)]
    if absent:
        warnings.append(f"no value in the cohort file: {', '.join(absent)}")
    described = replace(result, warnings=tuple(warnings)).named(step.id)
    if not step.distribution_checks:
        return (described,)
    checks = check_assumptions(frame, [row.variable for row in rows], by=by)
    return described, checks.named(f"{step.id}/checks")


def _compared(
    step: CompareStep, scene: Scene, frame: pd.DataFrame, rows: list[Row], by: str | None
) -> Result:
    conventions = scene.plan.conventions
    if scene.weights is not None:
        return weighted_groups(frame, rows, by=by, weights=scene.weights, conventions=conventions)
    if scene.sets is not None and step.sets == "paired" and by is not None:
        if frame[by].nunique() != 2:
            raise StepNotPossible("pairs are compared between two groups")
        return compare_matched_pairs(frame, rows, by=by, sets=scene.sets, conventions=conventions)
    return compare_groups(
        frame, rows, by=by, posthoc=step.posthoc, difference=step.difference,
        conventions=conventions, seed=scene.plan.file.study.seed,
    )  # fmt: skip
