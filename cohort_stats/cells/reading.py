"""What the reading of a cell gives, and how a cell is shown to the person who typed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from cohort_stats.rawtable import CellError, Labelled, Percent
from cohort_stats.reading.grid import is_blank

MISSING = object()
LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Read:
    """A cell that was understood.

    Parameters
    ----------
    value
        A float, a level label, a datetime, a string, or ``MISSING``.
    how
        What had to be done to understand it, in the user's words; empty when it was read as
        typed.
    """

    value: Any
    how: str = ""


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


def shown(value: Any) -> str:
    """A cell as a message shows it, in quotation marks where it holds something."""
    if is_blank(value):
        return "an empty cell"
    if isinstance(value, CellError):
        return str(value)
    text = plain(value)
    text = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
    return f"'{text}'"


def plain(value: Any) -> str:
    """A cell as text: whole numbers without a point, days without a time."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, Percent):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    if isinstance(value, date | datetime):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, Labelled):
        code = plain(value.code)
        return f"{value.label} ({code})" if code != value.label else code
    return str(value).strip()
