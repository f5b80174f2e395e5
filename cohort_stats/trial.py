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
from typing import Any

from cohort_stats.cells import MISSING, Unreadable, parser_for
from cohort_stats.dictionary import YES_NO, Variable, VariableType
from cohort_stats.rawtable import CellError, Labelled, MissingCode, RawTable
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
    found: dict[tuple[type, Any], list[int]] = {}
    apart: dict[str, list[int]] = {"empty": [], "errors": [], "declared": []}
    for i, value in enumerate(table.values[j]):
        if is_blank(value) or (isinstance(value, float) and math.isnan(value)):
            apart["empty"].append(i)
        elif isinstance(value, CellError):
            apart["errors"].append(i)
        elif isinstance(value, MissingCode):
            apart["declared"].append(i)
        else:
            found.setdefault((type(value), value), []).append(i)
    values = tuple(value for _, value in found)
    return TypedCells(
        values, tuple(map(tuple, found.values())), *(tuple(rows) for rows in apart.values())
    )


def readings(
    values: Sequence[Any],
    kind: VariableType,
    epoch: date,  # noqa: ARG001
) -> list[Any]:
    """Read cells as the loader would if their column were of a type.

    Parameters
    ----------
    values
        Cells, each different one once.
    kind
        ``number``, ``date``, ``yesno`` or ``text``.
    epoch
        Day 0 of numbers that stand for dates.

    Returns
    -------
    list
        For each cell a float, a datetime, the label ``Yes`` or ``No``, or a string; None
        where the loader would not accept it.
    """
    variable = Variable("trial", "", kind, levels=YES_NO if kind == "yesno" else ())
    parse = parser_for(variable)
    return [_one(parse, value, kind) for value in values]


def _one(parse: Any, value: Any, kind: VariableType) -> Any:
    if isinstance(value, MissingCode | CellError):
        return None
    if isinstance(value, Labelled) and kind in ("number", "date"):
        value = value.code
    try:
        found = parse(value)
    except (Unreadable, OverflowError):
        return None
    return None if found is MISSING else found


def texts(values: Sequence[Any], epoch: date) -> list[str]:
    """Cells as text, as a level is compared: ``1`` for 1.0, the label of a labelled code."""
    return [found or "" for found in readings(values, "text", epoch)]


def read_rows(table: RawTable, j: int, kind: VariableType) -> list[Any]:
    """The cells of column j read on trial, one value a row; see :func:`readings`."""
    cells = typed_cells(table, j)
    found: list[Any] = [None] * len(table.rows)
    for value, rows in zip(readings(cells.values, kind, table.epoch), cells.rows, strict=True):
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
