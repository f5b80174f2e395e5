"""A table too wide for a page, parted by its columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from reports.format import DASH
from reports.table import Row, Table

STEP = 2  # mm by which a page is made narrower as long as that takes no further part


def parted(table: Table, widths: Sequence[float], room: float) -> list[list[int]]:
    """Its columns but the first, in as few parts as fit, alike in width.

    Parameters
    ----------
    table
        What shares a heading stays together, the outermost that fits.
    widths
        Of its columns, in mm. The first is repeated in each part.
    room
        Of the page, in mm.
    """
    groups = _groups(table, widths, room)
    parts = _filled(groups, widths, room)
    for narrower in range(int(room), 0, -STEP):
        found = _filled(groups, widths, narrower)
        if len(found) > len(parts):
            break
        parts = found
    return parts


def _fit(columns: Sequence[int], widths: Sequence[float], room: float) -> bool:
    return widths[0] + sum(widths[j] for j in columns) <= room


def _filled(groups: Sequence[list[int]], widths: Sequence[float], room: float) -> list[list[int]]:
    """Groups of columns one after the other, as many in each part as fit."""
    parts: list[list[int]] = []
    for group in groups:
        if parts and _fit(parts[-1] + group, widths, room):
            parts[-1] = parts[-1] + group
        else:
            parts.append(group)
    return parts


def _groups(table: Table, widths: Sequence[float], room: float) -> list[list[int]]:
    """Columns that are not parted: those of a heading, the outermost that fits the page."""
    groups = [[*range(1, len(table.columns))]]
    for spans in [*table.shared(), []]:
        ends = {last for _, _, last in spans} or {*range(len(table.columns))}
        groups = [
            part
            for group in groups
            for part in ([group] if _fit(group, widths, room) else _cut(group, ends))
        ]
    return groups


def _cut(group: Sequence[int], ends: Collection[int]) -> list[list[int]]:
    """Columns cut behind those at which something ends."""
    parts: list[list[int]] = [[]]
    for j in group:
        parts[-1].append(j)
        if j in ends:
            parts.append([])
    return [part for part in parts if part]


def of_columns(table: Table, chosen: Sequence[int]) -> Table:
    """Some columns of a table, with its first, and the rows and notes that they need.

    Parameters
    ----------
    table
        The table.
    chosen
        Numbers of columns, without that of the first, 0.
    """
    kept = (0, *chosen)
    columns = tuple(table.columns[j] for j in kept)
    rows = [replace(row, cells=tuple(row.cells[j] for j in kept)) for row in table.rows]
    rows = [row for row, keep in zip(rows, _kept(rows, table.rows), strict=True) if keep]
    cells = [cell for row in rows for cell in row.cells]
    marks = {cell.mark for cell in cells}
    absent = {c.block for c in table.columns} - {c.block for c in columns}
    others = tuple(f"{block}: " for block in absent)
    if not any(str(cell) == DASH for cell in cells):
        others += (f"{DASH}, ",)
    return replace(
        table,
        columns=columns,
        rows=tuple(rows),
        footnotes={letter: words for letter, words in table.footnotes.items() if letter in marks},
        notes=tuple(note for note in table.notes if not note.startswith(others)),
    )


def _kept(rows: Sequence[Row], whole: Sequence[Row]) -> list[bool]:
    """Which rows of a part have something to say, or stand above such rows."""
    kept = [False] * len(rows)
    for i in reversed(range(len(rows))):
        level = rows[i].indent
        end = next((j for j in range(i + 1, len(rows)) if rows[j].indent <= level), len(rows))
        alone = end == i + 1 and whole[i].words_only
        kept[i] = not rows[i].words_only or alone or any(kept[i + 1 : end])
    return kept
