"""What becomes of each column of a table that is de-identified."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cohort_stats.describing.heading_words import says
from cohort_stats.describing.profile import ColumnProfile
from cohort_stats.describing.trial import has_day_shape, mentions_a_day, read_rows
from cohort_stats.privacy.days_since import OLDEST, Anchor, ages_at, days_heading, days_since
from cohort_stats.privacy.hidden_days import hidden_days
from cohort_stats.privacy.identifier_words import HEADINGS
from cohort_stats.privacy.identifiers import identifier_inside
from cohort_stats.privacy.traces import Traces, repeats
from cohort_stats.rawtable import CellError, Labelled, MissingCode, RawTable
from cohort_stats.reading.grid import is_blank
from cohort_stats.wording import counted

REMARK = re.compile(
    r"\bremarks?\b|\bcomments?\b|\bnotes?\b|\bmemos?\b|bemerkung|kommentar|anmerkung|\bnotiz|remarque"
    r"|observaci|비고|메모|특이\s?사항|备注|備考"
)
BIRTH_YEAR = re.compile(
    r"\byears? of birth\b|\bbirth ?years?\b|\byob\b|geburtsjahr|\bgeb ?jahr|jahrgang"
    r"|ann[eé]e de naissance|출생\s?(년|연)|생년$|出生年"
)
EARLIEST_BIRTH, LATEST_BIRTH = 1870, 2050
#: 03/2020, 2020-03; 12.5.; Herr Kim, 김영숙님
MONTH_INSIDE = re.compile(
    r"(?<![\d./-])(?:(?:0?[1-9]|1[0-2])\s?[/.-]\s?(?:19|20)\d\d|(?:19|20)\d\d\s?[/.-]\s?(?:0[1-9]|1[0-2]))(?![\d./-]\d|\d)"
)
DAY_AND_MONTH = re.compile(r"(?<![\d.,])(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.(?!\d)")
HONORIFIC = re.compile(
    r"\b(?:Herrn?|Frau|Mr|Mrs|Ms|Mme|Monsieur|Madame|Señora?)\b\.?\s*[^\W\d_a-z]"
    r"|[가-힣]{2}\s?[님씨](?![가-힣]{2})|[一-鿿](?:先生|女士)"
)


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
    is_as_typed
        Whether its cells are those of the original column, or empty.
    """

    position: int | None
    heading: str = ""
    values: tuple[Any, ...] = ()
    words: tuple[str, ...] = ()
    in_key: bool = True
    is_free_text: bool = False
    is_as_typed: bool = False


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
    if _holds_birth_years(found):
        return _years(table, found, anchor)
    hidden = hidden_days(table, found, anchor)
    if hidden is not None:
        return _days(table, found, anchor, hidden)
    if is_remark(found) and any(map(_remarks_on_somebody, table.values[found.position])):
        return _dropped(found, "its texts contain identifiers or dates")
    return _kept(table, found)


def is_remark(found: ColumnProfile) -> bool:
    """Whether a column holds free text, by its cells or by its heading."""
    return found.filled > 0 and (found.type == "text" or says(found.names, REMARK))


def without_traces(
    table: RawTable,
    profiles: Sequence[ColumnProfile],
    fates: Sequence[Fate],
    patients: Sequence[str],
) -> list[Fate]:
    """Take what is hidden out of all other columns.

    Parameters
    ----------
    table
        The cells as read.
    profiles, fates
        The columns, and what becomes of them.
    patients
        For each row, what tells its patient from others.

    Returns
    -------
    list of Fate
        A column most cells of which are such values is dropped, and a remark that holds one;
        of other columns the cells are emptied and counted.
    """
    traces = Traces()
    for found in profiles:
        name = found.suspicion is not None and found.suspicion.kind == "name" and found.identifies
        if found.identifies or found.type in ("id", "date") or found.cluster:
            traces.add((_plain(v) for v in table.values[found.position]), names=name)
    by_position = {found.position: found for found in profiles}
    return [
        _without(traces, by_position[fate.position], fate, patients)
        if fate.is_as_typed and fate.position is not None
        else fate
        for fate in fates
    ]


def _without(traces: Traces, found: ColumnProfile, fate: Fate, patients: Sequence[str]) -> Fate:
    held = traces.found_in(fate.values, patients)
    if not any(held):
        return fate
    if repeats(held, fate.values):
        return _dropped(found, "it repeats a column that is dropped or replaced")
    if is_remark(found):
        return _dropped(found, "its texts contain values of a column that is dropped or replaced")
    cells = counted(sum(held), "cell")
    words = f"'{found.heading}': {cells} with a value of a dropped or replaced column left empty."
    values = tuple(None if h else v for v, h in zip(fate.values, held, strict=True))
    return replace(fate, values=values, words=(*fate.words, words))


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


def _holds_birth_years(found: ColumnProfile) -> bool:
    named = says(found.names, BIRTH_YEAR) or says(found.names, HEADINGS["full birth date"])
    return named and not found.identifies


def _years(table: RawTable, found: ColumnProfile, anchor: Anchor | None) -> Fate:
    born = read_rows(table, found.position, "integer")
    if anchor is None or not any(b is not None and _is_year(b) for b in born):
        return _dropped(found, "a year of birth tells who somebody is, beside a date")
    ages = [
        min(OLDEST, int(day.year - b))
        if b is not None and day is not None and _is_year(b) and b <= day.year
        else None
        for b, day in zip(born, anchor.days, strict=True)
    ]
    heading = f"Age in the year of {anchor.heading}"
    words = f"'{found.heading}' is replaced by '{heading}'; {OLDEST} stands for {OLDEST} and above."
    lost = _emptied(table, found, ages, "without a year of birth before the anchor date")
    return Fate(found.position, heading, tuple(ages), (words, *lost))


def _is_year(value: float) -> bool:
    return EARLIEST_BIRTH <= value <= LATEST_BIRTH


def _days(
    table: RawTable,
    found: ColumnProfile,
    anchor: Anchor | None,
    hidden: Sequence[datetime | None] | None = None,
) -> Fate:
    if anchor is None:
        return _dropped(found, "no date in it can be read")
    read = read_rows(table, found.position, "date") if hidden is None else hidden
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
        is_free_text=is_remark(found),
        is_as_typed=True,
    )


def _tells(value: Any) -> bool:
    value = _plain(value)
    if isinstance(value, str):
        return (
            mentions_a_day(value)
            or MONTH_INSIDE.search(value) is not None
            or identifier_inside(value) is not None
        )
    return has_day_shape(value)


def _remarks_on_somebody(value: Any) -> bool:
    value = _plain(value)
    if _tells(value):
        return True
    return isinstance(value, str) and any(p.search(value) for p in (DAY_AND_MONTH, HONORIFIC))


def _plain(value: Any) -> Any:
    return value.label if isinstance(value, Labelled) else value
