"""The percentages of a table with the counts that they belong to, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from analyses.manuscripts.columns import Columns
from analyses.published.registry import Row, Value

#: Sizes of a heading after the first: ``n = 40 patients, 52 knees``.
_MORE = re.compile(r"(?i)(\d[\d,]*)\s+[a-z]+")


@dataclass(frozen=True)
class Share:
    """A count with its percentage, in a column of a group.

    Parameters
    ----------
    value
        The cell.
    column
        Of which.
    n
        What it is taken to be a part of: the column's size, or the sum of a variable's levels.
    """

    value: Value
    column: str
    n: int

    @property
    def count(self) -> int:
        """As printed."""
        return round(self.value["count"].value)

    def of(self, n: float | None) -> bool:
        """Whether the percentage is of so many, rounded or cut off."""
        return self.rounded(n) or (
            n is not None
            and 0 < n >= self.count
            and self.value["percent"].covers(100 * self.count / n, "truncation")
        )

    def rounded(self, n: float | None) -> bool:
        """Whether the percentage is of so many, rounded."""
        if not n or n < self.count:
            return False
        return self.value["percent"].covers(100 * self.count / n)

    @property
    def holds(self) -> bool:
        """Whether it is of what it is taken to be a part of."""
        return self.of(self.n)

    def fewer(self) -> list[int]:
        """Smaller numbers that it may be of, the nearest first."""
        return [m for m in range(self.n - 1, max(self.count, 1) - 1, -1) if self.rounded(m)]


@dataclass(frozen=True)
class Line:
    """A row or a level with percentages.

    Parameters
    ----------
    row
        With its cells.
    shares
        Those whose cell does not say of how many.
    above
        Lines above it that may count whom it is a part of, the likeliest first.
    whole
        Whether it is a level, and the levels exclude each other.
    """

    row: Row
    shares: tuple[Share, ...]
    above: tuple[Row, ...] = ()
    whole: bool = False

    @property
    def holds(self) -> bool:
        """Whether all percentages are of what they are taken to be of."""
        return all(share.holds for share in self.shares)

    def of(self, sizes: Mapping[str, float]) -> bool:
        """Whether all of them are of these sizes of the columns."""
        return all(share.of(sizes.get(share.column)) for share in self.shares)


@dataclass
class Lines:
    """All lines with percentages of a table.

    Parameters
    ----------
    rows, columns
        Of the table.
    given
        By row and column, of how many the counts are known to be.
    """

    rows: Sequence[Row]
    columns: Columns
    given: Mapping[str, Mapping[str, str]]
    all: list[Line] = field(default_factory=list)
    #: Shares of the column's size, though the counts are known to be of fewer.
    of_all: list[Share] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.all = [*self._lines()]

    def size(self, column: str) -> int:
        """Of a group, as its heading has it."""
        return int(re.sub(r"\D", "", self.columns.groups[column].n))

    def other_sizes(self, place: int) -> dict[str, int]:
        """Sizes that headings name after the first: knees, eyes."""
        found = {}
        for at, column in self.columns.roles.items():
            words = self.columns.headings[at].words if column.about in self.columns.groups else ""
            sizes = [int(size.replace(",", "")) for size in _MORE.findall(words)]
            sizes = [size for size in sizes if column.about and size != self.size(column.about)]
            if len(sizes) > place:
                found[column.name] = sizes[place]
        return found

    def _lines(self) -> Iterator[Line]:
        before: list[Row] = []
        for row in self.rows:
            whole = row.structure in ("categories", "ordered")
            yield from self._line(row, tuple(reversed(before[-3:])), False, row.id)
            within: list[Row] = []
            for level in row.levels:
                above = (row, *reversed(within))
                yield from self._line(level, above, whole, row.id)
                within.append(level)
            before = [*before, row, *row.levels]

    def _line(self, row: Row, above: tuple[Row, ...], whole: bool, block: str) -> Iterator[Line]:
        shares = []
        for name, value in row.cells.items():
            if name not in self.columns.groups or "percent" not in value.parts:
                continue
            if "count" not in value.parts or "n" in value.parts:
                continue
            given = self.given.get(row.id, {}).get(name) or self.given.get(block, {}).get(name)
            share = Share(value, name, int(re.sub(r"\D", "", given)) if given else self.size(name))
            size = Share(value, name, self.size(name))
            if size.holds and not share.holds:
                share = size
                self.of_all.append(size)
            if value["count"].whole is not None and share.n:
                shares.append(share)
        if shares:
            yield Line(row, tuple(shares), above, whole)
