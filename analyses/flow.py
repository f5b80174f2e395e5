"""Who entered, who was left out and who was analysed, as numbers like those of any analysis."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analyses.plan import StudyPlan
from analyses.scene import Scene
from analyses.schema.matching import MatchStep
from analyses.schema.pictures import PictureStep
from analyses.schema.pooling import PoolStep
from analyses.schema.step import GroupedStep
from analyses.schema.steps import Step
from cohort_stats.cohort import Cohort, Flow
from cohort_stats.matching.propensity import CONTROL, TREATED
from cohort_stats.results import Result, as_numbers, rows

FLOW = "flow"
MOST_GROUPS = 6
#: What is told of the patients of each group of a matching.
MATCHED = ("matched", "unmatched", "without_stratum", "beyond_caliper", "not_chosen")

Found = list[dict[str, object]]


def flow_numbers(
    cohort: Cohort, plan: StudyPlan, done: Sequence[tuple[Step, tuple[Result, ...]]]
) -> Result:
    """Every count of the patient flow.

    Parameters
    ----------
    cohort
        The eligible patients, with derived variables.
    plan
        The plan.
    done
        Each step that was done, with its results.

    Returns
    -------
    Result
        `term` is ``entered``, the reason of an exclusion, what the main groups go by (`group` is
        the level), or the id of a step; there `level` is a part of its results, and `group` one
        of the groups that were matched.
    """
    scene = Scene(cohort.frame, cohort.dictionary, plan)
    found = _excluded(cohort.flow)
    by = main_groups([step for step, _ in done], scene)
    sizes = _sizes(scene.groups(by)) if by else {}
    for group, n in sizes.items():
        found += rows({"n": n}, term=by, group=group)
    if by:
        found += rows({"ungrouped": cohort.flow.remaining - sum(sizes.values())}, term=by)
    for step, results in done:
        if isinstance(step, MatchStep):
            found += _matched(step, results[0], _arms(step, by, scene), sizes)
        found += _analysed(step, results)
    return Result(as_numbers(found), "", cohort.flow.remaining, 0).named(FLOW)


def main_groups(steps: Sequence[Step], scene: Scene) -> str:
    """What the first step goes by that compares two to six groups of all patients, if any does.

    Groups that the plan names come first, if most patients are in them, then any others.
    """
    compared = [
        step.by
        for step in steps
        if isinstance(step, GroupedStep) and not isinstance(step, PictureStep | PoolStep)
        if step.by and step.only is None
    ]
    named = [by for by in compared if by in scene.plan.file.groups]
    most = [by for by in named if scene.groups(by).notna().mean() > 0.5]
    for by in (*most, *compared):
        if 2 <= scene.groups(by).nunique() <= MOST_GROUPS:
            return by
    return ""


def _sizes(groups: pd.Series) -> dict[str, int]:
    counts = groups.value_counts(sort=False)
    return {str(level): int(n) for level, n in counts.items() if n}


def _excluded(flow: Flow) -> Found:
    found = rows({"n": flow.entered}, term="entered", n_used=flow.entered)
    for step in flow.steps:
        values = {"excluded": step.excluded, "unknown": step.unknown, "remaining": step.remaining}
        found += rows(values, term=step.reason, n_used=step.remaining)
    return found


def _arms(step: MatchStep, by: str, scene: Scene) -> dict[str, str]:
    """Treated and controls -> the main groups that they are; empty where they are not."""
    if not by or step.on or step.only is not None:
        return {}
    treated, groups = scene.outcome(step.treated), scene.groups(by).astype(object)
    known = treated.notna() & groups.notna()
    pairs = {*zip(treated[known], groups[known], strict=True)}
    arms = {TREATED if yes else CONTROL: str(level) for yes, level in pairs}
    alike = len(pairs) == len(arms) == 2 and bool((treated.notna() == groups.notna()).all())
    return arms if alike else {}


def _matched(step: MatchStep, result: Result, arms: dict[str, str], sizes: dict[str, int]) -> Found:
    """Who of each group was matched, and of the others why not."""
    numbers = result.numbers
    found = rows(_known(numbers, ("sets", "pairs"), ""), term=step.id)
    for arm in (TREATED, CONTROL):
        group = arms.get(arm, arm)
        values = _known(numbers, MATCHED, arm)
        if arms:
            values["missing"] = sizes[group] - _known(numbers, ("n",), arm)["n"]
        found += rows(values, term=step.id, group=group)
    return found if arms else [*found, *rows({"missing": result.n_missing}, term=step.id)]


def _known(numbers: pd.DataFrame, statistics: Sequence[str], group: str) -> dict[str, float]:
    mine = numbers[(numbers["group"] == group) & (numbers["term"] == "")]
    values = dict(zip(mine["statistic"], mine["value"], strict=True))
    return {name: values[name] for name in statistics if name in values}


def _analysed(step: Step, results: tuple[Result, ...]) -> Found:
    """Patients of each part of a step's results, and those left out for missing values."""
    found: Found = []
    for result in results:
        if not len(result.numbers) or not result.n_used + result.n_missing:
            continue
        _, _, part = str(result.numbers["analysis"].iloc[0]).partition("/")
        values = {"analysed": result.n_used, "not_analysed": result.n_missing}
        found += rows(values, term=step.id, level=part)
    return found
