"""What becomes of each column of a table that is de-identified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cohort_stats.describing.profile import ColumnProfile
from cohort_stats.describing.trial import has_day_shape, mentions_a_day, read_rows
from cohort_stats.privacy.days_since import OLDEST, Anchor, ages_at, days_heading, days_since
from cohort_stats.privacy.identifiers import identifier_inside
from cohort_stats.rawtable import CellError, Labelled, MissingCode, RawTable
from cohort_stats.reading.grid import is_blank
from cohort_stats.wording import counted


@dataclass(frozen=True)
class Fate:
    """What becomes of a column.

    Parameters
    ----------
    position
        Its position in the original table; None for a column that is added.
    heading
        Its new heading; empty when it is dropped.
    values
        Its new cells, in the order of the original rows.
    words
        What was done, in sentences without a value or an address.
    in_key
        Whether its original cells go to the key file.
    is_free_text
        Whether it is text in which a program finds no more to hide, and a reader might.
    """

    position: int | None
    heading: str = ""
    values: tuple[Any, ...] = ()
    words: tuple[str, ...] = ()
    in_key: bool = True
    is_free_text: bool = False


def fate_of(table: RawTable, found: ColumnProfile, anchor: Anchor | None) -> Fate:
    """Decide what becomes of a column other than the one that study ids replace.

    Parameters
    ----------
    table
        The cells as read.
    found
        The column's profile.
    anchor
        The day that dates are counted from; None where no date can be read.
    """
    if found.suspicion is not None and found.identifies:
        if found.suspicion.kind == "full birth date" and anchor is not None:
            return _age(table, found, anchor)
        return _dropped(found, f"it {found.suspicion.why}")
    if found.type == "id" or found.cluster:
        return _dropped(found, "an id beside the one that study ids replace")
    if found.type == "date":
        return _days(table, found, anchor)
    if found.type == "text" and any(map(_tells, table.values[found.position])):
        return _dropped(found, "its texts contain identifiers or dates")
    return _kept(table, found)


def _dropped(found: ColumnProfile, why: str) -> Fate:
    return Fate(found.position, words=(f"'{found.heading}' is dropped: {why}.",))


def _age(table: RawTable, found: ColumnProfile, anchor: Anchor) -> Fate:
    ages = ages_at(read_rows(table, found.position, "date"), anchor)
    heading = f"Age at {anchor.heading}"
    words = (
        f"'{found.heading}' is replaced by '{heading}', in completed years; "
        f"{OLDEST} stands for {OLDEST} and above."
    )
    lost = _emptied(table, found, ages, "without a readable birth date before the anchor date")
    return Fate(found.position, heading, tuple(ages), (words, *lost))


def _days(table: RawTable, found: ColumnProfile, anchor: Anchor | None) -> Fate:
    if anchor is None:
        return _dropped(found, "no date in it can be read")
    read = read_rows(table, found.position, "date")
    days = days_since(read, anchor)
    lost = _emptied(table, found, read, "that could not be read as a date")
    alone = sum(r is not None and d is None for r, d in zip(read, days, strict=True))
    if alone:
        dates = f"{counted(alone, 'date')} of patients without '{anchor.heading}' left empty"
        lost += (f"'{found.heading}': {dates}.",)
    heading = days_heading(found.heading, anchor)
    return Fate(found.position, heading, tuple(days), lost, in_key=False)


def _emptied(
    table: RawTable, found: ColumnProfile, read: Sequence[Any], which: str
) -> tuple[str, ...]:
    typed = table.values[found.position]
    lost = sum(r is None and not is_blank(v) for r, v in zip(read, typed, strict=True))
    return (f"'{found.heading}': {counted(lost, 'cell')} {which} left empty.",) if lost else ()


def _kept(table: RawTable, found: ColumnProfile) -> Fate:
    typed = table.values[found.position]
    telling = [_tells(value) for value in typed]
    nothing = [isinstance(value, CellError | MissingCode) for value in typed]
    counts = (
        (sum(telling), "with an identifier or a date left empty"),
        (sum(nothing), "with an error or a missing code of the file left empty"),
    )
    return Fate(
        found.position,
        found.heading,
        tuple(
            None if t or n else _plain(v) for v, t, n in zip(typed, telling, nothing, strict=True)
        ),
        tuple(f"'{found.heading}': {counted(n, 'cell')} {what}." for n, what in counts if n),
        in_key=False,
        is_free_text=found.type == "text" and found.filled > 0,
    )


def _tells(value: Any) -> bool:
    value = _plain(value)
    if isinstance(value, str):
        return mentions_a_day(value) or identifier_inside(value) is not None
    return has_day_shape(value)


def _plain(value: Any) -> Any:
    return value.label if isinstance(value, Labelled) else value
