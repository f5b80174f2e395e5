"""Dates and times as SPSS, Stata and SAS store them: a number, and a format that explains it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from cohort_stats.rawtable import CellError

FIRST_DAY_OF_SPSS = datetime(1582, 10, 14)
FIRST_DAY_OF_STATA_AND_SAS = datetime(1960, 1, 1)
DAY = 86_400.0  # seconds
MILLISECOND = 0.001
#: A second was added before 1 July, or before 1 January, of these years.
LEAPS_IN_JULY = (1972, 1981, 1982, 1983, 1985, 1992, 1993, 1994, 1997, 2012, 2015)
LEAPS_IN_JANUARY = (*range(1973, 1981), 1988, 1990, 1991, 1996, 1999, 2006, 2009, 2017)

Reading = Callable[[float], Any]


def _day(moment: datetime) -> date:
    return moment.date()


def _moment(moment: datetime) -> datetime:
    return moment


def _clock(moment: datetime) -> time:
    return moment.time()


def _month(moment: datetime) -> str:
    return f"{moment.year:04}-{moment.month:02}"


def _quarter(moment: datetime) -> str:
    return f"{moment.year:04}q{(moment.month + 2) // 3}"


def _week(moment: datetime) -> str:
    return f"{moment.year:04}w{(moment.timetuple().tm_yday + 6) // 7}"


def _year(moment: datetime) -> str:
    return f"{moment.year:04}"


def _span(seconds: float) -> timedelta:
    return timedelta(seconds=round(seconds, 3))


def _time(seconds: float) -> time | timedelta:
    # The same format holds times of day and durations, which may exceed a day.
    span = _span(seconds)
    return (datetime.min + span).time() if timedelta() <= span < timedelta(days=1) else span


#: Formats of SPSS, whose dates are seconds.
SPSS: dict[str, Callable[[datetime], Any]] = {
    **dict.fromkeys(("DATE", "ADATE", "EDATE", "JDATE", "SDATE"), _day),
    **dict.fromkeys(("DATETIME", "YMDHMS"), _moment),
    "MOYR": _month,
    "QYR": _quarter,
    "WKYR": _week,
}
#: Formats of SAS for dates, which are days.
SAS_DATES: tuple[tuple[str, Callable[[datetime], Any]], ...] = (
    (r"DATE|(DDMMYY|MMDDYY|YYMMDD)[BCDNPS]?|(WEEK|WORD)DAT[EX]|JULIAN|JULDAY|NLDATE", _day),
    (r"DAY|DOWNAME|WEEKDAY|MONTH|MONNAME|QTRR?|([BE]8601|IS8601)DA", _day),
    (r"MONYY|(YYMM|MMYY)[CDNPS]?|YYMON", _month),
    (r"YYQR?[CDNPS]?", _quarter),
    (r"YEAR", _year),
)
#: Formats of SAS for dates with a time, which are seconds.
SAS_MOMENTS: tuple[tuple[str, Callable[[datetime], Any]], ...] = (
    (r"DATETIME|DATEAMPM|MDYAMPM|NLDATM|([BE]8601|IS8601)D[TXZ]", _moment),
    (r"DTDATE|DTWKDATX|[BE]8601DN", _day),
    (r"DTMONYY", _month),
    (r"DTYYQC", _quarter),
    (r"DTYEAR", _year),
    (r"TOD", _clock),
)
TIMES = {
    "SPSS": r"TIME",
    "SAS": r"TIME|TIMEAMPM|HHMM|MMSS|HOUR|NLTIME|([BE]8601|IS8601)T[MXZ]",
}
#: Formats of Stata that count parts of a year: how many there are, and how one is written.
STATA_PERIODS: dict[str, tuple[int, str]] = {
    "w": (52, "{:04}w{}"),
    "m": (12, "{:04}-{:02}"),
    "q": (4, "{:04}q{}"),
    "h": (2, "{:04}h{}"),
}
_STATA = re.compile(r"%-?(?:(d)|t([dcCwmqhyb]))(.*)")
_ONLY_TIME = re.compile(r"([Hh]{2}|MM|mm|SS|ss|\.s+|[AaPp]\.?[Mm]\.?|[:_ ])+")


def date_reading(program: str, stored_format: str) -> Reading | None:
    """How the numbers of a variable are read as dates or times.

    Parameters
    ----------
    program
        ``SPSS``, ``Stata`` or ``SAS``.
    stored_format
        The variable's format as the file names it: ``DATE11``, ``%td``, ``MMDDYY10``.

    Returns
    -------
    callable or None
        From the number stored to a date, a datetime, a time, a timedelta, or, where the format
        shows a month, quarter, week or year only, to text: ``2019-05``, ``2019q2``, ``2019w18``
        (weeks that begin on 1 January, as those of SPSS and Stata do), ``2019``.
        A number that is no such date becomes a :class:`~cohort_stats.rawtable.CellError`.
        None for the format of a number or of text.
    """
    reading = _of_stata(stored_format) if program == "Stata" else _of_name(program, stored_format)
    return None if reading is None else _guarded(reading)


def _guarded(reading: Reading) -> Reading:
    def read(number: float) -> Any:
        try:
            return reading(number)
        except (OverflowError, ValueError):
            return CellError(f"the number {number:g}, which is no date or time")

    return read


def _since(first_day: datetime, unit: float, shape: Callable[[datetime], Any]) -> Reading:
    return lambda number: shape(first_day + timedelta(seconds=round(number * unit, 3)))


def _of_name(program: str, stored_format: str) -> Reading | None:
    name = re.sub(r"\d*(\.\d*)?$", "", stored_format.upper())
    if re.fullmatch(TIMES[program], name):
        return _time
    if program == "SPSS" and name in ("DTIME", "MTIME"):
        return _span
    if program == "SPSS":
        return _since(FIRST_DAY_OF_SPSS, 1, SPSS[name]) if name in SPSS else None
    for unit, formats in ((DAY, SAS_DATES), (1, SAS_MOMENTS)):
        for pattern, shape in formats:
            if re.fullmatch(pattern, name):
                return _since(FIRST_DAY_OF_STATA_AND_SAS, unit, shape)
    return None


def _of_stata(stored_format: str) -> Reading | None:
    found = _STATA.fullmatch(stored_format)
    if found is None:
        return None
    kind, shown = found[1] or found[2], found[3]
    if kind == "d":
        return _since(FIRST_DAY_OF_STATA_AND_SAS, DAY, _day)
    if kind in "cC":
        shape = _clock if _ONLY_TIME.fullmatch(shown) else _moment
        read = _since(FIRST_DAY_OF_STATA_AND_SAS, MILLISECOND, shape)
        return read if kind == "c" else lambda number: read(_without_leap_seconds(number))
    if kind in STATA_PERIODS:
        return _period(*STATA_PERIODS[kind])
    return _business_day if kind == "b" else lambda number: _year(datetime(int(number), 1, 1))


def _period(parts: int, words: str) -> Reading:
    def read(number: float) -> str:
        years, part = divmod(int(number), parts)
        return words.format(datetime(1960 + years, 1, 1).year, part + 1)

    return read


def _business_day(number: float) -> CellError:
    return CellError(f"day {number:g} of a business calendar, which is kept in another file")


def _without_leap_seconds(number: float) -> float:
    # Each leap second lies further on by the leap seconds before it.
    leaps = sorted(
        [datetime(year, 7, 1) for year in LEAPS_IN_JULY]
        + [datetime(year, 1, 1) for year in LEAPS_IN_JANUARY]
    )
    day_seconds = [(leap - FIRST_DAY_OF_STATA_AND_SAS).total_seconds() for leap in leaps]
    counted = [1000 * (seconds + before) for before, seconds in enumerate(day_seconds)]
    return number - 1000 * bisect_right(counted, number)
