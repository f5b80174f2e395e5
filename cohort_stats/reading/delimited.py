"""Comma-, semicolon-, tab- and bar-separated text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from cohort_stats.problem import Address, CohortError, Problem
from cohort_stats.rawtable import RawTable
from cohort_stats.reading.encodings import Encoding, find_encoding
from cohort_stats.reading.grid import Grid, table_from_grid
from cohort_stats.reading.other_kinds import refuse_other_kinds

csv.field_size_limit(1_000_000)
DELIMITERS = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas"}
USUAL = {".csv": ",", ".tsv": "\t"}
SAMPLE = 100_000  # characters in which the delimiter is looked for
SAMPLED_ROWS = 100
REMEMBERED = 1_000_000  # different cells of which one copy is kept
ENOUGH = 8  # delimiters within one cell that make rows of its lines
_MARKS = "a mark inside a cell is written twice, and the whole cell in quotation marks"


def read_delimited(path: Path, content: bytes, sheet: str, sha256: str) -> RawTable:  # noqa: ARG001
    """Read a text table; its encoding and its delimiter are found out and reported.

    Cells stay text, exactly as typed. A row is a record, as in a spreadsheet program: line
    breaks inside quotation marks do not count, empty lines do.

    Parameters
    ----------
    path
        The file, for messages; its ending says which delimiter is usual.
    content
        Its bytes.
    sheet
        Not used: a text table has no sheets.
    sha256
        Their hash.

    Raises
    ------
    CohortError
        When the file is of another kind, its encoding cannot be told, a quotation mark is
        not closed, or the text is no table.
    """
    refuse_other_kinds(path, content)
    encoding = find_encoding(path, content)
    start = _text(content, encoding).read(SAMPLE)
    stated = stated_delimiter(start)
    usual = USUAL.get(path.suffix.lower(), "")
    delimiter = stated or find_delimiter(start, usual)
    rows = _records(_text(content, encoding), delimiter)
    notes = [f"text in {encoding.name}"] if encoding.name else []
    if stated:
        rows[0] = ()
        notes.append(f"cells are divided by {_words(stated)}, as line 1 says; it counts as row 1")
    elif delimiter != usual and delimiter in start:
        notes.append(f"cells are divided by {_words(delimiter)}")
    table = table_from_grid(Grid(path, "", rows, sha256, notes=tuple(notes)))
    return _with_lengths_checked(table, rows, delimiter)


def stated_delimiter(text: str) -> str:
    """The delimiter that a first line such as ``sep=;`` states for Excel; empty without one.

    Parameters
    ----------
    text
        The table's beginning.
    """
    match = re.match(r'"?sep=([^\w"\r\n])"?[\r\n]', text, re.IGNORECASE)
    return match.group(1) if match else ""


def find_delimiter(text: str, usual: str = "") -> str:
    """The delimiter that divides the most rows of a text into the same number of cells.

    Parameters
    ----------
    text
        The table's beginning.
    usual
        The delimiter to take when none divides it.

    Notes
    -----
    A comma loses against an equal: it stands in prose and in decimal numbers as well.
    """
    widths = {d: _widths(text, d) for d in DELIMITERS}
    fits = {d: _fit(widths[d]) for d in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: (fits[d][0], d != ",", fits[d][1]))
    if fits[best][0]:
        return best
    # One column: any delimiter that does not divide it, such as the comma of 1,5 would.
    whole = [d for d in (usual, *DELIMITERS) if d and all(width == 1 for width, _ in widths[d])]
    return whole[0] if whole else usual or ","


def _text(content: bytes, encoding: Encoding) -> io.TextIOWrapper:
    # Decoded as it is read: a second copy of the whole text never exists.
    return io.TextIOWrapper(io.BytesIO(content), encoding.codec, newline="")


def _words(delimiter: str) -> str:
    return DELIMITERS.get(delimiter, f"'{delimiter}'")


def _widths(text: str, delimiter: str) -> list[tuple[int, bool]]:
    """Number of cells of each row that is not empty, and whether it has a letter."""
    widths = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    with suppress(csv.Error):  # a quotation mark that is not closed: reported when all is read
        for row in islice(reader, SAMPLED_ROWS):
            joined = "".join(row)
            if joined.strip():
                widths.append((len(row), any(c.isalpha() for c in joined)))
    if len(text) == SAMPLE and len(widths) > 1:
        widths.pop()  # cut off
    return widths


def _fit(widths: Sequence[tuple[int, bool]]) -> tuple[float, int]:
    divided = Counter(width for width, _ in widths if width > 1)
    if not divided:
        return 0.0, 0
    width, rows = max(divided.items(), key=lambda item: (item[1], item[0]))
    first = next(i for i, row in enumerate(widths) if row[0] > 1)
    if first > 0 and not widths[first][1]:
        return 0.0, 0  # a heading that is not divided, above numbers that are
    return rows / len(widths), width


def _records(text: Iterable[str], delimiter: str) -> list[tuple[str, ...]]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    rows: list[tuple[str, ...]] = []
    # Equal cells share one copy, which takes a quarter of the memory.
    seen: dict[str, str] = {}
    lines = 0
    try:
        for row in reader:
            if reader.line_num > lines + 1 and _swallowed(row, rows, delimiter):
                raise CohortError([_swallowing(len(rows) + 1, reader.line_num - lines)])
            lines = reader.line_num
            if len(seen) > REMEMBERED:
                seen.clear()
            rows.append(tuple(map(seen.setdefault, row, row)))
    except csv.Error as wrong:
        raise CohortError([_misquoted(len(rows) + 1, str(wrong))]) from None
    return rows


def _swallowed(row: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Whether a cell of several lines holds what look like rows of their own."""
    between = max((len(r) for r in rows[:SAMPLED_ROWS]), default=1) - 1
    for cell in row:
        lines = cell.splitlines()[1:-1]
        alike = sum(line.count(delimiter) == between for line in lines)
        if 5 * alike >= 4 * len(lines) and alike * between >= ENOUGH:
            return True
    return False


