"""Survival by group: patients, events, medians, rates at times."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from analyses.schema.step import EndpointStep
from analyses.schema.survival import KaplanMeierStep
from cohort_stats.comparing.groups import OVERALL
from reports.format import count, decimals_for, general, number, time_interval
from reports.numbers import NAN, Numbers, known
from reports.p_values import p_equals
from reports.table import Cell, Column, Row, Table, text
from reports.tables.imputed import f_words, note_of
from reports.view import View
from reports.wording import mid

#: Words of a label that name a time already; others are the event, to which a time runs.
TIMES = ("surviv", "time", "free", "duration", "interval")


def names_a_time(label: str) -> bool:
    """Whether an endpoint is called after the time (*Overall survival*), not after the event."""
    return any(word in label.casefold() for word in TIMES)


def survival_name(step: EndpointStep, view: View) -> str:
    """What the curve falls from: *Overall survival*, or *Without relapse* of a named event."""
    label = view.results.plan.file.endpoints[step.endpoint].label
    return label if names_a_time(label) else f"Without {mid(label)}"


def survival_table(step: KaplanMeierStep, view: View) -> Table:
    """One row a group."""
    numbers = view.numbers(f"{step.id}/curves")
    unit = view.unit(step.endpoint)
    groups = numbers.unique("group", "n")
    times = numbers.unique("time", "survival")
    label = survival_name(step, view)
    columns = [Column(view.group_label(step.by) or "Group"), Column(view.noun.capitalize())]
    columns.append(Column("Events"))
    columns.append(Column(f"Median (95% CI), {unit}" if unit else "Median (95% CI)"))
    columns += [Column(f"{general(t)} {unit}".strip(), f"{label} (95% CI) at") for t in times]
    more = _more_columns(step, view, numbers, unit)
    columns += [column for column, _ in more]
    rows = []
    for group in groups:
        cells = [Cell("count", (numbers.get(name, group=group),)) for name in ("n", "events")]
        cells.append(Cell("time_interval", numbers.triple("median", group=group)))
        for time in times:
            found = numbers.triple("survival", group=group, time=time)
            cells.append(Cell("share_interval", found, why=BEYOND))
        cells += [cell(group) for _, cell in more]
        rows.append(Row((text(group), *cells)))
    return Table(
        step.id, step.title, tuple(columns), tuple(rows), notes=_notes(step, view, numbers, unit)
    )


BEYOND = "beyond the last follow-up"
More = tuple[Column, Callable[[str], Cell]]


def _more_columns(step: KaplanMeierStep, view: View, numbers: Numbers, unit: str) -> list[More]:
    """Columns asked for besides, each with what makes the cell of a group."""
    in_unit = f", {unit}" if unit else ""
    found: list[More] = []
    for level in numbers.unique("level", "quantile"):
        heading = Column(f"{level} (95% CI){in_unit}", "Time to the event in")
        found.append((heading, partial(_quantile, numbers, level)))
    if numbers.unique("group", "mean_survival"):
        heading = Column(f"Mean up to last time (95% CI){in_unit}")
        found.append((heading, partial(_mean, numbers, "mean_survival")))
    means = view.numbers(f"{step.id}/rmst")
    if means:
        until = f"{general(means.get('horizon'))} {unit}".strip()
        found.append((Column(f"Mean up to {until} (95% CI)"), partial(_mean, means, "rmst")))
    return found


def _quantile(numbers: Numbers, level: str, group: str) -> Cell:
    return Cell("time_interval", numbers.triple("quantile", group=group, level=level))


def _mean(numbers: Numbers, statistic: str, group: str) -> Cell:
    found = numbers.triple(statistic, group=group)
    return Cell("estimate_interval", (*found, mean_decimals(numbers, statistic)))


def mean_decimals(numbers: Numbers, statistic: str) -> int:
    """The decimals of the mean survival times of all groups: those of the widest interval."""
    triples = [numbers.triple(statistic, group=g) for g in numbers.unique("group", statistic)]
    widths = [high - low for _, low, high in triples if known(high - low)]
    return decimals_for(max(widths, default=NAN))


def _notes(step: KaplanMeierStep, view: View, numbers: Numbers, unit: str) -> tuple[str, ...]:
    follow_up = numbers.triple("median_follow_up", group=OVERALL)
    notes = [
        *weighted_words(numbers),
        f"Median follow-up (reverse Kaplan–Meier): {time_interval(*follow_up)} {unit}; "
        "follow-up ends where a time ends without the event.",
    ]
    for analysis in ("log-rank", "trend"):
        test = view.numbers(f"{step.id}/{analysis}")
        if test and known(test.get("chi_square")):
            value, df, p = (test.get(name) for name in ("chi_square", "df", "p"))
            name = str(test.about("p")["method"])
            figures = f"χ² = {number(value, 2)}, df = {count(df)}, {p_equals(p)}."
            notes.append(f"{name[:1].upper()}{name[1:]}: {figures}")
        elif f_words(test):
            name = str(test.about("p")["method"])
            notes.append(f"{name[:1].upper()}{name[1:]}: {f_words(test)}.")
    notes += note_of(step, view)
    start = view.numbers(f"{step.id}/landmark")
    if start:
        notes.append(landmark_words(start, unit))
    return tuple(notes)


def weighted_words(numbers: Numbers) -> list[str]:
    """What is weighted in the survival of weighted patients, and what is not."""
    if not str(numbers.about("median").get("method", "")).startswith("weighted"):
        return []
    return ["Curves, medians and survival are weighted; patients, events and follow-up are not."]


def landmark_words(numbers: Numbers, unit: str) -> str:
    """Who a landmark analysis follows, and who was left out."""
    names = ("landmark", "n", "events_before", "censored_before", "entered_after")
    at, n, events, censored, late = (numbers.get(name) for name in names)
    later = f" and {count(late)} not yet under observation" if late else ""
    return (
        f"Time runs from the landmark at {general(at)} {unit}".rstrip()
        + f": {count(n)} patients; left out were {count(events)} with the event and "
        f"{count(censored)} censored by then{later}."
    )
