"""Two tables made one: side by side, or one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports.table import EMPTY, Column, Footnotes, Row, Table, alike, text

Name = tuple[str, str, int]


def merge(tables: Sequence[Table], headings: Sequence[str], *, key: str, title: str) -> Table:
    """Tables side by side, each under its heading; rows of one name stand in one line.

    Parameters
    ----------
    tables
        Two or more. A row is found again by its name and that of the row it is indented under.
    headings
        What stands above the columns of each.
    key, title
        Of the new table.

    Returns
    -------
    Table
        The rows of the first in their order; a row that only another has follows the one it
        follows there. A note that not all tables have names its heading.
    """
    _fit(tables, headings)
    named = [dict(zip(_names(table), table.rows, strict=True)) for table in tables]
    order: list[Name] = []
    for rows in named:
        place = 0
        for name in rows:
            if name in order:
                place = order.index(name) + 1
            else:
                order.insert(place, name)
                place += 1
    footnotes = Footnotes()
    marks = [_marks(table, footnotes) for table in tables]
    merged = []
    for name in order:
        first = next(rows[name] for rows in named if name in rows)
        cells = [first.cells[0]]
        for table, rows, mark in zip(tables, named, marks, strict=True):
            blank = (EMPTY,) * len(table.columns)
            own = _marked(rows[name], mark).cells if name in rows else blank
            cells += own[1:]
        merged.append(replace(first, cells=tuple(alike(cells))))
    columns = [tables[0].columns[0]]
    for table, heading in zip(tables, headings, strict=True):
        columns += [Column(c.label, c.above, heading) for c in table.columns[1:]]
    notes = _notes(tables, headings)
    return Table(key, title, tuple(columns), tuple(merged), footnotes.words, notes)


def stack(tables: Sequence[Table], headings: Sequence[str], *, key: str, title: str) -> Table:
    """Tables one below the other, each under a row with its heading.

    Parameters
    ----------
    tables
        Two or more. The columns are headed as those of the first; where those of another are
        not the same, the row with its heading names them.
    headings
        One a table.
    key, title
        Of the new table.
    """
    _fit(tables, headings)
    first = tables[0].columns
    width = max(len(table.columns) for table in tables)
    names = {table.columns[0] for table in tables}
    stub = first[0] if len(names) == 1 else Column("")
    columns = (stub, *first[1:], *[Column("")] * (width - len(first)))
    footnotes, rows = Footnotes(), list[Row]()
    for table, heading in zip(tables, headings, strict=True):
        labels = [] if table.columns[1:] == first[1:] else [c.words for c in table.columns[1:]]
        blanks = [EMPTY] * (width - 1 - len(labels))
        rows.append(Row((text(heading), *map(text, labels), *blanks), heading=True))
        mark = _marks(table, footnotes)
        for row in table.rows:
            own = _marked(row, mark)
            filled = (*own.cells, *[EMPTY] * (width - len(own.cells)))
            rows.append(replace(own, cells=filled, indent=row.indent + 1))
    notes = _notes(tables, headings)
    return Table(key, title, columns, tuple(rows), footnotes.words, notes)


def _fit(tables: Sequence[Table], headings: Sequence[str]) -> None:
    if len(tables) < 2 or len(headings) != len(tables):
        raise ValueError(
            "tables must be two or more with a heading each; "
            f"got {len(tables)} tables and {len(headings)} headings"
        )


def _names(table: Table) -> list[Name]:
    """A name for each row: the rows it stands under, its own, and which of several alike."""
    above: list[str] = []
    seen: dict[tuple[str, str], int] = {}
    names = []
    for row in table.rows:
        above = [*above[: row.indent], str(row.cells[0])]
        name = ("\n".join(above[:-1]), above[-1])
        seen[name] = seen.get(name, 0) + 1
        names.append((*name, seen[name]))
    return names


def _marks(table: Table, footnotes: Footnotes) -> dict[str, str]:
    return {letter: footnotes.mark(words) for letter, words in table.footnotes.items()}


def _marked(row: Row, marks: dict[str, str]) -> Row:
    """A row whose footnotes have the letters of the new table."""
    cells = (replace(cell, mark=marks.get(cell.mark, "")) for cell in row.cells)
    return replace(row, cells=tuple(cells))


def _notes(tables: Sequence[Table], headings: Sequence[str]) -> tuple[str, ...]:
    common = [n for n in tables[0].notes if all(n in table.notes for table in tables)]
    own = [
        f"{heading}: {note}"
        for table, heading in zip(tables, headings, strict=True)
        for note in table.notes
        if note not in common
    ]
    return (*common, *own)
