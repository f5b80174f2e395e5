"""A drafted dictionary that its own table passes: what it cannot read is declared, and said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from cohort_stats.account import Account, State
from cohort_stats.cells.reading import plain
from cohort_stats.describing.column_findings import NOT_READ
from cohort_stats.describing.drafting import Draft
from cohort_stats.describing.profile import ColumnProfile
from cohort_stats.dictionary import DataDictionary, Variable, fold_heading
from cohort_stats.problem import Address, CohortError, Problem, column_letters
from cohort_stats.rawtable import RawTable
from cohort_stats.validation import validate
from cohort_stats.wording import counted

#: Share of a column's rows, and different words, that may be declared to mean not known.
MOST_DECLARED, MOST_WORDS = 0.25, 12
#: Letters of such a word; a longer one is a remark.
LONGEST = 30


def readable(table: RawTable, profiles: Sequence[ColumnProfile], drafted: Draft) -> Draft:
    """A draft as its table can be read by it, each change with a comment for its user.

    Parameters
    ----------
    table, profiles
        As read, and described.
    drafted
        Its dictionary; variables that were known before are not changed.
    """
    by_column = {found.column: found for found in profiles}
    for mended in (_with_words_declared, _without_columns):
        wrong = _against(table, drafted.dictionary)
        if wrong is None or wrong.account is None:
            return drafted
        drafted = mended(table, drafted, wrong.problems, wrong.account, by_column)
    return drafted


def _against(table: RawTable, dictionary: DataDictionary) -> CohortError | None:
    try:
        validate(table, dictionary)
    except CohortError as wrong:
        return wrong
    return None


def _with_words_declared(
    table: RawTable,
    drafted: Draft,
    _: Sequence[Problem],
    account: Account,
    by_column: Mapping[int, ColumnProfile],
) -> Draft:
    variables, comments = {**drafted.dictionary}, {**drafted.comments}
    for name, j, rows in _rejected(drafted, account):
        said = {str(finding) for finding in by_column[table.columns[j]].misfits}
        found = variables[name]
        mended = _partial(table, j, rows, found)
        if mended is None and by_column[table.columns[j]].suspicion is None:
            mended = _declared(table, j, rows, found)
        if mended is not None:
            variables[name], words = mended
            comments[name] = (*(x for x in comments[name] if x not in said), words)
    return _changed(drafted, variables, comments, drafted.left_out)


def _rejected(drafted: Draft, account: Account) -> Iterator[tuple[str, int, list[int]]]:
    """Each guessed variable with the rows that cannot be read, and its position."""
    for name, j in account.position.items():
        rows = _unread(account, name)
        if rows and name in drafted.comments:
            yield name, j, rows


def _unread(account: Account, name: str) -> list[int]:
    return [int(i) for i in np.flatnonzero(account.states[name] == State.REJECTED)]


def _partial(
    table: RawTable, j: int, rows: Sequence[int], found: Variable
) -> tuple[Variable, str] | None:
    """Of dates, those of which only month or year is typed are their middle."""
    if found.type != "date":
        return None
    middle = replace(found, partial="middle")
    left = _against(table, DataDictionary({found.name: middle}))
    if left is not None and left.account is not None and _unread(left.account, found.name):
        return None
    words = "of which only the month or the year is typed: taken as the middle of it"
    return middle, f"{counted(len(rows), 'date')} {words} ({_first(table, j, rows)})"


def _declared(
    table: RawTable, j: int, rows: Sequence[int], found: Variable
) -> tuple[Variable, str] | None:
    where = _first(table, j, rows)
    if found.type == "id":
        words = f"{counted(len(rows), 'code')} of another row ({where}): one patient, or a slip?"
        return replace(found, type="text", required=False), f"{words} Until mended a text, no id"
    cells = [table.values[j][i] for i in rows]
    typed = tuple(dict.fromkeys(map(plain, cells)))
    few = len(rows) <= max(1.0, MOST_DECLARED * len(table.rows)) and len(typed) <= MOST_WORDS
    remarks = any(isinstance(x, str) and len(x) > LONGEST for x in cells)
    if not few or remarks:
        return None
    words = f"{counted(len(rows), 'cell')} that cannot be read ({where}), here declared to mean"
    words += " not known: mend them in the workbook, then take them off 'missing'"
    return replace(found, missing=(*found.missing, *typed)), words


def _first(table: RawTable, j: int, rows: Sequence[int]) -> str:
    places = ", ".join(str(table.address(i, j)) for i in rows[:3])
    return f"{places}, …" if len(rows) > 3 else places


def _without_columns(
    table: RawTable,
    drafted: Draft,
    problems: Sequence[Problem],
    account: Account,
    _: Mapping[int, ColumnProfile],
) -> Draft:
    variables, left_out = {**drafted.dictionary}, [*drafted.left_out]
    for name, j, rows in _rejected(drafted, account):
        cells = f"{counted(len(rows), 'cell')} {NOT_READ.get(variables[name].type, 'not readable')}"
        left_out.append(_left_out(table, j, f"{cells} ({_first(table, j, rows)}); mend them"))
        del variables[name]
    for name, j, other in _headed_twice(table, variables, problems):
        place = column_letters(table.columns[other])
        why = f"column {place} has nearly its heading; give them different ones"
        left_out.append(_left_out(table, j, why))
        variables.pop(name, None)
    comments = {name: words for name, words in drafted.comments.items() if name in variables}
    return _changed(drafted, variables, comments, left_out)


def _left_out(table: RawTable, j: int, why: str) -> str:
    place = f"column {column_letters(table.columns[j])}"
    return f"'{table.headings[j]}' ({place}): {why}, then draft again."


def _headed_twice(
    table: RawTable, variables: Mapping[str, Variable], problems: Sequence[Problem]
) -> Iterator[tuple[str, int, int]]:
    """Variables that more than one heading may mean, with the first of these and the other."""
    places = [p.where for p in problems if isinstance(p.where, Address)]
    wrong = [place.column for place in places if place.row == table.heading_row]
    for j, heading in enumerate(table.headings):
        for name, variable in [*variables.items()]:
            names = {variable.name, variable.label, variable.heading, *variable.aliases}
            keys = {fold_heading(text) for text in names}
            if table.columns[j] in wrong and fold_heading(heading) in keys:
                yield name, *_two_of(table, keys, j)


def _two_of(table: RawTable, keys: set[str], j: int) -> tuple[int, int]:
    """The first column with one of these headings, and another: `j` unless that is the first."""
    meant = [k for k, heading in enumerate(table.headings) if fold_heading(heading) in keys]
    return meant[0], j if j != meant[0] else meant[-1]


def _changed(
    drafted: Draft,
    variables: Mapping[str, Variable],
    comments: Mapping[str, tuple[str, ...]],
    left_out: Sequence[str],
) -> Draft:
    dictionary = DataDictionary(variables, drafted.dictionary.rules)
    return Draft(dictionary, comments, tuple(left_out))
