"""One bar a patient: best changes in order, and follow-up with what befell them."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from analyses.scene import Floats, Scene, StepNotPossible
from analyses.schema.pictures import MarkSection, SwimmerStep, WaterfallStep
from cohort_stats.picturing.swimmers import swimmers
from cohort_stats.picturing.waterfalls import best_change, waterfall
from cohort_stats.results import Result

MOST_CHANGES, MOST_SWIMMERS = 400, 120
#: A study's own numbering; a hospital's number of a patient has more digits.
STUDY_NUMBER = re.compile(r"[0-9]{1,4}")


def waterfall_step(step: WaterfallStep, scene: Scene) -> tuple[Result, ...]:
    """The change of each patient in order, and how many lie beyond each line."""
    if step.change:
        change = scene.frame[step.change].astype(float)
        words = "Patients stand in the order of their changes."
    else:
        present = [name for name in step.after if scene.has(name)]
        if not present:
            labels = ", ".join(scene.label(name) for name in step.after)
            raise StepNotPossible(f"the cohort holds no later value: {labels}")
        first, later = scene.frame[step.before], scene.frame[present]
        change = best_change(first, later, best=step.best, scale=step.scale)
        words = _change_words(step)
    if change.notna().sum() > MOST_CHANGES:
        raise StepNotPossible(
            f"a page has room for {MOST_CHANGES} patients, not {change.notna().sum()}"
        )
    if not change.notna().any():
        raise StepNotPossible("no patient has a known change")
    groups = scene.groups(step.by) if step.by else None
    result = waterfall(change, groups, lines=step.lines, conventions=scene.plan.conventions)
    return (replace(result, method=words).named(step.id),)


def _change_words(step: WaterfallStep) -> str:
    which = {"low": "lowest", "high": "highest"}[step.best]
    later = f"the {which} of the later values" if len(step.after) > 1 else "the later value"
    of = " in per cent of the first" if step.scale == "percent" else ""
    return f"The best change of a patient is {later} less the first{of}."


def swimmer_step(step: SwimmerStep, scene: Scene) -> tuple[Result, ...]:
    """The bar of each patient with its marks and spans."""
    endpoint = scene.endpoint(step.endpoint)
    if endpoint.known.sum() > MOST_SWIMMERS:
        raise StepNotPossible(
            f"a page has room for {MOST_SWIMMERS} patients, not {endpoint.known.sum()}: "
            "choose some with 'only'"
        )
    if not endpoint.known.any():
        raise StepNotPossible("no patient has a known follow-up")
    marks = {mark.label: _at(mark, scene) for mark in step.marks if _known(mark, scene)}
    spans = {
        span.label: (
            scene.numbers(span.from_) if span.from_ else np.zeros(len(scene.frame)),
            scene.numbers(span.to),
        )
        for span in step.spans
        if scene.has(span.to) and (not span.from_ or scene.has(span.from_))
    }
    result = swimmers(
        endpoint,
        scene.groups(step.by) if step.by else None,
        marks=marks,
        spans=spans,
        numbers=_study_numbers(step.numbers, scene) if step.numbers else None,
    )
    labels = [mark.label for mark in step.marks] + [span.label for span in step.spans]
    lacking = [label for label in labels if label not in {*marks, *spans}]
    if lacking:
        absent = f"no value in the cohort file: {', '.join(lacking)}"
        result = replace(result, warnings=(*result.warnings, absent))
    return (result.named(step.id),)


def _known(mark: MarkSection, scene: Scene) -> bool:
    return scene.has(mark.at) and (mark.when is None or scene.has(mark.when.variable))


def _at(mark: MarkSection, scene: Scene) -> Floats:
    times = scene.numbers(mark.at)
    if mark.when is None:
        return times
    holds = scene.outcome(mark.when).fillna(False).to_numpy(dtype=bool)
    return np.where(holds, times, np.nan)


def _study_numbers(name: str, scene: Scene) -> Floats:
    """Study numbers as they may be printed: of at most four digits, each patient's own.

    Raises
    ------
    StepNotPossible
        For anything else, as it might be the number of a patient in a hospital.
    """
    written = [str(value).removesuffix(".0") for value in scene.frame[name].dropna()]
    own = len(written) == len(scene.frame) and len({*written}) == len(written)
    if not own or not all(STUDY_NUMBER.fullmatch(text) for text in written):
        raise StepNotPossible(
            f"'{scene.label(name)}' does not hold study numbers (of one to four digits, each "
            "patient with another), and other numbers may tell who a patient is"
        )
    return np.array([float(text) for text in written])
