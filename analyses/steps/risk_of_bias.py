"""Judgements of studies, domain by domain."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd

from analyses.scene import Scene, StepNotPossible
from analyses.schema.risk_of_bias import RiskOfBiasStep
from cohort_stats.picturing.judgements import counted_judgements, judgements
from cohort_stats.results import Result


def risk_of_bias_step(step: RiskOfBiasStep, scene: Scene) -> tuple[Result, ...]:
    """How many studies were judged how in each domain, and each study's judgements."""
    conventions = scene.plan.conventions
    if step.counts:
        return (counted_judgements(step.counts, conventions=conventions).named(step.id),)
    present = [name for name in step.domains if scene.has(name)]
    if not present:
        raise StepNotPossible("the cohort holds none of its domains")
    studies = _names(scene.frame[step.study]) if step.study else None
    result = judgements(scene.frame, present, studies, conventions=conventions)
    absent = [scene.label(name) for name in step.domains if name not in present]
    if absent:
        words = f"no value in the cohort file: {', '.join(absent)}"
        result = replace(result, warnings=(*result.warnings, words))
    return (result.named(step.id),)


def _names(column: pd.Series) -> list[str]:
    """What the rows are called, those of one name told apart by their place."""
    found = [str(v) if pd.notna(v) else "" for v in column.astype(object)]
    times = Counter(found)
    return [
        name if name and times[name] == 1 else f"{name} (row {i})".strip()
        for i, name in enumerate(found, start=1)
    ]
