"""In which rows a rule across columns is broken, and which cell to point at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import singledispatch

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.condition import Condition
from cohort_stats.dictionary import DataDictionary, Variable
from cohort_stats.rules import AtMostOne, EmptyUnless, InOrder, Needs, NotNegative, Rule, SumOf


@dataclass(frozen=True)
class Broken:
    """A rule broken in one row.

    Parameters
    ----------
    row
        Position of the row.
    variable
        The variable whose cell is pointed at.
    expected
        What that cell should have been, in the user's words.
    others
        The other variables that the violation rests on.
    """

    row: int
    variable: str
    expected: str
    others: tuple[str, ...] = ()


@singledispatch
def broken_rows(rule: Rule, frame: pd.DataFrame, dictionary: DataDictionary) -> Iterator[Broken]:
    """Every row in which a rule is broken.

    Parameters
    ----------
    rule
        One of :mod:`cohort_stats.rules`.
    frame
        The cohort; a missing value breaks no rule but `Needs`. A rule on columns that the
        frame lacks is not broken.
    dictionary
        What the columns mean.
    """
    raise ValueError(f"rule must be one of cohort_stats.rules; got {rule!r} of {len(frame)} rows, "
                     f"{len(dictionary)} variables")  # fmt: skip


@broken_rows.register
def _in_order(rule: InOrder, frame: pd.DataFrame, dictionary: DataDictionary) -> Iterator[Broken]:
    held = [name for name in rule.order if name in frame]
    if len(held) < 2:
        return
    latest = _days(frame[held[0]])
    whose = np.full(len(frame), held[0], dtype=object)
    for name in held[1:]:
        column = _days(frame[name])
        early = (column < latest).to_numpy()
        words = "a date not before" if dictionary[name].type == "date" else "a value not below"
        for i in _rows(early):
            yield Broken(i, name, f"{words} {dictionary[whose[i]].label}", (whose[i],))
        newer = column.notna().to_numpy() & ~early
        latest = column.where(newer, latest)
        whose = np.where(newer, name, whose)


def _days(column: pd.Series) -> pd.Series:
    # A date with a time of day is not after the same date without one.
    return column.dt.normalize() if pd.api.types.is_datetime64_any_dtype(column) else column


@broken_rows.register
def _needs(rule: Needs, frame: pd.DataFrame, dictionary: DataDictionary) -> Iterator[Broken]:
    if not {rule.variable, rule.when.variable} <= {*frame}:
        return
    met, _ = rule.when.holds(frame)
    expected = f"a value, because {in_words(rule.when, dictionary)}"
    for i in _rows(met & frame[rule.variable].isna().to_numpy()):
        yield Broken(i, rule.variable, expected, (rule.when.variable,))


@broken_rows.register
def _empty_unless(
    rule: EmptyUnless, frame: pd.DataFrame, dictionary: DataDictionary
) -> Iterator[Broken]:
    if not {rule.variable, rule.when.variable} <= {*frame}:
        return
    met, unknown = rule.when.holds(frame)
    expected = f"an empty cell, because {in_words(rule.when, dictionary, holds=False)}"
    for i in _rows(~met & ~unknown & frame[rule.variable].notna().to_numpy()):
        yield Broken(i, rule.variable, expected, (rule.when.variable,))


@broken_rows.register
def _not_negative(
    rule: NotNegative, frame: pd.DataFrame, dictionary: DataDictionary
) -> Iterator[Broken]:
    if rule.variable not in frame:
        return
    expected = f"{dictionary[rule.variable].label} of at least 0"
    for i in _rows((frame[rule.variable] < 0).to_numpy()):
        yield Broken(i, rule.variable, expected)


@broken_rows.register
def _sum_of(rule: SumOf, frame: pd.DataFrame, dictionary: DataDictionary) -> Iterator[Broken]:
    if not {rule.total, *rule.parts} <= {*frame}:
        return
    added = np.sum([points_of(frame[name], dictionary[name]) for name in rule.parts], axis=0)
    total = frame[rule.total].to_numpy(dtype=float)
    known = np.isfinite(added) & np.isfinite(total)
    labels = ", ".join(dictionary[name].label for name in rule.parts)
    for i in _rows(known & ~np.isclose(total, added, rtol=0, atol=1e-9)):
        yield Broken(i, rule.total, f"{added[i]:g}, the sum of {labels}", rule.parts)


@broken_rows.register
def _at_most_one(
    rule: AtMostOne, frame: pd.DataFrame, dictionary: DataDictionary
) -> Iterator[Broken]:
    first = np.full(len(frame), -1)
    for k, condition in enumerate(rule.of):
        if condition.variable not in frame:
            continue
        met, _ = condition.holds(frame)
        for i in _rows(met & (first >= 0)):
            other = rule.of[first[i]]
            expected = f"another value, because {in_words(other, dictionary)}"
            yield Broken(i, condition.variable, expected, (other.variable,))
        first = np.where(met & (first < 0), k, first)


def in_words(condition: Condition, dictionary: DataDictionary, *, holds: bool = True) -> str:
    """A condition as a clause: ``Died is 'Yes'``, ``Age is at least 18 years``.

    Parameters
    ----------
    condition, dictionary
        The condition, and what its variable means.
    holds
        Whether it holds; otherwise the clause says that it does not.
    """
    variable, value = dictionary[condition.variable], condition.value
    positive = holds == (condition.comparison != "is_not")
    verb = f"{variable.label} is" if positive else f"{variable.label} is not"
    if condition.comparison == "missing":
        return f"{variable.label} is {'not ' if bool(value) == holds else ''}known"
    if condition.comparison in ("is", "is_not", "in"):
        levels = value if isinstance(value, tuple | list) else (value,)
        return f"{verb} {' or '.join(repr(level) for level in levels)}"
    return f"{verb} {condition.comparison.replace('_', ' ')} {value:g} {variable.unit}".rstrip()


def points_of(column: pd.Series, variable: Variable) -> npt.NDArray[np.float64]:
    """Numbers as they are; levels as the points that are their codes."""
    if variable.is_numeric:
        return column.to_numpy(dtype=float)
    points: Mapping[str, float] = {level.label: _points(level.code) for level in variable.levels}
    return np.asarray(column.astype(object).map(points), dtype=np.float64)


def _points(code: str) -> float:
    try:
        return float(code)
    except ValueError:
        return np.nan


def _rows(broken: npt.NDArray[np.bool_]) -> list[int]:
    return [int(i) for i in np.flatnonzero(broken)]
