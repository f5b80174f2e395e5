"""Whether variables can share a chart."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.checks.names import UNKNOWN, Names
from analyses.schema.pictures import BarsStep
from cohort_stats.problem import Problem


def bars_problems(names: Names, where: str, step: BarsStep) -> Iterator[Problem]:
    """Variables without levels, and several that are neither yes/no nor of one scale."""
    wrong = []
    for k, name in enumerate(step.variables, start=1):
        place = f"{where}.variables[{k}]"
        wrong += list(names.with_levels(place, name))
        if name in step.variables[: k - 1]:
            wrong.append(Problem(place, "", "each variable only once", f"'{name}' again"))
    yield from wrong
    types = {names.types.get(name) for name in step.variables}
    if wrong or UNKNOWN in types or len(step.variables) == 1:
        return
    if step.layout == "percent":
        levels = names.described(step.variables[0]).labels
        for k, name in enumerate(step.variables[1:], start=2):
            own = names.described(name).labels
            if own != levels:
                expected = f"the levels of '{step.variables[0]}': {', '.join(levels)}"
                yield Problem(f"{where}.variables[{k}]", "", expected, ", ".join(own))
    elif types != {"yesno"}:
        expected = "one variable, or several of type yes/no (others: layout = 'percent')"
        yield Problem(f"{where}.variables", "", expected, ", ".join(step.variables))
