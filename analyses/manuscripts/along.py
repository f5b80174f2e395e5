"""What the columns of one row say of each other: events and patients, survival, accuracy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from analyses.manuscripts.shapes import Heading, hints_in
from analyses.manuscripts.source import SourceTable
from analyses.published.registry import Column, Relation, Row, Value

#: Headings of what a diagnostic test is worth.
ACCURACY = {
    "sensitivity": re.compile(r"(?i)sens(itivity|\.)?|se\.?"),
    "specificity": re.compile(r"(?i)spec(ificity|\.)?|sp\.?"),
    "ppv": re.compile(r"(?i)ppv|positive predictive value|pv\+"),
    "npv": re.compile(r"(?i)npv|negative predictive value|pv[-−]"),
    "accuracy": re.compile(r"(?i)(diagnostic )?acc(uracy|\.)?"),
}
_UNIT = re.compile(r"(?i)\s*[,(\[]*\s*(%|n/n( \(%\))?|95 ?% ?ci|[()\]]|\s|,)*$")
_PATIENTS = re.compile(r"(?i)(total )?(n|no\.?|patients|(no\.?|number) of (patients|cases))")
_EVENTS = re.compile(r"(?i)((no\.?|number) of )?(events?|deaths?|died)( \(n\))?")
_YEAR = re.compile(r"(?i)(\d+)[\s-]*(years?|y|yr|months?|mo)\b[\s-]*(.*)")
_SURVIVAL = re.compile(r"(?i)\b(os|pfs|dfs|rfs|efs|css|survival|surviving)\b|-free\b")
_AT_RISK = re.compile(r"(?i)\bat risk\b")
_TIME = re.compile(r"(?i)(time|months?|years?|days?|weeks?)\b.*|.*\((months?|years?|days?)\)")
_OF = re.compile(r"(?<![\d.,])(\d+) (?:of|/) (?:the )?(\d+)\b")
EVENTS_WITHIN = "the events are of the patients beside them"
LATER = "both are of the same patients from the same start"
FEWER = "the numbers are those at risk"


def accuracy_in(headings: Sequence[Heading]) -> dict[int, str]:
    """Columns of sensitivity, specificity and the like; empty without both of these."""
    found: dict[int, str] = {}
    for at, heading in enumerate(headings[1:], start=1):
        own = _UNIT.sub("", heading.own.strip(" *†‡#"))
        name = next((n for n, pattern in ACCURACY.items() if pattern.fullmatch(own)), "")
        if name and name not in found.values():
            found[at] = name
    return found if {"sensitivity", "specificity"} <= {*found.values()} else {}


def columns_along(table: SourceTable, headings: Sequence[Heading]) -> dict[int, Column]:
    """Columns that only their neighbours explain: accuracy, survival at a time, numbers at risk.

    Parameters
    ----------
    table
        As printed.
    headings
        Of its columns.
    """
    found = {at: _share_column(table, headings, at) for at in accuracy_in(headings)}
    for at, heading in enumerate(headings):
        if at and _survives(heading) and "ci" not in hints_in(heading.words):
            found[at] = Column(f"rate{at}", "", "rate")
    found |= {at: Column(f"time{at}", "", "count") for at in _times(headings)}
    return found


def _share_column(table: SourceTable, headings: Sequence[Heading], at: int) -> Column:
    over = any("/" in row[at].words for row in table.rows)
    limits = "ci" in hints_in(headings[at].words)
    return Column(f"share{at}", "", "count_percent" if over else "rate_ci" if limits else "share")


def _survives(heading: Heading) -> bool:
    said = _YEAR.search(heading.own) and _SURVIVAL.search(heading.words)
    return bool(said) and "conditional" not in heading.words.casefold()


def _times(headings: Sequence[Heading]) -> list[int]:
    """All columns but the first, where their headings are times in their order."""
    at = [k for k in range(1, len(headings)) if re.fullmatch(r"\d+(\.\d+)?", headings[k].own)]
    times = [float(headings[k].own) for k in at]
    whole = len(at) == len(headings) - 1 and len({*times}) == len(times) > 1
    return at if whole and times == sorted(times) else []


def relations_along(
    table: SourceTable, headings: Sequence[Heading], names: Mapping[int, str], rows: Sequence[Row]
) -> Iterator[tuple[Relation, str]]:
    """Relations of the numbers of a row, and what each takes for granted.

    Parameters
    ----------
    table
        As printed.
    headings
        Of its columns.
    names
        Index of a column to its name, of those that are read.
    rows
        Of the table, as read.
    """
    lines = [line for row in rows for line in (row, *row.levels)]
    accuracy = {names[at]: role for at, role in accuracy_in(headings).items() if at in names}
    patients = _columns(headings, names, _PATIENTS)
    events = _columns(headings, names, _EVENTS)
    for line in lines:
        yield from _accuracy(table, line, accuracy)
        if len(patients) == len(events) == 1:
            yield from _within(line, events[0], patients[0])
        for earlier, later in _survival(headings, names):
            if earlier in line.cells and later in line.cells:
                yield _at_most(line.cells[later], line.cells[earlier]), LATER
    yield from _at_risk(table, headings, names, lines)


def _columns(
    headings: Sequence[Heading], names: Mapping[int, str], pattern: re.Pattern[str]
) -> list[str]:
    return [names[at] for at in names if pattern.fullmatch(headings[at].words.strip(" *†‡#"))]


def _at_most(value: Value, other: Value) -> Relation:
    return Relation(value.address, "at_most", (other.address,), 0)


def _within(line: Row, events: str, patients: str) -> Iterator[tuple[Relation, str]]:
    if events in line.cells and patients in line.cells:
        yield _at_most(line.cells[events], line.cells[patients]), EVENTS_WITHIN


def _survival(headings: Sequence[Heading], names: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """Columns of survival at an earlier and a later time, one behind the other."""
    timed: dict[tuple[str, str, str], list[tuple[int, str]]] = {}
    for at, name in names.items():
        found = _YEAR.search(headings[at].own)
        if found and _survives(headings[at]):
            unit = found[2][0].casefold()
            timed.setdefault((headings[at].shared, unit, found[3]), []).append(
                (int(found[1]), name)
            )
    for columns in timed.values():
        yield from ((a, b) for (_, a), (_, b) in pairwise(sorted(columns)))


def _at_risk(
    table: SourceTable, headings: Sequence[Heading], names: Mapping[int, str], lines: Sequence[Row]
) -> Iterator[tuple[Relation, str]]:
    """Numbers at risk below times that rise; where that is not said, most rows must fall."""
    at = [k for k in _times(headings) if k in names]
    if not at:
        return
    counts = [[line.cells[names[k]] for k in at if names[k] in line.cells] for line in lines]
    counts = [cells for cells in counts if len(cells) > 1]
    fall = [all(_falls(a, b) for a, b in pairwise(cells)) for cells in counts]
    said = _AT_RISK.search(f"{table.title} {headings[0].own}") is not None
    if not said and not (_TIME.fullmatch(headings[0].own) and 2 * sum(fall) > len(fall)):
        return
    for cells in counts:
        yield from ((_at_most(later, earlier), FEWER) for earlier, later in pairwise(cells))


def _falls(earlier: Value, later: Value) -> bool:
    a, b = earlier.get("count"), later.get("count")
    return a is not None and b is not None and b.value <= a.value


def _accuracy(
    table: SourceTable, line: Row, roles: Mapping[str, str]
) -> Iterator[tuple[Relation, str]]:
    """Sensitivity with the other shares of the row, and how many patients they are of."""
    cells = {
        role: line.cells[name]
        for name, role in roles.items()
        if name in line.cells and {"share", "percent", "rate"} & {*line.cells[name].parts}
    }
    subject = cells.pop("sensitivity", None)
    if subject is None or "specificity" not in cells:
        return
    sizes = _sizes(table, subject, cells["specificity"])
    if sizes:
        words = [f"{role}={value.address}" for role, value in cells.items()]
        arguments = (*words, *sizes)
        yield Relation(subject.address, "sensitivity_with", arguments, 0), "one cut-off each"


def _sizes(table: SourceTable, sensitivity: Value, specificity: Value) -> tuple[str, ...]:
    """How many have the condition and have not, from n/N in the cells, or from the title."""
    if "n" in sensitivity.parts and "n" in specificity.parts:
        return (f"positives={sensitivity['n'].text}", f"negatives={specificity['n'].text}")
    named = {*_OF.findall(table.title)}
    if len(named) != 1:
        return ()
    positives, n = next(iter(named))
    return (f"positives={positives}", f"n={n}")
