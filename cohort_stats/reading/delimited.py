"""Comma-, semicolon- and tab-separated text."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from cohort_stats.problem import CohortError, Problem
from cohort_stats.rawtable import RawTable
from cohort_stats.reading.grid import Grid, table_from_grid

csv.field_size_limit(1_000_000)


def read_delimited(path: Path, content: bytes, sheet: str, sha256: str) -> RawTable:  # noqa: ARG001
    """Read a text table in UTF-8; the delimiter is the commonest one of its first line.

    Parameters
    ----------
    path
        The file, for messages.
    content
        Its bytes.
    sheet
        Not used: a text table has no sheets.
    sha256
        Their hash.

    Raises
    ------
    CohortError
        When the text is not UTF-8, or is no table.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        expected = "text in UTF-8 (in Excel: save as 'CSV UTF-8')"
        raise CohortError([Problem(path.name, "", expected, "another encoding")]) from None
    first_line = text.lstrip().split("\n", 1)[0]
    delimiter = max("\t;,", key=first_line.count)
    try:
        grid = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        found = "text that does not divide into columns"
        raise CohortError([Problem(path.name, "", "a table", found)]) from None
    return table_from_grid(Grid(path, "", grid, sha256))
