"""Which rows of a sheet are its headings, and what they call each column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cohort_stats.reading.block import Block
from cohort_stats.reading.units import (
    bracketed_words,
    hint_in,
    is_range,
    may_be_a_value,
    unit_in,
)

SEARCHED = 20  # rows in which the headings are looked for
JUDGED = 500  # patients by whom a row is told from them
Merged = Sequence[tuple[int, int, int, int]]
_BARE_NUMBER = re.compile(r"[\d\s.,:/%<>≤≥=~±+−-]+")
_BEGINS_AS_NUMBER = re.compile(r"[<>≤≥=~±+−-]?\s*[.,]?\d")
_ANSWERS = (
    "yes no y n true false positive negative pos neg na n/a none unknown unk nd done "
    "ja nein oui non sí si sì não nao sim 예 네 아니오 아니요 유 무 有 无 無 是 否 はい いいえ"
)


@dataclass(frozen=True)
class Headings:
    """The heading rows of a sheet.

    Parameters
    ----------
    rows
        Positions of the heading rows in the block, from the top.
    names
        Heading of each column of the sheet; empty where there is none.
    lower
        For each column, the lower of two headings, where it occurs only once.
    """

    rows: tuple[int, ...]
    names: tuple[str, ...]
    lower: tuple[str, ...]


def find_headings(block: Block, merged: Merged) -> Headings:
    """Find the rows of headings: one, or two, and a row of units below them.

    Parameters
    ----------
    block
        The filled rows of the sheet; at least one.
    merged
        Its merged ranges.

    Notes
    -----
    The first row that is filled at least half as well as the best of the first rows is a
    heading. Every other row must prove that it is one: in doubt it is a patient.
    """
    sizes = block.sizes[:SEARCHED]
    first = next(k for k in range(len(sizes)) if 2 * sizes[k] >= sizes.max())
    rows: tuple[int, ...] = (first,)
    names, lower = [one_line(v) for v in block.row(first)], [""] * len(block.columns)
    for upper in (first, first - 1):
        if upper >= 0 and block.follow(upper):
            pair = _Pair(block, upper, _spans(merged, block.rows[upper]))
            if pair.is_one_above() if upper < first else pair.is_one_below():
                rows, names, lower = (upper, upper + 1), pair.names(), pair.lower()
                break
    units = _units_below(block, rows[-1], names)
    if units:
        rows = (*rows, rows[-1] + 1)
        names = [
            f"{name} ({unit})" if unit else name for name, unit in zip(names, units, strict=True)
        ]
    return Headings(rows, tuple(names), tuple(lower))


def one_line(value: Any) -> str:
    """A heading cell as text, its line breaks read as spaces."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else " ".join(str(value).split())


def _spans(merged: Merged, row: int) -> list[tuple[int, int]]:
    # First and last column, 0-based, of each range that joins cells of this row only.
    return [(c - 1, d - 1) for a, c, b, d in merged if a == b == row and d > c]


