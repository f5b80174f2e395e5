"""A table from which nobody can be told by a name, a number or a date, and the key to it.

Names, phone numbers, addresses, e-mail addresses, national numbers and postcodes are dropped.
Ids and record numbers are replaced by study ids. Dates become days since an anchor date of the
same patient, a birth date an age. Text columns that contain an identifier or a date are dropped.

Study ids are given in random order, from the computer's own source of randomness, and the rows
are put in the order of the study ids. A seed would be recorded somewhere, and whoever holds it
could put the rows back in the order of the file, which is often that of the record numbers or
of the operation list. The key file is the only way back.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cohort_stats.describing.heading_words import says
from cohort_stats.describing.profile import ColumnProfile, profile
from cohort_stats.describing.trial import texts
from cohort_stats.privacy.column_fates import Fate, fate_of, without_traces
from cohort_stats.privacy.days_since import OLDEST, Anchor, choose_anchor
from cohort_stats.privacy.identifiers import suspected_identifiers
from cohort_stats.privacy.patients import (
    AGE,
    identity_of,
    patients_of,
    refuse_contradictions,
)
from cohort_stats.rawtable import CellError, MissingCode, RawTable
from cohort_stats.reading.grid import is_blank
from cohort_stats.wording import counted

STUDY_ID = "Study ID"
SHEET = "Cohort"
_LONG = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Deidentified:
    """A table to share, and what is kept apart from it.

    Parameters
    ----------
    table
        Without identifiers, in the order of the study ids.
    key
        Rows of the key file, the first one its headings: the study id, the row in the
        original file, the anchor date, and everything that was dropped or replaced.
    report
        What was done, in sentences without any value or place in the original file.
    """

    table: RawTable
    key: tuple[tuple[str, ...], ...]
    report: tuple[str, ...]


def deidentify(
    table: RawTable, *, anchor: str = "", randomness: random.Random | None = None
) -> Deidentified:
    """Drop or replace what tells who a patient is; see the rules of this module.

    Parameters
    ----------
    table
        The cells as read; they stay as they are.
    anchor
        Heading of the date column that dates are counted from; empty to choose one.
    randomness
        What the order of the study ids is drawn from; the computer's own source unless given.

    Raises
    ------
    CohortError
        When `anchor` names no date column, or one code stands for several patients.
    """
    suspicions = suspected_identifiers(table)
    profiles = profile(table, suspicions)
    identity = identity_of(table, profiles)
    patients = patients_of(table, identity)
    if identity is not None:
        refuse_contradictions(table, profiles, identity, patients)
    ids = _study_ids(patients, randomness or random.SystemRandom())
    dated = [p.position for p in profiles if p.type == "date"]
    start = choose_anchor(table, dated, patients, anchor)
    order = sorted(range(len(table.rows)), key=lambda i: (ids[i], i))
    study_id = Fate(identity, _id_heading(table, identity), tuple(ids))
    fates = [
        study_id if found.position == identity else fate_of(table, found, start)
        for found in profiles
    ]
    fates = without_traces(table, profiles, fates, patients)
    if identity is None:
        fates.insert(0, study_id)
    return Deidentified(
        _safe_table(table, [fate for fate in fates if fate.heading], order),
        _key(table, fates, order, ids, start),
        tuple(_report(table, profiles, fates, ids, start, identity)),
    )


def _safe_table(table: RawTable, fates: Sequence[Fate], order: Sequence[int]) -> RawTable:
    # Nothing of the file goes along but what stands here: not its name, notes or other sheets.
    return RawTable(
        path=Path(f"{SHEET}.xlsx"),
        sheet=SHEET,
        headings=tuple(fate.heading for fate in fates),
        columns=tuple(range(1, len(fates) + 1)),
        rows=tuple(range(2, len(order) + 2)),
        values=tuple([fate.values[i] for i in order] for fate in fates),
        heading_row=1,
        sha256="",
        synthetic=table.synthetic,
        reported=table.reported,
    )


def _id_heading(table: RawTable, identity: int | None) -> str:
    # The heading of the file, so that its plan fits; a row of a patient may stand in its place.
    if identity is None or _LONG.search(table.headings[identity]):
        return STUDY_ID
    return table.headings[identity]


def _study_ids(patients: Sequence[str], randomness: random.Random) -> list[str]:
    different = sorted(set(patients))
    randomness.shuffle(different)
    width = max(3, len(str(len(different))))
    ids = {patient: f"S{k:0{width}d}" for k, patient in enumerate(different, start=1)}
    return [ids[patient] for patient in patients]


def _key(
    table: RawTable,
    fates: Sequence[Fate],
    order: Sequence[int],
    ids: Sequence[str],
    anchor: Anchor | None,
) -> tuple[tuple[str, ...], ...]:
    replaced = [f.position for f in fates if f.position is not None and f.in_key]
    kept = list(dict.fromkeys([*replaced, *([anchor.position] if anchor is not None else [])]))
    head = (STUDY_ID, "Row in the original file", *(table.headings[j] for j in kept))
    rows = ((ids[i], str(table.rows[i]), *(_written(table, i, j) for j in kept)) for i in order)
    return (head, *rows)


def _written(table: RawTable, i: int, j: int) -> str:
    value = table.values[j][i]
    if is_blank(value):
        return ""
    if isinstance(value, date | CellError | MissingCode):
        return str(value)
    return texts([value])[0]


def _report(
    table: RawTable,
    profiles: Sequence[ColumnProfile],
    fates: Sequence[Fate],
    ids: Sequence[str],
    anchor: Anchor | None,
    identity: int | None,
) -> Iterator[str]:
    begun = "Study ids were added"
    if identity is not None:
        begun = f"'{table.headings[identity]}' is replaced by study ids"
    yield (
        f"{begun}, of {counted(len(set(ids)))} in random order; the key to them is kept in "
        "another file. Rows stand in the order of the study ids."
    )
    names = [p for p in profiles if p.suspicion is not None and p.suspicion.kind == "name"]
    if identity is None and names:
        yield "Every row has a study id of its own: names may be shared by different patients."
    if anchor is not None:
        yield f"Dates are whole days since '{anchor.heading}' of the same patient."
    if table.sheet not in ("", SHEET):
        yield f"The sheet is called '{SHEET}': take the line 'sheet' out of a plan that has one."
    for fate in fates:
        yield from fate.words
    for found in profiles:
        if found.is_numeric and says(found.names, AGE) and found.quartiles[-1:] >= (OLDEST,):
            yield (
                f"'{found.heading}' holds ages of {OLDEST} and above, which are rare enough to "
                "tell who somebody is."
            )
    free = [fate.heading for fate in fates if fate.is_free_text]
    if free:
        yield (
            "A program cannot find every name in a text. Read these columns before you share "
            f"the file: {', '.join(free)}."
        )
