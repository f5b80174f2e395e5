"""Whether an endpoint's entry times fit it."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.checks.names import NUMBERS, Names
from analyses.schema.file import EndpointSection
from cohort_stats.problem import Problem
from cohort_stats.units import same_unit


def entry_problems(names: Names, where: str, endpoint: EndpointSection) -> Iterator[Problem]:
    """Mistakes in the key ``entry`` of an endpoint."""
    wrong = list(names.variable(where, endpoint.entry, NUMBERS))
    yield from wrong
    if not wrong and endpoint.time in names.types:
        units = [names.unit(name) for name in (endpoint.time, endpoint.entry)]
        if not same_unit(*units):
            expected = f"the unit of '{endpoint.time}', {units[0] or 'none'}"
            yield Problem(where, "", expected, units[1] or "none")
