"""Which column tells patients apart, and whether one of its codes stands for several patients."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from cohort_stats.describing.guessing import SEX
from cohort_stats.describing.heading_words import says
from cohort_stats.describing.profile import ColumnProfile
from cohort_stats.describing.trial import read_rows, texts, typed_cells
from cohort_stats.dictionary import fold_level
from cohort_stats.problem import CohortError, Problem
from cohort_stats.rawtable import RawTable
from cohort_stats.wording import counted

AGE = re.compile(r"\bage\b|\balter\b|나이|연령|年龄")
YEAR = 365.25  # days
_SEXES = ("mM남男♂", "fFwW여女♀")


def identity_of(table: RawTable, profiles: Sequence[ColumnProfile]) -> int | None:
    """Position of the column that tells patients, not rows, apart; None where none does.

    A record number is taken before a code of patients that repeats, and that before a code of
    rows. Letters alone (initials) come after codes of rows, numbers of a stay or a specimen
    last. Names are never taken: two patients may share one.
    """
    cluster = [p for p in profiles if p.cluster]
    coded = [p for p in cluster if _has_digits(table, p)]
    found = [
        *_known_as(profiles, "record number"),
        *coded,
        *(p for p in profiles if p.type == "id"),
        *(p for p in cluster if p not in coded),
        *_known_as(profiles, "case number"),
    ]
    return found[0].position if found else None


def _known_as(profiles: Sequence[ColumnProfile], kind: str) -> list[ColumnProfile]:
    known = (
        p
        for p in profiles
        if p.suspicion is not None and p.identifies and p.suspicion.kind == kind and p.filled
    )
    return sorted(known, key=lambda p: -p.filled)


def _has_digits(table: RawTable, found: ColumnProfile) -> bool:
    words = texts(typed_cells(table, found.position).values)
    return 2 * sum(any(c.isdigit() for c in word) for word in words) > len(words)


def patients_of(table: RawTable, identity: int | None) -> list[str]:
    """For each row what tells its patient from others: the code, else the row itself."""
    if identity is None:
        return [f"row {i}" for i in range(len(table.rows))]
    codes = read_rows(table, identity, "text")
    return [f"row {i}" if not code else f"code {fold_level(code)}" for i, code in enumerate(codes)]


def refuse_contradictions(
    table: RawTable, profiles: Sequence[ColumnProfile], identity: int, patients: Sequence[str]
) -> None:
    """Refuse codes that stand for several patients: by birth date, sex or age.

    Ages may differ by as much as the dates of the rows do, and a year more.

    Raises
    ------
    CohortError
        With a problem for each column that differs within a code.
    """
    rows: dict[str, list[int]] = {}
    for i, patient in enumerate(patients):
        rows.setdefault(patient, []).append(i)
    several = [places for places in rows.values() if len(places) > 1]
    dates = [read_rows(table, p.position, "date") for p in profiles if p.type == "date"]
    problems = []
    for j, differs in _witnesses(table, profiles, dates):
        against = [places for places in several if j != identity and differs(places)]
        if against:
            expected = f"one value for each code of '{table.headings[identity]}'"
            found = f"{counted(len(against), 'code')} with different ones"
            hint = (
                f"a code that stands for several patients would make them one: mend "
                f"'{table.headings[j]}' or '{table.headings[identity]}'"
            )
            where = table.address(against[0][1], j)
            problems.append(Problem(where, table.headings[j], expected, found, hint))
    if problems:
        raise CohortError(problems)


def _witnesses(
    table: RawTable, profiles: Sequence[ColumnProfile], dates: Sequence[Sequence[Any]]
) -> Iterator[tuple[int, Any]]:
    for found in profiles:
        j = found.position
        if found.suspicion is not None and found.suspicion.kind == "full birth date":
            yield j, _Different(read_rows(table, j, "date"))
        elif says(found.names, SEX):
            yield j, _Different([_sex(text) for text in read_rows(table, j, "text")])
        elif found.is_numeric and says(found.names, AGE):
            yield j, _Apart(read_rows(table, j, "number"), dates)


def _sex(text: str | None) -> int | None:
    first = (text or "").strip()[:1]
    return next((k for k, letters in enumerate(_SEXES) if first and first in letters), None)


class _Different:
    """Whether rows hold different known values."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    def __call__(self, rows: Sequence[int]) -> bool:
        return len({self.values[i] for i in rows if self.values[i] is not None}) > 1


class _Apart:
    """Whether ages lie further apart than the dates of their rows, and a year more."""

    def __init__(self, ages: Sequence[Any], dates: Sequence[Sequence[Any]]) -> None:
        self.ages, self.dates = ages, dates

    def __call__(self, rows: Sequence[int]) -> bool:
        known = [self.ages[i] for i in rows if self.ages[i] is not None]
        if not known:
            return False
        spans = [0.0]
        for days in self.dates:
            read = [days[i] for i in rows if days[i] is not None]
            if read:
                spans.append((max(read) - min(read)).days / YEAR)
        return bool(max(known) - min(known) > 1 + max(spans))