def _swallowing(row: int, lines: int) -> Problem:
    found = f"a cell with what look like the rows of {lines} lines"
    hint = "a quotation mark is opened in this row and closed in a later one"
    return Problem(Address(row=row), "", "the cells of one row", found, hint)


def _misquoted(row: int, wrong: str) -> Problem:
    expected = "a second quotation mark at the end of a cell that begins with one"
    if "expected after" in wrong:
        found = "text behind the second"
    else:
        found = "none up to the end of the file"
    return Problem(Address(row=row), "", expected, found, _MARKS)


def _with_lengths_checked(
    table: RawTable, rows: Sequence[Sequence[str]], delimiter: str
) -> RawTable:
    width = max(table.columns)
    longer = [r for r in table.rows if len(rows[r - 1]) > width and _filled(rows[r - 1]) > width]
    shorter = [r for r in table.rows if len(rows[r - 1]) < width]
    if shorter:
        table = replace(table, notes=(*table.notes, _too_short(shorter)))
    beyond = [p for p in table.problems if _is_beyond(p, width)]
    others = [p for p in table.problems if p not in beyond]
    divided = f"a cell with a {_words(delimiter).removesuffix('s')} in it"
    if 2 * len(longer) > len(table.rows):
        hint = f"or {divided} without quotation marks around it"
        return replace(table, problems=(*others, *(replace(p, hint=hint) for p in beyond)))
    hint = f"{divided}, such as a remark, needs quotation marks around it"
    # Without a heading above them, their last cells would be reported as a column.
    surplus = [_too_long(r, width, _filled(rows[r - 1]), hint) for r in longer]
    return replace(table, problems=(*(others if longer else table.problems), *surplus))


def _filled(cells: Sequence[str]) -> int:
    return max((i for i, cell in enumerate(cells, 1) if cell.strip()), default=0)


def _too_short(rows: Sequence[int]) -> str:
    if len(rows) == 1:
        return f"row {rows[0]} has fewer cells than the headings: its last ones are empty"
    many = f"{len(rows)} rows have fewer cells than the headings"
    return f"{many}, the first is row {rows[0]}: their last ones are empty"


def _too_long(row: int, width: int, found: int, hint: str) -> Problem:
    expected = f"{width} cells as in the headings"
    return Problem(Address(row=row), "", expected, f"{found}", hint)


def _is_beyond(problem: Problem, width: int) -> bool:
    return isinstance(problem.where, Address) and problem.where.column > width
