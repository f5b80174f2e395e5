"""A plan applied to a cohort."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyses.derived import Derivation, derive, derive_from_step, why_lacking
from analyses.derived_order import steps_behind
from analyses.plan import StudyPlan
from analyses.scene import Scene, StepNotPossible
from analyses.schema.matching import MatchStep
from analyses.schema.regression import ModelStep
from analyses.schema.steps import Step
from analyses.steps import STEPS, match_step
from cohort_stats.cohort import Cohort, Flow
from cohort_stats.results import Result, as_numbers, rows, stack

FLOW = "flow"
DERIVED = "derived"
SYNTHETIC, UNMARKED = "SYNTHETIC", "not marked as synthetic"


@dataclass(frozen=True)
class StepResults:
    """A step that was done, and its results."""

    step: Step
    results: tuple[Result, ...]


@dataclass(frozen=True)
class NotDone:
    """A step that this cohort does not allow, and why."""

    step: Step
    reason: str


@dataclass(frozen=True)
class StudyResults:
    """Everything a plan found in a cohort.

    Parameters
    ----------
    plan
        The plan.
    cohort
        The eligible patients, with derived variables.
    steps
        The steps that were done, in the plan's order.
    not_done
        Those that were not, with the reason.
    derived
        How each derived variable came about, in the order in which they were computed.
    """

    plan: StudyPlan
    cohort: Cohort
    steps: tuple[StepResults, ...]
    not_done: tuple[NotDone, ...]
    derived: tuple[Derivation, ...] = ()

    def not_derived(self) -> dict[str, str]:
        """Label of each derived variable that this cohort does not allow -> why."""
        scene = Scene(self.cohort.frame, self.cohort.dictionary, self.plan)
        return {
            section.label: why_lacking(scene, name)
            for name, section in self.plan.file.derived.items()
            if name not in self.cohort.dictionary
        }

    def stack(self) -> pd.DataFrame:
        """Every number as one long frame; `data` says whether the file is marked SYNTHETIC."""
        return self._stacked.copy()

    @cached_property
    def _stacked(self) -> pd.DataFrame:
        flow = _flow_numbers(self.cohort.flow)
        derived = _derived_numbers(self.cohort, self.derived)
        numbers = stack([flow, *(r for done in self.steps for r in done.results), derived])
        return numbers.assign(data=SYNTHETIC if self.cohort.synthetic else UNMARKED)


def run(
    cohort: Cohort, plan: StudyPlan, *, progress: Callable[[str], None] = lambda title: None
) -> StudyResults:
    """Apply a plan to a cohort.

    Parameters
    ----------
    cohort
        As read with the plan's dictionary.
    plan
        What to do.
    progress
        Called with the title of each step before it begins.

    Returns
    -------
    StudyResults
        A step that the cohort does not allow (a missing column, a single group, no event)
        is listed with its reason; the others are done.
    """
    cohort, derived = derive(cohort, plan)
    cohort = cohort.excluding(_exclusions(cohort, plan))
    matched: dict[str, npt.NDArray[np.bool_]] = {}
    done: list[StepResults] = []
    not_done: list[NotDone] = []
    for step in plan.file.steps:
        progress(step.title)
        scene = Scene(cohort.frame, cohort.dictionary, plan)
        try:
            patients = _patients(step, scene, matched)
            if isinstance(step, MatchStep):
                result, kept = match_step(step, scene.where(patients))
                matched[step.id] = _spread(patients, kept)
                results: tuple[Result, ...] = (result,)
            else:
                results = STEPS[step.kind](step, scene.where(patients))
        except StepNotPossible as reason:
            not_done.append(NotDone(step, str(reason)))
            continue
        done.append(StepResults(step, _warned(step, scene, results)))
        cohort, more = derive_from_step(cohort, plan, step.id, results)
        derived += more
    return StudyResults(plan, cohort, tuple(done), tuple(not_done), derived)


def _exclusions(cohort: Cohort, plan: StudyPlan) -> list:
    scene = Scene(cohort.frame, cohort.dictionary, plan)
    return [
        (section.reason, scene.condition(section))
        for section in plan.file.exclusions
        if scene.has(section.variable)
    ]


def _patients(
    step: Step, scene: Scene, matched: Mapping[str, npt.NDArray[np.bool_]]
) -> npt.NDArray[np.bool_]:
    needed = step.needs(scene.plan.file)
    absent = [why_lacking(scene, name, use) for name, use in needed.items() if not scene.has(name)]
    if absent:
        raise StepNotPossible("; ".join(absent))
    if step.on and step.on not in matched:
        title = _title(scene.plan, step.on)
        raise StepNotPossible(f"it needs the matched patients of '{title}', which was not done")
    keep = matched[step.on] if step.on else np.ones(len(scene.frame), dtype=bool)
    if step.only is not None:
        met, _ = scene.condition(step.only).holds(scene.frame)
        keep = keep & met
    if not keep.any():
        raise StepNotPossible("no patient belongs to it")
    return keep


def _title(plan: StudyPlan, step: str) -> str:
    return next(s.title for s in plan.file.steps if s.id == step)


def _warned(step: Step, scene: Scene, results: tuple[Result, ...]) -> tuple[Result, ...]:
    """Results with a warning where they rest on a cut-off found in the same patients."""
    names = [*step.needs(scene.plan.file)]
    if isinstance(step, ModelStep):
        names += [c.variable for c in step.covariates]
    file = scene.plan.file
    found = [n for n in names if n in scene.dictionary and steps_behind(n, file)]
    if not found:
        return results
    warning = (
        f"`{found[0]}` was cut where it separates these same patients best: differences and "
        "p-values are more favourable than they would be in other patients"
    )
    first, *others = results
    return (replace(first, warnings=(*first.warnings, warning)), *others)


def _spread(patients: npt.NDArray[np.bool_], kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    everyone = np.zeros(len(patients), dtype=bool)
    everyone[np.flatnonzero(patients)[kept]] = True
    return everyone


def _derived_numbers(cohort: Cohort, derived: tuple[Derivation, ...]) -> Result:
    found = []
    for one in derived:
        missing = int(cohort.frame[one.name].isna().sum())
        known = len(cohort.frame) - missing
        values = {"n": known, "missing": missing, "refused": len(one.refused)}
        found += rows(values, term=one.name, n_used=known, n_missing=missing)
    return Result(as_numbers(found), "", len(cohort.frame), 0).named(DERIVED)


def _flow_numbers(flow: Flow) -> Result:
    found = rows({"n": flow.entered}, term="entered", n_used=flow.entered)
    for step in flow.steps:
        values = {"excluded": step.excluded, "unknown": step.unknown, "remaining": step.remaining}
        found += rows(values, term=step.reason, n_used=step.remaining)
    return Result(as_numbers(found), "", flow.remaining, 0).named(FLOW)
