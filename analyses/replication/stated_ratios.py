"""Ratios that a registry relates to other ratios, to sizes of groups, medians, rates or a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from analyses.printed import logistic, ratio_sizes, recovered, survival_models
from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome, not_checkable
from analyses.published.registry import Published, Value
from analyses.replication.cells import effect_of
from analyses.replication.stated_counts import NOT_PRINTED, counted
from analyses.replication.stated_p import one_of

Found = Iterator[tuple[str, Outcome]]
Triple = tuple[Printed, Printed, Printed]
PARTS = ("estimate", "low", "high")
NO_INTERVAL = "needs a ratio with its interval"


def counts_within(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """A crude ratio that some counts of groups of these sizes must give."""
    name, ratio = one_of(value, part, "estimate")[0], triple_of(value)
    if ratio is None:
        yield name, not_checkable(recovered.TABLES, value.text, NO_INTERVAL)
        return
    n, m, *events = (_size(published, argument) for argument in arguments)
    total = events[0] if events else None
    yield name, recovered.table_of_ratio(effect_of(value.kind), *ratio, n, m, total)


def reciprocal_of(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """The same ratio with the other group as reference."""
    name, estimate = one_of(value, part, "estimate")
    other, _ = published.find(arguments[0])
    one, turned = triple_of(value), triple_of(other)
    if part or one is None or turned is None:
        yield name, ratio_sizes.reciprocal(estimate, published.number(arguments[0], "estimate"))
        return
    yield name, ratio_sizes.upside_down(one, turned)


def halves_of(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """A ratio of two halves of a marker against that of one unit of it."""
    name = one_of(value, part, "estimate")[0]
    unit, distance = published.find(arguments[0])[0], float(arguments[1])
    halves, one = triple_of(value), triple_of(unit)
    if halves is None or one is None:
        yield name, not_checkable(ratio_sizes.SIZES, value.text, NO_INTERVAL)
        return
    yield name, ratio_sizes.per_unit(halves, one, distance)


def adjusted_or(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
    """An odds ratio of a model of several variables, from the counts of every combination."""
    name, estimate = one_of(value, part, "estimate")
    cells = []
    for argument in arguments:
        levels, _, reference = argument.rpartition("=")
        pair = counted(published, reference)
        if pair is None:
            yield name, not_checkable(logistic.CHECK, value.text, NOT_PRINTED)
            return
        cells.append(([float(x) for x in levels.split(",")], *pair))
    ratio = triple_of(value)
    numbers = [*ratio] if ratio is not None and not part else [estimate]
    yield name, logistic.ratio_of_model(numbers, cells, 1, value.get("p"))


def of_groups(
    check: Callable[[Triple, Printed, Printed], Outcome], *parts: str
) -> Callable[[Published, Value, str, Sequence[str]], Found]:
    """A check of a hazard ratio against two numbers of its groups, such as medians."""

    def computed(published: Published, value: Value, part: str, arguments: Sequence[str]) -> Found:
        name, ratio = one_of(value, part, "estimate")[0], triple_of(value)
        if ratio is None:
            yield name, not_checkable(survival_models.RATES, value.text, NO_INTERVAL)
            return
        group, reference = (published.number(a, *parts) for a in arguments)
        yield name, check(ratio, group, reference)

    return computed


def triple_of(value: Value) -> Triple | None:
    """Estimate and limits of a cell, or None where it lacks one."""
    found = [value.parts[name] for name in PARTS if name in value.parts]
    return (found[0], found[1], found[2]) if len(found) == len(PARTS) else None


def _size(published: Published, argument: str) -> int:
    """How many patients: a group, a count, a number, or a sum of these."""
    return round(sum(published.number(x, "count", "n").value for x in argument.split("+")))
