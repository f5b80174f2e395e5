"""A copy of a cohort's sheet on which every wrong cell is coloured and explained."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cohort_stats.problem import Address, Problem
from cohort_stats.rawtable import RawTable

TITLE = "Problems found by cohort-stats"
COLUMNS = ("Where", "What", "Expected", "Found", "Hint")


def write_marked_copy(table: RawTable, problems: Sequence[Problem], target: Path) -> Path:
    """Write `problems.xlsx`: the sheet as typed with its wrong cells marked, and a list.

    Parameters
    ----------
    table
        The table as it was read; its file is not touched.
    problems
        What is wrong with it. Those with a cell address are marked in place.
    target
        The workbook to write; must not be the table's own file.

    Returns
    -------
    Path
        `target`.

    Raises
    ------
    ValueError
        When `target` is the file that was read.
    OSError
        When it cannot be written, for example because it is open in a spreadsheet program.
    """
    import xlsxwriter

    if target.resolve() == table.path.resolve():
        raise ValueError(f"target must not be the cohort file itself; got {str(target)!r}")
    notes: dict[tuple[int, int], list[str]] = {}
    for problem in problems:
        if isinstance(problem.where, Address) and problem.where.row and problem.where.column:
            cell = (problem.where.row, problem.where.column)
            notes.setdefault(cell, []).append(f"Expected {problem.expected}.")
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": TITLE})
        _write_sheet(book, table, notes)
        _write_list(book, problems)
    target.write_bytes(content.getvalue())
    return target


def may_replace(target: Path) -> bool:
    """Whether a path is free, or holds an earlier marked copy of ours."""
    if not target.exists():
        return True
    try:
        with zipfile.ZipFile(target) as book:
            return TITLE.encode() in book.read("docProps/core.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False


def _write_sheet(book: Any, table: RawTable, notes: dict[tuple[int, int], list[str]]) -> None:
    sheet = book.add_worksheet(table.sheet or "Cohort")
    marked = {"bg_color": "#F8B4B4", "border": 1}
    styles = {
        "plain": book.add_format({}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "marked plain": book.add_format(marked),
        "marked date": book.add_format({**marked, "num_format": "yyyy-mm-dd"}),
    }
    for name in ("head", "marked head"):
        look = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DCE6F1"}
        styles[name] = book.add_format(look | (marked if "marked" in name else {}))
    rows = (table.heading_row, *table.rows)
    for j, column in enumerate(table.columns):
        for row, value in zip(rows, [table.headings[j], *table.values[j]], strict=True):
            note = notes.get((row, column))
            kind = "date" if isinstance(value, date | datetime) else "plain"
            kind = "head" if row == table.heading_row else kind
            _write_cell(sheet, row - 1, column - 1, value, styles["marked " * bool(note) + kind])
            if note:
                sheet.write_comment(row - 1, column - 1, "\n".join(note), {"x_scale": 2})
    sheet.freeze_panes(table.heading_row, 0)
    sheet.set_column(0, max(table.columns), 16)


def _write_cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool | int | float | date | datetime):
        sheet.write(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value), style)


def _write_list(book: Any, problems: Sequence[Problem]) -> None:
    sheet = book.add_worksheet("Problems")
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    sheet.set_column(0, len(COLUMNS) - 1, 36)
    for j, heading in enumerate(COLUMNS):
        sheet.write_string(0, j, heading, bold)
    for i, p in enumerate(problems, start=1):
        for j, text in enumerate((p.where, p.what, p.expected, p.found, p.hint)):
            sheet.write_string(i, j, str(text), wrap)
    sheet.freeze_panes(1, 0)
