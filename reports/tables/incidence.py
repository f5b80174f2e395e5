"""Cumulative incidence by group: patients, both events, incidence at times."""

from __future__ import annotations

from analyses.schema.survival import CumulativeIncidenceStep
from cohort_stats.comparing.groups import OVERALL
from reports.format import count, general, number, time_interval
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.table import Cell, Column, Row, Table, text
from reports.tables.imputed import f_words, note_of
from reports.tables.survival import BEYOND
from reports.view import View


def incidence_table(step: CumulativeIncidenceStep, view: View) -> Table:
    """One row a group; the event's incidence at each time, then the competing event's."""
    numbers, competing = (view.numbers(f"{step.id}/{part}") for part in ("curves", "competing"))
    unit = view.unit(step.endpoint)
    label = view.results.plan.file.endpoints[step.endpoint].label
    other = view.competing_label(step.endpoint)
    times = numbers.unique("time", "cumulative_incidence")
    columns = [Column(view.group_label(step.by) or "Group"), Column(view.noun.capitalize())]
    columns.append(Column("Events"))
    columns.append(Column("Competing events"))
    for name in (label, f"Competing event, {other}"):
        columns += [Column(f"{general(t)} {unit}".strip(), f"{name} (95% CI) at") for t in times]
    rows = []
    for group in numbers.unique("group", "n"):
        counted = (numbers.get(s, group=group) for s in ("n", "events", "competing_events"))
        cells = [Cell("count", (count,)) for count in counted]
        for found in (numbers, competing):
            at = (found.triple("cumulative_incidence", group=group, time=t) for t in times)
            cells += [Cell("share_interval", values, why=BEYOND) for values in at]
        rows.append(Row((text(group), *cells)))
    notes = _notes(step, view, numbers, unit, other)
    return Table(step.id, step.title, tuple(columns), tuple(rows), notes=notes)


def _notes(
    step: CumulativeIncidenceStep, view: View, numbers: Numbers, unit: str, other: str
) -> tuple[str, ...]:
    follow_up = numbers.triple("median_follow_up", group=OVERALL)
    notes = [
        f"Cumulative incidence. The competing event: {other}.",
        f"Median follow-up (reverse Kaplan–Meier): {time_interval(*follow_up)} {unit}; follow-up "
        "ends where a time ends without the event or the competing event.",
    ]
    for part, of in (("gray", "the event"), ("gray-competing", "the competing event")):
        test = view.numbers(f"{step.id}/{part}")
        if test and known(test.get("chi_square")):
            value, df, p = (test.get(name) for name in ("chi_square", "df", "p"))
            found = f"χ² = {number(value, 2)}, df = {count(df)}, {p_equals(p)}"
            notes.append(f"Gray’s test of {of}: {found}.")
        elif f_words(test):
            notes.append(f"Gray’s test of {of}, pooled: {f_words(test)}.")
    notes += note_of(step, view)
    notes.append(f"Method: {numbers.about('n')['method']}.")
    return tuple(notes)
