"""One sheet of an Excel workbook, read in a single pass over its XML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from cohort_stats.reading.number_formats import as_shown
from cohort_stats.reading.sheet import (
    MOST_COLUMNS,
    MOST_ROWS,
    UNSAVED,
    Pieces,
    Sheet,
    hide,
    number,
)
from cohort_stats.reading.spreadsheet_errors import error_cell

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class _Columns(dict[str, int]):
    def __missing__(self, letters: str) -> int:
        column = 0
        for letter in letters:
            column = column * 26 + " ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter)
        if not 1 <= column <= MOST_COLUMNS:
            raise ValueError(f"no such column: {letters}")
        self[letters] = column
        return column


class EnoughRead(Exception):
    """The rows asked for have been read."""


@dataclass(frozen=True)
class Book:
    """What the cells of every sheet refer to.

    Parameters
    ----------
    strings
        Texts that cells name by their position.
    kinds
        Style, as cells name it -> what it shows a number as (``date``, ``percent`` …).
    epoch
        Day 0 of dates.
    """

    strings: Sequence[str]
    kinds: dict[str, str]
    epoch: date


class SheetReader:
    """Collects a sheet's cells, and what a reader of values alone would drop.

    Parameters
    ----------
    book
        What the cells refer to.
    last_row
        Where to stop.

    Notes
    -----
    Called five times a cell, hence the flat code: attributes of an element are looked at
    once, when the cell ends.
    """

    def __init__(self, book: Book, last_row: int = MOST_ROWS):
        self.sheet = Sheet()
        self._book = book
        self._last_row = last_row
        self._columns = _Columns()
        self._shown: dict[tuple[str, str], Any] = {}
        self._texts: dict[str, str] = {}
        self._row: list[Any] = []
        self._row_number = 0
        self._column = 0
        self._attributes: dict[str, str] = {}
        self._text: str | None = None
        self._more = Pieces()
        self._is_inside = False
        self._has_formula = False
        self._is_phonetic = False

    def begin(self, namespace: str) -> None:
        """Learn the namespace, of which there are two."""
        names = ("c", "v", "f", "t", "row", "rPh", "col", "mergeCell")
        full = [f"{namespace} {name}" if namespace else name for name in names]
        self._c, self._v, self._f, self._t, self._row_name, self._rph, *self._others = full

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet a cell, what is in it, or something rarer."""
        if name == self._c:
            self._attributes = attributes
            self._text = None
        elif name == self._v:
            self._text = ""
            self._is_inside = True
        elif name == self._t:
            self._text = self._text or ""
            self._is_inside = not self._is_phonetic
        elif name == self._f:
            self._has_formula = True
        elif name == self._row_name:
            self._start_row(attributes)
        elif name == self._rph:
            self._is_phonetic = True
        elif name in self._others:
            self._meet_other(name, attributes)

    def text(self, text: str) -> None:
        """Meet text, of which only values matter."""
        if self._is_inside:
            if self._text:
                self._more.add(text)
            else:
                self._text = text

    def end(self, name: str) -> None:
        """Meet the end of a cell or of what is in it."""
        if name == self._c:
            self._end_cell()
        elif name in (self._v, self._t):
            self._is_inside = False
        elif name == self._row_name:
            self.sheet.count(len(self._row))
        elif name == self._rph:
            self._is_phonetic = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row_number = int(attributes.get("r", self._row_number + 1))
        if not 1 <= self._row_number <= MOST_ROWS:
            raise ValueError(f"no such row: {self._row_number}")
        if self._row_number > self._last_row:
            raise EnoughRead
        self._row = self.sheet.rows.setdefault(self._row_number, [])
        self._column = 0
        if is_true(attributes.get("hidden")):
            self.sheet.hidden_rows.add(self._row_number)

    def _meet_other(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._others[0]:
            if is_true(attributes.get("hidden")):
                first, last = int(attributes["min"]), int(attributes["max"])
                hide(self.sheet.hidden_columns, first, last, MOST_COLUMNS)
        elif found := _RANGE.fullmatch(attributes.get("ref", "")):
            left, top, right, bottom = found.groups()
            if right is not None:
                first, last = self._columns[left], self._columns[right]
                self.sheet.merged.append((int(top), first, int(bottom), last))

    def _end_cell(self) -> None:
        attributes = self._attributes
        if "r" in attributes:
            self._column = self._columns[attributes["r"].rstrip("0123456789")]
        else:
            self._column += 1
        if not (self._text or self._has_formula):
            self._more.take()
            return
        if self._more.found:
            self._text = f"{self._text}{self._more.take()}"
        value = self._value(attributes)
        self._has_formula = False
        if value is None:
            return
        row, ahead = self._row, self._column - len(self._row) - 1
        if ahead < 0:
            row[self._column - 1] = value
            return
        if ahead:
            row.extend([None] * ahead)
        row.append(value)

    def _value(self, attributes: dict[str, str]) -> Any:
        text, kind = self._text, attributes.get("t", "n")
        if self._has_formula:
            self.sheet.has_formulas = True
            # A program that writes formulas need not write their results: reading them
            # as empty cells would lose patients' values without a word.
            if text is None or (not text and kind != "str"):
                return UNSAVED
        if not text:
            return None
        if kind == "n":
            style = attributes.get("s")
            if style in self._book.kinds:
                return self._number_as_shown(text, self._book.kinds[style])
            return number(text)
        if kind == "s":
            return self._book.strings[int(text)]
        return self._rarer_value(text, kind)

    def _number_as_shown(self, text: str, kind: str) -> Any:
        if (text, kind) not in self._shown:
            self._shown[text, kind] = as_shown(number(text), kind, self._book.epoch)
        return self._shown[text, kind]

    def _rarer_value(self, text: str, kind: str) -> Any:
        if kind in ("str", "inlineStr"):
            text = self._texts.setdefault(text, text)  # one copy of each
            return unescaped(text) if "_x" in text else text
        if kind == "b":
            return is_true(text)
        if kind == "e":
            return error_cell(text)
        if kind == "d":
            return _iso(text)
        raise ValueError(f"no such kind of cell: {kind}")


def is_true(text: str | None) -> bool:
    """Whether an attribute says yes."""
    return text is not None and text.strip().lower() in ("1", "true", "on")


def unescaped(text: str) -> str:
    """Text as typed; XML cannot hold control characters, so Excel spells them out."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _iso(text: str) -> Any:
    text = text.strip().removesuffix("Z")
    if ":" in text and "-" not in text:
        return time.fromisoformat(text.removeprefix("T"))
    return datetime.fromisoformat(text)
