"""A table as it stands in its file: every cell still knows its address."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cohort_stats.problem import Address, Problem


@dataclass(frozen=True)
class RawTable:
    """Cells as typed, before anything is believed of them.

    Parameters
    ----------
    path
        The file.
    sheet
        The sheet; empty for a file without sheets.
    headings
        The heading of each column that has one.
    columns
        1-based position of each of those columns in the file.
    rows
        1-based position in the file of each row that holds anything.
    values
        ``values[j][i]`` is the cell of column j and row i: None, str, bool, int, float,
        datetime or :class:`CellError`.
    heading_row
        1-based position of the headings.
    sha256
        Hash of the file as read.
    synthetic
        Whether the file says that its patients are made up.
    problems
        What the reader could not make sense of, such as a column without a heading.
    """

    path: Path
    sheet: str
    headings: tuple[str, ...]
    columns: tuple[int, ...]
    rows: tuple[int, ...]
    values: tuple[list[Any], ...]
    heading_row: int
    sha256: str
    synthetic: bool = False
    problems: tuple[Problem, ...] = ()

    def address(self, i: int | None, j: int | None) -> Address:
        """Address of row i and column j, both positions in `rows` and `headings`."""
        return Address(
            sheet=self.sheet,
            row=self.heading_row if i is None else self.rows[i],
            column=0 if j is None else self.columns[j],
            heading="" if j is None else self.headings[j],
        )


@dataclass(frozen=True)
class CellError:
    """A cell that holds no value but a spreadsheet's complaint.

    Parameters
    ----------
    text
        The complaint as the spreadsheet shows it (``#N/A``), or what is wrong with the cell.
    """

    text: str

    def __str__(self) -> str:
        return self.text
