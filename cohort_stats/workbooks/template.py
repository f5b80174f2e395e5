"""A workbook for a clinician to fill in: one sheet to read, one to fill, one to look up."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from cohort_stats.codebooks.codebook_sheet import text_height, write_codebook
from cohort_stats.dictionary import DataDictionary
from cohort_stats.wording import ONE, PUBLISHED, Rows
from cohort_stats.workbooks.example_row import EXAMPLE, example_row
from cohort_stats.workbooks.template_cohort import write_cohort

#: Fixed, so that the same template is the same file, byte for byte.
CREATED = datetime(2024, 1, 1)
#: As wide as a printed page: a wider column would be cut off.
README_WIDTH = 85
#: A font that every spreadsheet program has, or one of the same widths.
FONT = {"font_name": "Arial", "font_size": 10}
_FILL_IN = "Fill in the sheet 'Cohort'; do not rename its headings."
_CELLS = (
    "An empty cell means: not known. Do not write remarks into cells.",
    "Cells with an arrow have a list to choose from. The sheet 'Codebook' explains each column.",
)
_NO_NAMES = "Do not enter names, record numbers, addresses or birth dates."


def _how_to(rows: Rows) -> tuple[str, ...]:
    one = ONE[rows]
    of = " of a study" if rows == "results" else ""
    return (
        f"One row is one {one}{of}. {_FILL_IN}",
        f"Orange headings must be filled in for every {one}; the others may stay empty.",
        *_CELLS,
        *(() if rows in PUBLISHED else (_NO_NAMES,)),
    )


def _about_the_example(rows: Rows) -> str:
    return (
        f"The grey row {EXAMPLE} shows how a row is filled in. It is no {ONE[rows]} and is left "
        "out when the file is read; you may delete it."
    )


def write_template(
    dictionary: DataDictionary,
    path: str | Path,
    *,
    title: str,
    remarks: Sequence[str] = (),
    frame: pd.DataFrame | None = None,
    rows: Rows = "patients",
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
        that the frame lacks are left out of the sheet. Without it the sheet has one example row,
        provided that its first column is an id.
    rows
        What a row is, for the words of the sheet *Read me*.

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
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            # A copy, for xlsxwriter adds the name of the theme's font, which makes other bytes
            # of the next workbook than of the first.
            "default_format_properties": FONT | {"theme_font_name": FONT["font_name"]},
        }
        with xlsxwriter.Workbook(scratch, options) as book:
            book.set_properties({"title": title, "created": CREATED})
            styles = {name: book.add_format(look) for name, look in _LOOKS.items()}
            shown = [v for n, v in dictionary.items() if frame is None or n in frame.columns]
            example = example_row(dictionary) if frame is None else {}
            how_to = (*_how_to(rows), *([_about_the_example(rows)] if example else []))
            _write_readme(book, styles, title, [*remarks, "", *how_to])
            write_cohort(book, styles, shown, frame, example)
            write_codebook(book, styles, dictionary)
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    finally:
        Path(scratch).unlink(missing_ok=True)
    return path


_GREY = "#A6A6A6"
_HEADING = {
    "bold": True, "text_wrap": True, "valign": "top", "border": 1, "border_color": _GREY,
}  # fmt: skip
_BLUE, _ORANGE = {"bg_color": "#DCE6F1"}, {"bg_color": "#F9C784"}
_EXAMPLE = {"italic": True, "font_color": "#7F7F7F"}
_DATE = {"num_format": "yyyy-mm-dd"}
_LOOKS: Mapping[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "text_wrap": True, "valign": "top"},
    "warning": {"bold": True, "font_color": "#B00020", "text_wrap": True, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "heading": _HEADING | _BLUE,
    "required": _HEADING | _ORANGE,
    "bold": {"bold": True},
    # Grey on a colour is told from it only when it is dark enough.
    "unit of heading": {"font_size": 8, "font_color": "#595959"},
    "unit of required": {"font_size": 8, "font_color": "#404040"},
    "entry": {
        "text_wrap": True, "valign": "top", "align": "left", "bottom": 1, "bottom_color": "#D9D9D9",
    },
    "date": _DATE,
    "as text": {"num_format": "@"},
    "example": _EXAMPLE,
    "example date": _EXAMPLE | _DATE,
}  # fmt: skip


def _write_readme(book: Any, styles: Any, title: str, lines: Sequence[str]) -> None:
    sheet = book.add_worksheet("Read me")
    sheet.set_column(0, 0, README_WIDTH)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, title, styles["title"])
    sheet.set_row(0, 1.6 * text_height(title, README_WIDTH / 1.6))
    for i, line in enumerate(lines, start=1):
        style = styles["warning"] if line.startswith("SYNTHETIC") else styles["text"]
        sheet.write_string(i, 0, line, style)
        sheet.set_row(i, text_height(line, README_WIDTH))
