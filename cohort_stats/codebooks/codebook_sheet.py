"""The sheet *Codebook* of a workbook: every variable in words, to read, print and read back."""

from __future__ import annotations

from textwrap import wrap
from typing import Any
from unicodedata import east_asian_width

from cohort_stats.codebooks.codebook import COLUMNS, SHEET
from cohort_stats.codebooks.codebook_cells import (
    MISSING_MARKS,
    TYPE_WORDS,
    levels_cell,
    limit_cell,
    list_cell,
)
from cohort_stats.dictionary import DataDictionary, Variable

WIDTHS = {
    "place": 5, "label": 26, "unit": 10, "type": 16, "levels": 32, "reference": 14,
    "lowest": 9, "highest": 9, "usual_lowest": 9, "usual_highest": 9, "required": 9,
    "missing": 10, "role": 10, "partial": 9, "aliases": 22, "name": 19, "description": 44,
}  # fmt: skip
#: Written even if no variable fills them; the others only if one does.
ALWAYS = (
    "place", "label", "unit", "type", "levels", "lowest", "highest", "required", "name",
    "description",
)  # fmt: skip
LINE_HEIGHT = 13.5
TALLEST = 400.0  # Excel shows no taller row
LONGEST = 32_767


def write_codebook(book: Any, styles: Any, dictionary: DataDictionary) -> None:
    """Add the sheet to a workbook.

    Parameters
    ----------
    book
        An XlsxWriter workbook.
    styles
        Its formats ``heading`` and ``entry``.
    dictionary
        What to describe.

    Raises
    ------
    ValueError
        When a variable does not fit a cell, which holds 32,767 characters.
    """
    sheet = book.add_worksheet(SHEET)
    rows = [_fields(i, v) for i, v in enumerate(dictionary.values(), start=1)]
    shown = [name for name in COLUMNS if name in ALWAYS or any(row[name] != "" for row in rows)]
    _lay_out(sheet)
    for j, name in enumerate(shown):
        sheet.set_column(j, j, WIDTHS[name])
        sheet.write_string(0, j, COLUMNS[name].label, styles["heading"])
    sheet.set_row(0, 2 * LINE_HEIGHT)
    for i, row in enumerate(rows, start=1):
        sheet.set_row(i, min(TALLEST, max(text_height(str(row[n]), WIDTHS[n]) for n in shown)))
        for j, name in enumerate(shown):
            _write(sheet, i, j, row[name], styles["entry"])


def text_height(text: str, width: float) -> float:
    """Height of a row in which a text wraps within a column of that width."""
    # LibreOffice does not grow a row to its wrapped text by itself.
    wide = "".join(c * 2 if east_asian_width(c) in "WF" else c for c in text)
    return LINE_HEIGHT * sum(len(wrap(line, int(width))) or 1 for line in wide.split("\n"))


def _lay_out(sheet: Any) -> None:
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&RPage &P of &N")


def _fields(place: int, variable: Variable) -> dict[str, float | str]:
    return {
        "place": place,
        "label": variable.label,
        "unit": variable.unit,
        "type": TYPE_WORDS[variable.type],
        "levels": levels_cell(variable.levels),
        "reference": variable.reference,
        "lowest": limit_cell(variable.limits[0]),
        "highest": limit_cell(variable.limits[1]),
        "usual_lowest": limit_cell(variable.usual[0]),
        "usual_highest": limit_cell(variable.usual[1]),
        "required": "yes" if variable.required else "no",
        "missing": list_cell(variable.missing, MISSING_MARKS),
        "role": variable.role,
        "partial": "middle" if variable.partial == "middle" else "",
        "aliases": list_cell(variable.aliases),
        "name": variable.name,
        "description": variable.description,
    }


def _write(sheet: Any, i: int, j: int, value: float | str, style: Any) -> None:
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise ValueError(f"a cell holds {LONGEST} characters at most; got {len(value)}")
        sheet.write_string(i, j, value, style)
    else:
        sheet.write_number(i, j, value, style)
