"""A marker's area under the curve, its cut-off, and how the cut-off performs."""

from __future__ import annotations

from analyses.schema.discrimination import RocStep
from reports.format import count, p_equals
from reports.numbers import known
from reports.table import EMPTY, Cell, Column, Row, Table, text
from reports.view import View

FRACTIONS = {
    "sensitivity": ("Sensitivity", "true_positive", ("true_positive", "false_negative")),
    "specificity": ("Specificity", "true_negative", ("true_negative", "false_positive")),
    "ppv": ("Positive predictive value", "true_positive", ("true_positive", "false_positive")),
    "npv": ("Negative predictive value", "true_negative", ("true_negative", "false_negative")),
}


def roc_table(step: RocStep, view: View) -> Table:
    """One row a measure."""
    numbers = view.numbers(step.id)
    columns = (Column("Measure"), Column("Estimate (95% CI)"), Column("Patients"))
    n, events = numbers.get("n"), numbers.get("events")
    rows = [
        Row((text("With the outcome / all"), EMPTY, text(f"{count(events)}/{count(n)}"))),
    ]
    area = numbers.triple("auc")
    if known(area[0]):
        rows.append(Row((text("Area under the curve"), Cell("area_interval", area), EMPTY)))
        rows += _at_the_cutoff(step, view)
    notes = ["CI, confidence interval (area: DeLong; proportions: Wilson)."]
    p = numbers.get("p")
    if known(p):
        notes.append(f"Area against 0.5: {p_equals(p)}.")
    why = "none does better than chance" if known(area[0]) else "none"
    notes.append(f"Cut-off: {numbers.about('cutoff').get('method', why)}.")
    interval = numbers.about("cutoff_low")
    if interval:
        notes.append(f"Interval of the cut-off: {interval['method']}.")
    return Table(step.id, step.title, columns, tuple(rows), notes=tuple(notes))


def _at_the_cutoff(step: RocStep, view: View) -> list[Row]:
    numbers = view.numbers(step.id)
    variable = view.dictionary[step.marker]
    sign = ">" if step.direction == "high" else "<"
    unit = f" ({variable.unit})" if variable.unit else ""
    cutoff = numbers.triple("cutoff")
    if not known(cutoff[0]):
        return [Row((text(f"Cut-off: {variable.label}{unit}"), text("none"), EMPTY))]
    name = f"Cut-off: {variable.label}{unit} {sign}"
    rows = [Row((text(name), Cell("value_interval", cutoff), EMPTY))]
    for statistic, (name, part, whole) in FRACTIONS.items():
        cell = Cell("share_interval", numbers.triple(statistic))
        total = sum(numbers.get(w) for w in whole)
        shown = text(f"{count(numbers.get(part))}/{count(total)}")
        rows.append(Row((text(name), cell, shown), indent=1))
    return rows
