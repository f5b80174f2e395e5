"""Workbooks (.xlsx, .xlsm, .ods); nothing in them is ever run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cohort_stats.problem import CohortError, Problem, suggestion
from cohort_stats.rawtable import RawTable
from cohort_stats.reading import ods, xlsx
from cohort_stats.reading.grid import REPORTED_MARKS, SYNTHETIC_MARK, Grid, table_from_grid
from cohort_stats.reading.package import DAMAGE, Package, Refused
from cohort_stats.reading.sheet import Sheet

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
README_SHEET = "Read me"
README_ROWS = 10


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
        When the workbook is protected, damaged, far too large or lacks the sheet.
    """
    with _told(path):
        package = _opened(content)
        read = _read_ods if "content.xml" in package else _read_excel
        grid = read(path, package, sheet, sha256)
    return table_from_grid(grid)


def sheet_names(path: Path) -> tuple[str, ...]:
    """Names of a workbook's sheets, in order.

    Raises
    ------
    CohortError
        When the workbook is protected, damaged or far too large.
    """
    with _told(path):
        package = _opened(path.read_bytes())
        found = ods.contents(package) if "content.xml" in package else xlsx.contents(package)
        return tuple(found.sheets)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except Refused as reason:
        problem = Problem(path.name, "", reason.expected, reason.found, reason.hint)
        raise CohortError([problem]) from None
    except DAMAGE as reason:
        hint = "open it in Excel or LibreOffice and save it again as .xlsx"
        problem = Problem(path.name, "", "a readable workbook", "a damaged file", hint)
        raise CohortError([problem]) from reason


def _opened(content: bytes) -> Package:
    _refuse_old_formats(content)
    package = Package(content)
    if "xl/workbook.bin" in package:
        raise Refused("the .xlsb format", "save it as .xlsx")
    return package


def _refuse_old_formats(content: bytes) -> None:
    if content.startswith(OLE_MAGIC):
        if ENCRYPTED_STREAM in content:
            found, hint = "a workbook protected with a password", "save it without a password"
        else:
            found = "the old .xls format, or a workbook protected with a password"
            hint = "save it as .xlsx, without a password"
        raise Refused(found, hint)


def _read_excel(path: Path, package: Package, sheet: str, sha256: str) -> Grid:
    found = xlsx.contents(package)
    name = _find_sheet(path, list(found.sheets), sheet)
    cells = xlsx.read_sheet(package, found, name)
    readme = None
    if README_SHEET in found.sheets:
        readme = xlsx.read_sheet(package, found, README_SHEET, README_ROWS)
    notes = xlsx.notes_of_sheet(found, name, cells)
    return _grid(path, name, cells, sha256, readme, notes=notes, epoch=found.book.epoch)


def _read_ods(path: Path, package: Package, sheet: str, sha256: str) -> Grid:
    found = ods.contents(package)
    name = _find_sheet(path, list(found.sheets), sheet)
    readme = found.sheets.get(README_SHEET)
    notes = ods.notes_of_sheet(package, found, name)
    cells = found.sheets[name]
    return _grid(path, name, cells, sha256, readme, notes=notes, epoch=found.epoch)


def _grid(
    path: Path, name: str, cells: Sheet, sha256: str, readme: Sheet | None, **known: Any
) -> Grid:
    return Grid(
        path,
        name,
        cells.grid(),
        sha256,
        merged=tuple(cells.merged),
        hidden_rows=frozenset(cells.hidden_rows),
        hidden_columns=frozenset(cells.hidden_columns),
        synthetic=_says(readme, SYNTHETIC_MARK),
        reported=_says(readme, *REPORTED_MARKS),
        **known,
    )


def _find_sheet(path: Path, names: list[str], sheet: str) -> str:
    for name in names:
        if name.casefold() == sheet.casefold():
            return name
    if len(names) == 1:
        return names[0]
    found = "sheets " + ", ".join(f"'{name}'" for name in names) if names else "no sheet"
    name_one = "name one: describe takes --sheet, other commands the line 'sheet' of the plan"
    hint = suggestion(sheet, names) or (name_one if names else "")
    problem = Problem(path.name, "", f"a sheet named '{sheet}'", found, hint)
    raise CohortError([problem])


def _says(sheet: Sheet | None, *marks: str) -> bool:
    if sheet is None:
        return False
    rows: Iterable[list[Any]] = (sheet.rows.get(i, []) for i in range(1, README_ROWS + 1))
    return any(str(v).startswith(marks) for row in rows for v in row[:3])
