"""OpenDocument spreadsheets (LibreOffice and others), read in one pass over their content."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from cohort_stats.rawtable import Percent
from cohort_stats.reading.number_formats import EPOCH_1900
from cohort_stats.reading.package import ORDINARY, Package, Refused, elements, parse
from cohort_stats.reading.sheet import (
    LONGEST_TEXT,
    MOST_COLUMNS,
    MOST_ROWS,
    UNSAVED,
    Pieces,
    Sheet,
    hide,
    number,
)
from cohort_stats.reading.spreadsheet_errors import COMPLAINTS, error_cell

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _TEXT = (f"{_NAMES}{part}:1.0 " for part in ("office", "table", "text"))
_STYLE = f"{_NAMES}style:1.0 "
_EXTENDED_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_ROW, _COLUMN, _SHEET = f"{_TABLE}table-row", f"{_TABLE}table-column", f"{_TABLE}table"
_PARAGRAPH, _TYPE = f"{_TEXT}p", f"{_OFFICE}value-type"
_WHITE = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
#: What stands in or over a cell without being its value: comments, pictures, charts.
_BESIDE = (f"{_OFFICE}annotation", f"{_NAMES}drawing:", f"{_TABLE}shapes", f"{_NAMES}chart:")
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?")
_BREAK = re.compile(r"\s*\n\s*")


@dataclass
class Contents:
    """What an OpenDocument spreadsheet holds.

    Parameters
    ----------
    sheets
        Name of each sheet -> its cells.
    hidden
        Names of hidden sheets.
    epoch
        Day 0 of numbers that stand for dates; dates themselves are stored as dates.
    has_links
        Whether it keeps copies of other files' cells.
    """

    sheets: dict[str, Sheet] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    epoch: date = EPOCH_1900
    has_links: bool = False


def contents(package: Package) -> Contents:
    """Read every sheet.

    Raises
    ------
    Refused
        When the file is protected with a password.
    LookupError, ValueError, xml.parsers.expat.ExpatError
        When it is damaged.
    """
    manifest = "META-INF/manifest.xml"
    if manifest in package:
        for _, name, _ in elements(package, manifest):
            if name == "encryption-data":
                hint = "save it without a password"
                raise Refused("a workbook protected with a password", hint)
    reader = _ContentReader()
    parse(package.pieces("content.xml"), reader)
    return reader.contents


def notes_of_sheet(package: Package, found: Contents, name: str) -> tuple[str, ...]:
    """What a user should know of the file and of this sheet of it."""
    notes = []
    if package.any_part("Basic/") or package.any_part("Scripts/"):
        notes.append("macros in the file were not run")
    if found.has_links:
        notes.append("links to other workbooks were not followed; the values last saved were read")
    if name in found.hidden:
        notes.append(f"the sheet '{name}' is hidden; it was read")
    return tuple(notes)


class _ContentReader:
    # Called five times a cell, like the reader of Excel's sheets.

    def __init__(self) -> None:
        self.contents = Contents()
        self._sheet: Sheet | None = None
        self._name = ""
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._row: list[Any] = []
        self._row_number = 1
        self._row_attributes: dict[str, str] = {}
        self._column = 1
        self._attributes: dict[str, str] | None = None
        self._text = ""
        self._more = Pieces()
        self._paragraphs = 0
        self._is_inside = False
        self._beside = 0

    def begin(self, namespace: str) -> None:
        """Nothing depends on the outermost element."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet a cell, what is in it, or something rarer."""
        if self._beside:
            self._beside += 1
        elif name in _CELLS:
            self._attributes = attributes
            self._text = ""
            self._paragraphs = 0
        elif self._attributes is not None:
            self._start_in_cell(name, attributes)
        elif name == _ROW:
            self._row, self._row_attributes, self._column = [], attributes, 1
        else:
            self._start_other(name, attributes)

    def text(self, text: str) -> None:
        """Meet text, of which only paragraphs of cells matter."""
        if self._is_inside and not self._beside:
            # Breaks are those of the XML; LibreOffice means the spaces that it writes.
            self._add(_BREAK.sub(" ", text) if "\n" in text else text)

    def end(self, name: str) -> None:
        """Meet the end of a cell, of a row, of a sheet."""
        if self._beside:
            self._beside -= 1
        elif name in _CELLS:
            self._end_cell()
            self._attributes = None
        elif name == _PARAGRAPH:
            self._is_inside = False
        elif name == _ROW:
            self._end_row()
        elif name == _SHEET:
            self._sheet = None

    def _start_in_cell(self, name: str, attributes: dict[str, str]) -> None:
        if name == _PARAGRAPH:
            if self._paragraphs:
                self._add("\n")
            self._paragraphs += 1
            self._is_inside = True
        elif name == f"{_TEXT}s":
            self._more.add(" " * min(int(attributes.get(f"{_TEXT}c", 1)), LONGEST_TEXT + 1))
        elif name in _WHITE:
            self._add(_WHITE[name])
        elif name == _SHEET or name.startswith(_BESIDE):
            self._beside = 1

    def _add(self, text: str) -> None:
        if self._text:
            self._more.add(text)
        else:
            self._text = text

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        if name == _SHEET and self._sheet is None:
            self._start_sheet(attributes)
        elif name == _COLUMN and self._sheet is not None:
            first = self._column
            self._column += _times(attributes, "number-columns-repeated")
            if attributes.get(f"{_TABLE}visibility", "visible") != "visible":
                hide(self._sheet.hidden_columns, first, self._column - 1, MOST_COLUMNS)
        elif name == f"{_TABLE}table-source":  # the cells of another file, kept as a copy
            self.contents.sheets.pop(self._name, None)
            self.contents.has_links = True
        elif name == _SHEET or name.startswith(_BESIDE):  # a table within a table
            self._beside = 1
        elif name == f"{_TABLE}null-date":
            self.contents.epoch = date.fromisoformat(attributes[f"{_TABLE}date-value"])
        elif name == f"{_STYLE}style":
            self._style = attributes.get(f"{_STYLE}name", "")
        elif attributes.get(f"{_TABLE}display") == "false":
            self._hidden_styles.add(self._style)

    def _start_sheet(self, attributes: dict[str, str]) -> None:
        before = sum(sheet.size for sheet in list(self.contents.sheets.values())[-1:])
        self._sheet = Sheet(size=before)
        self._name = attributes[f"{_TABLE}name"]
        self.contents.sheets[self._name] = self._sheet
        if attributes.get(f"{_TABLE}style-name") in self._hidden_styles:
            self.contents.hidden.add(self._name)
        self._row_number = self._column = 1

    def _end_cell(self) -> None:
        attributes = self._attributes or {}
        times = _times(attributes, "number-columns-repeated")
        if self._more.found:
            self._text += self._more.take()
        if self._sheet is None:
            return
        value = self._value(attributes) if attributes or self._text else None
        if value is not None:
            if self._column + times - 1 > MOST_COLUMNS:
                found = f"a sheet of more than {MOST_COLUMNS:,} columns"
                raise Refused(found, expected=ORDINARY)
            self._row.extend([None] * (self._column - len(self._row) - 1))
            self._row.extend([value] * times)
        across = _times(attributes, "number-columns-spanned")
        down = _times(attributes, "number-rows-spanned")
        if across > 1 or down > 1:
            top, left = self._row_number, self._column
            self._sheet.merged.append((top, left, top + down - 1, left + across - 1))
        self._column += times

    def _end_row(self) -> None:
        if self._sheet is None:
            return
        first, times = self._row_number, _times(self._row_attributes, "number-rows-repeated")
        self._row_number += times
        if self._row_attributes.get(f"{_TABLE}visibility", "visible") != "visible":
            hide(self._sheet.hidden_rows, first, self._row_number - 1, MOST_ROWS)
        if not self._row:
            return
        if self._row_number - 1 > MOST_ROWS:
            raise Refused(f"a sheet of more than {MOST_ROWS:,} rows", expected=ORDINARY)
        self._sheet.count(len(self._row) * times)
        self._sheet.rows.update(dict.fromkeys(range(first, self._row_number), self._row))

    def _value(self, attributes: dict[str, str]) -> Any:
        kind, text = attributes.get(_TYPE, ""), self._text
        if attributes.get(_EXTENDED_TYPE) == "error" or text in COMPLAINTS:
            return error_cell(text)
        if kind in _READ:
            attribute, read = _READ[kind]
            stored = attributes.get(_OFFICE + attribute)
            if stored is not None:
                return read(stored)
        elif kind == "string":
            return attributes.get(f"{_OFFICE}string-value", text) or None
        if not text and f"{_TABLE}formula" in attributes:
            return UNSAVED
        return text or None


def _times(attributes: dict[str, str], name: str) -> int:
    return max(1, int(attributes.get(_TABLE + name, 1)))


def _percent(text: str) -> Percent:
    return Percent(number(text))


def _time(text: str) -> Any:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(f"no time: {text}")
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups()[1:])
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if found[1] or length >= timedelta(days=1):
        return -length if found[1] else length
    return (datetime.min + length).time()


#: Kind of value -> the attribute that holds it, and what turns that into a value.
_READ: dict[str, tuple[str, Any]] = {
    "float": ("value", number),
    "currency": ("value", number),
    "percentage": ("value", _percent),
    "boolean": ("boolean-value", lambda text: text == "true"),
    "date": ("date-value", datetime.fromisoformat),
    "time": ("time-value", _time),
}
