"""Dates as people type them: ISO, day or month first, months in words, numbers of Excel."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from cohort_stats.cells.numbers import PLAIN_FORMS
from cohort_stats.cells.reading import Read, Unreadable
from cohort_stats.cells.words import expected_words
from cohort_stats.dictionary import Variable

#: Day 0 of dates that are given as days since another date.
DAY_ZERO = datetime(2000, 1, 1)
DAY_FIRST, MONTH_FIRST = "day first", "month first"
MONTHS = {
    1: "january jan januar jän jänner janvier janv enero ene gennaio gen janeiro januari",
    2: "february feb februar februari février fevrier févr fév febrero febbraio fevereiro fev",
    3: "march mar märz mär mrz maerz mars marzo março marco maart mrt",
    4: "april apr avril avr abril abr aprile",
    5: "may mai mayo maggio mag maio mei",
    6: "june jun juni juin junio giugno giu junho",
    7: "july jul juli juillet juil julio luglio lug julho",
    8: "august aug août aout agosto ago augustus",
    9: "september sep sept septembre septiembre settembre set setembro",
    10: "october oct oktober okt octobre octubre ottobre ott outubro out",
    11: "november nov novembre noviembre novembro",
    12: "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
}
_MONTH = {name: month for month, names in MONTHS.items() for name in names.split()}
_CLOCK = r"(?:[ t]+(?P<h>\d{1,2}):(?P<min>\d\d)(?::(?P<s>\d\d)(?:\.\d+)?)?)?"
_ISO = re.compile(r"(?P<y>\d{4})(?P<mark>[-./])(?P<m>\d{1,2})(?P=mark)(?P<d>\d{1,2})" + _CLOCK)
_SPACED = re.compile(
    r"(?P<y>\d{4})\s*[-./年년]\s*(?P<m>\d{1,2})\s*[-./月월]\s*(?P<d>\d{1,2})\s*[.日일]?" + _CLOCK
)
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)")
_ORDERED = re.compile(r"(?P<a>\d{1,2})\s*[-./ ]\s*(?P<b>\d{1,2})\s*[-./ ]\s*(?P<y>\d{4})" + _CLOCK)
_TWO_DIGITS = re.compile(
    r"\d{1,2}\s*[-./ ]\s*(?:\d{1,2}|[^\W\d_]{3,}\.?)\s*[-./ ]\s*'?\d{1,2}\.?|\d{6}"
)
_WORD = r"(?P<month>[^\W\d_]+)\.?"
_WORDED = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.|º)?[\s./-]*(?:de\s+)?" + _WORD
        + r"[\s.,/-]*(?:de\s+)?(?P<y>\d{4})",
        _WORD + r"[\s-]*(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s,-]+(?P<y>\d{4})",
        r"(?P<y>\d{4})[\s,-]*" + _WORD + r"[\s-]*(?P<d>\d{1,2})",
    )
)  # fmt: skip
_UNKNOWN_DAY = r"(?:[-./](?:\?{1,2}|un|unk|xx|uu|00))?"
_PARTIAL = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>(?:19|20)\d\d)(?:[-./](?:\?{1,2}|un|unk|xx|uu|00)){0,2}\s*[年년]?",
        r"(?P<y>(?:19|20)\d\d)\s*[-./年년]\s*(?P<m>\d{1,2})\s*[月월.]?" + _UNKNOWN_DAY,
        r"(?P<m>\d{1,2})\s*[-./]\s*(?P<y>(?:19|20)\d\d)",
        _WORD + r"[\s.,/-]*(?P<y>(?:19|20)\d\d)",
        r"(?P<y>(?:19|20)\d\d)[\s,/-]*" + _WORD,
    )
)
_SERIALS = (3654, 73415)  # 1910 to 2100: earlier and later numbers are something else
_YEARS = (1900, 2100)
_LIKELY = (1800, 2200)


def date_order(texts: Iterable[str]) -> frozenset[str]:
    """The orders of day and month that cells use without doubt.

    Parameters
    ----------
    texts
        The cells of one column. ``31/01/2024`` says that the day comes first.
    """
    found = set()
    for text in texts:
        match = _ORDERED.fullmatch(_normal(text))
        if match:
            first, second = int(match["a"]), int(match["b"])
            if first > 12 >= second:
                found.add(DAY_FIRST)
            elif second > 12 >= first:
                found.add(MONTH_FIRST)
    return frozenset(found)


def read_date(
    value: Any,
    variable: Variable,
    order: frozenset[str] = frozenset(),
    epoch: date | None = date(1899, 12, 30),
) -> Read:
    """A date within the variable's limits.

    Parameters
    ----------
    value
        The cell.
    variable
        Its `partial` says what becomes of a date without its day or month.
    order
        What :func:`date_order` found in the cell's column.
    epoch
        Day 0 of the numbers by which the file's program stores dates; None if it has none.

    Raises
    ------
    Unreadable
        When it is no date, or could be two, or lies outside the limits.
    """
    if isinstance(value, str):
        found = _from_text(value, variable, order, epoch)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = _from_number(float(value), variable, epoch)
    elif isinstance(value, datetime):
        found = Read(value.replace(tzinfo=None))
    elif isinstance(value, date):
        found = Read(datetime.combine(value, time.min))
    else:
        raise Unreadable(expected_words(variable))
    low, high = variable.limits
    day = found.value.date()
    if not _LIKELY[0] <= day.year <= _LIKELY[1]:
        raise Unreadable(expected_words(variable), "is the year right?")
    if (low is not None and day < low) or (high is not None and day > high):
        raise Unreadable(expected_words(variable))
    return found


def read_days_since(value: Any, variable: Variable) -> Read:
    """A date given as whole days since the patient's day 0, which is read as 2000-01-01."""
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,5}\s*", value):
        value = int(value)
    whole = isinstance(value, int | float) and not isinstance(value, bool)
    if not whole or value != int(value) or abs(value) > _SERIALS[1]:
        raise Unreadable(f"whole days, or a date of {variable.label}")
    return Read(DAY_ZERO + timedelta(days=int(value)))


