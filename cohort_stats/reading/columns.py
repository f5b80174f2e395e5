"""What files with columns of their own have in common: SPSS, Stata, SAS and Parquet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cohort_stats.problem import CohortError, Problem
from cohort_stats.reading.grid import is_blank

MOST_CELLS = 50_000_000


def refuse_enormous(path: Path, rows: int, columns: int) -> None:
    """Refuse a file that promises more values than can be held.

    Libraries make room for all of them before the first is read, so a lie would be costly.

    Parameters
    ----------
    path
        The file, for messages.
    rows, columns
        What its header says.

    Raises
    ------
    CohortError
        When it says too much.
    """
    if rows * columns > MOST_CELLS:
        expected = f"a file with at most {MOST_CELLS:,} values"
        found = f"{rows:,} rows of {columns:,} variables"
        raise CohortError(
            [Problem(path.name, "", expected, found, "a damaged file may say so too")]
        )


def filled_rows(path: Path, values: Sequence[list[Any]]) -> list[int]:
    """Positions of the rows that hold anything, counted from 1.

    Parameters
    ----------
    path
        The file, for messages.
    values
        Its columns.

    Raises
    ------
    CohortError
        When there is none.
    """
    length = len(values[0]) if values else 0
    empty = list(range(length))
    for cells in values:
        empty = [i for i in empty if is_blank(cells[i])]
    without = set(empty)
    rows = [i + 1 for i in range(length) if i not in without]
    if not rows:
        expected, found = "variables with patients' values", "headings without a single patient"
        raise CohortError([Problem(path.name, "", expected, found)])
    return rows


def only_rows(values: Sequence[list[Any]], rows: Sequence[int]) -> tuple[list[Any], ...]:
    """The columns without the rows that hold nothing."""
    if all(len(cells) == len(rows) for cells in values):
        return tuple(values)
    return tuple([cells[row - 1] for row in rows] for cells in values)


def note_of_empty_rows(values: Sequence[list[Any]], rows: Sequence[int]) -> tuple[str, ...]:
    """A note that rows were passed over, if any were."""
    empty = len(values[0]) - len(rows)
    return (f"rows without any value, passed over: {empty}",) if empty else ()


def plain_number(stored: float) -> float | None:
    """A number as a person would write it: 3 rather than 3.0; None for "not a number"."""
    if math.isnan(stored):
        return None
    return int(stored) if abs(stored) < 2**53 and stored == int(stored) else stored


def short_number(stored: float, bits: int) -> float | None:
    """The shortest decimal that is stored as this number in so many bits: 0.1 as typed.

    Parameters
    ----------
    stored
        The number, as a double: 0.10000000149.
    bits
        16 or 32: half and single precision.
    """
    return plain_number(float(str(np.float32(stored) if bits == 32 else np.float16(stored))))
