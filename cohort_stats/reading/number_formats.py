"""What a number stands for by the way its sheet shows it: a date, a duration, a percentage."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from cohort_stats.rawtable import CellError, Percent

EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
#: Formats that a workbook names by a number only. Those from 27 on are dates and times that
#: Excel writes in China, Japan, Korea and Taiwan; what stands there differs between them.
BUILT_IN = {
    **dict.fromkeys((9, 10), "percent"),
    **dict.fromkeys((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)), "date"),
    46: "duration",
}
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.')
_DURATION = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")


@lru_cache(maxsize=10_000)
def kind_of_format(code: str) -> str:
    """What a format shows a number as: ``date``, ``duration``, ``percent``, or nothing special.

    Parameters
    ----------
    code
        As in the workbook: ``yyyy-mm-dd``, ``[h]:mm``, ``0.0%``.
    """
    bare = _LITERAL.sub("", code).split(";")[0].casefold()
    if _DURATION.search(bare):
        return "duration"
    letters = _BRACKETS.sub("", bare).replace("general", "").replace("standard", "")
    if re.search("[ymdhs]", letters):
        return "date"
    return "percent" if "%" in letters else ""


def as_shown(number: int | float, kind: str, epoch: date) -> Any:
    """The number of a cell as what its format says it is.

    Parameters
    ----------
    number
        As stored. A date is the number of days since `epoch`, a time a part of a day.
    kind
        As :func:`kind_of_format` gives it.
    epoch
        Day 0 of the workbook.

    Returns
    -------
    Percent, timedelta, time, datetime, CellError or the number itself
        The number itself where no date has it.
    """
    if kind == "percent":
        return Percent(number)
    first = -(epoch - date.min).days if kind == "duration" or epoch != EPOCH_1900 else 0
    if not first <= number <= (date.max - epoch).days:
        return number
    length = timedelta(milliseconds=round(number * 86_400_000))
    if kind == "duration":
        return length
    if timedelta(0) <= length < timedelta(days=1):
        return (datetime.min + length).time()
    return _moment(length, epoch)


def _moment(length: timedelta, epoch: date) -> datetime | CellError:
    if epoch == EPOCH_1900 and length.days == 60:
        return CellError("29 February 1900, a day that never was")
    if epoch == EPOCH_1900 and length.days < 60:
        length += timedelta(days=1)  # because Excel counts that day
    return datetime.combine(epoch, time.min) + length
