"""A workbook for a clinician to fill in: one sheet to read, one to fill, one to look up."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd

from cohort_stats.cells import expected_words
from cohort_stats.dictionary import DataDictionary, Variable
from cohort_stats.problem import column_letters

#: Fixed, so that the same template is the same file, byte for byte.
CREATED = datetime(2024, 1, 1)
ROWS_WITH_RULES = 2000
README_WIDTH = 100
LINE_HEIGHT = 15.0
LONGEST_LIST = 255
NUMBER_RULES = {"number": "decimal", "integer": "integer"}
HOW_TO = (
    "One row is one patient. Fill in the sheet 'Cohort'; do not rename its headings.",
    "Orange headings must be filled in for every patient; the others may stay empty.",
    "An empty cell means: not known. Do not write remarks into cells.",
    "Cells with an arrow have a list to choose from. The sheet 'Codebook' explains each column.",
    "Do not enter names, record numbers, addresses or birth dates.",
)


def write_template(
    dictionary: DataDictionary,
    path: str | Path,
    *,
    title: str,
    remarks: Sequence[str] = (),
    frame: pd.DataFrame | None = None,
) -> Path:
    """Write the workbook of a dictionary, empty or filled with patients.

    Parameters
    ----------
    dictionary
        Its variables become columns, headings, drop-down lists and the codebook.
    path
        The ``.xlsx`` to write; it appears whole or not at all.
    title
        First line of the sheet *Read me*.
    remarks
        Further lines, such as the source of the patients; a synthetic cohort's begin with
        the word SYNTHETIC.
    frame
        Patients to fill in: columns named after variables, categories as labels. Variables
        that the frame lacks are left out of the sheet.

    Returns
    -------
    Path
        `path`.
    """
    import xlsxwriter

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(suffix=".xlsx", dir=path.parent)
    os.close(handle)
    try:
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(scratch, options) as book:
            book.set_properties({"title": title, "created": CREATED})
            styles = {name: book.add_format(look) for name, look in _LOOKS.items()}
            _write_readme(book, styles, title, remarks)
            shown = [v for n, v in dictionary.items() if frame is None or n in frame.columns]
            _write_cohort(book, styles, shown, frame)
            _write_codebook(book, styles, dictionary)
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    finally:
        Path(scratch).unlink(missing_ok=True)
    return path


_LOOKS: Mapping[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "warning": {"bold": True, "font_color": "#B00020", "text_wrap": True, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "heading": {
        "bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DCE6F1", "border": 1,
    },
    "required": {
        "bold": True, "text_wrap": True, "valign": "top", "bg_color": "#F9C784", "border": 1,
    },
    "date": {"num_format": "yyyy-mm-dd"},
}  # fmt: skip


def _write_readme(book: Any, styles: Any, title: str, remarks: Sequence[str]) -> None:
    sheet = book.add_worksheet("Read me")
    sheet.set_column(0, 0, README_WIDTH)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, title, styles["title"])
    for i, line in enumerate([*remarks, "", *HOW_TO], start=1):
        style = styles["warning"] if line.startswith("SYNTHETIC") else styles["text"]
        sheet.write_string(i, 0, line, style)
        sheet.set_row(i, _height(line, README_WIDTH))


def _height(words: str, width: float) -> float:
    # LibreOffice does not grow a row to its wrapped text by itself.
    return LINE_HEIGHT * max(1, ceil(len(words) * 1.1 / width))


def _write_cohort(
    book: Any, styles: Any, variables: Sequence[Variable], frame: pd.DataFrame | None
) -> None:
    sheet = book.add_worksheet("Cohort")
    sheet.activate()
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 48)
    for j, variable in enumerate(variables):
        look = styles["required" if variable.required else "heading"]
        sheet.set_column(j, j, _width(variable))
        sheet.write_string(0, j, variable.heading, look)
        sheet.write_comment(0, j, _comment(variable), {"x_scale": 2, "visible": False})
        _add_rule(book, sheet, j, variable)
        if frame is not None:
            for i, value in enumerate(frame[variable.name], start=1):
                _write_value(sheet, styles, i, j, value)


def _width(variable: Variable) -> float:
    longest = max((len(label) for label in variable.labels), default=0)
    return max(11, min(34, max(len(variable.heading) * 0.7, longest + 3)))


def _comment(variable: Variable) -> str:
    parts = [variable.description, f"Expected: {expected_words(variable)}."]
    parts.append("Must be filled in." if variable.required else "May be left empty.")
    return "\n".join(part for part in parts if part)


def _add_rule(book: Any, sheet: Any, j: int, variable: Variable) -> None:
    cells = (1, j, ROWS_WITH_RULES, j)
    message: dict[str, Any] = {"error_title": variable.label[:32], "error_message": "Expected "}
    message["error_message"] += expected_words(variable)[:240]
    if variable.is_categorical:
        labels = list(variable.labels)
        if len(",".join(labels)) <= LONGEST_LIST and not any("," in label for label in labels):
            source: Any = labels
        else:
            source = _list_on_sheet(book, variable)
        sheet.data_validation(*cells, {"validate": "list", "source": source, **message})
    elif variable.type in NUMBER_RULES:
        low, high = variable.limits
        rule = {"validate": NUMBER_RULES[variable.type], **message}
        if low is not None and high is not None:
            rule |= {"criteria": "between", "minimum": low, "maximum": high}
        else:
            limit = low if low is not None else high
            rule |= {"criteria": "<=" if low is None and high is not None else ">="}
            rule |= {"value": -1e12 if limit is None else limit}
        sheet.data_validation(*cells, rule)
    elif variable.type == "date":
        rule = {"validate": "date", "criteria": ">=", "value": datetime(1900, 1, 1), **message}
        sheet.data_validation(*cells, rule)


def _list_on_sheet(book: Any, variable: Variable) -> str:
    # Excel holds lists of at most 255 characters in a rule, and splits them at commas.
    lists = book.get_worksheet_by_name("Lists")
    if lists is None:
        lists = book.add_worksheet("Lists")
        lists.hide()
    column = lists.dim_colmax + 1 if lists.dim_colmax is not None else 0
    for i, label in enumerate(variable.labels):
        lists.write_string(i, column, label)
    letters = column_letters(column + 1)
    return f"=Lists!${letters}$1:${letters}${len(variable.labels)}"


def _write_value(sheet: Any, styles: Any, i: int, j: int, value: Any) -> None:
    if value is None or pd.isna(value):
        return
    if isinstance(value, datetime):
        sheet.write_datetime(i, j, value, styles["date"])
    elif isinstance(value, bool | int | float):
        sheet.write(i, j, value)
    elif hasattr(value, "item"):
        sheet.write(i, j, value.item())
    else:
        sheet.write_string(i, j, str(value))


CODEBOOK = {
    "Column": 34,
    "Name in the plan": 22,
    "Type": 14,
    "Unit": 14,
    "Allowed": 60,
    "Required": 10,
    "Description": 60,
}
TYPE_WORDS = {"yesno": "yes/no", "ordered": "ordered levels", "category": "levels"}


def _write_codebook(book: Any, styles: Any, dictionary: DataDictionary) -> None:
    sheet = book.add_worksheet("Codebook")
    for j, (heading, width) in enumerate(CODEBOOK.items()):
        sheet.set_column(j, j, width)
        sheet.write_string(0, j, heading, styles["heading"])
    sheet.freeze_panes(1, 0)
    for i, variable in enumerate(dictionary.values(), start=1):
        fields = (
            variable.label,
            variable.name,
            TYPE_WORDS.get(variable.type, variable.type),
            variable.unit,
            expected_words(variable),
            "yes" if variable.required else "no",
            variable.description,
        )
        heights = map(_height, fields, CODEBOOK.values())
        sheet.set_row(i, max(heights))
        for j, text in enumerate(fields):
            sheet.write_string(i, j, text, styles["text"])
