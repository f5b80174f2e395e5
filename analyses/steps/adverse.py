"""Adverse events by grade."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from analyses.scene import Scene, StepNotPossible
from analyses.schema.adverse import AdverseEventsStep
from cohort_stats.comparing.adverse_events import adverse_events, grades_of
from cohort_stats.results import Result


def adverse_events_step(step: AdverseEventsStep, scene: Scene) -> tuple[Result, ...]:
    """How many patients had each event, of any grade and of a severe one."""
    present = [name for name in step.events if scene.has(name)]
    if not present:
        labels = ", ".join(map(scene.label, step.events))
        raise StepNotPossible(f"the cohort holds none of its variables: {labels}")
    by = scene.groups(step.by) if step.by else None
    if by is not None and by.nunique() < 2:
        label = scene.label(scene.group_variable(step.by))
        raise StepNotPossible(f"all its patients are in one group of '{label}'")
    ungraded = [name for name in present if scene.dictionary[name].type == "yesno"]
    result = adverse_events(
        {name: _grades(scene, name) for name in present},
        by,
        severe=step.severe,
        each_grade=step.each_grade,
        ungraded=ungraded,
        conventions=scene.plan.conventions,
        seed=scene.plan.file.study.seed,
    )
    group = scene.group_variable(step.by)
    warnings = [words.replace("`group`", f"`{group}`") for words in result.warnings]
    absent = [scene.label(name) for name in step.events if name not in present]
    if absent:
        warnings.append(f"no value in the cohort file, and so in no count: {', '.join(absent)}")
    return (replace(result, warnings=tuple(warnings)).named(step.id),)


def _grades(scene: Scene, name: str) -> npt.NDArray[np.float64]:
    """The highest grade of each patient."""
    column, variable = scene.frame[name], scene.dictionary[name]
    if variable.is_numeric:
        found = scene.numbers(name)
        wrong = found[~np.isnan(found) & ~np.isin(found, range(6))]
        if len(wrong):
            raise StepNotPossible(f"'{variable.label}' holds {wrong[0]:g}, no grade from 0 to 5")
        return found
    labels = [str(level) for level in column.cat.categories]
    grades = (0.0, 1.0) if variable.type == "yesno" else grades_of(labels)
    if grades is None:
        raise StepNotPossible(f"the levels of '{variable.label}' are no grades from 0 to 5")
    codes = column.cat.codes.to_numpy()
    return np.where(codes < 0, np.nan, np.asarray(grades)[codes])
