"""A map of a cohort's sheet on which every wrong cell is coloured and explained.

It holds the headings and the wrong cells, each in its own place, and nothing else of the
patients: such a file is sent around to be mended.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cohort_stats.problem import Address, Problem
from cohort_stats.rawtable import RawTable

TITLE = "Problems found by cohort-stats"
REMARK = "Mend these cells in your own file: only the headings and the wrong cells are copied here."
LIST = "Problems"
LONGEST_NAME = 31  # of a sheet, in Excel
COLUMNS = ("Where", "What", "Expected", "Found", "Hint")


def write_marked_copy(table: RawTable, problems: Sequence[Problem], target: Path) -> Path:
    """Write `problems.xlsx`: the sheet's headings, its wrong cells in their places, and a list.

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
        if isinstance(problem.where, Address) and problem.where.column:
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
    name = re.sub(r"[\[\]:*?/\\]", "_", table.sheet).strip("'")[:LONGEST_NAME]
    sheet = book.add_worksheet(name if name and name != LIST else "Cohort")
    look = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DCE6F1"}
    wrong = {"bg_color": "#F8B4B4", "border": 1}
    head, marked_head = book.add_format(look), book.add_format(look | wrong)
    marked = book.add_format(wrong)
    marked_date = book.add_format({**wrong, "num_format": "yyyy-mm-dd"})
    # Files that keep names apart from the rows get a row for the names.
    below = 1 if table.heading_row == 0 else 0
    place = {row: i for i, row in enumerate(table.rows)}
    for heading, column in zip(table.headings, table.columns, strict=True):
        noted = (table.heading_row, column) in notes
        row = table.heading_row + below - 1
        sheet.write_string(row, column - 1, heading, marked_head if noted else head)
    for (row, column), lines in notes.items():
        if row in place and column in table.columns:
            value = table.values[table.columns.index(column)][place[row]]
            style = marked_date if isinstance(value, date | datetime) else marked
            _write_cell(sheet, row + below - 1, column - 1, value, style)
        sheet.write_comment(row + below - 1, column - 1, "\n".join(lines), {"x_scale": 2})
    sheet.freeze_panes(table.heading_row + below, 0)
    sheet.set_column(0, max(table.columns, default=1), 16)


def _write_cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool | int | float | date | datetime):
        sheet.write(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value), style)


def _write_list(book: Any, problems: Sequence[Problem]) -> None:
    sheet = book.add_worksheet(LIST)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    sheet.set_column(0, len(COLUMNS) - 1, 36)
    sheet.write_string(0, 0, REMARK)
    for j, heading in enumerate(COLUMNS):
        sheet.write_string(1, j, heading, bold)
    for i, p in enumerate(problems, start=2):
        for j, text in enumerate((p.where, p.what, p.expected, p.found, p.hint)):
            sheet.write_string(i, j, str(text), wrap)
    sheet.freeze_panes(2, 0)
