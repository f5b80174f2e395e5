"""From a grid of cells to a table with headings; shared by every reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from pathlib import Path
from typing import Any

from cohort_stats.problem import Address, CohortError, Problem, column_letters
from cohort_stats.rawtable import LeftOut, RawTable
from cohort_stats.reading.block import MOST_CELLS, Block, block_of, is_blank
from cohort_stats.reading.heading_rows import Headings, find_headings
from cohort_stats.reading.lone_cells import notes_of_lone_cells
from cohort_stats.reading.merged import fill_merged
from cohort_stats.reading.positions import ranges_in_words
from cohort_stats.reading.trailing import covered_rows, rows_that_are_no_patients

__all__ = ["REPORTED_MARKS", "SYNTHETIC_MARK", "Grid", "is_blank", "table_from_grid"]

SYNTHETIC_MARK = "SYNTHETIC"
#: How the sheet *Read me* begins to say that the rows are those that a paper prints.
REPORTED_MARKS = ("REAL (published)", "REAL patients: the ")
TITLE = "a title above the headings"
NO_HEADING = "a column without a heading"


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet, from its first row and column on.

    Parameters
    ----------
    path, sheet, sha256, synthetic, epoch, notes, reported
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
    reported: bool = False


def table_from_grid(sheet_cells: Grid) -> RawTable:
    """Tell headings, patients, titles, notes and totals apart.

    Parameters
    ----------
    sheet_cells
        The cells, and what the file says of them.

    Returns
    -------
    RawTable
        Every cell that is not empty stands in a heading row, in `values`, or in `left_out`;
        cells filled down from merged ones are in `values` and in `repairs`.

    Raises
    ------
    CohortError
        When there is no heading row or no patient below it. A column with values but no
        heading is left out and becomes one of the table's problems.
    """
    block = _block(sheet_cells)
    headings = find_headings(block, sheet_cells.merged)
    start = headings.rows[-1] + 1
    reasons = rows_that_are_no_patients(block, start, sheet_cells.merged)
    is_patient = [k >= start and k not in reasons for k in range(len(block))]
    if not any(is_patient):
        raise _no_table(sheet_cells, "headings without a single patient")
    rows = list(compress(block.rows, is_patient))
    cells = [list(compress(column, is_patient)) for column in block.columns]
    patients = list(compress(range(len(block)), is_patient))
    lone = notes_of_lone_cells(block, patients, covered_rows(block, sheet_cells.merged))
    named = [j for j, name in enumerate(headings.names) if name]
    unnamed, problems = _without_heading(sheet_cells, block, headings, cells)
    columns, repairs, wrong = fill_merged(
        cells, rows, headings.names, sheet_cells.sheet, sheet_cells.merged
    )
    reasons |= dict.fromkeys(range(headings.rows[0]), TITLE)
    others = [(headings.lower[j],) if headings.lower[j] else () for j in named]
    return RawTable(
        path=sheet_cells.path,
        sheet=sheet_cells.sheet,
        headings=tuple(headings.names[j] for j in named),
        columns=tuple(j + 1 for j in named),
        rows=tuple(rows),
        values=tuple(columns[j] for j in named),
        heading_row=block.rows[headings.rows[-1]],
        sha256=sheet_cells.sha256,
        synthetic=sheet_cells.synthetic,
        reported=sheet_cells.reported,
        epoch=sheet_cells.epoch,
        notes=(*sheet_cells.notes, *_hidden(sheet_cells, block), *lone),
        problems=(*problems, *wrong),
        other_names=tuple(others) if any(others) else (),
        repairs=tuple(repairs),
        left_out=(*_rows_left_out(sheet_cells, block, reasons), *unnamed),
    )


def _block(sheet_cells: Grid) -> Block:
    block = block_of(sheet_cells.rows)
    if block is None:
        rows = sheet_cells.rows
        widest = max(range(len(rows)), key=lambda i: len(rows[i]))
        furthest = f"{column_letters(len(rows[widest]))}{widest + 1}"
        found = f"more than {MOST_CELLS:,} cells, as far as {furthest}"
        hint = "delete what stands far outside the table"
        raise CohortError([Problem(_place(sheet_cells), "", "a table", found, hint)])
    if len(block) < 2:
        raise _no_table(
            sheet_cells, "headings without a single patient" if len(block) else "an empty sheet"
        )
    return block


def _place(sheet_cells: Grid) -> Address | str:
    return Address(sheet_cells.sheet) if sheet_cells.sheet else sheet_cells.path.name


def _no_table(sheet_cells: Grid, found: str) -> CohortError:
    expected = "a row of headings and patients below it"
    return CohortError([Problem(_place(sheet_cells), "", expected, found)])


def _without_heading(
    sheet_cells: Grid, block: Block, headings: Headings, cells: list[list[Any]]
) -> tuple[list[LeftOut], list[Problem]]:
    left_out, problems = [], []
    for j, column in enumerate(cells):
        filled = [i for i, v in enumerate(column) if v is not None] if not headings.names[j] else []
        if filled:
            heading_row = block.rows[headings.rows[-1]]
            where = Address(sheet_cells.sheet, heading_row, j + 1, f"number {j + 1}")
            expected = "a heading above the values of this column"
            problems.append(Problem(where, "", expected, "an empty cell"))
            left_out.append(LeftOut(where, NO_HEADING, len(filled)))
    return left_out, problems


def _rows_left_out(sheet_cells: Grid, block: Block, reasons: dict[int, str]) -> list[LeftOut]:
    return [
        LeftOut(
            Address(sheet_cells.sheet, block.rows[k], int(block.first[k]) + 1),
            reasons[k],
            int(block.sizes[k]),
        )
        for k in sorted(reasons)
    ]


def _hidden(sheet_cells: Grid, block: Block) -> list[str]:
    rows = sorted(sheet_cells.hidden_rows.intersection(block.rows))
    used = {j + 1 for j in block.used(0)}
    columns = sorted(sheet_cells.hidden_columns & used)
    notes = []
    for noun, positions, name in (("row", rows, str), ("column", columns, column_letters)):
        if len(positions) == 1:
            notes.append(f"{noun} {name(positions[0])} is hidden in the sheet; it was read")
        elif positions:
            words = ranges_in_words(positions, name)
            notes.append(f"{noun}s {words} are hidden in the sheet; they were read")
    return notes
