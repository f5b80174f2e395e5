"""Studies pooled: meta-analysis."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd

from analyses.scene import Scene, StepNotPossible
from analyses.schema.pooling import SCALES, PoolStep
from cohort_stats.pooling.meta_analysis import pool
from cohort_stats.pooling.moderators import meta_regression
from cohort_stats.pooling.printed_intervals import from_intervals
from cohort_stats.pooling.sensitivity import leave_one_out, small_study_test
from cohort_stats.pooling.studies import Studies, from_counts
from cohort_stats.results import Result

#: Parts of a pooling step's results.
POOLED, SENSITIVITY, FUNNEL, MODERATORS = "pooled", "leave-one-out", "funnel", "moderators"


def pool_step(step: PoolStep, scene: Scene) -> tuple[Result, ...]:
    """The pooled effect, without each study, the funnel's asymmetry, and the moderators."""
    studies = _studies(step, scene)
    if len(studies) == 0:
        raise StepNotPossible("; ".join(("no study can be pooled", *studies.warnings)))
    conventions = step.conventions(scene.plan.conventions)
    by = scene.groups(step.by) if step.by else None
    pooled = pool(studies, by=by, conventions=conventions)
    if pooled.n_used == 0:
        raise StepNotPossible("no study that can be pooled belongs to one of its groups")
    if by is not None:  # what the pooled effect rests on is what sensitivity is about
        studies = studies.where(by[studies.given].notna().to_numpy())
    pooled = replace(pooled, warnings=(*_repeated(step, scene), *pooled.warnings))
    results = [pooled.named(f"{step.id}/{POOLED}")]
    guessed = step.without_interval == "mean"  # and would not tell an asymmetry
    for part, verb in ((SENSITIVITY, leave_one_out), (FUNNEL, small_study_test)):
        if part == FUNNEL and guessed:
            continue
        found = verb(studies, conventions=conventions)
        results.append(found.named(f"{step.id}/{part}"))
    if step.moderators:
        results += _moderated(step, scene, studies)
    return tuple(results)


def _studies(step: PoolStep, scene: Scene) -> Studies:
    labels = _names(step, scene)
    n = _numbers(scene, step.patients)
    if step.measure == "proportion":
        scale = step.scale or "logit"
        events = _numbers(scene, step.events)
        return from_counts(events, n, names=labels, scale=scale)  # type: ignore[arg-type]
    return from_intervals(
        _numbers(scene, step.estimate),  # type: ignore[arg-type]
        _numbers(scene, step.low),
        _numbers(scene, step.high),
        scale=step.scale or SCALES[step.measure][0],  # type: ignore[arg-type]
        measure=step.measure,
        level=step.level,
        standard_errors=_numbers(scene, step.se),
        without_interval=step.without_interval,
        names=labels,
        n=n,
    )


def _names(step: PoolStep, scene: Scene) -> list[str]:
    """What the rows are called; a study that has several is told apart by its subgroup."""
    names = scene.frame[step.study].astype(object)
    labels = [str(v) if pd.notna(v) else f"Row {i}" for i, v in enumerate(names, start=1)]
    if not step.by:
        return labels
    groups = scene.groups(step.by)
    several = {label for label, times in Counter(labels).items() if times > 1}
    return [
        f"{label}, {group}" if label in several and pd.notna(group) else label
        for label, group in zip(labels, groups, strict=True)
    ]


def _repeated(step: PoolStep, scene: Scene) -> list[str]:
    """The warning that a study told apart by its subgroups gives several rows."""
    names = Counter(str(v) for v in scene.frame[step.study].dropna())
    several = [name for name, times in names.items() if times > 1]
    if not several or not step.by:
        return []
    listed = ", ".join(several)
    return [f"several rows of one study are treated as if independent: {listed}"]


def _numbers(scene: Scene, name: str) -> pd.Series | None:
    return scene.frame[name].astype(float) if name and scene.has(name) else None


def _moderated(step: PoolStep, scene: Scene, studies: Studies) -> list[Result]:
    moderators = scene.covariates(step.moderators)
    conventions = step.conventions(scene.plan.conventions)
    found = meta_regression(studies, scene.frame, moderators, conventions=conventions)
    absent = [scene.label(m.variable) for m in step.moderators if not scene.has(m.variable)]
    if absent:
        words = f"no value in the cohort file: {', '.join(absent)}"
        found = replace(found, warnings=(*found.warnings, words))
    return [found.named(f"{step.id}/{MODERATORS}")]
