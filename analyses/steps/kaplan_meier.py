"""Survival curves with numbers at risk, and how the groups differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analyses.scene import Scene, StepNotPossible
from analyses.schema.survival import KaplanMeierStep
from cohort_stats.endpoint import Endpoint
from cohort_stats.results import Result
from cohort_stats.survival.contrasts import restricted_mean, survival_difference
from cohort_stats.survival.curves import kaplan_meier, logrank
from cohort_stats.survival.landmark_analysis import landmark
from cohort_stats.survival.logrank_family import logrank_pairwise, logrank_trend
from cohort_stats.survival.weighted_curves import robust_logrank, weighted_kaplan_meier

NICE_STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 365, 730, 1825, 3650)
MOST_TICKS = 9


def kaplan_meier_step(step: KaplanMeierStep, scene: Scene) -> tuple[Result, ...]:
    """Curves, medians, survival at times, numbers at risk; tests when there are groups."""
    endpoint = scene.endpoint(step.endpoint)
    if not endpoint.known.any():
        raise StepNotPossible("no patient has a follow-up time")
    begun: list[Result] = []
    if step.landmark is not None:
        found = landmark(endpoint, step.landmark)
        if not found.kept.any():
            raise StepNotPossible(f"no patient was followed beyond {step.landmark:g}")
        endpoint, scene = found.endpoint, scene.where(found.kept)
        begun = [found.result.named(f"{step.id}/landmark")]
    groups = scene.groups(step.by) if step.by else None
    longest = float(endpoint.time[endpoint.known].max())
    places: dict[str, Any] = {"times": step.times, "quantiles": step.quantiles}
    places["risk_times"] = risk_times(longest, step.risk_every)
    places["conventions"] = scene.plan.conventions
    if scene.weights is None:
        curves = kaplan_meier(endpoint, groups, **places)
    else:
        sets = scene.sets if step.sets != "independent" else None
        curves = weighted_kaplan_meier(
            endpoint, groups, weights=scene.weights, cluster=sets, **places
        )
    results = [curves.named(f"{step.id}/curves"), *begun]
    if groups is not None:
        results += _tests(step, scene, endpoint, groups)
    if step.rmst is not None:
        tau = None if step.rmst == "common" else step.rmst
        means = restricted_mean(endpoint, groups, tau=tau, conventions=scene.plan.conventions)
        results.append(means.named(f"{step.id}/rmst"))
    return tuple(results)


def _tests(
    step: KaplanMeierStep, scene: Scene, endpoint: Endpoint, groups: pd.Series
) -> Iterator[Result]:
    kind = step.how_sets(scene.plan.file)
    sets = scene.sets if kind in ("robust", "strata") else None
    if scene.weights is not None or (sets is not None and kind == "robust"):
        test = robust_logrank(
            endpoint, groups, weights=scene.weights, cluster=sets,
            conventions=scene.plan.conventions,
        )  # fmt: skip
        yield test.named(f"{step.id}/log-rank")
        return
    strata = scene.frame[step.strata] if step.strata else sets
    how: dict[str, Any] = {"weights": step.weights, "strata": strata}
    how["conventions"] = scene.plan.conventions
    yield logrank(endpoint, groups, **how).named(f"{step.id}/log-rank")
    if step.trend:
        yield logrank_trend(endpoint, groups, **how).named(f"{step.id}/trend")
    if step.pairwise is not None:
        pairs = logrank_pairwise(endpoint, groups, adjustment=step.pairwise, **how)
        yield pairs.named(f"{step.id}/pairwise")
    if step.differences:
        apart = survival_difference(
            endpoint, groups, times=step.times, conventions=scene.plan.conventions
        )
        yield apart.named(f"{step.id}/differences")


def risk_times(longest: float, every: float | None) -> list[float]:
    """Times at which the numbers at risk are given: from 0, at most nine."""
    if every is None:
        fitting = [s for s in NICE_STEPS if longest / s <= MOST_TICKS - 1]
        every = float(fitting[0]) if fitting else longest / (MOST_TICKS - 1)
    return [k * every for k in range(int(longest // every) + 1)]
