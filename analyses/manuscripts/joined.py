"""Columns side by side that are one: counts and percentages, estimates and their limits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from analyses.manuscripts.limits_beside import with_limits
from analyses.manuscripts.shapes import COUNTED, FRACTION
from analyses.manuscripts.source import SourceCell, SourceTable

_PERCENT = re.compile(r"(?i)\(?%\)?|per ?cent(age)?s?|(rate|share),? \(?%\)?")
_NUMBER = re.compile(r"\d+(?:[.,·]\d+)?\s?%?")


def joined(table: SourceTable) -> SourceTable:
    """A table whose columns ``111/165`` and ``67.3`` are one column ``111/165 (67.3%)``.

    Parameters
    ----------
    table
        As printed. A column is joined where its heading is a percent sign, that on its left is a
        count under the same shared heading, and no cell says anything else. For limits beside
        their estimate see :func:`~analyses.manuscripts.limits_beside.with_limits`.
    """
    table = with_limits(table)
    widths = range(len(table.heads[0]) - 1, 1, -1)
    for j in (j for j in widths if _are_one(table, j)):
        heads = tuple(_without(row, j, SourceCell(row[j - 1].words)) for row in table.heads)
        last = [*heads[-1]]
        last[j - 1] = SourceCell(f"{last[j - 1].words} (%)")
        rows = tuple(_without(row, j, _both(row[j - 1], row[j])) for row in table.rows)
        table = replace(table, heads=(*heads[:-1], tuple(last)), rows=rows)
    return table


def _are_one(table: SourceTable, j: int) -> bool:
    count, percent = (table.heads[-1][i].words.strip() for i in (j - 1, j))
    shared = [[row[i].words for row in table.heads[:-1]] for i in (j - 1, j)]
    if shared[0] != shared[1] or not _PERCENT.fullmatch(percent):
        return False
    if not (COUNTED.fullmatch(count) or FRACTION.fullmatch(count)):
        return False
    cells = [row[j].words for row in table.rows if re.search(r"\d", row[j].words)]
    return bool(cells) and all(_NUMBER.fullmatch(words) for words in cells)


def _both(count: SourceCell, percent: SourceCell) -> SourceCell:
    if not re.search(r"\d", count.words) or not re.search(r"\d", percent.words):
        return count
    share = percent.words.replace("%", "").strip()
    return replace(count, words=f"{count.words} ({share}%)")


def _without(row: Sequence[SourceCell], j: int, left: SourceCell) -> tuple[SourceCell, ...]:
    return (*row[: j - 1], left, *row[j + 1 :])
