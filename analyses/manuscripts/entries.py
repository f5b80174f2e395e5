"""What tables print, cell by cell, with the names of row and column; notes below them as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyses.manuscripts.passages import plain, together_in
from analyses.manuscripts.shapes import COUNTED, GROUP, TOTAL, P
from analyses.manuscripts.source import SourceTable
from analyses.printed.number import Printed, numbers_in

#: Names that are of many things.
COMMON = ("no", "yes", "none", "other", "others", "missing", "unknown", "total", "overall", "all")
_OF_P = re.compile(r"\bp$|^[pP](?: value)? (?:for|of)\b")
_STUBS = re.compile(r"(?i)|characteristics?|covariates?|variables?|factors?|measures?|parameters?")


@dataclass(frozen=True)
class Entry:
    """Numbers that a table prints together.

    Parameters
    ----------
    place
        ``Table 1``.
    row, column
        By number; those of a note are below the last row, those of headings above the first.
    names
        Of its row, and of the row above it whose level it is, plain and in lower case.
    heading
        Of its column; the words before the numbers in a note.
    numbers
        In their order.
    is_p
        Whether it is a p.
    note
        Whether it stands in a note.
    after
        What follows it in a note.
    size
        Whether it is the size of the group that is its name.
    derived
        Whether it is put together from cells that have entries of their own.
    """

    place: str
    row: int
    column: int
    names: tuple[str, ...]
    heading: str
    numbers: tuple[Printed, ...]
    is_p: bool = False
    note: bool = False
    after: str = ""
    size: bool = False
    derived: bool = False

    @property
    def address(self) -> str:
        """Of its own kind: the registry of a manuscript has no address for every number."""
        return f"{self.place}.{self.row}.{self.column}"

    @property
    def words(self) -> str:
        """Where it stands, in words."""
        row = ", ".join(reversed(self.names))
        heading = f"note “{self.heading[-60:]}”" if self.note else self.heading
        return ", ".join(w for w in (self.place, row, heading) if w)


def entries_of(table: SourceTable, decimal: str) -> list[Entry]:
    """Everything that a table prints.

    Parameters
    ----------
    table
        As printed.
    decimal
        The decimal sign.
    """
    columns = [[plain(c.words) for c in column] for column in zip(*table.heads, strict=True)]
    heads = [": ".join(dict.fromkeys(w for w in words if w)) for words in columns]
    found = [*_sizes(table.place, heads, decimal, 0)]
    stub = name_of(heads[0])
    above = outer = "" if _STUBS.fullmatch(stub) else stub
    for i, row in enumerate(table.rows, start=1):
        own = name_of(row[0].words)
        above = above if row[0].indented else outer
        names = (own, above) if above and not TOTAL.search(own) else (own,)
        above = above if row[0].indented else own
        words = [plain(cell.words) for cell in row]
        found += _row(table.place, i, words, names, heads, decimal)
        found += _sizes(table.place, words, decimal, i)
    for i, note in enumerate(table.notes, start=len(table.rows) + 1):
        found += _note(table.place, i, plain(note), decimal)
    return found


def name_of(words: str) -> str:
    """The name of a row without its unit and what says how it is summarised."""
    return re.split(r"\s*[(,:\[]", plain(words).strip(), maxsplit=1)[0].casefold()


def _row(
    place: str, i: int, row: Sequence[str], names: tuple[str, ...], heads: Sequence[str],
    decimal: str,
) -> Iterator[Entry]:  # fmt: skip
    for j, words in enumerate(row[1:], start=1):
        numbers = tuple(number for number, _ in numbers_in(words, decimal))
        own = heads[j].rpartition(": ")[2]
        is_p = P.fullmatch(own.strip(" *†‡#")) is not None or _OF_P.search(own) is not None
        if numbers and not GROUP.search(words):
            yield Entry(place, i, j, names, heads[j], numbers, is_p)
    counted = [j for j in range(1, len(row)) if COUNTED.fullmatch(heads[j].strip())]
    pair = [n for j in counted for n, _ in numbers_in(row[j], decimal)]
    if len(counted) == len(pair) == 2:
        yield Entry(place, i, counted[1], names, "events of patients", (pair[1], pair[0]),
                    derived=True)  # fmt: skip


def _sizes(place: str, heads: Sequence[str], decimal: str, row: int) -> Iterator[Entry]:
    """The sizes of groups that headings name."""
    for j, heading in enumerate(heads):
        for size in GROUP.finditer(heading) if j else ():
            group = name_of(heading.rpartition(": ")[2])
            for number, _ in numbers_in(size[1], decimal):
                yield Entry(place, row, j, (group,), "n", (number,), size=True)


def _note(place: str, i: int, words: str, decimal: str) -> Iterator[Entry]:
    for each in together_in(words, decimal):
        before = words[: each.start].rpartition(". ")[2].strip(" ,;:.=()")
        after = next(iter(re.findall(r"^\s*([A-Za-z]+)", words[each.end :])), "").casefold()
        yield Entry(place, i, each.start, (), before, each.numbers, each.is_p, True, after)
