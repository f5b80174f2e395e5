"""Whether the two columns of a before-and-after step can be compared with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.checks.names import LEVELS, NUMBERS, UNKNOWN, Names
from analyses.schema.changes import PairSection
from cohort_stats.problem import Problem

SCALES = ("ordered", "yesno", "integer")


def transition_problems(names: Names, where: str, before: str, after: str) -> Iterator[Problem]:
    """What is wrong with the names before and after, or with the scale, of a transition."""
    wrong = list(_pair(names, where, before, after))
    yield from wrong or _scale(names, where, before)


def paired_problems(names: Names, where: str, pairs: Sequence[PairSection]) -> Iterator[Problem]:
    """What is wrong with the pairs of a step."""
    seen: set[tuple[str, str]] = set()
    for k, pair in enumerate(pairs, start=1):
        place = f"{where}.pairs[{k}]"
        yield from _pair(names, place, pair.before, pair.after)
        if pair.before in names.types:
            yield from _test(place, _kind(names, pair.before), pair)
        if (pair.before, pair.after) in seen:
            yield Problem(place, "", "each pair only once", f"'{pair.before}', '{pair.after}'")
        seen.add((pair.before, pair.after))


def _pair(names: Names, where: str, before: str, after: str) -> Iterator[Problem]:
    wrong = [
        problem
        for key, name in (("before", before), ("after", after))
        for problem in _number_or_levels(names, f"{where}.{key}", name)
    ]
    yield from wrong
    if wrong or UNKNOWN in (names.types[before], names.types[after]):
        return
    numeric = [names.types[name] in NUMBERS for name in (before, after)]
    if before == after:
        yield Problem(f"{where}.after", "", "another variable than before", f"'{after}'")
    elif numeric[0] != numeric[1]:
        expected = "a number" if numeric[0] else "a category or yes/no"
        yield Problem(f"{where}.after", "", f"{expected}, as '{before}'", f"'{after}'")
    elif numeric[0] and names.unit(before) != names.unit(after):
        found = f"'{names.unit(after) or 'none'}'"
        yield Problem(f"{where}.after", "", f"the unit of '{before}', {names.unit(before)}", found)
    elif not numeric[0]:
        levels = [names.described(name).labels for name in (before, after)]
        if levels[0] != levels[1]:
            expected = f"the levels of '{before}': {', '.join(levels[0])}"
            yield Problem(f"{where}.after", "", expected, ", ".join(levels[1]))


def _number_or_levels(names: Names, where: str, name: str) -> Iterator[Problem]:
    wrong = list(names.variable(where, name))
    yield from wrong
    if not wrong and names.types[name] not in (*NUMBERS, *LEVELS, UNKNOWN):
        found = f"'{name}', which is of type '{names.types[name]}'"
        yield Problem(where, "", "a number or a category", found)


def _kind(names: Names, name: str) -> str:
    """The type of a variable; a recoded one has the order of its source."""
    derived = names.file.derived.get(name)
    if derived is not None and derived.recode is not None:
        return "ordered" if names.types.get(derived.recode.variable) == "ordered" else "category"
    return names.types[name]


def _scale(names: Names, where: str, name: str) -> Iterator[Problem]:
    kind = _kind(names, name)
    two = kind == "category" and len(names.described(name).labels) == 2
    if kind not in (*SCALES, UNKNOWN) and not two:
        expected = "an ordered category, yes/no or a whole number"
        yield Problem(f"{where}.before", "", expected, f"'{name}', which is of type '{kind}'")


def _test(where: str, kind: str, pair: PairSection) -> Iterator[Problem]:
    if kind in NUMBERS and pair.test in ("counts", "symmetry"):
        yield Problem(f"{where}.test", "", "'means' or 'ranks' for a number", f"'{pair.test}'")
    if kind in LEVELS and pair.test == "means":
        expected = "'ranks', 'counts' or 'symmetry' for a category"
        yield Problem(f"{where}.test", "", expected, "'means'")
    if kind == "category" and pair.test == "ranks":
        expected = "'counts' or 'symmetry' for levels without an order"
        yield Problem(f"{where}.test", "", expected, "'ranks'")
