"""A made-up patient who shows how a row of a template is filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from cohort_stats.dictionary import DataDictionary, Rule, Variable

#: What stands in the id cell; a reader leaves such a row out.
EXAMPLE = "EXAMPLE"
DAY = date(2024, 1, 15)
BIRTH = date(1960, 7, 1)
GAP = timedelta(days=30)


def example_row(dictionary: DataDictionary) -> dict[str, Any]:
    """A valid value of each variable: yes, the reference level, the middle of the usual range.

    Parameters
    ----------
    dictionary
        What the columns mean. Every yes/no says yes, so that what is asked further of it (the
        time of an event) has its reason to be filled in; dates follow each other as the rules
        demand.

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
    rules = [rule for rule in dictionary.rules if {rule.first, rule.second} <= set(row)]
    for rule in rules:
        if rule.kind in ("event needs time", "time needs event"):
            row[rule.first] = rule.level
    # Once for every rule: a date that was moved may have to push the one behind it.
    for _ in rules:
        for rule in rules:
            _heed(rule, row, dictionary)
    row |= {rule.second: None for rule in rules if _in_order(rule) and _before(row, rule)}
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


def _in_order(rule: Rule) -> bool:
    return rule.kind in ("not before", "within")


def _before(row: Mapping[str, Any], rule: Rule) -> bool:
    first, second = row.get(rule.first), row.get(rule.second)
    return first is not None and second is not None and second < first


def _heed(rule: Rule, row: dict[str, Any], dictionary: DataDictionary) -> None:
    if rule.kind == "not before" and row[rule.first] == row[rule.second]:
        moved = row[rule.second] + GAP
        row[rule.second] = _within(moved, dictionary[rule.second].limits)
    elif _in_order(rule) and _before(row, rule):
        gap = GAP if rule.kind == "not before" else 0
        row[rule.second] = _within(row[rule.first] + gap, dictionary[rule.second].limits)
