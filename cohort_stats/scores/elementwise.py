"""Reading inputs value by value: numbers in range, points of labels, grades, yes or no."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cohort_stats.problem import suggestion
from cohort_stats.scores.form import Value, as_objects

Hint = Callable[[float], str]


class Refused(ValueError):
    """A value that a score does not take.

    Parameters
    ----------
    argument
        Name of the argument.
    expected, found
        What is allowed, and what was given.
    hint
        What the value looks like; may be empty.
    """

    def __init__(self, argument: str, expected: str, found: str, hint: str = ""):
        self.argument, self.expected, self.found, self.hint = argument, expected, found, hint
        text = f"{argument} must be {expected}; got {found}"
        super().__init__(f"{text} ({hint})" if hint else text)


def numbers(
    argument: str,
    given: Value,
    low: float,
    high: float,
    unit: str = "",
    *,
    whole: bool = False,
    step: int = 1,
    hint: Hint | None = None,
) -> np.ndarray:
    """Numbers within their range, missing as NaN.

    Raises
    ------
    Refused
        At the first value that is no number, is out of range or, if `whole`, is no multiple
        of `step`; `hint` may add what it looks like.
    """
    kind = "a whole number" if whole and step == 1 else "a number"
    steps = f" in steps of {step}" if step > 1 else ""
    allowed = " ".join(f"{kind} from {low:g} to {high:g}{steps} {unit}".split())

    def read(value: Any) -> float:
        if not _is_number(value):
            raise Refused(argument, allowed, f"{value!r}")
        number = float(value)
        if not low <= number <= high or (whole and number % step):
            raise Refused(argument, allowed, f"{number:g}", hint(number) if hint else "")
        return number

    return _each(given, read)


def points(
    argument: str,
    given: Value,
    table: Mapping[str, float],
    aliases: Mapping[str, str] | None = None,
) -> np.ndarray:
    """Points of labels, missing as NaN; a number that is one of the points stands for itself.

    Raises
    ------
    Refused
        At the first label (or number) that the table does not hold.
    """
    known = {fold(label): float(value) for label, value in table.items()}
    known |= {fold(alias): float(table[label]) for alias, label in (aliases or {}).items()}
    allowed = [f"{label!r} ({worth:g})" for label, worth in table.items()]
    own = {float(value): float(value) for value in table.values()}
    return _looked_up(argument, given, known, own, allowed, list(table))


def positions(
    argument: str,
    given: Value,
    grades: Sequence[str],
    aliases: Mapping[str, str] | None = None,
) -> np.ndarray:
    """Places of grades in their order, missing as NaN; the number 2 is the grade ``2``.

    Raises
    ------
    Refused
        At the first value that is not a grade.
    """
    known = {fold(grade): float(place) for place, grade in enumerate(grades)}
    known |= {fold(alias): known[fold(grade)] for alias, grade in (aliases or {}).items()}
    typed = {float(grade): known[fold(grade)] for grade in grades if grade.isdigit()}
    return _looked_up(argument, given, known, typed, [repr(g) for g in grades], grades)


def _looked_up(
    argument: str,
    given: Value,
    by_label: Mapping[str, float],
    by_number: Mapping[float, float],
    allowed: Sequence[str],
    names: Sequence[str],
) -> np.ndarray:
    def read(value: Any) -> float:
        if isinstance(value, str) and fold(value) in by_label:
            return by_label[fold(value)]
        if _is_number(value) and float(value) in by_number:
            return by_number[float(value)]
        likely = suggestion(value, names) if isinstance(value, str) else ""
        raise Refused(argument, f"one of {', '.join(allowed)}", f"{value!r}", likely)

    return _each(given, read)


def yes_no(argument: str, given: Value) -> np.ndarray:
    """Yes as 1, no as 0, missing as NaN; True and False, 1 and 0, ``Yes`` and ``No``."""

    def read(value: Any) -> float:
        if isinstance(value, (bool, np.bool_)) or (_is_number(value) and value in (0, 1)):
            return float(value)
        if isinstance(value, str) and fold(value) in ("yes", "no"):
            return float(fold(value) == "yes")
        raise Refused(argument, "yes or no", f"{value!r}")

    return _each(given, read)


def fold(label: str) -> str:
    """A label without what people vary: case, spaces, hyphens and dashes, underscores."""
    return re.sub(r"[\s\-‐‑–—_]+", "", label).casefold()


def _each(given: Value, read: Callable[[Any], float]) -> np.ndarray:
    values = as_objects(given)
    found = [math.nan if _is_missing(v) else read(v) for v in values.ravel().tolist()]
    return np.array(found, dtype=float).reshape(values.shape)


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value  # noqa: PLR0124


def _is_number(value: Any) -> bool:
    if isinstance(value, (bool, np.bool_, str)):
        return False
    return isinstance(value, (int, float, np.integer, np.floating))
