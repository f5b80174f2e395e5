"""Tables made of several: the columns before and those after matching, each with its p."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from analyses.manuscripts.shapes import GROUP, P
from analyses.manuscripts.source import SourceCell, SourceTable

#: Patients who were matched may have been compared as pairs.
_MATCHED = re.compile(r"(?i)^(?!.*(before|prior|\bpre|un-?match|not match)).*\bmatch")


def sides_of(table: SourceTable) -> list[SourceTable]:
    """A table as one for each heading that spans groups and a p of their own.

    Parameters
    ----------
    table
        As printed. A p of matched patients is not taken for one of independent groups: its
        heading keeps the words above it, and is not understood.
    """
    above = [_above(table, at) for at in range(len(table.heads[0]))]
    owners = [above[at] for at in range(1, len(above)) if _is_p(table, at)]
    whole = len(owners) < 2 or len({*owners}) < len(owners) or "" in owners
    if whole or any(_groups(table, above, words) < 2 for words in owners):
        return [table]
    rest = [at for at in range(1, len(above)) if above[at] not in owners]
    sides = [[at for at in range(1, len(above)) if above[at] == words] for words in owners]
    sides[0] += rest
    return [_side(table, above, columns) for columns in sides]


def _words(table: SourceTable, at: int) -> list[str]:
    return [*dict.fromkeys(row[at].words for row in table.heads if row[at].words)]


def _above(table: SourceTable, at: int) -> str:
    return ": ".join(_words(table, at)[:-1])


def _own(table: SourceTable, at: int) -> str:
    return next(reversed(_words(table, at)), "")


def _is_p(table: SourceTable, at: int) -> bool:
    return P.fullmatch(_own(table, at).strip(" *†‡#")) is not None


def _groups(table: SourceTable, above: Sequence[str], words: str) -> int:
    sized = (
        bool(GROUP.search(_own(table, at))) for at in range(1, len(above)) if above[at] == words
    )
    return sum(sized)


def _side(table: SourceTable, above: Sequence[str], columns: Sequence[int]) -> SourceTable:
    heads = [SourceCell(_own(table, 0))]
    for at in columns:
        own = _own(table, at)
        bare = _is_p(table, at) and not _MATCHED.search(above[at])
        heads.append(SourceCell(f"{above[at]}: {own}" if above[at] and not bare else own))
    rows = tuple(tuple(row[at] for at in (0, *columns)) for row in table.rows)
    return replace(table, heads=(tuple(heads),), rows=rows)
