"""From a grid of cells to a table with headings; shared by every reader."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cohort_stats.problem import Address, CohortError, Problem
from cohort_stats.rawtable import RawTable

SYNTHETIC_MARK = "SYNTHETIC"
SEARCHED = 20  # rows in which the headings are looked for


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing a person could see."""
    return value is None or (isinstance(value, str) and not value.strip())


def table_from_grid(
    path: Path,
    sheet: str,
    grid: Sequence[Sequence[Any]],
    sha256: str,
    *,
    synthetic: bool = False,
) -> RawTable:
    """Take the first row that is filled like a table as headings, later ones as patients.

    Rows above it with a few cells only, such as a title, are left out.

    Parameters
    ----------
    path, sheet, sha256, synthetic
        As in :class:`~cohort_stats.rawtable.RawTable`.
    grid
        Rows of cells, from the file's first row and column on.

    Raises
    ------
    CohortError
        When there is no heading row or no patient below it. A column with values but no
        heading is left out and becomes one of the table's problems.
    """
    sizes = {i: sum(not is_blank(v) for v in row) for i, row in enumerate(grid)}
    filled = [i for i, size in sizes.items() if size]
    wide = max((sizes[i] for i in filled[:SEARCHED]), default=0)
    filled = [i for i in filled if i >= next(k for k in filled if 2 * sizes[k] >= wide)]
    if len(filled) < 2:
        found = "an empty sheet" if not filled else "headings without a single patient"
        where = Address(sheet) if sheet else path.name
        raise CohortError([Problem(where, "", "a row of headings and patients below it", found)])
    heading_row, patients = filled[0], filled[1:]
    headings, columns, values, problems = [], [], [], []
    for j in range(max(len(grid[i]) for i in filled)):
        cells = [grid[i][j] if j < len(grid[i]) else None for i in patients]
        heading = grid[heading_row][j] if j < len(grid[heading_row]) else None
        if not is_blank(heading):
            headings.append(str(heading).strip())
            columns.append(j + 1)
            values.append(cells)
        elif not all(is_blank(v) for v in cells):
            where = Address(sheet, heading_row + 1, j + 1, f"number {j + 1}")
            problems.append(
                Problem(where, "", "a heading above the values of this column", "an empty cell")
            )
    return RawTable(
        path=path,
        sheet=sheet,
        headings=tuple(headings),
        columns=tuple(columns),
        rows=tuple(i + 1 for i in patients),
        values=tuple(values),
        heading_row=heading_row + 1,
        sha256=sha256,
        synthetic=synthetic,
        problems=tuple(problems),
    )
