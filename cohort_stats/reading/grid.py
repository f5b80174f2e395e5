"""From a grid of cells to a table with headings; shared by every reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cohort_stats.problem import Address, CohortError, Problem
from cohort_stats.rawtable import LeftOut, RawTable

SYNTHETIC_MARK = "SYNTHETIC"
EXAMPLE_MARK = "example"  # in the first filled cell of a template's example row
SEARCHED = 20  # rows in which the headings are looked for


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing a person could see."""
    return value is None or (isinstance(value, str) and not value.strip())


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet, from its first row and column on.

    Parameters
    ----------
    path, sheet, sha256, synthetic, epoch, notes
        As in :class:`~cohort_stats.rawtable.RawTable`.
    rows
        Rows of cells; rows may differ in length.
    merged
        Merged ranges: first row, first column, last row, last column, all 1-based.
    hidden_rows, hidden_columns
        1-based positions of what the file hides.
    """

    path: Path
    sheet: str
    rows: Sequence[Sequence[Any]]
    sha256: str
    synthetic: bool = False
    epoch: date = date(1899, 12, 30)
    notes: tuple[str, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def table_from_grid(sheet_cells: Grid) -> RawTable:
    """Take the first row that is filled like a table as headings, later ones as patients.

    Rows above it with a few cells only, such as a title, are left out.

    Parameters
    ----------
    sheet_cells
        The cells, and what the file says of them.

    Raises
    ------
    CohortError
        When there is no heading row or no patient below it. A column with values but no
        heading is left out and becomes one of the table's problems.
    """
    grid, sheet, path = sheet_cells.rows, sheet_cells.sheet, sheet_cells.path
    sizes = {i: sum(not is_blank(v) for v in row) for i, row in enumerate(grid)}
    filled = [i for i, size in sizes.items() if size]
    wide = max((sizes[i] for i in filled[:SEARCHED]), default=0)
    filled = [i for i in filled if i >= next(k for k in filled if 2 * sizes[k] >= wide)]
    examples = [i for i in filled[1:] if _is_example(grid[i])]
    filled = [i for i in filled if i not in examples]
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
        sha256=sheet_cells.sha256,
        synthetic=sheet_cells.synthetic,
        epoch=sheet_cells.epoch,
        notes=sheet_cells.notes,
        problems=tuple(problems),
        left_out=tuple(
            LeftOut(Address(sheet, i + 1), "the example row of a template", sizes[i])
            for i in examples
        ),
    )


def _is_example(row: Sequence[Any]) -> bool:
    first = next((value for value in row if not is_blank(value)), None)
    return isinstance(first, str) and first.strip().casefold() == EXAMPLE_MARK
