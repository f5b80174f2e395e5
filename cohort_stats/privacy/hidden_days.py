"""Dates that are typed as plain numbers: 181230, 20181230, or a spreadsheet's 43466."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from cohort_stats.describing.guessing import DATED
from cohort_stats.describing.heading_words import says
from cohort_stats.describing.profile import ColumnProfile
from cohort_stats.privacy.days_since import Anchor
from cohort_stats.rawtable import RawTable

NEARLY_ALL = 0.9
FEWEST = 4  # different numbers before their form alone is believed
FIRST, LAST = 30_000, 60_000  # a spreadsheet's numbers of days in 1982 and 2064
BEFORE, AFTER = 10, 5  # years around the dates of the file
_EVENT = re.compile(
    r"\bvisit\b|admission|discharge|\bop\b|surgery|operation|follow ?up|last seen|\bscan\b"
    r"|aufnahme|entlassung|입원|퇴원|내원|入院|出院"
)
_YEAR = 365.25


def hidden_days(
    table: RawTable, found: ColumnProfile, anchor: Anchor | None
) -> list[datetime | None] | None:
    """The dates that a column of plain numbers holds.

    At least 90% of its cells must have one of the forms. Where the heading names no date or
    visit there must also be four different numbers, and numbers of a spreadsheet must lie near
    the anchor dates: from ten years before the first to five years after the last.

    Returns
    -------
    list of datetime, or None
        One a row, None where a cell has another form; None for a column that holds no dates.
    """
    if found.unit or found.type == "date":
        return None
    numbers = [_number(value) for value in table.values[found.position]]
    filled = sum(value is not None and value != "" for value in table.values[found.position])
    named = says(found.names, DATED) or says(found.names, _EVENT)
    if not any(numbers) or (not named and len({n for n in numbers if n}) < FEWEST):
        return None
    for form in (_long, _short(anchor), _serial(table, None if named else anchor, named=named)):
        days = [form(n) if n else None for n in numbers]
        if sum(day is not None for day in days) >= NEARLY_ALL * filled:
            return days
    return None


def _number(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip()
    return text if re.fullmatch(r"\d{5,8}", text, re.ASCII) else ""


def _long(text: str) -> datetime | None:
    if len(text) != 8 or text[:2] not in ("19", "20"):
        return None
    return _day(int(text[:4]), int(text[4:6]), int(text[6:]))


def _short(anchor: Anchor | None) -> Callable[[str], datetime | None]:
    # Of the two centuries the later one that does not lie far behind the last anchor date.
    last = max((d for d in anchor.days if d), default=None) if anchor is not None else None

    def read(text: str) -> datetime | None:
        if len(text) != 6:
            return None
        year = 2000 + int(text[:2])
        if last is not None and year > last.year + AFTER:
            year -= 100
        return _day(year, int(text[2:4]), int(text[4:]))

    return read


def _serial(
    table: RawTable, near: Anchor | None, *, named: bool
) -> Callable[[str], datetime | None]:
    known: Sequence[datetime] = [d for d in near.days if d] if near is not None else []
    epoch = table.epoch

    def read(text: str) -> datetime | None:
        if epoch is None or len(text) != 5 or not FIRST <= int(text) <= LAST:
            return None
        day = datetime(epoch.year, epoch.month, epoch.day) + timedelta(int(text))
        if named:
            return day
        if not known:
            return None
        first = min(known) - timedelta(BEFORE * _YEAR)
        return day if first <= day <= max(known) + timedelta(AFTER * _YEAR) else None

    return read


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return datetime(found.year, found.month, found.day)
