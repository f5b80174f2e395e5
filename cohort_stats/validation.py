"""From a table as typed to a cohort that can be believed, or to every problem in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from cohort_stats.account import Account, State
from cohort_stats.cells.column import Column, read_column, text_cells
from cohort_stats.cells.dates import date_order
from cohort_stats.cells.numbers import file_marks
from cohort_stats.cells.reading import plain, shown
from cohort_stats.cells.words import expected_words
from cohort_stats.cohort import Cohort, Flow
from cohort_stats.dictionary import DataDictionary, Variable, limit_words
from cohort_stats.headings import is_days_since, match_headings
from cohort_stats.problem import CohortError, Problem
from cohort_stats.rawtable import LeftOut, MissingCode, RawTable, Repair
from cohort_stats.reading import read_table
from cohort_stats.reading.grid import SYNTHETIC_MARK, is_blank
from cohort_stats.rule_checks import broken_rows


def read_cohort(path: str | Path, dictionary: DataDictionary, *, sheet: str = "Cohort") -> Cohort:
    """Read a cohort file and hold it against its dictionary.

    Parameters
    ----------
    path
        A cohort file of any kind; see :func:`cohort_stats.reading.read_table`.
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
        ``absent``, headings that the dictionary does not know in ``ignored``. Its ``account``
        says of every cell what became of it.

    Raises
    ------
    CohortError
        With every problem found: headings, cells, ids, and rules across columns; it carries
        the same account.
    """
    position, ignored, problems = match_headings(table, dictionary)
    columns = _read_columns(table, dictionary, position)
    frame = pd.DataFrame(
        {name: column.values for name, column in columns.items()}, index=range(len(table.rows))
    )
    states = {name: column.states for name, column in columns.items()}
    problems = [*table.problems, *problems]
    warnings: list[Problem] = []
    for name, j in position.items():
        variable = dictionary[name]
        problems += _rejected(table, j, variable, columns[name])
        problems += _not_filled_in(table, j, variable, states[name])
        warnings += _unusual(table, j, variable, frame[name])
    if dictionary.id in position and dictionary.id != dictionary.cluster:
        problems += _repeated_ids(table, position[dictionary.id], dictionary.id, frame, states)
    broken, unusual = _broken_rules(table, dictionary, position, frame, states)
    account = Account(
        table=table,
        states=states,
        position=position,
        repairs=_repairs(table, dictionary, position, columns),
        left_out=(*table.left_out, *_extra_columns(table, ignored)),
    )
    problems += broken
    if problems:
        raise CohortError(sorted(dict.fromkeys(problems), key=_reading_order), account)
    return Cohort(
        frame=frame,
        dictionary=dictionary,
        file=table.path.name,
        sha256=table.sha256,
        synthetic=table.synthetic or _ids_say_synthetic(dictionary, frame),
        flow=Flow(len(table.rows)),
        absent=tuple(name for name in dictionary if name not in position),
        ignored=tuple(table.headings[j] for j in ignored),
        warnings=tuple(sorted([*warnings, *unusual], key=_reading_order)),
        account=account,
        reported=table.reported,
    )


def _read_columns(
    table: RawTable, dictionary: DataDictionary, position: Mapping[str, int]
) -> dict[str, Column]:
    typed = {name: dictionary[name].type for name in position}
    marks = file_marks(table.values[j] for n, j in position.items() if dictionary[n].is_numeric)
    dates = [table.values[j] for name, j in position.items() if typed[name] == "date"]
    order = date_order(text for cells in dates for text in text_cells(cells))
    return {
        name: read_column(
            table.values[j],
            dictionary[name],
            epoch=table.epoch,
            days_since=is_days_since(table.headings[j]),
            file_marks=marks,
            file_order=order,
        )
        for name, j in position.items()
    }


def _rejected(table: RawTable, j: int, variable: Variable, column: Column) -> Iterator[Problem]:
    for i, reason in column.rejected.items():
        found = shown(table.values[j][i])
        yield Problem(table.address(i, j), variable.label, reason.expected, found, reason.hint)


def _not_filled_in(
    table: RawTable, j: int, variable: Variable, states: np.ndarray
) -> Iterator[Problem]:
    if not variable.required:
        return
    expected = f"{expected_words(variable)} (this column must be filled in)"
    for i in map(int, np.flatnonzero(states == State.MISSING)):
        typed = table.values[j][i]
        found = "an empty cell" if is_blank(typed) else f"the missing code {_code(typed)}"
        states[i] = State.REJECTED
        yield Problem(table.address(i, j), variable.label, expected, found)


def _code(typed: object) -> str:
    return f"'{typed.code}'" if isinstance(typed, MissingCode) else shown(typed)


def _unusual(table: RawTable, j: int, variable: Variable, column: pd.Series) -> Iterator[Problem]:
    low, high = variable.usual
    if low is None and high is None:
        return
    outside = pd.Series(data=False, index=column.index)
    if low is not None:
        outside |= column < (pd.Timestamp(low) if variable.type == "date" else low)
    if high is not None:
        outside |= column > (pd.Timestamp(high) if variable.type == "date" else high)
    words = [limit_words(limit) for limit in (low, high) if limit is not None]
    expected = f"usually {' to '.join(words)}"
    if len(words) == 1:
        expected = f"usually at {'most' if low is None else 'least'} {words[0]}"
    for i in map(int, np.flatnonzero(outside.to_numpy())):
        yield Problem(table.address(i, j), variable.label, expected, shown(table.values[j][i]))


def _repeated_ids(
    table: RawTable,
    j: int,
    name: str,
    frame: pd.DataFrame,
    states: Mapping[str, np.ndarray],
) -> Iterator[Problem]:
    ids = frame[name]
    again = ids.duplicated().to_numpy() & ids.notna().to_numpy()
    if not again.any():
        return
    first = dict(zip(ids[~again], np.flatnonzero(~again), strict=True))
    for i in map(int, np.flatnonzero(again)):
        states[name][i] = State.REJECTED
        where = table.address(int(first[ids[i]]), j)
        found = f"'{ids[i]}' again (first at {where})"
        yield Problem(table.address(i, j), table.headings[j], "an id used only once", found)


def _broken_rules(
    table: RawTable,
    dictionary: DataDictionary,
    position: Mapping[str, int],
    frame: pd.DataFrame,
    states: Mapping[str, np.ndarray],
) -> tuple[list[Problem], list[Problem]]:
    """Problems, and what is only unusual; a cell already rejected is not blamed again."""
    problems: list[Problem] = []
    unusual: list[Problem] = []
    unread = {name: state == State.REJECTED for name, state in states.items()}
    for rule in dictionary.rules:
        for broken in broken_rows(rule, frame, dictionary):
            if any(unread[name][broken.row] for name in (broken.variable, *broken.others)):
                continue
            j = position[broken.variable]
            expected = f"usually {broken.expected}" if rule.warns else broken.expected
            problem = Problem(
                table.address(broken.row, j), dictionary[broken.variable].label, expected,
                shown(table.values[j][broken.row]), rule.words,
            )  # fmt: skip
            (unusual if rule.warns else problems).append(problem)
            if not rule.warns:
                states[broken.variable][broken.row] = State.REJECTED
    return problems, unusual


def _repairs(
    table: RawTable,
    dictionary: DataDictionary,
    position: Mapping[str, int],
    columns: Mapping[str, Column],
) -> tuple[Repair, ...]:
    found = list(table.repairs)
    for name, j in position.items():
        for i, read in columns[name].repaired.items():
            before = plain(table.values[j][i])
            after = plain(read.value)
            found.append(
                Repair(table.address(i, j), dictionary[name].label, before, after, read.how)
            )
    return tuple(sorted(found, key=lambda repair: (repair.where.row, repair.where.column)))


def _extra_columns(table: RawTable, ignored: Sequence[int]) -> Iterator[LeftOut]:
    for j in ignored:
        cells = sum(not is_blank(cell) for cell in table.values[j])
        reason = f"the column '{table.headings[j]}', which the dictionary does not know"
        yield LeftOut(table.address(None, j), reason, cells)


def _ids_say_synthetic(dictionary: DataDictionary, frame: pd.DataFrame) -> bool:
    if dictionary.id not in frame:
        return False
    return bool(frame[dictionary.id].astype(str).str.upper().str.startswith(SYNTHETIC_MARK).any())


def _reading_order(problem: Problem) -> tuple[int, int]:
    where = problem.where
    return (0, 0) if isinstance(where, str) else (where.row, where.column)
