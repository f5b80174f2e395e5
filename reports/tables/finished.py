"""The last touch to every table: abbreviations explained, words in the house style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reports.abbreviations import abbreviations_note
from reports.format import DASH
from reports.house_style import in_style
from reports.table import Column, Table


def finished(table: Table, abbreviations: Mapping[str, str]) -> Table:
    """A table as it is printed; what a dash means is said only where there is one.

    Parameters
    ----------
    table
        As its maker left it.
    abbreviations
        Those of the plan, with what they stand for.
    """
    explained = abbreviations_note(table, abbreviations)
    dashes = DASH in {str(cell) for row in table.rows for cell in row.cells}
    notes = [note for note in table.notes if dashes or not note.startswith(f"{DASH}, ")]
    notes = [explained, *notes] if explained else notes
    return replace(
        table,
        title=in_style(table.title),
        columns=tuple(Column(in_style(c.label), in_style(c.spanner)) for c in table.columns),
        notes=tuple(map(in_style, notes)),
        footnotes={letter: in_style(words) for letter, words in table.footnotes.items()},
    )
