"""Events per person-time by group."""

from __future__ import annotations

from analyses.schema.survival import RatesStep
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.survival.contrasts import DIFFERENCE, RATIO
from reports.format import general
from reports.numbers import known
from reports.table import EMPTY, Cell, Column, Row, Table, text
from reports.view import View


def rates_table(step: RatesStep, view: View) -> Table:
    """One row a group; ratio and difference against the first group."""
    numbers = view.numbers(step.id)
    groups = numbers.unique("group", "n")
    first = next((g for g in groups if g != OVERALL), OVERALL)
    unit = _unit(step, view)
    columns = [Column(view.group_label(step.by) or "Group"), Column(view.noun.capitalize())]
    columns.append(Column("Events"))
    columns += [Column(f"Person-time, {unit}" if unit else "Person-time")]
    columns += [Column(f"Events {per_words(step, view)} (95% CI)")]
    compared = len(groups) > 2
    if compared:
        columns += [Column("Rate ratio (95% CI)"), Column("p"), Column("Difference (95% CI)")]
    rows = []
    for group in groups:
        cells = [Cell("count", (numbers.get(name, group=group),)) for name in ("n", "events")]
        time = numbers.get("person_time", group=group)
        cells.append(Cell("count" if time >= 100 else "number", (time,)))
        cells.append(Cell("estimate_interval", numbers.triple("rate", group=group)))
        where = {"group": group, "level": first}
        p = numbers.get("p", term=RATIO, **where)
        if compared and group == first:
            cells += [text("1 (reference)"), EMPTY, text("0 (reference)")]
        elif compared and known(p):
            ratio = numbers.triple("rate_ratio", term=RATIO, **where)
            difference = numbers.triple("rate_difference", term=DIFFERENCE, **where)
            cells += [Cell("ratio_interval", ratio), Cell("p", (p,))]
            cells.append(Cell("signed_interval", difference))
        elif compared:
            cells += [EMPTY] * 3
        rows.append(Row((text(group), *cells)))
    notes = ["Intervals of rates: exact Poisson."]
    if compared:
        notes.append("Ratios, their intervals and p: exact conditional; differences: normal.")
    return Table(step.id, step.title, tuple(columns), tuple(rows), notes=tuple(notes))


def per_words(step: RatesStep, view: View) -> str:
    """What a rate is given for: ``per 100 years of person-time``."""
    return f"per {general(step.per)} {_unit(step, view)}".rstrip() + " of person-time"


def _unit(step: RatesStep, view: View) -> str:
    return step.unit or view.unit(step.endpoint)
