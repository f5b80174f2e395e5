"""From a table as typed to a cohort that can be believed, or to every problem in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cohort_stats.cells import MISSING, Unreadable, expected_words, parser_for
from cohort_stats.cohort import Cohort, Flow
from cohort_stats.dictionary import DataDictionary, Rule, Variable
from cohort_stats.headings import match_headings
from cohort_stats.problem import CohortError, Problem
from cohort_stats.rawtable import CellError, RawTable
from cohort_stats.reading import read_table
from cohort_stats.reading.grid import SYNTHETIC_MARK, is_blank

LONGEST_SHOWN = 60


def read_cohort(path: str | Path, dictionary: DataDictionary, *, sheet: str = "Cohort") -> Cohort:
    """Read a cohort file and hold it against its dictionary.

    Parameters
    ----------
    path
        Workbook or text table; see :func:`cohort_stats.reading.read_table`.
    dictionary
        What its columns mean.
    sheet
        Sheet that holds the cohort.

    Returns
    -------
    Cohort

    Raises
    ------
    CohortError
        With every problem found, each with its address.
    """
    return validate(read_table(path, sheet), dictionary)


def validate(table: RawTable, dictionary: DataDictionary) -> Cohort:
    """Turn a table as typed into a cohort.

    Parameters
    ----------
    table
        The cells.
    dictionary
        What they should be.

    Returns
    -------
    Cohort
        Every variable of the dictionary that the table holds; the others are named in
        ``absent``, headings that the dictionary does not know in ``ignored``.

    Raises
    ------
    CohortError
        With every problem found: headings, cells, ids, and rules across columns.
    """
    position, ignored, problems = match_headings(table, dictionary)
    problems = [*table.problems, *problems]
    columns: dict[str, pd.Series] = {}
    rejected: dict[str, set[int]] = {}
    warnings: list[Problem] = []
    for name, j in position.items():
        values, found = _read_column(table, j, dictionary[name])
        columns[name] = _as_series(values, dictionary[name])
        rejected[name] = {i for i, _ in found}
        problems += [problem for _, problem in found]
        warnings += _unusual(table, j, dictionary[name], columns[name])
    if dictionary.id in columns:
        problems += _repeated_ids(table, position[dictionary.id], columns[dictionary.id])
    for rule in dictionary.rules:
        if rule.first in columns and rule.second in columns:
            broken = _check_rule(table, rule, dictionary, position, columns, rejected)
            (warnings if rule.is_warning else problems).extend(broken)
    if problems:
        raise CohortError(sorted(problems, key=_reading_order))
    return Cohort(
        frame=pd.DataFrame(columns, index=range(len(table.rows))),
        dictionary=dictionary,
        file=table.path.name,
        sha256=table.sha256,
        synthetic=table.synthetic or _ids_say_synthetic(dictionary, columns),
        flow=Flow(len(table.rows)),
        absent=tuple(name for name in dictionary if name not in position),
        ignored=ignored,
        warnings=tuple(sorted(warnings, key=_reading_order)),
    )


def shown(value: Any) -> str:
    """A cell as a message shows it."""
    if is_blank(value):
        return "an empty cell"
    if isinstance(value, CellError):
        return str(value)
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    text = str(value).upper() if isinstance(value, bool) else str(value)
    text = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
    return f"'{text}'"


def _read_column(
    table: RawTable, j: int, variable: Variable
) -> tuple[list[Any], list[tuple[int, Problem]]]:
    parse = _remembering(parser_for(variable))
    values: list[Any] = []
    problems: list[tuple[int, Problem]] = []
    for i, typed in enumerate(table.values[j]):
        value = parse(typed)
        if isinstance(value, Unreadable):
            where, found = table.address(i, j), shown(typed)
            problem = Problem(where, variable.label, value.expected, found, value.hint)
            problems.append((i, problem))
            value = MISSING
        elif value is MISSING and variable.required:
            expected = f"{expected_words(variable)} (this column must be filled in)"
            found = "an empty cell" if is_blank(typed) else f"the missing code {shown(typed)}"
            problem = Problem(table.address(i, j), variable.label, expected, found)
            problems.append((i, problem))
        values.append(None if value is MISSING else value)
    return values, problems


def _remembering(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    # Columns repeat their values: each distinct one is parsed once. The type is part of
    # the key because 1, 1.0 and True are equal in Python but not on a sheet.
    seen: dict[tuple[type, Any], Any] = {}

    def remembered(typed: Any) -> Any:
        key = (type(typed), typed)
        if key not in seen:
            try:
                seen[key] = parse(typed)
            except Unreadable as reason:
                seen[key] = reason
        return seen[key]

    return remembered


def _as_series(values: list[Any], variable: Variable) -> pd.Series:
    if variable.is_numeric:
        numbers = [np.nan if value is None else value for value in values]
        return pd.Series(np.array(numbers, dtype=float))
    if variable.is_categorical:
        return pd.Series(pd.Categorical(values, categories=list(variable.labels), ordered=True))
    if variable.type == "date":
        return pd.Series(pd.to_datetime(pd.Series(values, dtype=object)))
    return pd.Series(values, dtype=object)


def _unusual(table: RawTable, j: int, variable: Variable, column: pd.Series) -> list[Problem]:
    low, high = variable.usual
    if low is None and high is None:
        return []
    values = column.to_numpy(dtype=float)
    low = -np.inf if low is None else low
    high = np.inf if high is None else high
    expected = f"usually {low:g} to {high:g}".replace("-inf to", "at most").replace(" to inf", "+")
    outside = map(int, np.flatnonzero((values < low) | (values > high)))
    return [
        Problem(table.address(i, j), variable.label, expected, shown(table.values[j][i]))
        for i in outside
    ]


def _repeated_ids(table: RawTable, j: int, ids: pd.Series) -> list[Problem]:
    label = table.headings[j]
    first: dict[str, int] = {}
    problems = []
    for i, patient in enumerate(ids):
        if patient is None:
            continue
        if patient in first:
            found = f"'{patient}' again (first at {table.address(first[patient], j)})"
            problems.append(Problem(table.address(i, j), label, "an id used only once", found))
        first.setdefault(patient, i)
    return problems


def _check_rule(
    table: RawTable,
    rule: Rule,
    dictionary: DataDictionary,
    position: dict[str, int],
    columns: dict[str, pd.Series],
    rejected: dict[str, set[int]],
) -> list[Problem]:
    first, second = columns[rule.first], columns[rule.second]
    j = position[rule.second]
    label, first_label = dictionary[rule.second].label, dictionary[rule.first].label
    if rule.kind == "event needs time":
        wrong = (first == rule.level).to_numpy() & second.isna().to_numpy()
        expected = f"a value, because {first_label} is '{rule.level}'"
    elif rule.kind == "time needs event":
        wrong = (first.notna() & (first != rule.level) & second.notna()).to_numpy()
        expected = f"usually an empty cell, because {first_label} is not '{rule.level}'"
    elif rule.kind == "within":
        wrong = (second < first).to_numpy()
        expected = f"usually a value not below {first_label}"
    else:
        wrong = (second < first).to_numpy()
        expected = f"a date not before {first_label}"
    already_said = rejected[rule.second] | rejected[rule.first]
    return [
        Problem(table.address(i, j), label, expected, shown(table.values[j][i]))
        for i in map(int, np.flatnonzero(wrong))
        if i not in already_said
    ]


def _ids_say_synthetic(dictionary: DataDictionary, columns: dict[str, pd.Series]) -> bool:
    ids = columns.get(dictionary.id or "")
    return ids is not None and any(str(v).upper().startswith(SYNTHETIC_MARK) for v in ids)


def _reading_order(problem: Problem) -> tuple[int, int]:
    where = problem.where
    return (0, 0) if isinstance(where, str) else (where.row, where.column)
