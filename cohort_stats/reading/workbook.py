"""Excel workbooks (.xlsx, .xlsm), read with openpyxl; nothing in them is ever run."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cohort_stats.problem import CohortError, Problem, suggestion
from cohort_stats.rawtable import CellError, RawTable
from cohort_stats.reading.grid import SYNTHETIC_MARK, Grid, table_from_grid

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
README_SHEET = "Read me"
LARGEST_UNPACKED = 2_000_000_000


def read_workbook(path: Path, content: bytes, sheet: str, sha256: str) -> RawTable:
    """Read one sheet of a workbook.

    Parameters
    ----------
    path
        The file, for messages.
    content
        Its bytes.
    sheet
        The sheet that holds the cohort; a workbook with a single sheet may call it anything.
    sha256
        Hash of the bytes.

    Raises
    ------
    CohortError
        When the workbook is protected, damaged or lacks the sheet.
    """
    _refuse_unreadable(path, content)
    try:
        book = load_workbook(io.BytesIO(content), data_only=True)
        worksheet = _find_sheet(path, book, sheet)
        grid = [[_value(cell) for cell in row] for row in worksheet.iter_rows()]
        if _has_formulas(content):
            _mark_unsaved_formulas(content, worksheet.title, grid)
    except CohortError:
        raise
    except Exception as reason:  # openpyxl raises whatever the broken part made it raise
        raise CohortError([_damaged(path)]) from reason
    return table_from_grid(Grid(path, worksheet.title, grid, sha256, _says_synthetic(book)))


def _damaged(path: Path) -> Problem:
    hint = "open it in Excel or LibreOffice and save it again as .xlsx"
    return Problem(path.name, "", "a readable workbook", "a damaged file", hint)


def _refuse_unreadable(path: Path, content: bytes) -> None:
    if content.startswith(OLE_MAGIC):
        if ENCRYPTED_STREAM in content:
            found, hint = "a workbook protected with a password", "save it without a password"
        else:
            found = "the old .xls format, or a workbook protected with a password"
            hint = "save it as .xlsx, without a password"
        raise CohortError([Problem(path.name, "", "a readable workbook", found, hint)])
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile:
        raise CohortError([_damaged(path)]) from None
    if unpacked > LARGEST_UNPACKED:
        found = f"one that unpacks to {unpacked / 1e9:.0f} GB"
        raise CohortError([Problem(path.name, "", "a workbook of ordinary size", found)])


def _find_sheet(path: Path, book: Workbook, sheet: str) -> Worksheet:
    sheets = {s.title.casefold(): s for s in book.worksheets}
    if sheet.casefold() in sheets:
        return sheets[sheet.casefold()]
    if len(book.worksheets) == 1:
        return book.worksheets[0]
    names = [s.title for s in book.worksheets]
    found = "sheets " + ", ".join(f"'{name}'" for name in names) if names else "no sheet"
    problem = Problem(path.name, "", f"a sheet named '{sheet}'", found, suggestion(sheet, names))
    raise CohortError([problem])


def _value(cell: Any) -> Any:
    return CellError(f"the error {cell.value}") if cell.data_type == "e" else cell.value


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        return any(b"<f>" in (xml := archive.read(n)) or b"<f " in xml for n in sheets)


def _mark_unsaved_formulas(content: bytes, title: str, grid: list[list[Any]]) -> None:
    # A workbook written by a program keeps formulas without their results: reading
    # them as empty cells would lose patients' values without a word.
    formulas = load_workbook(io.BytesIO(content), data_only=False)[title]
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f" and grid[cell.row - 1][cell.column - 1] is None:
                unsaved = CellError("a formula whose result was not saved")
                grid[cell.row - 1][cell.column - 1] = unsaved


def _says_synthetic(book: Workbook) -> bool:
    if README_SHEET not in book.sheetnames:
        return False
    cells = book[README_SHEET].iter_rows(max_row=10, max_col=3, values_only=True)
    return any(str(v).startswith(SYNTHETIC_MARK) for row in cells for v in row if v)
