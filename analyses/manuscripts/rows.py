"""The rows of a manuscript's table: which are levels of which, and who is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analyses.manuscripts.columns import Columns
from analyses.manuscripts.shapes import MISSING
from analyses.manuscripts.source import SourceCell

Line = Sequence[SourceCell]


@dataclass
class Block:
    """A row with the levels below it, and the rows that count those without a value.

    Each of these is of the line above it, by number: 0 is the head, 1 the first level.
    """

    head: Line
    levels: list[Line] = field(default_factory=list)
    missing: dict[int, Line] = field(default_factory=dict)
    #: Whether the levels follow a head without cells, and are not set off by an indent.
    flat: bool = False
    #: Whether the head has counts of its own, so that what is below it are other things.
    counted: bool = False


def blocks_of(rows: Sequence[Line], columns: Columns) -> list[Block]:
    """Join rows to blocks: by their indent, or below a row whose cells are empty."""
    found: list[Block] = []
    for row in rows:
        last = found[-1] if found else None
        if last is not None and MISSING.fullmatch(row[0].words) and _indented_or_flat(row, last):
            last.missing[len(last.levels)] = row
        elif last is not None and _is_level(row, last, columns):
            last.levels.append(row)
        else:
            empty = _is_empty(row, columns)
            found.append(Block(row, flat=empty and not row[0].indented, counted=not empty))
        if row[0].indented and found[-1].flat and found[-1].levels == [row]:
            found[-1].flat = False
    return found


def _indented_or_flat(row: Line, last: Block) -> bool:
    return row[0].indented or last.flat


def _is_level(row: Line, last: Block, columns: Columns) -> bool:
    if last.flat:
        return bool(row[0].words) and not _is_empty(row, columns)
    return row[0].indented


def _is_empty(row: Line, columns: Columns) -> bool:
    """Whether a row has nothing in the columns of groups and models."""
    about = [at for at, column in columns.roles.items() if column.about and column.kind != "p"]
    return bool(about) and not any(row[at].words for at in about)


def missing_of(block: Block, line: int) -> Line | None:
    """Who has no value of a line: counted below it, or once below all levels of a variable."""
    end = len(block.levels)
    if [*block.missing] == [end] and end > 1 and not block.counted:
        return block.missing[end]
    return block.missing.get(line)
