"""Who entered and who was left out."""

from __future__ import annotations

from reports.numbers import Numbers
from reports.table import Cell, Column, Row, Table, text
from reports.view import View


def flow_table(view: View) -> Table:
    """The patient flow, one exclusion a row."""
    numbers = view.numbers("flow")
    rows = [Row((text("In the cohort file"), text(""), text(""), _n(numbers, "n", "entered")))]
    for reason in numbers.unique("term", "excluded"):
        cells = (_n(numbers, name, reason) for name in ("excluded", "unknown", "remaining"))
        rows.append(Row((text(reason), *cells), indent=1))
    columns = ("", "Left out", "Not known (kept)", "Remaining")
    notes = [f"Each of the {view.noun} is counted under the first reason that applies."]
    notes += [f"‘{r}’ left nobody out: {why}." for r, why in view.results.not_applied.items()]
    return Table(
        "flow",
        f"{view.one.capitalize()} flow",
        tuple(map(Column, columns)),
        tuple(rows),
        notes=tuple(notes),
    )


def _n(numbers: Numbers, statistic: str, term: str) -> Cell:
    return Cell("count", (numbers.get(statistic, term=term),))
