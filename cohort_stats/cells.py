"""What a person typed in a cell, turned into a value of the variable's type."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from cohort_stats.dictionary import Variable, fold_level
from cohort_stats.problem import nearest
from cohort_stats.rawtable import CellError
from cohort_stats.reading.grid import is_blank

MISSING = object()
YES_WORDS = {"yes", "y", "1", "true", "x", "+", "positive"}
NO_WORDS = {"no", "n", "0", "false", "-", "negative"}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_ISO_DATE = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")


class Unreadable(Exception):
    """A cell that is not a value of its variable's type.

    Parameters
    ----------
    expected
        What would have been one, in words.
    hint
        A likely remedy; may be empty.
    """

    def __init__(self, expected: str, hint: str = ""):
        super().__init__(expected)
        self.expected = expected
        self.hint = hint


def parser_for(variable: Variable) -> Callable[[Any], Any]:
    """A function from a cell to a value of `variable`'s type.

    The function returns a float, a level label, a datetime, a string, or ``MISSING``
    for an empty cell or a missing code that the variable declares, and raises
    :class:`Unreadable` for anything else. A person's remark is never taken for a
    missing value.
    """
    readers: dict[str, Callable[[Any], Any]] = {
        "number": lambda value: _number(value, variable),
        "integer": lambda value: _integer(value, variable),
        "category": level_reader(variable),
        "ordered": level_reader(variable),
        "yesno": level_reader(variable),
        "date": _date,
        "text": _text,
        "id": _text,
    }
    read = readers[variable.type]
    missing = {fold_level(code) for code in variable.missing}

    def parse(value: Any) -> Any:
        if is_blank(value):
            return MISSING
        if isinstance(value, CellError):
            raise Unreadable(expected_words(variable))
        if missing and fold_level(_text(value)) in missing:
            return MISSING
        return read(value)

    return parse


def expected_words(variable: Variable) -> str:
    """What a cell of `variable` may hold, in a clinician's words."""
    if variable.is_categorical:
        if variable.type == "yesno":
            return "yes or no"
        return "one of " + ", ".join(
            f"'{x.label}'" if x.code == x.label else f"'{x.label}' ({x.code})"
            for x in variable.levels
        )
    noun = {"number": "a number", "integer": "a whole number", "date": "a date (year-month-day)"}
    words = noun.get(variable.type, "text")
    low, high = variable.limits
    if low is not None and high is not None:
        return f"{words} from {low:g} to {high:g}"
    if low is not None:
        return f"{words} of at least {low:g}"
    if high is not None:
        return f"{words} of at most {high:g}"
    return words


def _number(value: Any, variable: Variable) -> float:
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip().replace("−", "-")
        number = float(text) if _NUMBER.fullmatch(text) else math.nan
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
    else:
        number = math.nan
    low, high = variable.limits
    too_low = low is not None and number < low  # type: ignore[operator]
    too_high = high is not None and number > high  # type: ignore[operator]
    if not math.isfinite(number) or too_low or too_high:
        raise Unreadable(expected_words(variable), _number_hint(value))
    return number


def _number_hint(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    text = value.strip()
    if _NUMBER.fullmatch(text.replace(",", ".")) and text.count(",") == 1:
        return f"write a decimal point: {text.replace(',', '.')}"
    found = _NUMBER.search(text)
    if found and found.group() != text:
        return "write the number alone, without unit, sign or remark"
    return ""


def _integer(value: Any, variable: Variable) -> float:
    number = _number(value, variable)
    if number != int(number):
        raise Unreadable(expected_words(variable))
    return number


def level_reader(variable: Variable) -> Callable[[Any], str]:
    """A function from a cell to the label of one of `variable`'s levels."""
    known: dict[str, str] = {}
    for level in variable.levels:
        known[fold_level(level.code)] = level.label
        known.setdefault(fold_level(level.label), level.label)
    if variable.type == "yesno":
        no, yes = variable.labels
        known |= dict.fromkeys(YES_WORDS, yes) | dict.fromkeys(NO_WORDS, no)

    def read(value: Any) -> str:
        text = _text(value)
        label = known.get(fold_level(text))
        if label is None:
            likely = nearest(
                text, [x for level in variable.levels for x in (level.label, level.code)]
            )
            hint = f"did you mean '{likely}'?" if likely else ""
            raise Unreadable(expected_words(variable), hint)
        return label

    return read


def _date(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    match = _ISO_DATE.fullmatch(str(value).strip()) if isinstance(value, str) else None
    if match:
        try:
            year, month, day = (int(part) for part in match.groups())
            return datetime(year, month, day)
        except ValueError:
            raise Unreadable("a date that exists (year-month-day)") from None
    raise Unreadable("a date (year-month-day)")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).strip()
