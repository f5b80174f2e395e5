"""Adverse events: who had each, of any grade and of a severe one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyses.schema.adverse import AdverseEventsStep
from cohort_stats.comparing.adverse_events import ANY_EVENT, ANY_GRADE, SEVERE, single
from cohort_stats.comparing.groups import OVERALL
from reports.format import count, summary_words
from reports.numbers import Numbers, known
from reports.table import EMPTY, Cell, Column, Footnotes, Row, Table, alike, text
from reports.view import View

NOT_TESTED = "not tested: nobody or everybody had it, or of a group nothing is known"


def event_label(term: str, view: View) -> str:
    """What an event is called."""
    return "Any event" if term == ANY_EVENT else view.dictionary[term].label


def adverse_table(step: AdverseEventsStep, view: View) -> Table:
    """One row an event, below it those of a severe grade and those of whom it is not known."""
    numbers = view.numbers(step.id)
    groups, tested = numbers.unique("group", "n"), bool(numbers.about("p"))
    footnotes = Footnotes()
    rows: list[Row] = []
    for term in numbers.unique("term", "n"):
        label, levels = event_label(term, view), numbers.unique_levels_of("n", term)
        severe = SEVERE in levels
        name = f"{label}, any grade" if severe else label
        rows += _rows(name, 0, (term, ANY_GRADE), numbers, groups, footnotes)
        for grade in (g for g in map(single, range(1, 6)) if g in levels):
            rows.append(_single(grade, (term, grade), numbers, groups))
        if severe:
            name = f"Grade {step.severe} or higher"
            rows += _rows(name, 1, (term, SEVERE), numbers, groups, footnotes)
    label = view.group_label(step.by)
    columns = [Column(f"Adverse event, {summary_words('count')}")]
    for group in groups:
        head = f"{group} (n = {count(numbers.get('n', group=group))})"
        columns.append(Column(head, label if group != OVERALL else ""))
    if tested:
        columns.append(Column("p"))
    else:
        rows = [Row(row.cells[:-1], row.indent) for row in rows]
    return Table(
        step.id,
        step.title,
        tuple(columns),
        tuple(rows),
        footnotes.words,
        _notes(numbers, tested, view),
    )


def _rows(
    name: str,
    indent: int,
    at: tuple[str, str],
    numbers: Numbers,
    groups: list[str],
    footnotes: Footnotes,
) -> Iterator[Row]:
    """Those with an event at a level, and those of whom it is not known."""
    where: dict[str, Any] = {"term": at[0], "level": at[1]}
    cells = _shares(at, numbers, groups)
    p = numbers.get("p", **where)
    mark = footnotes.mark(str(numbers.about("p", **where)["method"])) if known(p) else ""
    yield Row((text(name), *cells, Cell("p", (p,), mark, NOT_TESTED)), indent=indent)
    missing = [numbers.get("missing", group=group, **where) for group in groups]
    # Who lacks a grade lacks it for both; only of any event may it be known that there was one.
    if any(missing) and (indent == 0 or missing != _missing(numbers, groups, at[0])):
        counts = (Cell("count", (m,)) for m in missing)
        yield Row((text("Missing"), *counts, EMPTY), indent=indent + 1)


def _single(name: str, at: tuple[str, str], numbers: Numbers, groups: list[str]) -> Row:
    """Those whose highest grade is just this; not tested."""
    return Row((text(name.capitalize()), *_shares(at, numbers, groups), EMPTY), indent=1)


def _shares(at: tuple[str, str], numbers: Numbers, groups: list[str]) -> list[Cell]:
    where: dict[str, Any] = {"term": at[0], "level": at[1]}
    return alike(
        [
            Cell("count_percent", numbers.several("count", "percent", "n", group=group, **where))
            for group in groups
        ]
    )


def _missing(numbers: Numbers, groups: list[str], term: str) -> list[float]:
    return [numbers.get("missing", group=g, term=term, level=ANY_GRADE) for g in groups]


def _notes(numbers: Numbers, tested: bool, view: View) -> tuple[str, ...]:
    notes = [
        f"{view.noun.capitalize()}, each counted once by the highest grade; percentages are of "
        "those whose value is known."
    ]
    ungraded = [
        term
        for term in numbers.unique("term", "n")
        if SEVERE not in numbers.unique_levels_of("n", term)
    ]
    if ungraded and ANY_EVENT in numbers.unique("term", "n"):
        notes.append("Events without grades count as events of any grade, and as no severe ones.")
    if tested:
        notes.append("p-values are not adjusted for the number of events.")
    return tuple(notes)