class _Pair:
    # Two rows, of which the upper may name groups of columns.

    def __init__(self, block: Block, upper: int, spans: list[tuple[int, int]]):
        self.block = block
        self.spans = spans
        self.below = upper + 2
        self.upper, self.lower_row = block.row(upper), block.row(upper + 1)
        cells = zip(self.upper, self.lower_row, strict=True)
        filled = {j for j, pair in enumerate(cells) if pair != (None, None)}
        self.used = sorted(filled | set(block.used(self.below)))
        self.head = self._heads()
        grouped = Counter(self.head.get(j) for j in self.used)
        self.groups = {j for j in self.used if j in self.head and grouped[self.head[j]] > 1}

    def _heads(self) -> dict[int, int]:
        # Column -> the column whose upper cell stands above it.
        heads = {j: j for j in self.used if self.upper[j] is not None}
        if self.spans:
            for first, last in self.spans:
                if first in heads:
                    heads |= dict.fromkeys((j for j in self.used if first <= j <= last), first)
            return heads
        for before, j in zip(self.used, self.used[1:], strict=False):
            if j not in heads and before in heads:
                heads[j] = heads[before]
        return heads

    def is_one_below(self) -> bool:
        """Whether the lower row, below what is surely a heading, is one as well."""
        filled = {j for j in self.used if self.lower_row[j] is not None}
        single = {j for j in self.used if self.upper[j] is not None} - self.groups
        named = set(self.used) - single  # these have no name but in the lower row
        if self.spans:
            fits = self.groups <= filled and all(
                unit_in(self.lower_row[j]) for j in filled & single
            )
        else:
            fits = filled == named and (self.used[0] not in filled or self._numbers_below())
        return bool(self.groups) and fits and self._holds_only_names(filled)

    def is_one_above(self) -> bool:
        """Whether the upper row, above what is surely a heading, names groups of columns."""
        cells = [v for v in self.upper if v is not None]
        if not all(isinstance(v, str) and not _BARE_NUMBER.fullmatch(v) for v in cells):
            return False
        if self.spans:
            is_title = len(cells) == 1 and self.groups >= set(self.used)
        else:
            is_title = len(cells) < 2
        named = [j for j in self.used if j not in self.head or j in self.groups]
        return bool(self.groups) and not is_title and None not in [self.lower_row[j] for j in named]

    def _holds_only_names(self, filled: set[int]) -> bool:
        for j in filled:
            cell, below = self.lower_row[j], self.block.columns[j][self.below :]
            number = _BARE_NUMBER.fullmatch if self.spans else _BEGINS_AS_NUMBER.match
            if not isinstance(cell, str) or number(cell.strip()) or _is_answer(cell):
                return False
            if _occurs(cell, below):
                return False
        return True

    def _numbers_below(self) -> bool:
        # A patient's text does not stand where most other patients have numbers.
        numeric = 0
        for j in self.used:
            below = [v for v in self.block.columns[j][self.below :][:JUDGED] if v is not None]
            numeric += bool(below) and not any(map(_is_words, below))
        return 2 * numeric > len(self.used)

    def names(self) -> list[str]:
        """What the two rows call each column."""
        return [self._name(j) for j in range(len(self.upper))]

    def _name(self, j: int) -> str:
        upper = one_line(self.upper[self.head[j]]) if j in self.head else ""
        lower = one_line(self.lower_row[j])
        unit = unit_in(self.lower_row[j])
        if unit and upper and j not in self.groups:
            return f"{upper} ({unit})"
        return " ".join(dict.fromkeys(filter(None, (upper, lower))))

    def lower(self) -> list[str]:
        """The lower headings that are names of their own."""
        cells = [one_line(v) for v in self.lower_row]
        names = [name.casefold() for name in (*cells, *map(one_line, self.upper))]
        return [
            cell if j in self.groups and names.count(cell.casefold()) == 1 else ""
            for j, cell in enumerate(cells)
        ]


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and not _BEGINS_AS_NUMBER.match(value.strip())


def _is_answer(cell: str) -> bool:
    return cell.strip().casefold() in _ANSWERS.split() or not any(map(str.isalpha, cell))


def _occurs(cell: Any, below: list[Any]) -> bool:
    if not isinstance(cell, str):
        return False
    sought = cell.strip().casefold()
    return any(type(v) is str and v.strip().casefold() == sought for v in set(below))


def _units_below(block: Block, heading: int, names: list[str]) -> list[str]:
    # The units in the row right below the headings; empty if that row is anything else.
    if not block.follow(heading):
        return []
    k = heading + 1
    cells = block.row(k)
    filled = [j for j, cell in enumerate(cells) if cell is not None]
    if not all(names[j] and not _occurs(cells[j], block.columns[j][k + 1 :]) for j in filled):
        return []
    units = [unit_in(cell) for cell in cells]
    if all(units[j] for j in filled) and any(not may_be_a_value(cells[j]) for j in filled):
        return units
    if not _lacks_the_id(block, k):
        return []
    units = [unit_in(cell) or hint_in(cell) or bracketed_words(cell) for cell in cells]
    sure = any(_is_no_value(cells[j], block.columns[j][k + 1 :]) for j in filled)
    return units if sure and all(units[j] for j in filled) else []


def _lacks_the_id(block: Block, k: int) -> bool:
    # Whether row k alone has nothing in the column that tells the patients apart.
    first = next(iter(block.used(k)))
    below = [
        cell
        for cell, size in zip(block.columns[first][k + 1 :], block.sizes[k + 1 :], strict=True)
        if size > 1
    ]
    return block.columns[first][k] is None and len(below) > 1 and None not in below


def _is_no_value(cell: str, below: list[Any]) -> bool:
    # Whether a unit or a hint cannot be what the cell of a patient says.
    if unit_in(cell):
        return not may_be_a_value(cell) or _are_numbers(below)
    return bool(hint_in(cell)) and (not is_range(cell) or _are_numbers(below))


def _are_numbers(below: list[Any]) -> bool:
    # Whether most cells are numbers or dates; two numbers, such as '1/3', are not one.
    judged = [v for v in below if v is not None][:JUDGED]
    numbers = [v for v in judged if not _is_words(v) and not is_range(v)]
    return 4 * len(numbers) > 3 * len(judged)
