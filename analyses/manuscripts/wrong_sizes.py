"""A size in a heading of which none of the percentages below it are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyses.manuscripts.denominators import OF_ALL
from analyses.manuscripts.shapes import TOTAL
from analyses.manuscripts.shared import Lines, Share
from analyses.printed.number import Printed
from analyses.printed.outcome import Outcome
from analyses.printed.shares import size_of_percents

#: So many percentages must be of another size, and so large a part of all of the column.
FEWEST, MOST = 3, 0.75
NEAREST, FARTHEST = 0.5, 2.0


@dataclass(frozen=True)
class WrongSize:
    """A group whose percentages are of another size than its heading's.

    Parameters
    ----------
    column
        Of the group.
    n
        The size of which they are.
    shares
        That say so.
    more
        What else says so, in words; empty if nothing does.
    """

    column: str
    n: int
    shares: tuple[Share, ...]
    more: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Of the cells that say so."""
        return tuple(share.value.address for share in self.shares)

    def outcome(self, printed: Printed) -> Outcome:
        """That of the check."""
        shares = [(share.count, share.value["percent"]) for share in self.shares]
        found = size_of_percents(printed, self.n, shares, self.more)
        return found if self.more else found.assuming(OF_ALL)


def wrong_sizes(lines: Lines) -> list[WrongSize]:
    """Groups of which nearly all percentages are of one other size, in rows that hold elsewhere.

    Parameters
    ----------
    lines
        Of a table.
    """
    return [one for column in lines.columns.groups for one in _wrong(lines, column)]


def _wrong(lines: Lines, column: str) -> Iterator[WrongSize]:
    n = lines.size(column)
    mine = [s for line in lines.all for s in line.shares if s.column == column]
    off = [s for s in mine if not s.of(n)]
    if len(off) < max(FEWEST, MOST * len(mine)) or not _others_hold(lines, column, n):
        return
    near = sorted(range(int(NEAREST * n), int(FARTHEST * n) + 1), key=lambda m: (abs(m - n), m))
    fits = [m for m in near if all(share.of(m) for share in off)]
    found = [(m, more) for m in fits if (more := _more(lines, column, m))]
    for m, more in [*found, *((m, "") for m in fits)][:1]:
        yield WrongSize(column, m, tuple(off), more)


def _others_hold(lines: Lines, column: str, n: int) -> bool:
    """Whether other groups hold in most of the rows in which this one does not."""
    beside = [
        [s.of(lines.size(s.column)) for s in line.shares if s.column != column]
        for line in lines.all
        if any(s.column == column and not s.of(n) for s in line.shares)
    ]
    return 2 * sum(bool(b) and all(b) for b in beside) > len(beside)


def _more(lines: Lines, column: str, m: int) -> str:
    """Whether groups and total add up with this size, as they do not with the printed one."""
    groups = lines.columns.groups
    totals = [name for name in groups if TOTAL.search(groups[name].label)]
    rest = [name for name in groups if name not in totals]
    if len(totals) != 1 or len(rest) < 2:
        return ""
    sizes = {name: m if name == column else lines.size(name) for name in (*rest, *totals)}
    if sum(sizes[name] for name in rest) != sizes[totals[0]]:
        return ""
    return f"{_sum([sizes[name] for name in rest])} = {sizes[totals[0]]}, as in the total"


def _sum(sizes: Sequence[int]) -> str:
    return " + ".join(f"{size}" for size in sizes)
