"""Ratios of a manuscript's table that are not adjusted: those that its counts beside them give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyses.manuscripts.columns import Columns
from analyses.printed.outcome import Verdict
from analyses.printed.ratios import crude_ratio
from analyses.published.registry import Relation, Row, Value

#: Words of a ratio that a table counts for, and what a registry calls it then.
KINDS = {"or": "crude_or", "rr": "crude_rr"}
FEWEST = 2


@dataclass(frozen=True)
class _Counted:
    """Who had the outcome at a level, of how many, and as a relation writes it."""

    events: float
    n: float
    words: str


def crude_relations(columns: Columns, rows: Sequence[Row]) -> Iterator[Relation]:
    """Relations of the ratios of a column to counts, where most of them come out of those.

    Parameters
    ----------
    columns
        Of the table: models with ``or`` or ``rr``, and a column ``events/n``, or two that count
        patients and those with the outcome.
    rows
        Of the table. The reference of a variable is its only level without a ratio.
    """
    for column in columns.roles.values():
        effect = columns.models[column.about].effect if column.about in columns.models else ""
        if effect not in KINDS or not column.kind.startswith(effect):
            continue
        pairs = [pair for row in rows for pair in _pairs(row, column.name, _counts_of(columns))]
        fits = [_fits(effect, ratio, one, reference) for ratio, one, reference in pairs]
        if sum(fits) >= FEWEST and 2 * sum(fits) > len(fits):
            for ratio, one, reference in pairs:
                arguments = (one.words, reference.words)
                yield Relation(ratio.address, KINDS[effect], arguments, 0)


def _counts_of(columns: Columns) -> list[str]:
    return [c.name for c in columns.roles.values() if c.kind in ("count", "count_percent")]


def _pairs(
    row: Row, name: str, counts: Sequence[str]
) -> Iterator[tuple[Value, _Counted, _Counted]]:
    """Each ratio of a variable with the counts of its level and of the reference."""
    bare = [level for level in row.levels if name not in level.cells]
    reference = _counted(bare[0], counts) if len(bare) == 1 else None
    for level in row.levels if reference is not None else ():
        ratio, one = level.cells.get(name), _counted(level, counts)
        if ratio is not None and one is not None and reference is not None:
            yield ratio, one, reference


def _counted(level: Row, counts: Sequence[str]) -> _Counted | None:
    """The counts of a level; None where nobody or everybody had the outcome: no odds then."""
    cells = [level.cells[name] for name in counts if name in level.cells]
    found = [value for value in cells if "count" in value.parts]
    whole = [value for value in found if "n" in value.parts]
    if len(whole) == 1:
        made = _Counted(whole[0]["count"].value, whole[0]["n"].value, whole[0].address)
    elif len(found) == 2 and not whole:
        few, many = sorted(found, key=lambda value: value["count"].value)
        words = f"{few.address}/{many.address}"
        made = _Counted(few["count"].value, many["count"].value, words)
    else:
        return None
    return made if 0 < made.events < made.n else None


def _fits(effect: str, ratio: Value, one: _Counted, reference: _Counted) -> bool:
    estimate = ratio.get("estimate")
    if estimate is None:
        return False
    verdict = crude_ratio(
        effect, estimate, (one.events, one.n), (reference.events, reference.n)
    ).verdict
    return verdict in (Verdict.REPRODUCED, Verdict.WITHIN_ROUNDING)
