"""One sheet of a workbook, as its file describes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cohort_stats.rawtable import CellError
from cohort_stats.reading.block import MOST_CELLS
from cohort_stats.reading.package import ORDINARY, Refused

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
LONGEST_TEXT = 4_000_000
UNSAVED = CellError("a formula whose result was not saved")


@dataclass
class Sheet:
    """One sheet while it is read.

    Parameters
    ----------
    rows
        1-based row -> its cells from column A to its last cell that is not empty.
    merged
        First row, first column, last row, last column, all 1-based.
    hidden_rows, hidden_columns
        1-based positions.
    size
        How many places for cells the rows take.
    has_formulas
        Whether any cell holds a formula.
    """

    rows: dict[int, list[Any]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    size: int = 0
    has_formulas: bool = False

    def grid(self) -> Sequence[Sequence[Any]]:
        """Every row from the first on."""
        return [self.rows.get(i, ()) for i in range(1, max(self.rows, default=0) + 1)]

    def count(self, places: int) -> None:
        """Add to the size, and refuse a sheet that would not fit into memory."""
        self.size += places
        if self.size > MOST_CELLS:
            raise Refused(f"a sheet of more than {MOST_CELLS:,} cells", expected=ORDINARY)


class Pieces:
    """The text of a cell that comes in many pieces, joined once: joining each would copy all."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._length = 0

    def add(self, text: str) -> None:
        """Keep one more piece."""
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise Refused("a cell with millions of letters")
        self.found.append(text)

    def take(self) -> str:
        """The whole text; the next piece begins another."""
        text = "".join(self.found)
        self.found.clear()
        self._length = 0
        return text


def hide(hidden: set[int], first: int, last: int, most: int) -> None:
    """Remember that positions from `first` to `last` are hidden."""
    hidden.update(range(max(first, 1), min(last, most) + 1))


def number(text: str) -> int | float:
    """A number as XML writes it; whole numbers without a point."""
    if text.isdecimal():
        return int(text)
    value = float(text)
    # `value - value` is 0 but for what is infinite or no number.
    if value - value != 0:
        raise ValueError(f"no finite number: {text}")
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
