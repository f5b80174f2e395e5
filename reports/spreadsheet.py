"""Tables as a workbook, one sheet each."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reports.format import MINUS
from reports.house_style import house_style
from reports.table import Cell, Table

FIXED_TIME = datetime(2024, 1, 1)
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 12},
    "warning": {"bold": True, "font_color": "#B00020"},
    "first head": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "align": "center"},
    "span": {"bold": True, "align": "center", "bottom": 1},
    "text": {"valign": "top"},
    "heading": {"bold": True},
    "note": {"italic": True, "font_size": 9},
    "centre": {"align": "center"},
    "mark": {"font_script": 1},
}


def tables_workbook(tables: Sequence[Table], title: str, lead: Sequence[str]) -> bytes:
    """Write a list of contents and a sheet for each table.

    Parameters
    ----------
    tables
        In order of their numbers.
    title, lead
        First lines of every sheet; a line that begins with SYNTHETIC stands out.

    Returns
    -------
    bytes
        The ``.xlsx``; cells that are one number are numbers, all others text as printed.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title, "created": FIXED_TIME})
        styles = _Styles(book)
        for indent in (1, 2, 3):
            styles[f"indent {indent}"] = book.add_format({"indent": indent})
        contents = book.add_worksheet("Contents")
        contents.set_column(0, 0, 90)
        start = _lead(contents, styles, title, lead)
        for number, table in enumerate(tables, start=1):
            caption = f"Table {number}. {table.title}"
            contents.write_string(start + number, 0, caption)
            sheet = book.add_worksheet(sheet_name(number, table))
            _write_table(sheet, styles, table, caption, lead)
    return buffer.getvalue()


def sheet_name(number: int, table: Table) -> str:
    """A valid, distinct sheet name."""
    return f"{number} {re.sub(r'[^A-Za-z0-9 ]', ' ', table.title)}"[:31].strip()


def _lead(sheet: Any, styles: Any, title: str, lead: Sequence[str]) -> int:
    sheet.write_string(0, 0, title, styles["title"])
    for i, line in enumerate(lead, start=1):
        warning = line.startswith("SYNTHETIC")
        sheet.write_string(i, 0, line, styles["warning" if warning else "text"])
    return len(lead) + 1


def _write_table(sheet: Any, styles: Any, table: Table, caption: str, lead: Sequence[str]) -> None:
    warnings = [line for line in lead if line.startswith("SYNTHETIC")]
    i = _lead(sheet, styles, caption, warnings)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, len(table.columns) - 1, 20)
    for spans in table.shared():
        for words, first, last in spans:
            if words and last > first:
                sheet.merge_range(i, first, i, last, words, styles["span"])
            elif words:
                sheet.write_string(i, first, words, styles["span"])
        i += 1
    for j, column in enumerate(table.columns):
        sheet.write_string(i, j, column.label, styles["head" if j else "first head"])
    sheet.freeze_panes(i + 1, 1)
    for row in table.rows:
        i += 1
        first = styles["heading"] if row.heading else styles["text"]
        style = styles[f"indent {row.indent}"] if row.indent else first
        for j, cell in enumerate(row.cells):
            if j:
                _write_cell(sheet, styles, i, j, cell, "text" if table.flush[j] else "centre")
            else:
                sheet.write_string(i, j, str(cell), style)
    for line in table.note_lines():
        i += 1
        sheet.write_string(i, 0, line, styles["note"])


def _write_cell(sheet: Any, styles: _Styles, i: int, j: int, cell: Cell, look: str) -> None:
    value, words = cell.plain_number, str(cell)
    if value is not None:
        if cell.kind == "weight":
            value /= 100
        sheet.write_number(i, j, value, styles.number(number_format(words, cell.mark)))
    elif cell.mark:
        centre, mark = styles[look], styles["mark"]
        sheet.write_rich_string(i, j, f"{words} ", mark, cell.mark, centre)
    elif words:
        sheet.write_string(i, j, words, styles[look])


def number_format(words: str, mark: str = "") -> str:
    """The format under which a spreadsheet shows a number as it is printed.

    A footnote follows it; a bound (``<0.001``) and what a format cannot say stand in quotation
    marks, with the number itself behind them.
    """
    digits = words.replace(MINUS, "").replace(house_style().thousands, "")
    shape = re.fullmatch(r"(\d*)(?:\.(\d+))?(%?)", digits)
    if shape is None or not words:
        return f'"{words}{f" {mark}" if mark else ""}"'
    decimals = f".{'0' * len(shape[2])}" if shape[2] else ""
    plain = f"{_whole(shape[1], words)}{decimals}{shape[3]}"
    note = f'" {mark}"' if mark else ""
    negative = f';"{MINUS}"{plain}{note}' if words.startswith(MINUS) else ""
    return f"{plain}{note}{negative}"


def _whole(digits: str, words: str) -> str:
    """The format of the whole part of a number, its thousands set apart as they are printed."""
    mark = house_style().thousands
    if mark not in words:
        return "0" if digits else "#"
    return "#,##0" if mark == "," else "0" + f'"{mark}"000' * ((len(digits) - 1) // 3)


class _Styles(dict[str, Any]):
    """The looks of a workbook; formats of numbers are made when they are first needed."""

    def __init__(self, book: Any):
        super().__init__({name: book.add_format(look) for name, look in LOOKS.items()})
        self._book = book

    def number(self, code: str) -> Any:
        """A centred number under a format."""
        if code not in self:
            self[code] = self._book.add_format({"align": "center", "num_format": code})
        return self[code]
