"""The cells of a column, each different one once, read on trial as if they were of some type.

Everything that describes or de-identifies an unknown file asks :func:`readings` what a cell
means: it is the only door from there to the parser that `check` uses, so that a draft never
promises what the loader would refuse. The shapes below only tell *that* a cell looks like a
date, never which date it is.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd

from cohort_stats.cells.column import read_column
from cohort_stats.cells.numbers import file_marks
from cohort_stats.dictionary import YES_NO, Variable, VariableType
from cohort_stats.rawtable import CellError, MissingCode, RawTable
from cohort_stats.reading.grid import is_blank

_MONTH = "jan|feb|mar|mär|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]"
_DAY_PARTS = (
    r"(?:19|20)\d\d\s?[-./년年]\s?\d{1,2}\s?[-./월月]\s?\d{1,2}\s?[일日]?",
    r"\d{1,2}\s?[-./]\s?\d{1,2}\s?[-./]\s?(?:19|20)?\d\d",
    rf"\d{{1,2}}[-. ]+(?:{_MONTH})[a-zä]*[-., ]+(?:\d{{4}}|\d\d)",
    rf"(?:{_MONTH})[a-zä]*[-. ]+\d{{1,2}}(?:st|nd|rd|th)?[-., ]+(?:19|20)\d\d",
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
)
DAY_INSIDE = re.compile(rf"(?<![\d-])(?:{'|'.join(_DAY_PARTS)})(?![\d-])", re.IGNORECASE)
_CLOCK = re.compile(r"[T ]\s?\d{1,2}:\d{2}.*$")


@dataclass(frozen=True)
class TypedCells:
    """The cells of one column, each different one once.

    Parameters
    ----------
    values
        Each different filled cell: neither an error nor declared missing by its file.
    rows
        For each of them, the rows in which it stands.
    empty, errors, declared
        Rows that are empty, that hold an error, and that the file declares missing.
    """

    values: tuple[Any, ...]
    rows: tuple[tuple[int, ...], ...]
    empty: tuple[int, ...]
    errors: tuple[int, ...]
    declared: tuple[int, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """How often each different cell occurs."""
        return tuple(len(rows) for rows in self.rows)

    @property
    def filled(self) -> int:
        """How many cells hold a value."""
        return sum(self.counts)

    def keeping(self, keep: Sequence[bool]) -> TypedCells:
        """Only those different cells for which `keep` is true."""
        values = tuple(v for v, k in zip(self.values, keep, strict=True) if k)
        rows = tuple(r for r, k in zip(self.rows, keep, strict=True) if k)
        return TypedCells(values, rows, self.empty, self.errors, self.declared)


def typed_cells(table: RawTable, j: int) -> TypedCells:
    """Gather the cells of column j."""
    # The type is part of the key because 1, 1.0 and True are equal in Python but not on a sheet.
    every: dict[tuple[type, Any], list[int]] = {}
    for i, value in enumerate(table.values[j]):
        every.setdefault((type(value), value), []).append(i)
    found: dict[tuple[type, Any], list[int]] = {}
    apart: dict[str, list[int]] = {"empty": [], "errors": [], "declared": []}
    for key, rows in every.items():
        kind = _apart(key[1])
        if kind:
            apart[kind] += rows
        else:
            found[key] = rows
    values = tuple(value for _, value in found)
    return TypedCells(
        values, tuple(map(tuple, found.values())), *(tuple(sorted(rows)) for rows in apart.values())
    )


def _apart(value: Any) -> str:
    if is_blank(value) or (isinstance(value, float) and math.isnan(value)):
        return "empty"
    if isinstance(value, CellError):
        return "errors"
    return "declared" if isinstance(value, MissingCode) else ""


@dataclass(frozen=True)
class Habits:
    """How a file writes its dates and numbers.

    Parameters
    ----------
    epoch
        Day 0 of numbers that stand for dates; None where none do.
    marks
        The decimal marks that its cells use without doubt.
    """

    epoch: date | None = date(1899, 12, 30)
    marks: frozenset[str] = frozenset()


def habits_of(table: RawTable) -> Habits:
    """How the file of a table writes its dates and numbers."""
    return Habits(table.epoch, file_marks(table.values))


def readings(
    values: Sequence[Any],
    kind: VariableType,
    habits: Habits,
    *,
    unit: str = "",
    partial: Literal["refuse", "middle"] = "refuse",
) -> list[Any]:
    """Read cells as the loader would if their column were of a type.

    Parameters
    ----------
    values
        Cells, each different one once.
    kind
        ``number``, ``date``, ``yesno`` or ``text``.
    habits
        How their file writes dates and numbers.
    unit, partial
        As in :class:`~cohort_stats.dictionary.Variable`.

    Returns
    -------
    list
        For each cell a float, a datetime, the label ``Yes`` or ``No``, or a string; None
        where the loader would not accept it.
    """
    levels = YES_NO if kind == "yesno" else ()
    variable = Variable("trial", "", kind, unit=unit, levels=levels, partial=partial)
    finite = [CellError(str(v)) if isinstance(v, float) and math.isinf(v) else v for v in values]
    column = read_column(finite, variable, epoch=habits.epoch, file_marks=habits.marks)
    return [None if pd.isna(value) else value for value in column.values.tolist()]


def texts(values: Sequence[Any]) -> list[str]:
    """Cells as text, as a level is compared: ``1`` for 1.0, the label of a labelled code."""
    return [found or "" for found in readings(values, "text", Habits())]


def read_rows(table: RawTable, j: int, kind: VariableType) -> list[Any]:
    """The cells of column j read on trial, one value a row; see :func:`readings`."""
    cells = typed_cells(table, j)
    found: list[Any] = [None] * len(table.rows)
    read = readings(cells.values, kind, habits_of(table))
    for value, rows in zip(read, cells.rows, strict=True):
        for i in rows:
            found[i] = value
    return found


def has_day_shape(value: Any) -> bool:
    """Whether a cell looks like a calendar day, readable or not."""
    if isinstance(value, date):
        return True
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    if isinstance(value, float):
        value = f"{value:.0f}" if value.is_integer() else ""
    text = _CLOCK.sub("", unicodedata.normalize("NFKC", str(value)).strip())
    return DAY_INSIDE.fullmatch(text) is not None


def mentions_a_day(text: str) -> bool:
    """Whether a remark contains a calendar day."""
    return DAY_INSIDE.search(unicodedata.normalize("NFKC", text)) is not None
