"""Cumulative incidence beside a competing event, and Fine–Gray regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analyses.scene import Scene, StepNotPossible
from analyses.schema.regression import FineGrayStep
from analyses.schema.survival import CumulativeIncidenceStep
from analyses.steps.kaplan_meier import risk_times
from analyses.steps.models import univariable_and_multivariable
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.covariate import Covariate
from cohort_stats.regression.cox_model import cox
from cohort_stats.regression.fine_gray_model import fine_gray
from cohort_stats.results import Result, pick
from cohort_stats.survival.competing import cumulative_incidence, gray_test

CURVES, COMPETING, GRAY, GRAY_COMPETING = "curves", "competing", "gray", "gray-competing"
CAUSE_SPECIFIC = "cause-specific"


def cumulative_incidence_step(step: CumulativeIncidenceStep, scene: Scene) -> tuple[Result, ...]:
    """Both events: curves, incidence at times, numbers at risk; Gray's tests with groups."""
    endpoint = _endpoint(step.endpoint, scene)
    if not endpoint.known.any():
        raise StepNotPossible("no patient has a follow-up time")
    groups = scene.groups(step.by) if step.by else None
    ticks = risk_times(float(np.nanmax(endpoint.time)), step.risk_every)
    conventions = scene.plan.conventions
    results = []
    for mine, curves, test in (
        (endpoint, CURVES, GRAY),
        (endpoint.swapped(), COMPETING, GRAY_COMPETING),
    ):
        found = cumulative_incidence(
            mine, groups, times=step.times, risk_times=ticks, conventions=conventions
        )
        if curves == COMPETING:  # the same doubts, the other way round
            found = replace(found, warnings=())
        results.append(found.named(f"{step.id}/{curves}"))
        if groups is not None:
            tested = gray_test(mine, groups, conventions=conventions)
            results.append(tested.named(f"{step.id}/{test}"))
    return tuple(results)


def _endpoint(name: str, scene: Scene) -> Endpoint:
    endpoint = scene.endpoint(name)
    if endpoint.entry is not None:
        raise StepNotPossible(
            "its endpoint has entry times, and competing events are only analysed in patients "
            "followed from time 0"
        )
    return endpoint


def fine_gray_step(step: FineGrayStep, scene: Scene) -> tuple[Result, ...]:
    """Subdistribution hazard ratios, and beside the multivariable model the cause-specific one."""
    endpoint = _endpoint(step.endpoint, scene)
    if not endpoint.event[endpoint.known].any():
        raise StepNotPossible("no patient has the event")
    conventions = scene.plan.conventions

    def fit(covariates: Sequence[Covariate]) -> Result:
        return fine_gray(endpoint, scene.frame, covariates, conventions=conventions)

    univariable, *others = univariable_and_multivariable(step, scene, fit)
    if not others:
        return (univariable,)
    entered = pick(univariable.numbers, "entered")
    names = set(entered.loc[entered["value"] == 1, "term"])
    together = [c for c in scene.covariates(step.covariates) if c.variable in names]
    beside = cox(endpoint, scene.frame, together, conventions=conventions)
    ties = conventions.ties.capitalize()
    words = f"Cause-specific Cox regression ({ties} ties), the competing event being a censoring"
    warnings = tuple(f"cause-specific model: {w}" for w in beside.warnings if "fewer than" not in w)
    beside = replace(beside, method=words, warnings=warnings)
    return (univariable, *others, beside.named(f"{step.id}/{CAUSE_SPECIFIC}"))
