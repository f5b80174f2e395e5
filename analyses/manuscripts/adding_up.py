"""Counts of a table that add up: levels to the size of a group, rows to the row above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from analyses.manuscripts.columns import Columns
from analyses.manuscripts.shapes import TOTAL
from analyses.published.registry import Relation, Row


def other_sums(
    columns: Columns, rows: Sequence[Row], totals: Mapping[str, Sequence[tuple[str, int]]]
) -> Iterator[tuple[str, Row, tuple[str, ...]]]:
    """Groups whose levels add up to one other number than its size, in every row.

    Parameters
    ----------
    columns, rows
        Of the table.
    totals
        Column to row and sum of the levels.

    Yields
    ------
    (column, row, addresses)
        The first such row, and the addresses of its levels.
    """
    for column, found in totals.items():
        sums = {total for _, total in found}
        n = int(re.sub(r"\D", "", columns.groups[column].n))
        if len(found) < 2 or len(sums) > 1 or n in sums:
            continue
        first = next(row for row in rows if row.id == found[0][0])
        cells = [level.cells[column] for level in first.levels if column in level.cells]
        yield column, first, tuple(cell.address for cell in cells)


def sums_of_counts(columns: Columns, rows: Sequence[Row]) -> Iterator[Relation]:
    """Counts of a variable, or of all, against the rows below; where most of them add up."""
    pairs = []
    for column in (c.name for c in columns.roles.values() if c.name.startswith("count")):
        below = [(row, row.levels) for row in rows if row.levels]
        if rows and TOTAL.match(rows[0].what) and not below:
            below = [(rows[0], tuple(rows[1:]))]
        for head, lines in below:
            cells = [line.cells[column] for line in lines if column in line.cells]
            if column in head.cells and len(cells) == len(lines) > 1:
                pairs.append((head.cells[column], cells))
    fits = [sum(c["count"].value for c in cells) == a["count"].value for a, cells in pairs]
    if len(fits) < 2 or 2 * sum(fits) < len(fits):
        return
    for value, cells in pairs:
        yield Relation(value.address, "sum_of", tuple(cell.address for cell in cells), 0)
