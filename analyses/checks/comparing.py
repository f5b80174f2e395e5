"""Whether what a comparison asks for fits its variables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.checks.names import LEVELS, NUMBERS, UNKNOWN, Names
from analyses.schema.comparing import CompareStep, RowSection
from cohort_stats.comparing.rows import ORDERED_TESTS, Row
from cohort_stats.problem import Problem


def compare_problems(names: Names, where: str, step: CompareStep) -> Iterator[Problem]:
    """Rows whose variable, test or pairs do not fit, and wishes without groups."""
    for k, row in enumerate(step.rows, start=1):
        place = f"{where}.rows[{k}]"
        wrong = list(names.variable(place, row.variable))
        yield from wrong
        if not wrong:
            yield from _row(names, place, step, row)
    wishes = {"posthoc": step.posthoc, "difference": step.difference, "smd": step.smd}
    for word, wish in wishes.items():
        if wish and not step.by:
            yield Problem(f"{where}.{word}", "", "only with groups, named by 'by'", "no 'by'")


def two_groups_only(names: Names, where: str, by: str) -> Iterator[Problem]:
    """An E-value of groups that are known to be more than two."""
    group = names.file.groups.get(by)
    levels: Sequence[str] = group.levels if group else ()
    variable = group.variable if group else by
    if not levels and names.types.get(variable, UNKNOWN) in LEVELS:
        levels = names.described(variable).labels
    if len(levels) > 2:
        expected = (
            "two groups, as an E-value is of one risk ratio: name two levels in [groups], or leave "
            "it out"
        )
        yield Problem(f"{where}.e_value", "", expected, f"'{by}', which has {len(levels)} levels")


def _row(names: Names, place: str, step: CompareStep, row: RowSection) -> Iterator[Problem]:
    kind = names.types[row.variable]
    if kind == UNKNOWN:
        return
    found = f"'{row.variable}', which is of type '{kind}'"
    if kind in ("id", "text", "date"):
        yield Problem(place, "", "a number or a category", found)
        return
    try:
        test = Row(row.variable, row.summary or step.summary, row.test, row.pairs).kind(
            kind in NUMBERS
        )
    except ValueError:
        if row.pairs == "same test":
            expected = "means, ranks or jonckheere for a number"
            yield Problem(f"{place}.test", "", expected, f"'{row.test}' for {found}")
        else:
            tested = {"tukey": "means", "dunn": "ranks"}[row.pairs]
            expected = f"'{row.pairs}' only for a row tested by its {tested}"
            yield Problem(f"{place}.pairs", "", expected, found)
        return
    section = names.file.variables.get(row.variable)
    if test in ORDERED_TESTS and kind == "category" and section and len(section.levels) > 2:
        expected = "a variable whose levels have an order (type 'ordered')"
        yield Problem(f"{place}.test", "", expected, f"'{test}' for {found}")
    if row.pairs != "same test" and not step.posthoc:
        expected = "only with 'posthoc' at the step"
        yield Problem(f"{place}.pairs", "", expected, f"'{row.pairs}'")
    if row.test in ORDERED_TESTS and not step.by:
        yield Problem(f"{place}.test", "", "only with groups, named by 'by'", "no 'by'")
