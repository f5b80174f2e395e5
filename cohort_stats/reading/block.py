"""The filled rows of a sheet, column by column: what everything after reading works on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress, repeat, zip_longest
from operator import is_not
from typing import Any

import numpy as np
import numpy.typing as npt

from cohort_stats.reading.spreadsheet_errors import COMPLAINTS, error_cell

MOST_CELLS = 50_000_000


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing a person could see."""
    return value is None or (isinstance(value, str) and not value.strip())


@dataclass(frozen=True)
class Block:
    """The rows of a sheet that hold anything, turned into columns.

    Parameters
    ----------
    rows
        1-based position in the sheet of each of them.
    columns
        Cells of each column of the sheet from its first on; a blank cell is None, and the
        text of a spreadsheet's complaint is a :class:`~cohort_stats.rawtable.CellError`.
    sizes
        How many cells of each row are not blank.
    first
        Which column holds the first of them.
    """

    rows: Sequence[int]
    columns: tuple[list[Any], ...]
    sizes: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    def row(self, k: int) -> list[Any]:
        """Cells of row k."""
        return [column[k] for column in self.columns]

    def first_cell(self, k: int) -> Any:
        """The first cell of row k that is not blank."""
        return self.columns[self.first[k]][k]

    def follow(self, k: int) -> bool:
        """Whether row k + 1 stands right below row k in the sheet."""
        return k + 1 < len(self) and self.rows[k + 1] == self.rows[k] + 1

    def used(self, start: int) -> list[int]:
        """Columns that hold anything from row `start` on."""
        return [j for j, c in enumerate(self.columns) if any(map(is_not, c[start:], repeat(None)))]


def block_of(rows: Sequence[Sequence[Any]]) -> Block | None:
    """Turn rows that may differ in length into columns of equal length.

    Returns
    -------
    Block or None
        None when a stray cell stretches the sheet beyond `MOST_CELLS`.

    Notes
    -----
    No step calls Python for each cell: a sheet may have millions.
    """
    kept = [i for i, row in enumerate(rows) if any(map(is_not, row, repeat(None)))]
    width = max((len(rows[i]) for i in kept), default=0)
    if len(kept) * width > MOST_CELLS:
        return None
    columns = [_cleaned(c) for c in zip_longest(*(rows[i] for i in kept))]
    sizes, first = np.zeros(len(kept), int), np.full(len(kept), -1)
    for j, column in enumerate(columns):
        filled = np.fromiter(map(is_not, column, repeat(None)), bool, len(kept))
        first[(sizes == 0) & filled] = j
        sizes += filled
    if not sizes.all():
        columns = [list(compress(column, sizes)) for column in columns]
        kept = list(compress(kept, sizes))
    return Block([i + 1 for i in kept], tuple(columns), sizes[sizes > 0], first[sizes > 0])


def _cleaned(column: Iterable[Any]) -> list[Any]:
    cells = list(column)
    distinct = set(cells)
    odd: dict[Any, Any] = {v: error_cell(v) for v in COMPLAINTS & distinct}
    odd |= dict.fromkeys(v for v in distinct if type(v) is str and not v.strip())
    return list(map(odd.get, cells, cells)) if odd else cells
