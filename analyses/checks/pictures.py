"""Whether variables can share a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.checks.names import STUDY_NUMBERS, UNKNOWN, Names
from analyses.schema.pictures import BarsStep, SwimmerStep, WaterfallStep
from cohort_stats.problem import Problem


def same_levels_problems(names: Names, where: str, variables: Sequence[str]) -> Iterator[Problem]:
    """Variables that are not of one scale, each once."""
    wrong = []
    for k, name in enumerate(variables, start=1):
        place = f"{where}[{k}]"
        wrong += list(names.with_levels(place, name))
        if name in variables[: k - 1]:
            wrong.append(Problem(place, "", "each variable only once", f"'{name}' again"))
    yield from wrong
    if not wrong and variables and UNKNOWN not in {names.types.get(v) for v in variables}:
        yield from _other_levels(names, where, variables)


def _other_levels(names: Names, where: str, variables: Sequence[str]) -> Iterator[Problem]:
    levels = names.described(variables[0]).labels
    for k, name in enumerate(variables[1:], start=2):
        own = names.described(name).labels
        if own != levels:
            expected = f"the levels of '{variables[0]}': {', '.join(levels)}"
            yield Problem(f"{where}[{k}]", "", expected, ", ".join(own))


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
        yield from _other_levels(names, f"{where}.variables", step.variables)
    elif types != {"yesno"}:
        expected = "one variable, or several of type yes/no (others: layout = 'percent')"
        yield Problem(f"{where}.variables", "", expected, ", ".join(step.variables))


def waterfall_problems(names: Names, where: str, step: WaterfallStep) -> Iterator[Problem]:
    """Changes that are no numbers, and later values in another unit than the first."""
    if step.change:
        yield from names.number(f"{where}.change", step.change)
        return
    wrong = list(names.number(f"{where}.before", step.before))
    yield from wrong
    for k, name in enumerate(step.after, start=1):
        place = f"{where}.after[{k}]"
        own = list(names.number(place, name))
        yield from own
        if name == step.before:
            yield Problem(place, "", "another variable than before", f"'{name}'")
        elif not own and not wrong and names.unit(name) != names.unit(step.before):
            expected = f"the unit of '{step.before}', {names.unit(step.before) or 'none'}"
            yield Problem(place, "", expected, f"'{names.unit(name) or 'none'}'")


def swimmer_problems(names: Names, where: str, step: SwimmerStep) -> Iterator[Problem]:
    """Times that are no numbers or in another unit than the endpoint's, labels used twice."""
    endpoint = names.file.endpoints.get(step.endpoint)
    time = "" if endpoint is None else endpoint.follow_up or endpoint.time
    for place, name in step.variables.items():
        own = list(names.number(f"{where}.{place}", name))
        yield from own
        if not own and time in names.types and names.unit(name) != names.unit(time):
            expected = f"the unit of '{time}', {names.unit(time) or 'none'}"
            yield Problem(f"{where}.{place}", "", expected, f"'{names.unit(name) or 'none'}'")
    for k, mark in enumerate(step.marks, start=1):
        if mark.when is not None:
            yield from names.condition(f"{where}.marks[{k}].when", mark.when)
    labels = [mark.label for mark in step.marks] + [span.label for span in step.spans]
    for label in dict.fromkeys(labels):
        if labels.count(label) > 1:
            yield Problem(where, "", "each label only once", f"'{label}' again")
    if step.numbers:
        yield from names.variable(f"{where}.numbers", step.numbers, STUDY_NUMBERS)
