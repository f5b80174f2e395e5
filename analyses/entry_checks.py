"""Whether an endpoint's entry times fit it, and whether an endpoint fits a step."""

from __future__ import annotations

from collections.abc import Iterator

from analyses import schema
from analyses.plan_names import NUMBERS, Names
from cohort_stats.conventions import DAYS_IN
from cohort_stats.problem import Problem
from cohort_stats.units import same_unit, unit_key


def entry_problems(names: Names, where: str, endpoint: schema.EndpointSection) -> Iterator[Problem]:
    """Mistakes in the key ``entry`` of an endpoint."""
    wrong = list(names.variable(where, endpoint.entry, NUMBERS))
    yield from wrong
    if not wrong and endpoint.time in names.types:
        units = [names.unit(name) for name in (endpoint.time, endpoint.entry)]
        if not same_unit(*units):
            expected = f"the unit of '{endpoint.time}', {units[0] or 'none'}"
            yield Problem(where, "", expected, units[1] or "none")


def fitting_problems(names: Names, where: str, step: schema.EndpointStep) -> Iterator[Problem]:
    """What a step cannot do with its endpoint: entry times in a Cox model, a unit unheard of."""
    endpoint = names.file.endpoints[step.endpoint]
    if isinstance(step, schema.CoxStep) and endpoint.entry:
        expected = "an endpoint without entry times, for a Cox model"
        yield Problem(where, "", expected, f"'{step.endpoint}'")
    elif isinstance(step, schema.RatesStep) and step.unit and endpoint.time in names.types:
        unit = names.unit(endpoint.time)
        if unit_key(unit) not in DAYS_IN:
            expected = f"an endpoint in {', '.join(DAYS_IN)}, to be turned into {step.unit}"
            yield Problem(where, "", expected, f"'{step.endpoint}', in {unit or 'no unit'}")
