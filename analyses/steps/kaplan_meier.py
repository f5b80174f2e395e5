"""Survival curves with numbers at risk, and the log-rank test."""

from __future__ import annotations

import numpy as np

from analyses.scene import Scene, StepNotPossible
from analyses.schema import KaplanMeierStep
from cohort_stats.results import Result
from cohort_stats.survival import kaplan_meier, logrank

NICE_STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 365, 730, 1825, 3650)
MOST_TICKS = 9


def kaplan_meier_step(step: KaplanMeierStep, scene: Scene) -> tuple[Result, ...]:
    """Curves, medians, survival at times, numbers at risk; log-rank when there are groups."""
    endpoint = scene.endpoint(step.endpoint)
    if not endpoint.known.any():
        raise StepNotPossible("no patient has a follow-up time")
    groups = scene.groups(step.by) if step.by else None
    ticks = risk_times(float(np.nanmax(endpoint.time)), step.risk_every)
    conventions = scene.plan.conventions
    curves = kaplan_meier(
        endpoint, groups, times=step.times, risk_times=ticks, conventions=conventions
    )
    results = [curves.named(f"{step.id}/curves")]
    if groups is not None:
        test = logrank(endpoint, groups, conventions=conventions)
        results.append(test.named(f"{step.id}/log-rank"))
    return tuple(results)


def risk_times(longest: float, every: float | None) -> list[float]:
    """Times at which the numbers at risk are given: from 0, at most nine."""
    if every is None:
        fitting = [s for s in NICE_STEPS if longest / s <= MOST_TICKS - 1]
        every = float(fitting[0]) if fitting else longest / (MOST_TICKS - 1)
    return [k * every for k in range(int(longest // every) + 1)]
