"""A table as it stands in its file: every cell still knows its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cohort_stats.problem import Address, Problem


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


@dataclass(frozen=True)
class MissingCode:
    """A value that its file itself declares to mean missing, as SPSS and Stata can.

    Parameters
    ----------
    code
        The value, or the letter of a Stata missing value (``.a``).
    label
        What the file says it means; may be empty.
    """

    code: str
    label: str = ""

    def __str__(self) -> str:
        return f"{self.code} ({self.label})" if self.label else self.code


@dataclass(frozen=True)
class Labelled:
    """A code to which its file gives a label, as SPSS and Stata do.

    Parameters
    ----------
    code
        The value stored: a number or text.
    label
        What the file says it means.
    """

    code: float | str
    label: str

    def __str__(self) -> str:
        return self.label


class Percent(float):
    """A number that its sheet shows as a percentage: the value is 0.45 where 45% is shown."""

    def __str__(self) -> str:
        return f"{round(self * 100, 10):g}%"


@dataclass(frozen=True)
class Repair:
    """A cell that was read as something other than what is typed in it.

    Parameters
    ----------
    where
        Address of the cell.
    what
        Heading or label of its column.
    before, after
        The cell as typed and as read.
    how
        What was done, in the user's words, such as ``decimal comma``.
    """

    where: Address
    what: str
    before: str
    after: str
    how: str

    def __str__(self) -> str:
        return f"{self.where}, {self.what}: '{self.before}' read as '{self.after}' ({self.how})"


@dataclass(frozen=True)
class LeftOut:
    """Cells of the file that were not taken for patients' values.

    Parameters
    ----------
    where
        Address of the first of them.
    reason
        What they were taken for, in the user's words, such as ``a title above the headings``.
    cells
        How many of them are not empty.
    """

    where: Address
    reason: str
    cells: int

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


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
        The heading of each column that has one, as it is shown to the user.
    columns
        1-based position of each of those columns in the file.
    rows
        1-based position in the file of each row that holds anything.
    values
        ``values[j][i]`` is the cell of column j and row i: None, str, bool, int, float,
        :class:`Percent`, date, datetime, time, timedelta, :class:`CellError`,
        :class:`MissingCode` or :class:`Labelled`.
    heading_row
        1-based position of the headings (of the lowest of them, if they fill several rows);
        0 for a file whose format keeps names apart from the rows.
    sha256
        Hash of the file as read.
    synthetic
        Whether the file says that its patients are made up.
    problems
        What the reader could not make sense of, such as a column without a heading.
    other_names
        For each column, other names under which a dictionary may know it: the lower of two
        headings, a variable's label in SPSS. Empty, or as long as `headings`.
    value_labels
        For each column, the labels that the file gives to codes, in its order.
        Empty, or as long as `headings`.
    epoch
        Day 0 of numbers that stand for dates: 1899-12-30, or 1904-01-01 in some workbooks.
        None where a file's dates are never numbers.
    notes
        What the reader found and a user should know: encoding, hidden rows, links not followed.
    repairs
        Cells that the reader itself read as something else, such as those of a merged range.
    left_out
        Cells that are neither in `headings` nor in `values`: titles, notes, totals, columns
        without a heading.
    reported
        Whether the file says that its rows are those that a paper prints.
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
    other_names: tuple[tuple[str, ...], ...] = ()
    value_labels: tuple[Mapping[Any, str], ...] = ()
    epoch: date | None = date(1899, 12, 30)
    notes: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    left_out: tuple[LeftOut, ...] = field(default=())
    reported: bool = False

    def address(self, i: int | None, j: int | None) -> Address:
        """Address of row i and column j, both positions in `rows` and `headings`."""
        return Address(
            sheet=self.sheet,
            row=self.heading_row if i is None else self.rows[i],
            column=0 if j is None else self.columns[j],
            heading="" if j is None else self.headings[j],
        )

    def names(self, j: int) -> tuple[str, ...]:
        """Every name of column j: its heading first."""
        return (self.headings[j], *(self.other_names[j] if self.other_names else ()))
