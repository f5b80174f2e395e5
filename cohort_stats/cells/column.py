"""A whole column of cells, each distinct one read once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.account import State
from cohort_stats.cells.dates import date_order, read_date, read_days_since
from cohort_stats.cells.levels import cell_reader
from cohort_stats.cells.numbers import decimal_marks, plainly_decimal, read_number
from cohort_stats.cells.reading import MISSING, Read, Unreadable, plain
from cohort_stats.cells.words import expected_words
from cohort_stats.dictionary import Variable, fold_level
from cohort_stats.rawtable import CellError, Labelled, MissingCode
from cohort_stats.reading.grid import is_blank

PLAIN_NUMBERS = frozenset("0123456789.+-eE")


@dataclass(frozen=True)
class Column:
    """A column that was read.

    Parameters
    ----------
    values
        One a row: float64, datetime64, ordered categories of labels, or text; missing where
        the cell is empty, a missing code, or rejected.
    states
        One :class:`~cohort_stats.account.State` a row.
    repaired
        Row -> how it was read, for every repaired cell.
    rejected
        Row -> what would have been right, for every rejected cell.
    """

    values: pd.Series
    states: npt.NDArray[np.uint8]
    repaired: dict[int, Read]
    rejected: dict[int, Unreadable]


def read_column(
    cells: Sequence[Any],
    variable: Variable,
    *,
    epoch: date | None = date(1899, 12, 30),
    days_since: bool = False,
    file_marks: frozenset[str] = frozenset(),
    file_order: frozenset[str] = frozenset(),
) -> Column:
    """Read the cells of one column.

    Parameters
    ----------
    cells
        As a reader gives them.
    variable
        What they should be.
    epoch
        Day 0 of the numbers by which the file stores dates; None if it stores none so.
    days_since
        Whether a date is given in whole days since the patient's day 0.
    file_marks
        Decimal marks used elsewhere in the file, for a column that shows none itself.
    file_order
        Orders of day and month used elsewhere in the file, likewise.
    """
    fast = (
        _plain_numbers(cells, variable, file_marks)
        if variable.is_numeric
        else _plain_text(cells, variable)
    )
    if fast is not None:
        return fast
    codes, distinct = _distinct(cells)
    read = _reader(variable, distinct, epoch, days_since, file_marks, file_order)
    missing = {fold_level(code) for code in variable.missing}
    outcomes = [_outcome(cell, variable, missing, read) for cell in distinct]
    return _assembled(codes, outcomes, variable)


def text_cells(cells: Sequence[Any]) -> list[str]:
    """The distinct cells of a column that are text."""
    return list(dict.fromkeys(c for c in cells if isinstance(c, str)))


def _plain_numbers(
    cells: Sequence[Any], variable: Variable, marks: frozenset[str]
) -> Column | None:
    """The column at once if every cell is a number, text that plainly is one, or empty."""
    kinds = set(map(type, cells)) - {type(None)}
    if kinds <= {float, int}:
        numbers = np.array([np.nan if c is None else c for c in cells], dtype=float)
    elif kinds == {str} and PLAIN_NUMBERS.issuperset("".join(c for c in cells if c)):
        if not plainly_decimal("\n".join(c for c in cells if c), variable, marks):
            return None
        try:
            numbers = np.array([float(c) if c else np.nan for c in cells], dtype=float)
        except ValueError:
            return None
    else:
        return None
    with np.errstate(invalid="ignore"):
        good = np.isfinite(numbers)
        if variable.type == "integer":
            good &= numbers == np.floor(numbers)
        low, high = variable.limits
        good &= numbers >= (-np.inf if low is None else float(low))  # type: ignore[arg-type]
        good &= numbers <= (np.inf if high is None else float(high))  # type: ignore[arg-type]
    codes = [float(c) for c in variable.missing if PLAIN_NUMBERS.issuperset(c) and _is_number(c)]
    empty = np.array([c is None or c == "" for c in cells], dtype=bool) | np.isin(numbers, codes)
    wrong = np.flatnonzero(~good & ~empty)
    states = np.where(empty, State.MISSING, State.KEPT).astype(np.uint8)
    states[wrong] = State.REJECTED
    refused = Unreadable(expected_words(variable))
    return Column(
        pd.Series(np.where(good & ~empty, numbers, np.nan)), states, {},
        {int(i): refused for i in wrong},
    )  # fmt: skip


def _plain_text(cells: Sequence[Any], variable: Variable) -> Column | None:
    """The column at once if it is text without missing codes, and every cell is text or empty."""
    if variable.type not in ("text", "id") or variable.missing:
        return None
    if not set(map(type, cells)) <= {str, type(None)}:
        return None
    texts = [(cell or "").strip() or None for cell in cells]
    states = [State.MISSING if text is None else State.KEPT for text in texts]
    return Column(pd.Series(texts, dtype=object), np.array(states, dtype=np.uint8), {}, {})


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _distinct(cells: Sequence[Any]) -> tuple[npt.NDArray[np.intp], list[Any]]:
    """Position of each cell among the distinct ones, and those."""
    keys: Sequence[Any] = cells
    if len(set(map(type, cells)) - {type(None)}) > 1:
        # 1, 1.0 and True are equal in Python but not on a sheet.
        keys = [(type(cell), cell) for cell in cells]
    first = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    codes = np.fromiter(map(first.__getitem__, keys), dtype=np.intp, count=len(cells))
    distinct = [key[1] for key in first] if keys is not cells else list(first)
    return codes, distinct


def _reader(
    variable: Variable,
    distinct: Sequence[Any],
    epoch: date | None,
    days_since: bool,
    file_marks: frozenset[str],
    file_order: frozenset[str],
) -> Callable[[Any], Read]:
    if variable.is_numeric:
        marks = decimal_marks(text_cells(distinct)) or file_marks
        return lambda cell: read_number(cell, variable, marks)
    if variable.is_categorical:
        return cell_reader(variable, distinct)
    if variable.type == "date" and days_since:
        return lambda cell: read_days_since(cell, variable)
    if variable.type == "date":
        order = date_order(text_cells(distinct)) or file_order
        return lambda cell: read_date(cell, variable, order, epoch)
    return _text


def _text(cell: Any) -> Read:
    return Read(cell.label if isinstance(cell, Labelled) else plain(cell))


def _outcome(
    cell: Any, variable: Variable, missing: set[str], read: Callable[[Any], Read]
) -> Read | Unreadable:
    if is_blank(cell) or isinstance(cell, MissingCode) or _is_declared(cell, missing):
        return Read(MISSING)
    if isinstance(cell, CellError):
        return Unreadable(expected_words(variable))
    try:
        return read(cell)
    except Unreadable as reason:
        return reason


def _is_declared(cell: Any, missing: set[str]) -> bool:
    if not missing:
        return False
    typed = {plain(cell.code), cell.label} if isinstance(cell, Labelled) else {plain(cell)}
    typed |= {re.sub(r"(?<=\d)\.0+$", "", text.strip()) for text in typed}  # -9.0 is -9
    return any(fold_level(text) in missing for text in typed)


def _assembled(
    codes: npt.NDArray[np.intp], outcomes: list[Read | Unreadable], variable: Variable
) -> Column:
    state_of = np.array([_state(outcome) for outcome in outcomes], dtype=np.uint8)
    values = [
        None if isinstance(o, Unreadable) or o.value is MISSING else o.value for o in outcomes
    ]
    states = state_of[codes] if len(codes) else np.zeros(0, dtype=np.uint8)
    repaired: dict[int, Read] = {}
    rejected: dict[int, Unreadable] = {}
    for i in map(int, np.flatnonzero((states == State.REPAIRED) | (states == State.REJECTED))):
        outcome = outcomes[codes[i]]
        if isinstance(outcome, Unreadable):
            rejected[i] = outcome
        else:
            repaired[i] = outcome
    return Column(_series(values, codes, variable), states, repaired, rejected)


def _state(outcome: Read | Unreadable) -> State:
    if isinstance(outcome, Unreadable):
        return State.REJECTED
    if outcome.value is MISSING:
        return State.MISSING
    return State.REPAIRED if outcome.how else State.KEPT


def _series(values: list[Any], codes: npt.NDArray[np.intp], variable: Variable) -> pd.Series:
    if variable.is_numeric:
        numbers = np.array([np.nan if v is None else v for v in values], dtype=float)
        return pd.Series(numbers[codes])
    if variable.is_categorical:
        place = {label: k for k, label in enumerate(variable.labels)}
        positions = np.array([-1 if v is None else place[v] for v in values], dtype=np.intp)
        labels = pd.Index(list(variable.labels))
        return pd.Series(pd.Categorical.from_codes(positions[codes].tolist(), labels, ordered=True))
    if variable.type == "date":
        moments = pd.to_datetime(pd.Series(values, dtype=object)).astype("datetime64[ns]")
        return pd.Series(moments.to_numpy()[codes])
    texts = np.array([*values, None], dtype=object)[:-1]
    return pd.Series(texts[codes], dtype=object)
