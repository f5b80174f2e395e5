"""Events per person-time."""

from __future__ import annotations

from dataclasses import replace

from analyses.scene import Scene, StepNotPossible
from analyses.schema.survival import RatesStep
from cohort_stats.conventions import DAYS_IN
from cohort_stats.endpoint import Endpoint
from cohort_stats.results import Result
from cohort_stats.survival.event_rates import rates
from cohort_stats.units import unit_key


def rates_step(step: RatesStep, scene: Scene) -> tuple[Result, ...]:
    """Rates with exact intervals; ratios and differences when there are groups."""
    endpoint = scene.endpoint(step.endpoint)
    if not endpoint.known.any():
        raise StepNotPossible("no patient has a follow-up time")
    groups = scene.groups(step.by) if step.by else None
    endpoint = _in_unit(endpoint, step.unit) if step.unit else endpoint
    conventions = scene.plan.conventions
    return (rates(endpoint, groups, per=step.per, conventions=conventions).named(step.id),)


def _in_unit(endpoint: Endpoint, unit: str) -> Endpoint:
    factor = DAYS_IN[unit_key(endpoint.unit)] / DAYS_IN[unit]
    entry = None if endpoint.entry is None else endpoint.entry * factor
    return replace(endpoint, time=endpoint.time * factor, unit=unit, entry=entry)
