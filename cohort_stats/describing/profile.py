"""A plain profile of every column of an unknown table.

Types are guessed by the rules in :mod:`cohort_stats.describing.guessing`. Before that, words such
as NA are set apart as suspected missing codes (:mod:`cohort_stats.describing.suspected_missing`),
and after it numbers such as 999 that lie far outside the rest. Further rules:

* The id is the column whose cells are short codes (at most 20 letters, no sentence), at least
  90% of them filled, and that is no suspected identifier. Its heading says id, patient, case,
  subject or number, and at least 90% of its codes differ; or it is the first column, all its
  codes differ, and they are codes with a digit in them or whole numbers that count on by one.
  The first such column is taken, one whose heading says so before one that is merely first.
* A column whose heading says patient but whose codes repeat more than that groups rows of one
  patient: its role is ``cluster``.
* Outliers lie more than 3 interquartile ranges below the first or above the third quartile.
* Nothing is shown of the values of a suspected identifier, an id or a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cohort_stats.describing.column_findings import (
    Finding,
    LevelCount,
    level_counts,
    misfits,
    outliers,
    quartiles,
    remarks,
)
from cohort_stats.describing.guessing import Guess, guess
from cohort_stats.describing.heading_words import label_and_unit
from cohort_stats.describing.patient_column import groups_rows, id_column
from cohort_stats.describing.suspected_missing import set_apart
from cohort_stats.describing.trial import Habits, TypedCells, habits_of, texts, typed_cells
from cohort_stats.dictionary import NUMERIC, VariableType
from cohort_stats.privacy.identifiers import Suspicion, suspected_identifiers
from cohort_stats.rawtable import RawTable


@dataclass(frozen=True)
class ColumnProfile:
    """What one column of an unknown table seems to be.

    Parameters
    ----------
    position, column
        Position in the table, and 1-based position in the file.
    names
        Heading, and other names under which the column is known.
    label, unit
        The heading (or the variable's label in a statistics file), parted from its unit.
    type
        The type found.
    rows, filled, empty, distinct
        Rows of the table; cells with a value; cells without (nothing typed, or declared missing
        by the file); different values among those filled, missing codes not counted.
    quartiles
        Lowest value, quartiles and highest value of numbers or dates; else empty.
    levels
        Levels in order with their counts.
    missing
        Suspected missing codes as typed, with their counts.
    misfits
        Cells that are not what the rest of the column is, and errors.
    outliers
        Cells far outside the quartiles; None when there are none.
    remarks
        What a user should look at again, in words.
    longest
        Letters of the longest text; 0 where there is no text.
    cluster
        Whether the column tells which rows belong to one patient.
    suspicion
        Why it may tell who a patient is; None when nothing says so.
    """

    position: int
    column: int
    names: tuple[str, ...]
    label: str
    unit: str
    type: VariableType
    rows: int
    filled: int
    empty: int
    distinct: int
    quartiles: tuple[Any, ...] = ()
    levels: tuple[LevelCount, ...] = ()
    missing: tuple[tuple[str, int], ...] = ()
    misfits: tuple[Finding, ...] = ()
    outliers: Finding | None = None
    remarks: tuple[str, ...] = ()
    longest: int = 0
    cluster: bool = False
    suspicion: Suspicion | None = None

    @property
    def heading(self) -> str:
        """The heading as the file has it."""
        return self.names[0]

    @property
    def is_numeric(self) -> bool:
        """Whether values are numbers."""
        return self.type in NUMERIC

    @property
    def identifies(self) -> bool:
        """Whether the whole column may tell who a patient is."""
        return self.suspicion is not None and not self.suspicion.where


def profile(
    table: RawTable, suspicions: Sequence[Suspicion] | None = None
) -> tuple[ColumnProfile, ...]:
    """Describe every column of a table, in order.

    Parameters
    ----------
    table
        The cells as read.
    suspicions
        What :func:`~cohort_stats.privacy.identifiers.suspected_identifiers` says of the
        table, where the caller knows it already.
    """
    found = suspected_identifiers(table) if suspicions is None else suspicions
    suspected = {s.position: s for s in found}
    identifying = {j for j, s in suspected.items() if not s.where}
    columns = [typed_cells(table, j) for j in range(len(table.headings))]
    habits = habits_of(table)
    chosen = id_column(table, columns, identifying)
    return tuple(
        _column(table, j, columns[j], suspected.get(j), habits, is_id=j == chosen)
        for j in range(len(columns))
    )


def _column(
    table: RawTable,
    j: int,
    cells: TypedCells,
    suspicion: Suspicion | None,
    habits: Habits,
    *,
    is_id: bool,
) -> ColumnProfile:
    names = table.names(j)
    known, missing = set_apart(cells, habits)
    identifies = suspicion is not None and not suspicion.where
    found = _guess(table, j, known, habits, is_id=is_id, plain=identifies)
    cluster = not is_id and not identifies and groups_rows(names, known, found)
    if cluster:
        found = Guess("text", tuple(texts(known.values)))
    label, unit = _label_and_unit(table, j, found)
    return ColumnProfile(
        position=j,
        column=table.columns[j],
        names=names,
        label=label,
        unit=unit,
        type=found.type,
        rows=len(table.rows),
        filled=cells.filled,
        empty=len(cells.empty) + len(cells.declared),
        distinct=_different(found),
        quartiles=quartiles(known, found),
        levels=level_counts(known, found),
        missing=missing,
        misfits=misfits(table, j, known, found),
        outliers=outliers(table, j, known, found),
        remarks=("its codes repeat: several rows of one patient?",) * cluster
        + remarks(known, found),
        longest=max(map(len, found.values), default=0) if found.type == "text" else 0,
        cluster=cluster,
        suspicion=suspicion,
    )


def _guess(
    table: RawTable, j: int, known: TypedCells, habits: Habits, *, is_id: bool, plain: bool
) -> Guess:
    if is_id or plain:
        kind: VariableType = "id" if is_id else "text"
        return Guess(kind, tuple(texts(known.values)))
    labels = table.value_labels[j] if table.value_labels else {}
    return guess(table.names(j), known, labels, habits)


def _different(found: Guess) -> int:
    return len({value for value in found.values if value is not None})


def _label_and_unit(table: RawTable, j: int, found: Guess) -> tuple[str, str]:
    # Where a file keeps names apart from its rows, its own label is what a reader should see.
    labelled = table.heading_row == 0 and len(table.names(j)) > 1
    shown = table.names(j)[1] if labelled else table.headings[j]
    if found.type not in NUMERIC:
        return shown, ""
    label, unit = label_and_unit(shown)
    return label, unit or found.unit
