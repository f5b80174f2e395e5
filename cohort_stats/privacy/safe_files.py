"""The de-identified workbook and its key file, written to two folders, both or neither."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from cohort_stats.privacy.deidentification import Deidentified
from cohort_stats.problem import CohortError, Problem
from cohort_stats.rawtable import Percent, RawTable
from cohort_stats.reading.grid import SYNTHETIC_MARK
from cohort_stats.workbooks.formula import as_text

TITLE = "De-identified cohort"
CREATED = datetime(2024, 1, 1)


def check_targets(source: Path, safe: Path, key: Path, *, overwrite: bool) -> None:
    """Refuse targets that would lose a file, or bring the key to those who get the workbook.

    Parameters
    ----------
    source
        The file that was read.
    safe
        The ``.xlsx`` to share.
    key
        The ``.csv`` that leads back to the patients. It must not exist: an earlier key is
        the only way back to an earlier workbook.
    overwrite
        Whether `safe` may be replaced.

    Raises
    ------
    CohortError
        With every reason.
    """
    problems = []

    def refuse(option: str, expected: str, found: str, hint: str = "") -> None:
        problems.append(Problem(option, "", expected, found, hint))

    for option, path, ending in (("--deidentify", safe, ".xlsx"), ("--key", key, ".csv")):
        if path.suffix.lower() != ending:
            refuse(option, f"a file that ends in {ending}", f"'{path.name}'")
        elif path.resolve() == source.resolve():
            refuse(option, "another file than the one that is read", f"'{path}'")
        elif path.is_dir():
            refuse(option, "a file", f"the folder '{path}'")
    if safe.exists() and not overwrite:
        refuse("--deidentify", "a new file", f"'{safe}', which exists already", "or --overwrite")
    if key.exists():
        hint = "it may be the only way back from an earlier workbook; name another"
        refuse("--key", "a new file", f"'{key}', which exists already", hint)
    folder = safe.resolve().parent
    if folder in key.resolve().parents:
        hint = "whoever gets the folder with the workbook must not get the key with it"
        refuse("--key", f"a file outside of the folder '{folder}'", f"'{key}'", hint)
    if problems:
        raise CohortError(problems)


def write_both(made: Deidentified, safe: Path, key: Path) -> None:
    """Write the workbook and the key file; if one cannot be written, neither appears.

    Parameters
    ----------
    made
        What :func:`~cohort_stats.privacy.deidentification.deidentify` made.
    safe, key
        As :func:`check_targets` accepted them. The key file can be read by its owner only.

    Raises
    ------
    OSError
        When one of them cannot be written.
    """
    scratch: list[Path] = []
    try:
        for target, content in ((key, _key_text(made)), (safe, _workbook(made))):
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=target.parent)  # its owner's alone
            scratch.append(Path(name))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
        scratch[1].chmod(0o644)
        os.replace(scratch[0], key)
        try:
            os.replace(scratch[1], safe)
        except OSError:
            key.unlink()
            raise
    finally:
        for path in scratch:
            path.unlink(missing_ok=True)


def _key_text(made: Deidentified) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([[as_text(cell) for cell in row] for row in made.key])
    return text.getvalue().encode("utf-8-sig", "replace")  # so that Excel knows its letters


def _workbook(made: Deidentified) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": TITLE, "created": CREATED})
        _write_readme(book, made)
        _write_cohort(book, made.table)
    return content.getvalue()


def _write_readme(book: Any, made: Deidentified) -> None:
    sheet = book.add_worksheet("Read me")
    sheet.set_column(0, 0, 100)
    wrap, bold = book.add_format({"text_wrap": True}), book.add_format({"bold": True})
    lines = [TITLE]
    if made.table.synthetic:
        lines.append(f"{SYNTHETIC_MARK}: these patients are made up.")
    for i, line in enumerate([*lines, *made.report]):
        sheet.write_string(i, 0, line, wrap if i else bold)


def _write_cohort(book: Any, table: RawTable) -> None:
    sheet = book.add_worksheet(table.sheet)
    sheet.activate()
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, max(len(table.headings) - 1, 0), 16)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    percent = book.add_format({"num_format": "0.##%"})
    for j, (heading, values) in enumerate(zip(table.headings, table.values, strict=True)):
        sheet.write_string(0, j, heading, head)
        for i, value in enumerate(values, start=1):
            _write_cell(sheet, i, j, value, percent)


def _write_cell(sheet: Any, i: int, j: int, value: Any, percent: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(i, j, value)
    elif isinstance(value, Percent):
        sheet.write_number(i, j, float(value), percent)
    elif isinstance(value, int | float) and abs(value) < 1e300:
        sheet.write_number(i, j, value)
    elif str(value).strip():
        sheet.write_string(i, j, str(value))
