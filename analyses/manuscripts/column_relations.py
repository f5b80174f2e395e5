"""Relations of the numbers of a row that the columns of its table imply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyses.manuscripts.along import relations_along
from analyses.manuscripts.columns import Columns
from analyses.manuscripts.crude import crude_relations
from analyses.manuscripts.pairwise import ASSUMED, of_pairs
from analyses.manuscripts.source import SourceTable
from analyses.published.registry import Relation, Row


def column_relations(
    table: SourceTable, columns: Columns, rows: Sequence[Row]
) -> Iterator[tuple[Relation, str]]:
    """Every such relation, with what it takes for granted.

    Parameters
    ----------
    table, columns, rows
        As printed, and as read.
    """
    for relation in crude_relations(columns, rows):
        yield relation, "a ratio that is not adjusted, as most beside it"
    for relation in of_pairs(rows, columns.pairs):
        yield relation, ASSUMED
    names = {at: column.name for at, column in columns.roles.items()}
    yield from relations_along(table, columns.headings, names, rows)