def _normal(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(PLAIN_FORMS)).strip().casefold()


def _from_text(text: str, variable: Variable, order: frozenset[str], epoch: date | None) -> Read:
    normal = _normal(text)
    match = _ISO.fullmatch(normal)
    if match:
        return Read(_moment(match, variable))
    for pattern, how in ((_SPACED, "year, month, day"), (_COMPACT, "eight digits")):
        match = pattern.fullmatch(normal)
        if match:
            return Read(_moment(match, variable), how)
    match = _ORDERED.fullmatch(normal)
    if match:
        return _ordered(match, variable, order)
    for pattern in _WORDED:
        match = pattern.fullmatch(normal)
        if match and match["month"] in _MONTH:
            found = _day(int(match["y"]), _MONTH[match["month"]], int(match["d"]), variable)
            return Read(found, "month in words")
    partial = _partial(normal, variable)
    if partial is not None:
        return partial
    if re.fullmatch(r"\d{4,5}(\.0+)?", normal):
        return _from_number(float(normal), variable, epoch)
    hint = "write the year with four digits" if _TWO_DIGITS.fullmatch(normal) else ""
    raise Unreadable(expected_words(variable), hint)


def _moment(match: re.Match[str], variable: Variable) -> datetime:
    found = _day(int(match["y"]), int(match["m"]), int(match["d"]), variable)
    return _at(found, match)


def _at(day: datetime, match: re.Match[str]) -> datetime:
    parts = match.groupdict()
    if parts.get("h") is None:
        return day
    try:
        return datetime.combine(day, time(int(parts["h"]), int(parts["min"]), int(parts["s"] or 0)))
    except ValueError:
        raise Unreadable("a time of day that exists") from None


def _day(year: int, month: int, day: int, variable: Variable) -> datetime:
    try:
        return datetime(year, month, day)
    except ValueError:
        raise Unreadable(
            expected_words(variable).replace("a date", "a date that exists", 1)
        ) from None


def _ordered(match: re.Match[str], variable: Variable, order: frozenset[str]) -> Read:
    first, second = int(match["a"]), int(match["b"])
    if first == second:
        used, how = DAY_FIRST, "day, month, year"
    elif first > 12:
        used, how = DAY_FIRST, DAY_FIRST
    elif second > 12:
        used, how = MONTH_FIRST, MONTH_FIRST
    elif len(order) == 1:
        (used,) = order
        how = f"{used}, as other dates here"
    else:
        both = "this column has dates with the day first and with the month first"
        hint = both if order else "day or month first? write year-month-day"
        raise Unreadable(expected_words(variable), hint)
    day, month = (first, second) if used == DAY_FIRST else (second, first)
    found = _day(int(match["y"]), month, day, variable)
    return Read(_at(found, match), how)


def _partial(normal: str, variable: Variable) -> Read | None:
    for pattern in _PARTIAL:
        match = pattern.fullmatch(normal)
        if match is None:
            continue
        parts = match.groupdict()
        month = _MONTH.get(parts["month"], 0) if "month" in parts else int(parts.get("m") or 7)
        if 1 <= month <= 12:
            named = "month" in parts or "m" in parts
            return _middle(int(parts["y"]), month if named else None, variable)
    return None


def _middle(year: int, month: int | None, variable: Variable) -> Read:
    if variable.partial != "middle":
        known = "a year" if month is None else "a month"
        raise Unreadable(
            expected_words(variable),
            f'only {known} is known: complete it, or let the plan say partial = "middle"',
        )
    if month is None:
        return Read(datetime(year, 7, 1), "only the year known: taken as 1 July")
    return Read(datetime(year, month, 15), "only the month known: taken as the 15th")


def _from_number(number: float, variable: Variable, epoch: date | None) -> Read:
    if not math.isfinite(number):
        raise Unreadable(expected_words(variable))
    if number == int(number) and _YEARS[0] <= number <= _YEARS[1]:
        return _middle(int(number), None, variable)
    compact = _COMPACT.fullmatch(f"{number:.0f}") if number == int(number) else None
    if compact:
        return Read(_moment(compact, variable), "eight digits")
    if epoch is None or not _SERIALS[0] <= number <= _SERIALS[1]:
        raise Unreadable(expected_words(variable))
    found = datetime.combine(epoch, time.min) + timedelta(seconds=round(number * 86400))
    return Read(found, f"a spreadsheet's number of a date, day 0 is {epoch}")
