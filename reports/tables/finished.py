"""The last touch to every table: abbreviations and dashes explained, words in the house style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reports.abbreviations import abbreviations_note
from reports.house_style import in_style
from reports.table import Column, Table
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
