"""How alike the groups are before and after matching."""

from __future__ import annotations

from collections.abc import Iterator

from analyses.schema.matching import MatchStep
from cohort_stats.matching.nearest import AFTER, BEFORE, CONTROL, TREATED
from reports.format import count, number
from reports.numbers import Numbers, known
from reports.table import EMPTY, Cell, Column, Row, Table, text
from reports.view import View


def balance_table(step: MatchStep, view: View) -> Table:
    """Standardised differences and variance ratios, one row a covariate or level."""
    numbers = view.numbers(step.id)
    columns = [Column("Covariate")]
    for spanner in ("Before matching", "After matching"):
        columns += [Column("SMD", spanner), Column("Variance ratio", spanner)]
    rows: list[Row] = []
    for term in numbers.unique("term", "smd"):
        rows += _rows(numbers, term, view)
    return Table(step.id, step.title, tuple(columns), tuple(rows), notes=_notes(numbers))


def _rows(numbers: Numbers, term: str, view: View) -> Iterator[Row]:
    variable = view.dictionary[term]
    levels = numbers.unique_levels_of("smd", term)
    if levels == [""]:
        yield Row((text(variable.heading), *_cells(numbers, term, "")))
    elif len(levels) == 1:
        name = variable.label if variable.type == "yesno" else f"{variable.label}: {levels[0]}"
        yield Row((text(name), *_cells(numbers, term, levels[0])))
    else:
        yield Row((text(variable.label), *(EMPTY,) * 4), heading=True)
        for level in levels:
            yield Row((text(level), *_cells(numbers, term, level)), indent=1)


def _cells(numbers: Numbers, term: str, level: str) -> list[Cell]:
    return [
        Cell("difference", (numbers.get(name, group=stage, term=term, level=level),))
        for stage in (BEFORE, AFTER)
        for name in ("smd", "variance_ratio")
    ]


def _notes(numbers: Numbers) -> tuple[str, ...]:
    parts = []
    for group, name in ((TREATED, "cases"), (CONTROL, "controls")):
        matched, n = numbers.get("pairs", group=group), numbers.get("n", group=group)
        parts.append(f"{count(matched)} of {count(n)} {name}")
    notes = [
        "SMD, standardised mean difference; denominator: "
        f"{numbers.about('smd').get('method', '')}.",
        f"Matched: {' and '.join(parts)}.",
    ]
    caliper = numbers.get("caliper")
    if known(caliper):
        notes.append(f"Caliper on the logit of the propensity score: {number(caliper, 3)}.")
    return tuple(notes)
