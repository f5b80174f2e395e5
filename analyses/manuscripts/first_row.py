"""Sizes of groups that stand in a row of their own below the headings, or only in the title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from analyses.manuscripts.shapes import COUNTED, GROUP, P, hints_in, ratio_in
from analyses.manuscripts.source import SourceCell, SourceTable

_SIZE = re.compile(r"(?i)(total )?(n|no\.?( of (patients|subjects|cases))?|number of \w+|patients)")
_COUNT = re.compile(r"(\d{1,6})(?:\s*\(\s*\d+(?:[.,·]\d+)?\s?%?\s*\))?")
_SHARE = re.compile(r"(\d+)\s*\(\s*(\d+(?:[.,·](\d+))?)\s?%?\s*\)")
#: So many shares must be of the n of the title before it is taken for the n of a column.
LEAST = 3


def with_sizes(table: SourceTable) -> SourceTable:
    """A table whose first row ``n | 40 | 38`` has gone into the headings: ``A (n = 40)``.

    Parameters
    ----------
    table
        As printed. Nothing is moved where a heading has a size already, or where the row has
        another number than whole ones below headings of groups.
    """
    sized = any(GROUP.search(cell.words) for row in table.heads for cell in row)
    if len(table.rows) < 2 or sized:
        return table
    first, last = table.rows[0], table.heads[-1]
    counted = [at for at in range(1, len(first)) if re.search(r"\d", first[at].words)]
    named = _SIZE.fullmatch(first[0].words.strip(" ,:")) is not None
    if not named or len(counted) < 2 or not all(_is_group(last, first, at) for at in counted):
        return table
    words = {at: f"{last[at].words} (n = {_size(first[at])})" for at in counted}
    own = tuple(SourceCell(words.get(at, cell.words)) for at, cell in enumerate(last))
    return replace(table, heads=(*table.heads[:-1], own), rows=table.rows[1:])


def _is_group(heads: Sequence[SourceCell], first: Sequence[SourceCell], at: int) -> bool:
    words = heads[at].words.strip(" *†‡#")
    other = P.fullmatch(words) or ratio_in(words) or hints_in(words) or COUNTED.fullmatch(words)
    return bool(words) and not other and _COUNT.fullmatch(first[at].words) is not None


def _size(cell: SourceCell) -> str:
    found = _COUNT.fullmatch(cell.words)
    return found[1] if found else ""


def of_title(table: SourceTable, at: int) -> str:
    """The n of the title, where most shares of a column are of it; else empty."""
    named = {found[1].strip() for found in GROUP.finditer(table.title)}
    shares = [found for row in table.rows if (found := _SHARE.fullmatch(row[at].words))]
    if len(named) != 1 or len(shares) < LEAST:
        return ""
    n = int(re.sub(r"\D", "", next(iter(named))))
    fits = [_is_of(found, n) for found in shares]
    return str(n) if 3 * sum(fits) >= 2 * len(fits) else ""


def _is_of(share: re.Match[str], n: int) -> bool:
    half = 0.5 / 10 ** len(share[3] or "")
    percent = float(re.sub("[,·]", ".", share[2]))
    return n > 0 and abs(100 * int(share[1]) / n - percent) <= half + 1e-9
