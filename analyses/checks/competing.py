"""Whether an endpoint's competing event can compete with its event."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.checks.names import NUMBERS, Names
from analyses.schema.file import EndpointSection
from analyses.schema.words import ConditionSection
from cohort_stats.cells import Unreadable, level_reader
from cohort_stats.problem import Problem


def competing_problems(names: Names, where: str, endpoint: EndpointSection) -> Iterator[Problem]:
    """Mistakes in the keys ``competing`` and ``competing_time`` of an endpoint."""
    assert endpoint.competing is not None
    own = endpoint.competing_time
    if own:
        wrong = list(names.variable(f"{where}.competing_time", own, NUMBERS))
        if not wrong and endpoint.time in names.types:
            wrong += _unit_problems(names, where, endpoint)
        yield from wrong
    event, competing = endpoint.event, endpoint.competing
    if event.variable != competing.variable or event.variable not in names.types:
        return
    shared = _levels(names, event) & _levels(names, competing)
    if shared:
        found = ", ".join(f"'{level}'" for level in sorted(shared))
        expected = "other levels than those of the event"
        yield Problem(f"{where}.competing", "", expected, found)


def _unit_problems(names: Names, where: str, endpoint: EndpointSection) -> Iterator[Problem]:
    unit, own = names.unit(endpoint.time), names.unit(endpoint.competing_time)
    if unit != own:
        expected = f"a time in {unit or 'no unit'}, as '{endpoint.time}'"
        found = f"'{endpoint.competing_time}', in {own or 'no unit'}"
        yield Problem(f"{where}.competing_time", "", expected, found)


def _levels(names: Names, section: ConditionSection) -> set[str]:
    """Labels of the levels at which a condition holds; none where levels are not what it names."""
    condition = section.condition
    if condition.comparison not in ("is", "in"):
        return set()
    variable = names.described(section.variable)
    read = level_reader(variable)
    written = condition.value if isinstance(condition.value, tuple | list) else [condition.value]
    try:
        return {read(str(level)) for level in written}
    except Unreadable:  # said where the condition itself is checked
        return set()
