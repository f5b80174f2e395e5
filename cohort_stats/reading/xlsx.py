"""Excel workbooks: which sheets there are, and one of them."""

from __future__ import annotations

import posixpath
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from cohort_stats.reading.number_formats import (
    BUILT_IN,
    EPOCH_1900,
    EPOCH_1904,
    kind_of_format,
)
from cohort_stats.reading.package import Package, elements, parse
from cohort_stats.reading.sheet import MOST_ROWS, Pieces, Sheet
from cohort_stats.reading.xlsx_sheet import (
    Book,
    EnoughRead,
    SheetReader,
    is_true,
    unescaped,
)

RECALCULATE = (
    "the sheet holds formulas that no spreadsheet program has computed yet; "
    "the results that stand in the file were read"
)


@dataclass(frozen=True)
class Contents:
    """What the workbook part says.

    Parameters
    ----------
    sheets
        Name of each worksheet -> its part.
    hidden
        Names of hidden sheets.
    book
        What the cells of every sheet refer to.
    notes
        What a user should know of the workbook.
    is_uncomputed
        Whether formulas are to be computed when a spreadsheet program opens the file.
    """

    sheets: dict[str, str]
    hidden: frozenset[str]
    book: Book
    notes: tuple[str, ...]
    is_uncomputed: bool


def contents(package: Package) -> Contents:
    """Read what an Excel workbook holds, but for its sheets.

    Raises
    ------
    LookupError, ValueError, xml.parsers.expat.ExpatError
        When it is damaged.
    """
    main = _related(package, "").get("officeDocument", {"": "xl/workbook.xml"})
    part = next(iter(main.values()))
    related = _related(package, part)
    places = related.get("worksheet", {})
    sheets, hidden, epoch, is_uncomputed = {}, set(), EPOCH_1900, False
    for _, name, attributes in elements(package, part):
        if name == "sheet":
            key = next((value for k, value in attributes.items() if k.endswith(" id")), "")
            if key in places:
                sheets[attributes["name"]] = places[key]
            if attributes.get("state", "visible") != "visible":
                hidden.add(attributes["name"])
        elif name == "workbookPr" and is_true(attributes.get("date1904")):
            epoch = EPOCH_1904
        elif name == "calcPr":
            is_uncomputed = is_true(attributes.get("fullCalcOnLoad"))
    book = Book(_strings(package, related), _kinds(package, related), epoch)
    notes = _notes(package, related)
    return Contents(sheets, frozenset(hidden), book, notes, is_uncomputed)


def read_sheet(package: Package, found: Contents, name: str, last_row: int = MOST_ROWS) -> Sheet:
    """Read one sheet, or its first rows."""
    reader = SheetReader(found.book, last_row)
    with suppress(EnoughRead):
        parse(package.pieces(found.sheets[name]), reader)
    return reader.sheet


def notes_of_sheet(found: Contents, name: str, sheet: Sheet) -> tuple[str, ...]:
    """What a user should know of the workbook and of this sheet of it."""
    notes = list(found.notes)
    if name in found.hidden:
        notes.append(f"the sheet '{name}' is hidden; it was read")
    if sheet.has_formulas and found.is_uncomputed:
        notes.append(RECALCULATE)
    return tuple(notes)


def _notes(package: Package, related: dict[str, dict[str, str]]) -> tuple[str, ...]:
    notes = []
    if "vbaProject" in related or package.any_part("xl/vbaProject"):
        notes.append("macros in the file were not run")
    if "externalLink" in related:
        notes.append("links to other workbooks were not followed; the values last saved were read")
    return tuple(notes)


def _related(package: Package, part: str) -> dict[str, dict[str, str]]:
    # Kind of part -> its id -> where it is.
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, dict[str, str]] = {}
    if relations not in package:
        return found
    for _, tag, attributes in elements(package, relations):
        if tag == "Relationship":
            kind = attributes["Type"].rpartition("/")[2]
            target = attributes["Target"].replace("\\", "/")
            place = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found.setdefault(kind, {})[attributes["Id"]] = place
    return found


def _strings(package: Package, related: dict[str, dict[str, str]]) -> list[str]:
    strings = _Strings()
    for part in related.get("sharedStrings", {}).values():
        if part in package:
            parse(package.pieces(part), strings)
    return strings.found


class _Strings:
    # The texts of a workbook; letters in several colours come in several pieces.

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces = Pieces()
        self._is_inside = self._is_phonetic = False

    def begin(self, namespace: str) -> None:
        names = (f"{namespace} {name}" if namespace else name for name in ("si", "t", "rPh"))
        self._si, self._t, self._rph = names

    def start(self, name: str, attributes: dict[str, Any]) -> None:  # noqa: ARG002
        if name == self._t:
            self._is_inside = not self._is_phonetic
        elif name == self._si:
            self._pieces.take()
        elif name == self._rph:
            self._is_phonetic = True

    def text(self, text: str) -> None:
        if self._is_inside:
            self._pieces.add(text)

    def end(self, name: str) -> None:
        if name == self._t:
            self._is_inside = False
        elif name == self._rph:
            self._is_phonetic = False
        elif name == self._si:
            text = self._pieces.take()
            self.found.append(unescaped(text) if "_x" in text else text)


def _kinds(package: Package, related: dict[str, dict[str, str]]) -> dict[str, str]:
    codes: dict[str, str] = {}
    styles: list[str] = []
    for part in related.get("styles", {}).values():
        for around, name, attributes in elements(package, part):
            if name == "numFmt" and around == "numFmts":
                codes[attributes["numFmtId"]] = kind_of_format(attributes["formatCode"])
            elif name == "xf" and around == "cellXfs":
                styles.append(attributes.get("numFmtId", "0"))
    known = {str(i): kind for i, kind in BUILT_IN.items()} | codes
    return {str(i): known[style] for i, style in enumerate(styles) if known.get(style)}
