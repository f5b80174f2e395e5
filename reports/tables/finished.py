"""The last touch to every table: abbreviations and dashes explained, words in the house style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reports.abbreviations import abbreviations_note
from reports.house_style import in_style
from reports.table import Column, Footnotes, Table
from reports.tables.dashes import dash_note


def finished(table: Table, abbreviations: Mapping[str, str]) -> Table:
    """A table as it is printed.

    Parameters
    ----------
    table
        As its maker left it.
    abbreviations
        Those of the plan, with what they stand for.
    """
    table = _lettered(_without_empty_columns(table))
    explained = abbreviations_note(table, abbreviations)
    notes = [note for note in (explained, dash_note(table), *table.notes) if note]
    return replace(
        table,
        title=in_style(table.title),
        columns=tuple(
            Column(in_style(c.label), in_style(c.spanner), in_style(c.block)) for c in table.columns
        ),
        notes=tuple(map(in_style, notes)),
        footnotes={letter: in_style(words) for letter, words in table.footnotes.items()},
    )


def _without_empty_columns(table: Table) -> Table:
    """A table whose columns, beside the first, all have something to say in some row."""
    kept = [
        j
        for j in range(len(table.columns))
        if j == 0 or not table.rows or any(str(r.cells[j]) or r.cells[j].mark for r in table.rows)
    ]
    return replace(
        table,
        columns=tuple(table.columns[j] for j in kept),
        rows=tuple(replace(row, cells=tuple(row.cells[j] for j in kept)) for row in table.rows),
    )


def _lettered(table: Table) -> Table:
    """A table whose footnotes have their letters in the order in which it is read."""
    marks = [cell.mark for row in table.rows for cell in row.cells if cell.mark]
    read = list(dict.fromkeys([*marks, *table.footnotes]))
    if read == list(table.footnotes):
        return table
    footnotes = Footnotes()
    new = {old: footnotes.mark(table.footnotes[old]) for old in read}
    rows = tuple(
        replace(row, cells=tuple(replace(c, mark=new.get(c.mark, "")) for c in row.cells))
        for row in table.rows
    )
    return replace(table, rows=rows, footnotes=footnotes.words)
