"""How wide the columns of a table must be on paper, and how to make a wide one fit."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from reports.combining import of_columns
from reports.house_style import house_style
from reports.table import Cell, Row, Table
from reports.unbroken import BREAKABLE, unbroken

PAGE = (210.0, 297.0)
MARGIN = 20.0
PORTRAIT_COLUMNS = 6
CHARACTER = 1.75  # mean width of a character at 9 points, mm
BOLD = 2.05  # the same of a heading
PADDING = 4.0
MEASURED = 9.0  # points
#: Fonts that run wider than Times, by how much.
WIDER = {"Arial": 1.12, "Palatino Linotype": 1.1}
#: Sizes that are tried one after the other, less than that of the house style, in points.
SMALLER = (0.0, 0.5, 1.0, 1.5, 2.0)


@dataclass(frozen=True)
class Laid:
    """A table, or a part of its columns, as it stands on a page.

    Parameters
    ----------
    table
        The table.
    widths
        Of its columns, in mm.
    size
        Of its letters, in points.
    landscape
        Whether its page is.
    continued
        Whether it shows further columns of the table before it.
    """

    table: Table
    widths: tuple[float, ...]
    size: float
    landscape: bool
    continued: bool = False

    @property
    def lines(self) -> int:
        """About how many lines its rows take."""
        letter = CHARACTER * self.size / MEASURED * WIDER.get(house_style().font, 1.0)
        return sum(
            _lines(row, [(w - PADDING) / letter for w in self.widths]) for row in self.table.rows
        )


def _lines(row: Row, room: Sequence[float]) -> int:
    if row.words_only:
        return math.ceil(_length(row.cells[0]) / sum(room))
    pairs = zip(row.cells, room, strict=True)
    return max(1, *(math.ceil(_length(cell) / max(letters, 1)) for cell, letters in pairs))


def page_width(landscape: bool) -> float:
    """Usable width of a page in mm."""
    return PAGE[1 if landscape else 0] - 2 * MARGIN


def is_wide(table: Table) -> bool:
    """Whether a table needs a landscape page."""
    room = page_width(False)
    torn = sum(_least(table)) * house_style().size / MEASURED > room
    return len(table.columns) > PORTRAIT_COLUMNS or torn or sum(_needed(table)) > room * 1.15


def laid_out(table: Table) -> list[Laid]:
    """A table as it fits the page.

    Upright or across; in smaller letters where a word would be torn; and where the smallest are
    not small enough, in parts that repeat the first column.
    """
    landscape = is_wide(table)
    room, full = page_width(landscape), house_style().size
    for less in SMALLER:
        size = full - less
        if sum(_least(table)) * size / MEASURED <= room:
            return [Laid(table, _widths(table, room, size), size, landscape)]
    parts = list(_parts(table, room, size))
    return [
        Laid(part, _widths(part, room, size), size, landscape, continued=i > 0)
        for i, part in enumerate(parts)
    ]


def _parts(table: Table, room: float, size: float) -> Iterator[Table]:
    """Its columns in as many parts as the page asks for; what shares a heading stays together."""
    least = [width * size / MEASURED for width in _least(table)]

    def fit(columns: Sequence[int]) -> bool:
        return least[0] + sum(least[j] for j in columns) <= room

    chosen: list[int] = []
    for group in _groups(table, fit):
        if chosen and not fit(chosen + group):
            yield of_columns(table, chosen)
            chosen = []
        chosen += group
    yield of_columns(table, chosen)


def _groups(table: Table, fit: Callable[[Sequence[int]], bool]) -> list[list[int]]:
    """Columns that are not parted: those of a heading, the outermost that fits the page."""
    groups = [[*range(1, len(table.columns))]]
    for spans in [*table.shared(), []]:
        ends = {last for _, _, last in spans} or {*range(len(table.columns))}
        groups = [
            part for group in groups for part in ([group] if fit(group) else _cut(group, ends))
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


def _needed(table: Table) -> list[float]:
    """Width in mm that each column would like, its words and its heading wrapped."""
    return _wished(table, [34.0, *(30.0 for _ in table.columns[1:])])


def _unwrapped(table: Table) -> list[float]:
    """Width in mm at which nothing but headings is wrapped."""
    return _wished(table, [math.inf for _ in table.columns])


def _wished(table: Table, most: Sequence[float]) -> list[float]:
    wished, wide = [], WIDER.get(house_style().font, 1.0)
    for j, (column, longest) in enumerate(zip(table.columns, most, strict=True)):
        words = max(map(len, _whole(column.label)), default=0)
        rows = (row for row in table.rows if not (j == 0 and row.words_only))
        cells = max((_length(row.cells[j]) + 2 * row.indent for row in rows), default=0)
        head = max(words, len(column.label) / 2.5) * BOLD
        wished.append(max(head, min(cells, longest) * CHARACTER) * wide + PADDING)
    return wished


def _least(table: Table) -> list[float]:
    """Width in mm below which a word of a column would be torn apart."""
    least, wide = [], WIDER.get(house_style().font, 1.0)
    for j, column in enumerate(table.columns):
        head = max(map(len, _whole(column.label)), default=0) * BOLD
        rows = (row for row in table.rows if not (j == 0 and row.words_only))
        cells = max((_torn(row.cells[j], row.indent if j == 0 else 0) for row in rows), default=0)
        least.append(max(head, cells * CHARACTER) * wide + PADDING)
    return least


def _torn(cell: Cell, indent: int) -> float:
    return max(map(len, _whole(str(cell))), default=0) + len(cell.mark) + 2 * indent


def _whole(words: str) -> list[str]:
    """What stays on one line."""
    return BREAKABLE.split(unbroken(words))


def _length(cell: Cell) -> int:
    return len(str(cell)) + 2 * len(cell.mark)


def _widths(table: Table, width: float, size: float) -> tuple[float, ...]:
    """What each column would like; where the page is too narrow, first what its words need."""
    needed, least = ([w * size / MEASURED for w in found(table)] for found in (_needed, _least))
    if sum(needed) <= width:  # what is left goes to columns whose words would be wrapped
        more = [w * size / MEASURED - n for w, n in zip(_unwrapped(table), needed, strict=True)]
        given = min(1.0, (width - sum(needed)) / max(sum(more), 1e-9))
        return tuple(n + given * m for n, m in zip(needed, more, strict=True))
    if sum(least) > width:
        return tuple(width * n / sum(least) for n in least)
    wish = [max(n - m, 0.0) for n, m in zip(needed, least, strict=True)]
    spare = (width - sum(least)) / max(sum(wish), 1e-9)
    return tuple(m + w * spare for m, w in zip(least, wish, strict=True))
