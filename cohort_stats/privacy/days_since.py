"""Dates as whole days since each patient's anchor date, birth dates as ages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cohort_stats.describing.heading_words import says
from cohort_stats.describing.trial import read_rows
from cohort_stats.dictionary import fold_heading, without_unit
from cohort_stats.problem import CohortError, Problem, suggestion
from cohort_stats.rawtable import RawTable

#: Days that a study usually counts from.
BEGINNINGS = re.compile(
    r"surgery|operation|\bop\b|treatment|therapy|diagnos|randomi[sz]|admission|index|enrol"
    r"|chirurgie|수술|치료|진단|手术|治疗|诊断"
)
NEARLY = 0.9  # as complete as the most complete date column, when it is such a day
OLDEST = 90


@dataclass(frozen=True)
class Anchor:
    """The day that every other date of a patient is counted from.

    Parameters
    ----------
    position
        Position of its column in the table.
    heading
        Its heading.
    days
        For each row the patient's anchor date: the earliest one, where a patient has several
        rows; None where there is none.
    """

    position: int
    heading: str
    days: tuple[datetime | None, ...]


def choose_anchor(
    table: RawTable, dated: Sequence[int], patients: Sequence[str], heading: str = ""
) -> Anchor | None:
    """Choose the anchor: the most complete date column, days of treatment or diagnosis first.

    Parameters
    ----------
    table
        The cells as read.
    dated
        Positions of its date columns, birth dates not among them.
    patients
        For each row, what tells its patient from others.
    heading
        The heading of the column to take; empty to choose.

    Raises
    ------
    CohortError
        When `heading` names no date column.
    """
    read = {j: read_rows(table, j, "date") for j in dated}
    filled = {j: sum(day is not None for day in days) for j, days in read.items()}
    if heading:
        position = _named(table, dated, heading)
    else:
        most = max(filled.values(), default=0)
        if most == 0:
            return None
        candidates = [j for j in dated if filled[j] >= NEARLY * most]
        begun = [j for j in candidates if says(table.names(j), BEGINNINGS)]
        position = max(begun or candidates, key=lambda j: (filled[j], -j))
    first: dict[str, datetime] = {}
    for patient, day in zip(patients, read[position], strict=True):
        if day is not None:
            first[patient] = min(day, first.get(patient, day))
    days = tuple(first.get(patient) for patient in patients)
    return Anchor(position, table.headings[position], days)


def _named(table: RawTable, dated: Sequence[int], heading: str) -> int:
    for j in dated:
        if fold_heading(heading) in (fold_heading(name) for name in table.names(j)):
            return j
    names = [table.headings[j] for j in dated]
    expected = "the heading of a date column" + (f": {', '.join(names)}" if names else "")
    found, hint = f"'{heading}'", suggestion(heading, names)
    raise CohortError([Problem("--anchor", "", expected, found, hint)])


def days_heading(heading: str, anchor: Anchor) -> str:
    """The heading of a date column once it holds days."""
    day = re.sub(r"[\s()\[\]]+", " ", without_unit(anchor.heading)).strip()
    return f"{heading} (days since {day})"


def days_since(days: Sequence[datetime | None], anchor: Anchor) -> list[int | None]:
    """Whole days from the anchor date to each date; None where either is not known."""
    return [
        None if day is None or begin is None else (day.date() - begin.date()).days
        for day, begin in zip(days, anchor.days, strict=True)
    ]


def ages_at(births: Sequence[datetime | None], anchor: Anchor) -> list[int | None]:
    """Completed years at the anchor date, 90 for everybody older; None where not known."""
    return [
        None if birth is None or day is None or day < birth else min(OLDEST, _years(birth, day))
        for birth, day in zip(births, anchor.days, strict=True)
    ]


def _years(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
