"""Whether the variables of adverse events hold grades."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.checks.names import NUMBERS, UNKNOWN, Names
from cohort_stats.comparing.adverse_events import grades_of
from cohort_stats.problem import Problem

EXPECTED = "grades 0 to 5: numbers, yes/no, or ordered levels such as None, Grade 1, Grade 2"


def adverse_problems(names: Names, where: str, events: Sequence[str]) -> Iterator[Problem]:
    """Names of no variable, and of variables whose values are no grades from 0 to 5."""
    for k, name in enumerate(events, start=1):
        place = f"{where}.events[{k}]"
        wrong = list(names.variable(place, name))
        yield from wrong
        if wrong or names.types[name] in (*NUMBERS, "yesno", UNKNOWN):
            continue
        if names.types[name] != "ordered":
            found = f"'{name}', which is of type '{names.types[name]}'"
            yield Problem(place, "", EXPECTED, found)
            continue
        labels = names.described(name).labels
        if labels and grades_of(labels) is None:
            yield Problem(place, "", EXPECTED, f"'{name}' with the levels {', '.join(labels)}")
