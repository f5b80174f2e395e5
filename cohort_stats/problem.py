"""What is wrong with an input, said to the person who typed it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cohort_stats.account import Account


def column_letters(column: int) -> str:
    """Spreadsheet letters of a 1-based column number (1 -> A, 28 -> AB)."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class Address:
    """Where a value stands in its file.

    Parameters
    ----------
    sheet
        Sheet name; empty for a file without sheets.
    row, column
        1-based position in the file; 0 means "the whole sheet" or "the whole column".
    heading
        The heading above the cell; used where a file has no sheet.
    """

    sheet: str = ""
    row: int = 0
    column: int = 0
    heading: str = ""

    def __str__(self) -> str:
        if self.sheet:
            place = column_letters(self.column) if self.column else ""
            place += str(self.row) if self.row else ""
            return f"{self.sheet}!{place}" if place else self.sheet
        parts = [f"row {self.row}"] if self.row else []
        if self.heading:
            parts.append(f"column '{self.heading}'")
        return ", ".join(parts) or "file"


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where it is, what was expected, what was found.

    Parameters
    ----------
    where
        An address in a workbook, or the path of a key in a plan file.
    what
        The variable or key concerned, as the user knows it; may be empty.
    expected, found
        Both in the user's words.
    hint
        A likely remedy, such as the nearest valid name; may be empty.
    """

    where: Address | str
    what: str
    expected: str
    found: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.where}, {self.what}" if self.what else f"{self.where}"
        text = f"{place}: expected {self.expected}, found {self.found}"
        return f"{text} ({self.hint})" if self.hint else text


class InputError(Exception):
    """An input that a user has to mend; carries every problem found.

    Parameters
    ----------
    problems
        All the problems, in the order in which a reader would meet them.
    """

    def __init__(self, problems: Iterable[Problem]):
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class CohortError(InputError):
    """A cohort file that cannot be used as it is.

    Parameters
    ----------
    problems
        All the problems.
    account
        What became of every cell, where the file could be read at all.
    """

    def __init__(self, problems: Iterable[Problem], account: Account | None = None):
        super().__init__(problems)
        self.account = account


class PlanError(InputError):
    """A plan file that cannot be used as it is."""


def nearest(name: str, allowed: Sequence[str], cutoff: float = 0.6) -> str | None:
    """The allowed name most like `name`, or None when nothing is close."""
    folded = {a.casefold(): a for a in allowed}
    begun = [a for a in folded if len(name) > 2 and a.startswith(name.casefold())]
    if len(begun) == 1:
        return folded[begun[0]]
    found = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=cutoff)
    return folded[found[0]] if found else None


def suggestion(name: str, allowed: Sequence[str]) -> str:
    """Words for the nearest valid name; empty when nothing is close."""
    found = nearest(name, allowed)
    return f"did you mean '{found}'?" if found else ""


def must_be_one_of(argument: str, given: object, allowed: Sequence[object]) -> None:
    """Raise the ValueError a programmer expects when `given` is not allowed."""
    if given not in allowed:
        names = ", ".join(repr(a) for a in allowed)
        raise ValueError(f"{argument} must be one of {names}; got {given!r}")
