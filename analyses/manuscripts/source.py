"""A manuscript before it is understood: grids of cells as printed, and paragraphs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from cohort_stats.problem import InputError, Problem
from cohort_stats.reading.encodings import find_encoding

#: Spaces, but for one between the thousands of a number.
SPACES = re.compile(r"(?!(?<=\d)[\u00a0\u2009\u202f]\d{3}(?!\d))\s+")
GROUP_SIZE = re.compile(r"(?i)\bn\s*=\s*\d")
#: What makes a heading of words that begin with a number.
HEADING = re.compile(r"(?i)\bn\s*=\s*\d|\bci\b|confidence|-(year|month|week|day)\b")
#: Spaces before a row's name that make it a level of the row above.
INDENT = re.compile(r"^[\s\u00a0\u2003]+")


class ManuscriptError(InputError):
    """A file that cannot be read as a manuscript or a table."""


@dataclass(frozen=True)
class SourceCell:
    """A cell: its words, the superscript behind them, whether its words are indented."""

    words: str
    mark: str = ""
    indented: bool = False

    @property
    def with_mark(self) -> str:
        """As a registry has it: the mark behind the words."""
        return f"{self.words} {self.mark}".strip()


@dataclass(frozen=True)
class SourceTable:
    """A table of a manuscript.

    Parameters
    ----------
    place
        ``Table 1``.
    title
        Its caption.
    heads
        Rows of headings; a merged heading stands in each of its columns.
    rows
        The others; a merged cell stands in the first of its columns.
    notes
        Lines below it.
    """

    place: str
    title: str
    heads: tuple[tuple[SourceCell, ...], ...]
    rows: tuple[tuple[SourceCell, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Caption and notes."""
        return " ".join((self.title, *self.notes))


@dataclass(frozen=True)
class Source:
    """A manuscript: its name, its tables, the paragraphs of its text."""

    name: str
    tables: tuple[SourceTable, ...]
    paragraphs: tuple[str, ...] = ()


def plain_spaces(words: str) -> str:
    """Words with one plain space where there is any; those within a number stay as they are.

    What joins two signs without being seen is left out.
    """
    return SPACES.sub(" ", words.replace("\u2060", ""))


def cell_of(words: str, mark: str = "", *, indented: bool = False) -> SourceCell:
    """A cell from the words of a file, with its indent taken off."""
    found = INDENT.match(words)
    clean = plain_spaces(words).strip()
    return SourceCell(clean, mark.strip(), indented or bool(found and clean))


def head_rows(rows: list[list[SourceCell]]) -> int:
    """How many rows are headings: the first, and those below it without a name of their own.

    Where the first row has headings that span others and none above the rows' names, the second
    row is one of headings as well, with the heading of the names in its first cell.
    """
    count = 1
    for row in rows[1:]:
        own = row[0].words not in ("", rows[0][0].words)
        words = [cell.words for cell in row[1:] if cell.words]
        below = count == 1 and not rows[0][0].words and _spans(rows[0]) and len({*words}) > 1
        numbers = [w for w in words if re.match(r"[<≤]?\s*[\d.]", w) and not HEADING.search(w)]
        if (own and not below) or numbers or not words:
            break
        count += 1
    return count


def _spans(row: list[SourceCell]) -> bool:
    return any(a.words and a.words == b.words for a, b in pairwise(row))


def title_of(row: Sequence[SourceCell]) -> str:
    """The words of a first row that is one cell across the table: its title, else empty."""
    words = [cell.words for cell in row]
    return words[0] if len(words) > 1 and {*words} == {words[0]} else ""


def source_table(
    place: str,
    title: str,
    rows: list[list[SourceCell]],
    heads: int = 0,
    notes: tuple[str, ...] = (),
) -> SourceTable:
    """A table from its rows; where the file does not say which are headings, it is looked for."""
    width = max(len(row) for row in rows)
    full = [[*row, *[SourceCell("")] * (width - len(row))] for row in rows]
    count = max(heads, head_rows(full))
    return SourceTable(
        place,
        title,
        tuple(tuple(replace(c, indented=False) for c in row) for row in full[:count]),
        tuple(tuple(row) for row in full[count:] if any(c.words for c in row)),
        notes,
    )


def parts_of(table: SourceTable) -> list[SourceTable]:
    """A table in which headings stand again between the rows, as the tables that these begin."""
    starts = [i for i, row in enumerate(table.rows) if _begins_again(row)]
    if not starts:
        return [table]
    parts = [replace(table, rows=table.rows[: starts[0]])] if starts[0] else []
    for i, end in zip(starts, [*starts[1:], len(table.rows)], strict=True):
        rows = table.rows[i + 1 : end]
        parts += [replace(table, heads=(table.rows[i],), rows=rows)] if rows else []
    return parts


def _begins_again(row: Sequence[SourceCell]) -> bool:
    """Whether several cells have a size (*n = 43*), or the only one beside a name of its own."""
    sizes = [cell.words for cell in row[1:] if GROUP_SIZE.search(cell.words)]
    return len(sizes) > 1 or (len(row) == 2 and bool(re.search(r"(?i)\w \(n", "".join(sizes))))


def read_csv_table(path: str | Path) -> Source:
    """A table that was pasted or exported: comma, semicolon or tab between its cells.

    Parameters
    ----------
    path
        Of a text file. A first row of one cell is the title; rows that have words in their first
        cell alone, at the end, are notes.

    Raises
    ------
    ManuscriptError
        When it is no such file or empty, or a row has more cells than the heading.
    CohortError
        When its encoding is not certain.
    """
    path = Path(path)
    if not path.is_file():
        raise ManuscriptError([Problem(path.name, "", "a table as text", "no such file")])
    content = path.read_bytes()
    text = content.decode(find_encoding(path, content).codec)
    lines = [line for line in text.splitlines() if line.strip()]
    marks = (
        {mark: lines[0].count(mark) or lines[-1].count(mark) for mark in "\t;,"} if lines else {}
    )
    mark = max(marks, key=lambda m: marks[m], default=",")
    read = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=mark))
    title = read.pop(0)[0].strip() if len(read) > 2 and len(_filled(read[0])) == 1 else ""
    if len(read) < 2 or len(read[0]) < 2:
        expected = "a heading and rows, cells apart by commas, semicolons or tabs"
        raise ManuscriptError([Problem(path.name, "", expected, "no table")])
    notes: list[str] = []
    while len(read) > 2 and not any(cell.strip() for cell in read[-1][1:]):
        notes.insert(0, read.pop()[0].strip())
    _same_widths(path, read, mark)
    rows = [[cell_of(words) for words in row] for row in read]
    made = source_table("Table", title or path.stem, rows, notes=tuple(notes))
    return Source(path.name, (made,))


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell.strip()]


def _same_widths(path: Path, rows: Sequence[Sequence[str]], mark: str) -> None:
    """Refuse rows with more cells than the heading: a label with a comma has shifted them."""
    wanted = len(rows[0])
    problems = []
    for i, row in enumerate(rows[1:], start=2):
        cells = len(row) - next((k for k, c in enumerate(reversed(row)) if c.strip()), len(row))
        if cells > wanted:
            sign = {"\t": "tab", ";": "semicolon", ",": "comma"}[mark]
            hint = f"put a cell that holds a {sign} between double quotes"
            found = f"row {i} ({row[0].strip()}) has {cells} cells, the heading {wanted}"
            problems.append(Problem(path.name, "", f"{wanted} cells in each row", found, hint))
    if problems:
        raise ManuscriptError(problems)
