"""The derived variables of a plan, filled in."""

from __future__ import annotations

import pandas as pd

from analyses.plan import StudyPlan
from analyses.scene import Scene
from analyses.schema import CutSection, DerivedSection
from cohort_stats import derive as functions
from cohort_stats.cohort import Cohort
from cohort_stats.dictionary import YES_NO, Level, Variable
from cohort_stats.results import Result, pick

FROM_DATA = "derived from these data"


def derive(cohort: Cohort, plan: StudyPlan) -> Cohort:
    """Add every derived variable that the cohort's columns allow.

    Parameters
    ----------
    cohort, plan
        Those whose inputs the cohort lacks, or whose threshold a step will find, are left out.
    """
    for name, section in plan.file.derived.items():
        scene = Scene(cohort.frame, cohort.dictionary, plan)
        if section.interval is not None:
            part = section.interval
            if scene.has(part.from_) and scene.has(part.to):
                values = functions.interval(
                    cohort.frame[part.from_], cohort.frame[part.to], part.unit
                )
                source = f"from {scene.label(part.from_)} to {scene.label(part.to)}"
                variable = Variable(name, section.label, "number", part.unit, source=source)
                cohort = cohort.adding(variable, values)
        elif section.event_by is not None:
            cohort = _event_by(cohort, scene, name, section)
        elif section.cut is not None and section.cut.at and scene.has(section.cut.variable):
            cohort = _cut(cohort, scene, name, section, section.cut, section.cut.at, "")
    return cohort


def derive_from_step(cohort: Cohort, plan: StudyPlan, step: str, result: Result) -> Cohort:
    """Add the variables that are cut at the threshold a step has found.

    Parameters
    ----------
    cohort, plan
        As in :func:`derive`.
    step
        Id of the step.
    result
        Its result.
    """
    for name, section in plan.file.derived.items():
        if section.cut is None or section.cut.at_step != step:
            continue
        found = pick(result.numbers, "cutoff")
        if len(found):
            scene = Scene(cohort.frame, cohort.dictionary, plan)
            at = (float(found["value"].iloc[0]),)
            cohort = _cut(cohort, scene, name, section, section.cut, at, FROM_DATA)
    return cohort


def _event_by(cohort: Cohort, scene: Scene, name: str, section: DerivedSection) -> Cohort:
    part = section.event_by
    assert part is not None
    written = scene.plan.file.endpoints[part.endpoint]
    needed = [written.time, written.event.variable, *filter(None, [written.follow_up])]
    if not all(scene.has(n) for n in needed):
        return cohort
    endpoint = scene.endpoint(part.endpoint)
    happened = endpoint.by(part.time).map({True: "Yes", False: "No"})
    values = pd.Series(pd.Categorical(happened, categories=["No", "Yes"], ordered=True))
    unit = endpoint.unit
    source = f"{endpoint.label}: event within {part.time:g} {unit}; missing if censored earlier"
    return cohort.adding(
        Variable(name, section.label, "yesno", levels=YES_NO, source=source), values
    )


def _cut(
    cohort: Cohort,
    scene: Scene,
    name: str,
    section: DerivedSection,
    cut: CutSection,
    at: tuple[float, ...],
    remark: str,
) -> Cohort:
    labels = [label.replace("{at}", f"{at[0]:.5g}") for label in cut.labels]
    values = functions.cut(cohort.frame[cut.variable], at, labels, at_least=cut.at_least)
    thresholds = ", ".join(f"{a:.6g}" for a in at)
    source = f"{scene.label(cut.variable)} cut at {thresholds}"
    source += f" ({remark})" if remark else ""
    variable = Variable(
        name, section.label, "ordered", levels=tuple(Level(x, x) for x in labels), source=source
    )
    return cohort.adding(variable, values)
