"""Survival by group: patients, events, medians, rates at times."""

from __future__ import annotations

from analyses.schema import KaplanMeierStep
from cohort_stats.compare import OVERALL
from reports.format import general, number, p_equals, time_interval
from reports.numbers import Numbers, known
from reports.table import Cell, Column, Row, Table, text
from reports.view import View


def survival_table(step: KaplanMeierStep, view: View) -> Table:
    """One row a group."""
    numbers = view.numbers(f"{step.id}/curves")
    unit = view.unit(step.endpoint)
    groups = numbers.unique("group", "n")
    times = numbers.unique("time", "survival")
    label = view.results.plan.file.endpoints[step.endpoint].label
    columns = [Column(view.group_label(step.by) or "Group"), Column("Patients"), Column("Events")]
    columns.append(Column(f"Median (95% CI), {unit}" if unit else "Median (95% CI)"))
    columns += [Column(f"{general(t)} {unit}".strip(), f"{label} (95% CI) at") for t in times]
    rows = []
    for group in groups:
        cells = [Cell("count", (numbers.get(name, group=group),)) for name in ("n", "events")]
        cells.append(Cell("time_interval", numbers.triple("median", group=group)))
        for time in times:
            found = numbers.triple("survival", group=group, time=time)
            cells.append(Cell("share_interval", found))
        rows.append(Row((text(group), *cells)))
    return Table(
        step.id, step.title, tuple(columns), tuple(rows), notes=_notes(step, view, numbers, unit)
    )


def _notes(step: KaplanMeierStep, view: View, numbers: Numbers, unit: str) -> tuple[str, ...]:
    follow_up = numbers.triple("median_follow_up", group=OVERALL)
    notes = [
        "CI, confidence interval; n.r., not reached; n.e., not estimable; –, beyond the last "
        "follow-up.",
        f"Median follow-up (reverse Kaplan–Meier): {time_interval(*follow_up)} {unit}.",
    ]
    test = view.numbers(f"{step.id}/log-rank")
    if test and known(test.get("chi_square")):
        value, df, p = (test.get(name) for name in ("chi_square", "df", "p"))
        notes.append(f"Log-rank test: χ² = {number(value, 2)}, df = {df:.0f}, {p_equals(p)}.")
    return tuple(notes)
