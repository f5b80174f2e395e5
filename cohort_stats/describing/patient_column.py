"""Which column tells patients apart, and which tells that rows belong to one patient."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date

from cohort_stats.describing.guessing import Guess
from cohort_stats.describing.heading_words import says
from cohort_stats.describing.trial import TypedCells, texts
from cohort_stats.privacy.identifier_words import PATIENT_NUMBER
from cohort_stats.privacy.identifiers import are_study_ids
from cohort_stats.rawtable import Labelled, RawTable

LONGEST_CODE = 20
FILLED = 0.9
DIFFERENT = 0.9
FEWEST_GROUPS = 3
_NUMBERED = re.compile(
    r"^(study |record |row |serial |sample |unique )?(id|no|nr|num|number|code|key|pid|sn|s n)$"
    r"|^studien ?(nr|nummer)$|^번호$|^연번$|^순번$|^일련\s?번호$|^编号$|^序号$|^番号$"
)
_GROUPING = re.compile(
    r"\b(patient|pat|pt|subject|case)s?( (id|no|nr|number|code))?$|^pid$|^(환자|患者)(번호|编号)?$"
)
_CODE = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[A-Za-z0-9_./-]+")


def id_column(
    table: RawTable, columns: Sequence[TypedCells], identifying: Collection[int]
) -> int | None:
    """Position of the column that tells patients apart, if there is one.

    Parameters
    ----------
    table
        The cells as read.
    columns
        Its columns, as :func:`~cohort_stats.describing.trial.typed_cells` gives them.
    identifying
        Columns that may tell who a patient is, and are not taken.
    """
    given = (j for j in range(len(columns)) if are_study_ids(texts(columns[j].values)))
    if (study_id := next(given, None)) is not None and _are_codes(
        table, columns[study_id], DIFFERENT
    ):
        return study_id
    named = (j for j in range(len(columns)) if j not in identifying and _names_patients(table, j))
    found = next((j for j in named if _are_codes(table, columns[j], DIFFERENT)), None)
    if found is not None or not columns or 0 in identifying:
        return found
    words = texts(columns[0].values)
    if not _are_codes(table, columns[0], 1.0):
        return None
    return 0 if _counts_on(words) or all(_CODE.fullmatch(word) for word in words) else None


def groups_rows(names: Sequence[str], cells: TypedCells, found: Guess) -> bool:
    """Whether a column's codes tell which of several rows belong to one patient.

    Parameters
    ----------
    names
        Heading and other names.
    cells
        Its cells.
    found
        What it would be otherwise; answers and levels with labels are no codes.
    """
    different = len(cells.values)
    return (
        says(names, _GROUPING)
        and found.type in ("text", "integer", "category")
        and not any(isinstance(v, Labelled | bool) for v in cells.values)
        and max(FEWEST_GROUPS, cells.filled / 20) <= different < DIFFERENT * cells.filled
    )


def _names_patients(table: RawTable, j: int) -> bool:
    return says(table.names(j), _NUMBERED) or says(table.names(j), PATIENT_NUMBER)


def _are_codes(table: RawTable, cells: TypedCells, share: float) -> bool:
    words = texts(cells.values)
    return (
        len(words) >= 2
        and cells.filled >= FILLED * len(table.rows)
        and len(words) >= share * cells.filled
        and all(len(word) <= LONGEST_CODE and word.count(" ") <= 1 for word in words)
        and not any(isinstance(v, bool | date | Labelled) for v in cells.values)
        and all(v.is_integer() for v in cells.values if isinstance(v, float))
    )


def _counts_on(words: Sequence[str]) -> bool:
    if not all(re.fullmatch(r"\d{1,9}", word) for word in words):
        return False
    numbers = sorted(map(int, words))
    return numbers[-1] - numbers[0] == len(numbers) - 1
