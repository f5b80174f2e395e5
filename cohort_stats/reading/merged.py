"""Cells that a sheet joins over several patients, or over several columns of one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from cohort_stats.problem import Address, Problem, column_letters
from cohort_stats.rawtable import Repair
from cohort_stats.reading.heading_rows import Merged

ONE_CELL = "one cell for each value"


def fill_merged(
    columns: Sequence[list[Any]],
    rows: Sequence[int],
    names: Sequence[str],
    sheet: str,
    merged: Merged,
) -> tuple[list[list[Any]], list[Repair], list[Problem]]:
    """Give every patient the value of a cell that is merged over several of them.

    Parameters
    ----------
    columns
        Patients' cells of each column of the sheet.
    rows
        1-based position in the sheet of each patient, rising.
    names
        Heading of each column.
    sheet
        Name of the sheet.
    merged
        Its merged ranges.

    Returns
    -------
    (columns, repairs, problems)
        New columns; a repair for each cell filled; a problem for each range that joins
        several columns or hides a value.
    """
    filled = list(columns)
    repairs: list[Repair] = []
    problems: list[Problem] = []
    reached = [0] * len(filled)  # last row of a range so far; ranges never overlap in sound files
    for top, left, bottom, right in sorted(merged):
        first, beyond = bisect_left(rows, top), bisect_right(rows, bottom)
        j = left - 1
        if first == beyond or rows[first] != top or j >= len(filled):
            continue
        if not names[j] or filled[j][first] is None:
            continue
        where = Address(sheet, top, left, names[j])
        value = filled[j][first]
        if right > left:
            there = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
            hint = "unmerge the cells and fill in each of them"
            problems.append(Problem(where, names[j], ONE_CELL, f"{there} merged", hint))
        elif top > reached[j]:
            reached[j] = bottom
            filled[j] = filled[j].copy()
            for i in range(first + 1, beyond):
                below = Address(sheet, rows[i], left, names[j])
                if filled[j][i] is None:
                    filled[j][i] = value
                    how = f"merged cell: the value of {column_letters(left)}{top}"
                    repairs.append(Repair(below, names[j], "", as_text(value), how))
                else:
                    found = f"a value hidden under the merged cell {column_letters(left)}{top}"
                    hint = "unmerge the cells and look at both"
                    problems.append(Problem(below, names[j], ONE_CELL, found, hint))
    return filled, repairs, problems


def as_text(value: Any) -> str:
    """A cell as a person would type it."""
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    return str(value).upper() if isinstance(value, bool) else str(value)
