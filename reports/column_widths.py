"""How wide the columns of a table must be on paper, and how to make a wide one fit."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from unicodedata import east_asian_width

from reports.house_style import house_style
from reports.parting import of_columns, parted
from reports.table import Cell, Row, Table
from reports.unbroken import BREAKABLE, unbroken

PAGE = (210.0, 297.0)
MARGIN = 20.0
PORTRAIT_COLUMNS = 6  # of more columns, none is squeezed to keep the page upright
NAME = 26  # digits of a row's name on one line, where numbers have theirs
SHORT = 18  # digits that a heading may be wide on one line, where there is room
CHARACTER = 1.75  # width of a digit at 9 points with some reserve, mm
BOLD = 2.05  # the same of a heading
PADDING = 4.0
MEASURED = 9.0  # points
#: Fonts that run wider than Times, by how much.
WIDER = {"Arial": 1.12, "Palatino Linotype": 1.1}
#: Signs narrower or wider than a digit, in its widths; capitals have CAPITAL, Asian letters ASIAN.
SIGNS = {
    **dict.fromkeys(" .,:;'’‘ijlt/|!·\u00a0", 0.56),
    **dict.fromkeys("()[]-frIs“”", 0.75),
    **dict.fromkeys("mwMW%@—…", 1.75),
    **dict.fromkeys("±×≥≤<>=+−≈", 1.15),
}
CAPITAL, ASIAN = 1.4, 2.0
#: A table of up to so many lines of 9 points stays on one page, portrait or landscape. A longer
#: one may break, but neither after a heading row nor before its last rows.
LINES_KEPT_TOGETHER = {False: 42, True: 26}
LAST_ROWS = 4
LINES_OF_NOTES = 8  # below a table that stays whole, more than the lines it may have
LEVELS_KEPT = 12  # of a factor with more, only the first two and the last two stay together
#: Sizes that are tried one after the other, less than that of the house style, in points.
SMALLER = (0.0, 0.5, 1.0, 1.5, 2.0)
READABLE = 3  # of them, those that are better than numbers on two lines


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

    @property
    def kept(self) -> list[bool]:
        """For each row, whether it stays on the page of the next."""
        rows, larger = self.table.rows, MEASURED / self.size
        together = LINES_KEPT_TOGETHER[self.landscape]
        short = self.lines <= together * larger
        fits = self.lines / larger + self._note_lines <= together + LINES_OF_NOTES
        first = 0 if short and fits else len(rows) - LAST_ROWS
        return [i >= first or row.heading or _held(rows, i) for i, row in enumerate(rows)]

    @property
    def _note_lines(self) -> float:
        """How much its notes take, in lines of rows."""
        letters = page_width(self.landscape) / CHARACTER
        return 0.8 * sum(math.ceil(_letters(n) / letters) for n in self.table.note_lines())


def _held(rows: Sequence[Row], i: int) -> bool:
    """Whether a row belongs with the next: a name with its levels, and the levels of a few."""
    level, after = rows[i].indent, rows[i + 1].indent if i + 1 < len(rows) else 0
    if after != level or not level:
        return after > level
    first = next(j for j in range(i, -1, -1) if rows[j].indent != level) + 1
    end = next((j for j in range(i, len(rows)) if rows[j].indent != level), len(rows))
    return end - first <= LEVELS_KEPT or i == first or i + 2 == end


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
    torn = sum(_sized(_least(table), house_style().size)) > room
    crowded = room if len(table.columns) > PORTRAIT_COLUMNS else room * 1.15
    return torn or sum(_needed(table)) > crowded


def laid_out(table: Table) -> list[Laid]:
    """A table as it fits the page.

    Upright or across; in somewhat smaller letters where a number would be parted from its interval,
    in smaller ones where a word would be torn; and where the smallest are not small enough, in as
    few parts as can be, alike in width, that repeat the first column.
    """
    landscape = is_wide(table)
    room = page_width(landscape)
    sizes = [house_style().size - less for less in SMALLER]
    for size, whole in [*((size, True) for size in sizes[:READABLE]), *((s, False) for s in sizes)]:
        if sum(_sized(_least(table, whole), size)) <= room:
            return [Laid(table, _widths(table, room, size, whole), size, landscape)]
    found = [parted(table, _sized(_least(table), size), room) for size in sizes]
    fewest = min(map(len, found))
    size, columns = next(pair for pair in zip(sizes, found, strict=True) if len(pair[1]) == fewest)
    parts = [of_columns(table, chosen) for chosen in columns]
    return [
        Laid(part, _widths(part, room, size), size, landscape, continued=i > 0)
        for i, part in enumerate(parts)
    ]


def _needed(table: Table) -> list[float]:
    """Width in mm that each column would like, its words and its heading wrapped."""
    return _wished(table, [34.0, *(30.0 for _ in table.columns[1:])], lambda label: label / 2.5)


def _unwrapped(table: Table) -> list[float]:
    """Width in mm at which nothing but long headings is wrapped, and they hardly more than once."""
    most = [math.inf for _ in table.columns]
    return _wished(table, most, lambda label: min(label, max(SHORT, label / 1.6)))


def _wished(table: Table, most: Sequence[float], heading: Callable[[float], float]) -> list[float]:
    wished, wide = [], WIDER.get(house_style().font, 1.0)
    for j, (column, longest) in enumerate(zip(table.columns, most, strict=True)):
        words = max(map(_letters, _whole(column.label)), default=0)
        rows = (row for row in table.rows if not (j == 0 and row.words_only))
        cells = max((_length(row.cells[j]) + 2 * row.indent for row in rows), default=0)
        head = max(words, heading(_letters(column.label))) * BOLD
        wished.append(max(head, min(cells, longest) * CHARACTER) * wide + PADDING)
    return wished


def _least(table: Table, whole: bool = False) -> list[float]:
    """Width in mm below which a word of a column would be torn apart, or a whole number."""
    least, wide = [], WIDER.get(house_style().font, 1.0)
    for j, column in enumerate(table.columns):
        head = max(map(_letters, _whole(column.label)), default=0) * BOLD
        rows = (row for row in table.rows if not (j == 0 and row.words_only))
        cells = max(
            (_torn(row.cells[j], row.indent if j == 0 else 0, whole) for row in rows), default=0
        )
        if whole and j == 0:
            longest = max(
                (_length(row.cells[0]) for row in table.rows if not row.words_only), default=0
            )
            cells = max(cells, min(longest, NAME))
        least.append(max(head, cells * CHARACTER) * wide + PADDING)
    return least


def _sized(widths: Sequence[float], size: float) -> list[float]:
    """Widths of columns in letters of another size; their padding stays."""
    return [(width - PADDING) * size / MEASURED + PADDING for width in widths]


def _torn(cell: Cell, indent: int, whole: bool) -> float:
    if whole and cell.kind != "text":
        return _length(cell)
    return max(map(_letters, _whole(str(cell))), default=0) + len(cell.mark) + 2 * indent


def _whole(words: str) -> list[str]:
    """What stays on one line."""
    return BREAKABLE.split(unbroken(words))


def _length(cell: Cell) -> float:
    return _letters(str(cell)) + 2 * len(cell.mark)


@cache
def _letters(words: str) -> float:
    """How wide words are, in digits."""
    return sum(map(_width, words))


def _width(sign: str) -> float:
    if sign.isascii() or sign in SIGNS:
        return SIGNS.get(sign, CAPITAL if sign.isupper() else 1.0)
    if east_asian_width(sign) in "WF":
        return ASIAN
    return CAPITAL if sign.isupper() else 1.0


def _widths(table: Table, width: float, size: float, whole: bool = False) -> tuple[float, ...]:
    """What each column would like; where the page is too narrow, first what its words need."""
    needed, least = _sized(_needed(table), size), _sized(_least(table, whole), size)
    if sum(needed) <= width:  # what is left goes to columns whose words would be wrapped
        unwrapped = _sized(_unwrapped(table), size)
        more = [w - n for w, n in zip(unwrapped, needed, strict=True)]
        given = min(1.0, (width - sum(needed)) / max(sum(more), 1e-9))
        return tuple(n + given * m for n, m in zip(needed, more, strict=True))
    if sum(least) > width:
        return tuple(width * n / sum(least) for n in least)
    wish = [max(n - m, 0.0) for n, m in zip(needed, least, strict=True)]
    spare = (width - sum(least)) / max(sum(wish), 1e-9)
    return tuple(m + w * spare for m, w in zip(least, wish, strict=True))
