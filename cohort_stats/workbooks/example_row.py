"""A made-up patient who shows how a row of a template is filled in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from cohort_stats.dictionary import DataDictionary, Variable
from cohort_stats.rule_checks import broken_rows, points_of
from cohort_stats.rules import AtMostOne, EmptyUnless, InOrder, Needs, Rule, SumOf

#: What stands in the id cell; a reader leaves such a row out.
EXAMPLE = "EXAMPLE"
DAY = date(2024, 1, 15)
BIRTH = date(1960, 7, 1)
GAP = timedelta(days=30)
Row = dict[str, Any]


def example_row(dictionary: DataDictionary) -> Row:
    """A valid value of each variable: yes, the reference level, the middle of the usual range.

    Parameters
    ----------
    dictionary
        What the columns mean. Every yes/no says yes, so that what is asked further of it (the
        time of an event) has its reason to be filled in, unless a rule forbids it; dates follow
        each other as the rules demand.

    Returns
    -------
    dict of str to object
        By name of variable: a number, a date, a label, or None for an empty cell. Empty if the
        first variable is not an id, because then nothing tells the row from a patient.
    """
    first = next(iter(dictionary.values()), None)
    if first is None or first.type != "id":
        return {}
    row = {name: _value(variable) for name, variable in dictionary.items()}
    for heed in (_events, _exclusions, _sums, _orders):
        for rule in dictionary.rules:
            heed(rule, row, dictionary)
    row |= dict.fromkeys(_broken(row, dictionary))
    return row | {first.name: EXAMPLE}


def _value(variable: Variable) -> Any:
    if variable.type == "yesno":
        return variable.labels[-1]
    if variable.is_categorical:
        return variable.reference_label
    if variable.is_numeric:
        return _number(variable)
    if variable.type == "date":
        wanted = BIRTH if "birth" in f"{variable.name} {variable.label}".casefold() else DAY
        return _within(wanted, variable.usual, variable.limits)
    return "1" if variable.type == "id" else "text" if variable.required else None


def _number(variable: Variable) -> float | None:
    low, high = (
        hard if usual is None else usual
        for usual, hard in zip(variable.usual, variable.limits, strict=True)
    )
    if low is not None and high is not None:
        wanted = (low + high) / 2  # type: ignore[operator]
    else:
        wanted = _within(12.0, (low, high))
    for digits in (2, 3, 6, 16):
        number = float(f"{wanted:.{digits}g}")
        number = float(round(number)) if variable.type == "integer" else number
        if number == _within(number, (low, high), variable.limits):
            return int(number) if number.is_integer() else number
    return None


def _within(value: Any, *ranges: Sequence[Any]) -> Any:
    for low, high in ranges:
        value = low if low is not None and value < low else value
        value = high if high is not None and value > high else value
    return value


def _events(rule: Rule, row: Row, _: DataDictionary) -> None:
    if isinstance(rule, Needs | EmptyUnless) and rule.when.comparison in ("is", "in"):
        value = rule.when.value
        row[rule.when.variable] = value[0] if isinstance(value, tuple | list) else value


def _exclusions(rule: Rule, row: Row, dictionary: DataDictionary) -> None:
    if not isinstance(rule, AtMostOne):
        return
    held = [c.variable for c in rule.of if c.holds(_frame(row, dictionary))[0][0]]
    for name in held[1:]:
        row[name] = dictionary[name].labels[0] if dictionary[name].type == "yesno" else None


def _sums(rule: Rule, row: Row, dictionary: DataDictionary) -> None:
    if isinstance(rule, SumOf):
        frame = _frame(row, dictionary)
        added = float(sum(points_of(frame[name], dictionary[name])[0] for name in rule.parts))
        if not math.isnan(added):
            row[rule.total] = int(added) if added.is_integer() else added


def _orders(rule: Rule, row: Row, dictionary: DataDictionary) -> None:
    if not isinstance(rule, InOrder):
        return
    latest: Any = None
    for name in rule.order:
        value = row.get(name)
        if value is not None and latest is not None and value <= latest:
            gap = GAP if isinstance(value, date) else 0
            value = row[name] = _within(latest + gap, dictionary[name].limits)
        latest = latest if value is None else value


def _frame(row: Row, dictionary: DataDictionary) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: pd.Series([value], dtype="float64" if dictionary[name].is_numeric else object)
            for name, value in row.items()
        }
    )


def _broken(row: Row, dictionary: DataDictionary) -> list[str]:
    frame = _frame(row, dictionary)
    frame = frame.assign(
        **{n: pd.to_datetime(frame[n]) for n, v in dictionary.items() if v.type == "date"}
    )
    return [b.variable for r in dictionary.rules for b in broken_rows(r, frame, dictionary)]
