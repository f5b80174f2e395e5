"""The sheet *Cohort* of a template: headings, lists to choose from, rules, an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd

from cohort_stats.cells import expected_words
from cohort_stats.codebooks.codebook_sheet import LINE_HEIGHT, text_height
from cohort_stats.dictionary import Variable
from cohort_stats.problem import column_letters

ROWS_WITH_RULES = 2000
LONGEST_LIST = 255
NUMBER_RULES = {"number": "decimal", "integer": "integer"}
#: The first day of a workbook's calendar.
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(9999, 12, 31)
COMMENT_WIDTH = 40
#: Columns kept as text: a spreadsheet would turn a level '1-2' or an id '007' into something else.
AS_TEXT = ("category", "ordered", "yesno", "text", "id")


def write_cohort(
    book: Any,
    styles: Any,
    variables: Sequence[Variable],
    frame: pd.DataFrame | None,
    example: Mapping[str, Any],
) -> None:
    """Add the sheet to a workbook.

    Parameters
    ----------
    book
        An XlsxWriter workbook.
    styles
        Its formats.
    variables
        The columns, in order.
    frame
        Patients to fill in, or None.
    example
        What :func:`cohort_stats.workbooks.example_row.example_row` gave; empty for no example.
    """
    sheet = book.add_worksheet("Cohort")
    sheet.activate()
    sheet.freeze_panes(1, 1)
    _lay_out(sheet)
    sheet.set_row(0, max((_heading_height(v) for v in variables), default=LINE_HEIGHT))
    for j, variable in enumerate(variables):
        kind = _kind(variable)
        sheet.set_column(j, j, _width(variable), styles.get(kind))
        _write_heading(sheet, styles, j, variable)
        _add_rule(book, sheet, j, variable)
        if frame is not None:
            for i, value in enumerate(frame[variable.name], start=1):
                _write_value(sheet, i, j, value, styles.get(kind))
        elif example:
            look = styles["example date" if kind == "date" else "example"]
            _write_value(sheet, 1, j, example[variable.name], look)


def _kind(variable: Variable) -> str:
    if variable.type in AS_TEXT or variable.partial == "middle":
        return "as text"
    return "date" if variable.type == "date" else "number"


def _lay_out(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0)
    sheet.hide_gridlines(0)  # 0: shown, and printed
    sheet.print_across()
    sheet.set_print_scale(85)
    sheet.set_footer("&L&A&RPage &P of &N")


def _width(variable: Variable) -> float:
    longest = max((len(label) for label in variable.labels), default=0)
    words = [word for text in (variable.label, f"({variable.unit})") for word in text.split()]
    longest_word = max((len(word) for word in words), default=0) * 1.2 + 2
    wanted = max(11, len(variable.label) * 0.7, longest + 3, longest_word)
    return min(34, wanted)


def _heading_height(variable: Variable) -> float:
    # Bold letters are wider than those that a column's width is counted in.
    text = f"{variable.label}\n({variable.unit})" if variable.unit else variable.label
    return text_height(text, (_width(variable) - 1) / 1.15) + 4


def _write_heading(sheet: Any, styles: Any, j: int, variable: Variable) -> None:
    need = "required" if variable.required else "heading"
    if variable.unit and variable.label:
        unit = styles[f"unit of {need}"]
        parts = (styles["bold"], variable.label, unit, f"\n({variable.unit})")
        sheet.write_rich_string(0, j, *parts, styles[need])
    else:
        sheet.write_string(0, j, variable.heading, styles[need])
    comment = _comment(variable)
    size = {"width": 300, "height": 10 + 1.2 * text_height(comment, COMMENT_WIDTH)}
    sheet.write_comment(0, j, comment, {**size, "visible": False})


def _comment(variable: Variable) -> str:
    parts = [variable.description, f"Expected: {expected_words(variable)}."]
    if variable.missing:
        codes = ", ".join(f"'{code}'" for code in variable.missing)
        parts.append(f"Not known: leave it empty, or {codes}.")
    parts.append("Must be filled in." if variable.required else "May be left empty.")
    return "\n".join(part for part in parts if part)


def _add_rule(book: Any, sheet: Any, j: int, variable: Variable) -> None:
    cells = (1, j, ROWS_WITH_RULES, j)
    rule: dict[str, Any] = {
        "error_title": variable.label[:32],
        "error_message": f"Expected {expected_words(variable)}"[:255],
    }
    if variable.is_categorical:
        source = _list_source(book, (*variable.labels, *variable.missing))
        sheet.data_validation(*cells, {"validate": "list", "source": source, **rule})
        return
    if variable.missing:
        rule["error_type"] = "warning"  # a missing code is no number, and may stay
    if variable.type in NUMBER_RULES:
        kind = NUMBER_RULES[variable.type]
        sheet.data_validation(*cells, {"validate": kind, **_bounds(variable), **rule})
    elif variable.type == "date" and variable.partial == "refuse":
        sheet.data_validation(*cells, {"validate": "date", **_date_bounds(variable), **rule})


def _bounds(variable: Variable) -> dict[str, Any]:
    low, high = variable.limits
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if high is not None:
        return {"criteria": "<=", "value": high}
    return {"criteria": ">=", "value": -1e12 if low is None else low}


def _date_bounds(variable: Variable) -> dict[str, Any]:
    low, high = variable.limits
    low = low if isinstance(low, date) and low > FIRST_DAY else FIRST_DAY
    high = high if isinstance(high, date) and high >= low else LAST_DAY
    return {"criteria": "between", "minimum": low, "maximum": high}


def _list_source(book: Any, labels: Sequence[str]) -> Any:
    # Excel holds lists of at most 255 characters in a rule, splits them at commas, and knows no
    # quotation marks or outer spaces in them.
    plain = all(label == label.strip() and not set(label) & set(',"') for label in labels)
    if plain and len(",".join(labels)) <= LONGEST_LIST:
        return list(labels)
    lists = book.get_worksheet_by_name("Lists")
    if lists is None:
        lists = book.add_worksheet("Lists")
        lists.hide()
    column = lists.dim_colmax + 1 if lists.dim_colmax is not None else 0
    for i, label in enumerate(labels):
        lists.write_string(i, column, label)
    letters = column_letters(column + 1)
    return f"=Lists!${letters}$1:${letters}${len(labels)}"


def _write_value(sheet: Any, i: int, j: int, value: Any, style: Any) -> None:
    if value is None or pd.isna(value):
        sheet.write_blank(i, j, None, style)
    elif isinstance(value, datetime | date):
        sheet.write_datetime(i, j, value, style)
    elif isinstance(value, bool | int | float):
        sheet.write(i, j, value, style)
    elif hasattr(value, "item"):
        sheet.write(i, j, value.item(), style)
    else:
        sheet.write_string(i, j, str(value), style)
