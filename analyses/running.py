"""A plan applied to a cohort."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analyses.cross_check.findings import CrossCheck
from analyses.derived import Derivation, derive, derive_from_step, named, why_lacking
from analyses.flow import flow_numbers
from analyses.imputed_steps import imputed_results
from analyses.imputing import IMPUTATION, Imputing, with_complete_cases
from analyses.plan import StudyPlan
from analyses.prisma import prisma_numbers
from analyses.scene import Sample, Scene, StepNotPossible
from analyses.schema.steps import Step
from analyses.steps import SAMPLES, STEPS
from analyses.warned import warned
from cohort_stats.cohort import Cohort
from cohort_stats.condition import Condition
from cohort_stats.regression.coding import TooAlike
from cohort_stats.results import Result, as_numbers, rows, stack

if TYPE_CHECKING:
    from analyses.cross_check.checking import Checking

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
    not_applied
        Reason of each exclusion that the cohort cannot answer for anybody -> why.
    imputation
        What was imputed and how; None when no step used imputed values.
    cross_check
        What other programs say of these numbers; None unless that was asked for.
    samples
        By the id of a step that matches or weights, the patients it leaves to later steps.
    """

    plan: StudyPlan
    cohort: Cohort
    steps: tuple[StepResults, ...]
    not_done: tuple[NotDone, ...]
    derived: tuple[Derivation, ...] = ()
    not_applied: Mapping[str, str] = field(default_factory=dict)
    imputation: Result | None = None
    cross_check: CrossCheck | None = None
    samples: Mapping[str, Sample] = field(default_factory=dict)

    def not_derived(self) -> dict[str, str]:
        """Label of each derived variable that this cohort does not allow -> why."""
        scene = Scene(self.cohort.frame, self.cohort.dictionary, self.plan)
        return {
            section.label: why_lacking(scene, name, results=_found(self.steps))
            for name, section in self.plan.file.derived.items()
            if name not in self.cohort.dictionary
        }

    def stack(self) -> pd.DataFrame:
        """Every number as one long frame; `data` says whether the file is marked SYNTHETIC."""
        return self._stacked.copy()

    @cached_property
    def _stacked(self) -> pd.DataFrame:
        flow = flow_numbers(self.cohort, self.plan, [(d.step, d.results) for d in self.steps])
        derived = _derived_numbers(self.cohort, self.derived)
        imputed = [self.imputation] if self.imputation is not None else []
        steps = (result for done in self.steps for result in done.results)
        prisma = self.plan.file.prisma
        review = [prisma_numbers(prisma)] if prisma is not None else []
        numbers = stack([flow, *review, *imputed, *steps, derived])
        return numbers.assign(data=SYNTHETIC if self.cohort.synthetic else UNMARKED)


def run(
    cohort: Cohort,
    plan: StudyPlan,
    *,
    progress: Callable[[str], None] = lambda title: None,
    cross_check: bool = False,
) -> StudyResults:
    """Apply a plan to a cohort.

    Parameters
    ----------
    cohort
        As read with the plan's dictionary.
    plan
        What to do.
    progress
        Called with the title of each step before it begins, and by long ones now and then.
    cross_check
        Recompute what lifelines, statsmodels and scikit-learn can, beside our own numbers.

    Returns
    -------
    StudyResults
        A step that the cohort does not allow (a missing column, a single group, no event)
        is listed with its reason; the others are done.
    """
    cohort, derived = derive(cohort, plan)
    not_applied = _not_applied(cohort, plan)
    cohort = cohort.excluding(_exclusions(cohort, plan, not_applied))
    samples: dict[str, Sample] = {}
    done: list[StepResults] = []
    not_done: list[NotDone] = []
    imputing = Imputing(cohort, plan, progress)
    checking = _checking() if cross_check else None
    for step in with_complete_cases(plan.file.steps):
        progress(step.title)
        scene = Scene(cohort.frame, cohort.dictionary, plan, progress=progress)
        try:
            sample = _sample(step, scene, samples, _found(done))
            if step.missing == "imputed":
                results = _imputed(step, imputing.scenes(_found(done)), scene.of(sample))
            elif step.kind in SAMPLES:
                results, left = SAMPLES[step.kind](step, scene.of(sample))
                samples[step.id] = left.among(sample.patients)
            else:
                results = STEPS[step.kind](step, scene.of(sample))
                if sample.sets is not None and step.how_sets(plan.file) == "independent":
                    results = _independent(results)
        except StepNotPossible as reason:
            not_done.append(NotDone(step, str(reason)))
            continue
        except TooAlike as reason:
            label = scene.label(reason.variable)
            words = f"the values of '{label}' are too alike for a spline: leave out its knots"
            not_done.append(NotDone(step, words))
            continue
        done.append(StepResults(step, warned(step, scene, results)))
        if checking is not None:
            progress(f"{step.title}: second opinion")
            checking(step, scene.of(sample), results)
        cohort, more = derive_from_step(cohort, plan, step.id, results)
        derived += more
    imputed = imputing.imputed.result.named(IMPUTATION) if imputing.made else None
    opinions = checking.found() if checking is not None else None
    made = (plan, cohort, tuple(done), tuple(not_done), derived, not_applied, imputed, opinions)
    return StudyResults(*made, samples)


