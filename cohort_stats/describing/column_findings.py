"""What there is to say about a column once its type is guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from cohort_stats.cells.numbers import decimal_marks
from cohort_stats.describing.guessing import Guess
from cohort_stats.describing.suspected_missing import fences
from cohort_stats.describing.trial import TypedCells
from cohort_stats.dictionary import NUMERIC, VariableType, fold_level
from cohort_stats.problem import Address, nearest
from cohort_stats.rawtable import RawTable
from cohort_stats.wording import counted

MISSPELT = 5  # a level this often, beside one that occurs once and is spelt nearly so
ALIKE = 0.85
SHOWN = 3
_THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")
NOT_READ: dict[VariableType, str] = {
    "number": "not readable as a number",
    "integer": "not readable as a whole number",
    "date": "not readable as a date",
    "yesno": "not readable as yes or no",
    "category": "not among the levels",
    "ordered": "not among the levels",
}


@dataclass(frozen=True)
class LevelCount:
    """A level, and how often it occurs.

    Parameters
    ----------
    code, label
        As in :class:`~cohort_stats.dictionary.Level`.
    count
        Cells with this level.
    """

    code: str
    label: str
    count: int


@dataclass(frozen=True)
class Finding:
    """Cells to look at.

    Parameters
    ----------
    what
        What they are, in words that follow ``3 cells``: ``not readable as a number``.
    where
        Their addresses.
    """

    what: str
    where: tuple[Address, ...]

    def __str__(self) -> str:
        places = ", ".join(str(x) if x.sheet else f"row {x.row}" for x in self.where[:SHOWN])
        more = ", …" if len(self.where) > SHOWN else ""
        return f"{counted(len(self.where), 'cell')} {self.what} ({places}{more})"


def quartiles(cells: TypedCells, found: Guess) -> tuple[Any, ...]:
    """Lowest value, quartiles and highest value of numbers or dates; else empty."""
    values = _repeated(cells, found)
    if not values:
        return ()
    five = (float(q) for q in np.quantile(values, [0, 0.25, 0.5, 0.75, 1]))
    return tuple(date.fromordinal(round(q)) if found.type == "date" else q for q in five)


def _repeated(cells: TypedCells, found: Guess) -> list[float]:
    """Every number, or every date as a number of days, as often as it occurs."""
    pairs = zip(_as_numbers(found), cells.counts, strict=True)
    return [value for value, n in pairs if value is not None for _ in range(n)]


def _as_numbers(found: Guess) -> list[float | None]:
    if found.type == "date":
        return [v.toordinal() if isinstance(v, datetime) else None for v in found.values]
    return list(found.values) if found.type in NUMERIC else [None] * len(found.values)


def level_counts(cells: TypedCells, found: Guess) -> tuple[LevelCount, ...]:
    """The levels of a category in order, each with its count."""
    counts = Counter[str]()
    for value, n in zip(found.values, cells.counts, strict=True):
        counts.update({fold_level(str(value)): n})
    return tuple(
        LevelCount(
            level.code,
            level.label,
            sum(counts[key] for key in {fold_level(level.code), fold_level(level.label)}),
        )
        for level in found.levels
    )


def misfits(table: RawTable, j: int, cells: TypedCells, found: Guess) -> tuple[Finding, ...]:
    """Cells that are not what the rest of the column is; errors; ids used before."""
    whole = found.type != "integer"
    unread = [
        rows
        for value, rows in zip(found.values, cells.rows, strict=True)
        if value is None or not (whole or float(value).is_integer())
    ]
    again = [rows[1:] for rows in cells.rows] if found.type == "id" else []
    findings = (
        (NOT_READ.get(found.type, ""), unread),
        ("with a code that occurs before", again),
        ("with an error instead of a value", [cells.errors]),
    )
    return tuple(
        Finding(what, places) for what, rows in findings if (places := _places(table, j, rows))
    )


def _places(table: RawTable, j: int, rows: Sequence[Sequence[int]]) -> tuple[Address, ...]:
    return tuple(table.address(i, j) for i in sorted(i for some in rows for i in some))


def outliers(table: RawTable, j: int, cells: TypedCells, found: Guess) -> Finding | None:
    """Cells more than 3 interquartile ranges beyond the quartiles."""
    values = _repeated(cells, found)
    if not values:
        return None
    low, high = fences(values)
    pairs = zip(_as_numbers(found), cells.rows, strict=True)
    far = [rows for value, rows in pairs if value is not None and not low <= value <= high]
    places = _places(table, j, far) if low < high else ()
    return Finding("far from the rest", places) if places else None


def remarks(cells: TypedCells, found: Guess) -> tuple[str, ...]:
    """What a user should look at again, in words."""
    return tuple(_remarks(cells, found))


def _remarks(cells: TypedCells, found: Guess) -> Iterator[str]:
    if found.reason:
        yield found.reason
    if not cells.values:
        yield "no value in any row"
    elif found.type == "text" and len(cells.values) == 1 and cells.filled > 1:
        yield "the same text in every row"
    numbers = sorted({v for v in found.values if isinstance(v, float)})
    if found.type == "integer" and len(numbers) == 2:
        yield f"only {numbers[0]:g} and {numbers[1]:g} occur: are they codes?"
    if found.type in NUMERIC:
        yield from _either_mark(cells, found)
    if found.type == "category":
        yield from _misspelt(level_counts(cells, found))
    if found.type in ("category", "ordered"):
        yield from _mixed(
            tuple(dict.fromkeys(fold_level(str(v)) for v in found.values if v is not None))
        )


def _either_mark(cells: TypedCells, found: Guess) -> Iterator[str]:
    """Whether a comma may stand between thousands or before decimals."""
    typed = [x.strip() if isinstance(x, str) else "" for x in cells.values]
    either = [
        text
        for text, value in zip(typed, found.values, strict=True)
        if _THOUSANDS.fullmatch(text) and value in (None, float(text.replace(",", "")))
    ]
    if either and not decimal_marks(typed):
        whole, decimal = (float(either[0].replace(",", mark)) for mark in ("", "."))
        yield f"'{either[0]}' could be {whole:g} or {decimal:g}: write it without a comma"


def _mixed(folded: Sequence[str]) -> Iterator[str]:
    """Whether levels are written in several ways, so that some may be the same."""
    why = [
        "they are in different scripts" * (len({_script(x) for x in folded} - {""}) > 1),
        "they are numbered in different ways" * (len(_numerals(folded)) > 1),
    ]
    begins = any(
        x != y
        and re.match(re.escape(x) + r"[\s,;:/(+?-]|" + re.escape(x) + r"(?<=[가-힣一-鿿])", y)
        for x in folded
        for y in folded
        if x
    )
    why.append("one begins with another" * begins)
    reasons = " and ".join(filter(None, why))
    if reasons:
        yield f"are some of these levels the same? {reasons}"


def _script(level: str) -> str:
    if re.search(r"[가-힣一-鿿ぁ-ヿ]", level):
        return "cjk"
    return "latin" if re.search(r"[a-zà-ÿ]", level) else ""


def _numerals(folded: Sequence[str]) -> set[str]:
    kinds = {
        "digits": r"\d+",
        "romans": r"[ivx]{1,4}",
        "words": r"[a-zà-ÿ]+\.?\s?\d+([-/]\d+)?",
    }
    found = {kind for kind, form in kinds.items() for x in folded if re.fullmatch(form, x)}
    return found if "digits" in found or len(found) > 2 else found - {"words"}


def _misspelt(levels: Sequence[LevelCount]) -> Iterator[str]:
    often = [level.label for level in levels if level.count >= MISSPELT]
    for level in levels:
        likely = nearest(level.label, often, ALIKE) if level.count == 1 else None
        if likely is not None and not any(c.isdigit() for c in level.label):
            yield f"is '{level.label}' (once) a misspelling of '{likely}'?"
