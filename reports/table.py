"""A table as data: raw values in cells, formatted only when a writer asks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from reports.format import DASH, FEW, FORMATS
from reports.house_style import in_style

#: Characters from which the words of a column are read as a sentence.
SENTENCE = 35
#: Kinds of cells that are one number.
SINGLE = ("count", "number", "difference", "p", "weight", "percent", "decimals")


@dataclass(frozen=True)
class Cell:
    """One cell.

    Parameters
    ----------
    kind
        A name of :data:`reports.format.FORMATS`.
    values
        What that format takes, at full precision.
    mark
        Footnote letter.
    why
        What it means that there is nothing but a dash; told below the table.
    """

    kind: str = "text"
    values: tuple[float | str, ...] = ("",)
    mark: str = ""
    why: str = ""

    def __str__(self) -> str:
        words = FORMATS[self.kind](*self.values)
        # A level that is a bare number, such as a postal code, is a name and no quantity.
        return words if self.kind == "text" and words.isdigit() else in_style(words)

    @property
    def plain_number(self) -> float | None:
        """The value, where the cell is one number and prints as one; for spreadsheets."""
        if self.kind not in SINGLE:
            return None
        value = float(self.values[0])
        return value if math.isfinite(value) else None


def alike(cells: Sequence[Cell]) -> list[Cell]:
    """The cells of a row, its percentages with the decimals that its largest n asks for."""
    sizes = [float(c.values[2]) if c.kind == "count_percent" else math.nan for c in cells]
    largest = max((n for n in sizes if not math.isnan(n)), default=0.0)
    return [
        replace(cell, values=(*cell.values[:3], largest)) if n < FEW <= largest else cell
        for cell, n in zip(cells, sizes, strict=True)
    ]


def text(words: str, mark: str = "") -> Cell:
    """A cell of words."""
    return Cell("text", (words,), mark)


EMPTY = text("")


def dash(why: str) -> Cell:
    """A cell that has nothing to say, and what this means."""
    return Cell("text", (DASH,), why=why)


@dataclass(frozen=True)
class Column:
    """A column: its heading, the one it shares with its neighbours, and the one of its block."""

    label: str
    spanner: str = ""
    block: str = ""

    @property
    def above(self) -> str:
        """What it shares with others, in one line."""
        return ": ".join(filter(None, (self.block, self.spanner)))

    @property
    def words(self) -> str:
        """All its headings in one line."""
        return ": ".join(filter(None, (self.above, self.label)))


@dataclass(frozen=True)
class Heading:
    """A cell of the rows of headings: its words, first and last column, rows that it takes."""

    words: str
    first: int
    last: int
    down: int = 1
    shared: bool = True


@dataclass(frozen=True)
class Row:
    """A row: its cells, how far its first is indented, whether it heads a group of rows."""

    cells: tuple[Cell, ...]
    indent: int = 0
    heading: bool = False

    @property
    def words_only(self) -> bool:
        """Whether there is nothing but its name, which may then take the whole width."""
        return not any(str(cell) or cell.mark for cell in self.cells[1:])


@dataclass(frozen=True)
class Table:
    """A table with its title and notes.

    Parameters
    ----------
    key
        The step it belongs to; names files and sheets.
    title
        Without a number.
    columns, rows
        Each row has one cell a column; the first column holds the row's name.
    footnotes
        Letter to words, in order.
    notes
        Sentences below the table.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footnotes: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @cached_property
    def flush(self) -> tuple[bool, ...]:
        """For each column, whether it stands flush left: the first, and those of sentences."""
        return tuple(
            j == 0 or any(_is_sentence(row.cells[j]) for row in self.rows)
            for j in range(len(self.columns))
        )

    def shared(self) -> list[list[tuple[str, int, int]]]:
        """Rows of shared headings, the outermost first: (words, first column, last column).

        Neighbours under the same words are joined; where there are none, a column stands alone.
        """
        outer: list[tuple[str, ...]] = [(column.block,) for column in self.columns]
        inner: list[tuple[str, ...]] = [(c.block, c.spanner) for c in self.columns]
        return [_joined(names) for names in (outer, inner) if any(name[-1] for name in names)]

    def headings(self) -> list[list[Heading]]:
        """Every row of headings; that of a column reaches up to the one it shares."""
        shared = self.shared()
        rows: list[list[Heading]] = [[] for _ in range(len(shared) + 1)]
        for j, column in enumerate(self.columns):
            spans = [next(s for s in level if s[1] <= j <= s[2]) for level in shared]
            own = max((k + 1 for k, span in enumerate(spans) if span[0]), default=0)
            for k, (words, first, last) in enumerate(spans[:own]):
                if first == j:
                    rows[k].append(Heading(words, first, last))
            rows[own].append(Heading(column.label, j, j, len(rows) - own, shared=False))
        return rows

    def note_lines(self) -> list[str]:
        """Notes and lettered footnotes, in the order in which they are printed."""
        return [*self.notes, *(f"{letter} {words}" for letter, words in self.footnotes.items())]


def _joined(names: Sequence[tuple[str, ...]]) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for j, name in enumerate(names):
        if j and name[-1] and names[j - 1] == name:
            found[-1] = (name[-1], found[-1][1], j)
        else:
            found.append((name[-1], j, j))
    return found


def _is_sentence(cell: Cell) -> bool:
    return cell.kind == "text" and len(str(cell)) >= SENTENCE


class Footnotes:
    """Letters for footnotes: the same words always get the same letter."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def mark(self, words: str) -> str:
        """The letter of a footnote; empty for no words."""
        if not words:
            return ""
        for letter, known in self.words.items():
            if known == words:
                return letter
        turn, place = divmod(len(self.words), 26)
        letter = "abcdefghijklmnopqrstuvwxyz"[place] * (turn + 1)
        self.words[letter] = words
        return letter


def markdown(table: Table) -> str:
    """A table as Markdown; for golden tests and the terminal."""
    heads = [column.words for column in table.columns]
    lines = [f"**{table.title}**", "", "| " + " | ".join(heads) + " |"]
    lines.append("|" + " --- |" * len(heads))
    for row in table.rows:
        cells = [f"{cell}{cell.mark and f'^{cell.mark}^'}" for cell in row.cells]
        cells[0] = "&nbsp;" * 4 * row.indent + cells[0]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *table.note_lines()]).rstrip() + "\n"