def _checking() -> Checking:
    from analyses.cross_check.checking import Checking

    return Checking()


def _imputed(step: Step, scenes: list[Scene], complete: Scene) -> tuple[Result, ...]:
    own = [scene.of(_sample(step, scene, {}, {})) for scene in scenes]
    return imputed_results(step, STEPS[step.kind], own, complete)


def _found(done: Sequence[StepResults]) -> dict[str, Result]:
    """What steps have found, by the name of the result."""
    return named(result for one in done for result in one.results)


def _not_applied(cohort: Cohort, plan: StudyPlan) -> dict[str, str]:
    scene = Scene(cohort.frame, cohort.dictionary, plan)
    return {
        section.reason: why_lacking(scene, section.variable)
        for section in plan.file.exclusions
        if not scene.has(section.variable)
    }


def _exclusions(
    cohort: Cohort, plan: StudyPlan, not_applied: Mapping[str, str]
) -> list[tuple[str, Condition | None]]:
    scene = Scene(cohort.frame, cohort.dictionary, plan)
    return [
        (section.reason, None if section.reason in not_applied else scene.condition(section))
        for section in plan.file.exclusions
    ]


def _sample(
    step: Step, scene: Scene, samples: Mapping[str, Sample], found: Mapping[str, Result]
) -> Sample:
    """The patients of a step, with the weights and sets of the step it stands on."""
    needed = step.needs(scene.plan.file)
    lacking = [(name, use) for name, use in needed.items() if not scene.has(name)]
    absent = [why_lacking(scene, name, use, found) for name, use in lacking]
    if absent:
        raise StepNotPossible("; ".join(absent))
    if step.on and step.on not in samples:
        what = {s.id: s for s in scene.plan.file.steps}[step.on]
        who = {"match": "matched", "weight": "weighted"}[what.kind]
        raise StepNotPossible(f"it needs the {who} patients of '{what.title}', which was not done")
    sample = samples[step.on] if step.on else Sample(np.ones(len(scene.frame), dtype=bool))
    reason = step.ignores_weights(scene.plan.file)
    if sample.weights is not None and reason:
        raise StepNotPossible(f"its patients differ in weight, and {reason}")
    keep = sample.patients
    if step.only is not None:
        met, _ = scene.condition(step.only).holds(scene.frame)
        keep = keep & met
    if not keep.any():
        raise StepNotPossible("no patient belongs to it")
    return replace(sample, patients=keep)


def _independent(results: tuple[Result, ...]) -> tuple[Result, ...]:
    """Results that say that matched patients were taken as independent."""
    first, *others = results
    words = "Unless said otherwise, analyses take matched patients as independent of each other."
    return (replace(first, method=f"{first.method.removesuffix('.')}. {words}"), *others)


def _derived_numbers(cohort: Cohort, derived: tuple[Derivation, ...]) -> Result:
    found = []
    for one in derived:
        missing = int(cohort.frame[one.name].isna().sum())
        known = len(cohort.frame) - missing
        values = {"n": known, "missing": missing, "refused": len(one.refused)}
        found += rows(values, term=one.name, n_used=known, n_missing=missing)
    return Result(as_numbers(found), "", len(cohort.frame), 0).named(DERIVED)
