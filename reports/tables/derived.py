"""The derived variables: how many patients have a value, and what each means."""

from __future__ import annotations

from reports.derived import definition, derived_counts, not_derived
from reports.table import Cell, Column, Row, Table, text
from reports.view import View

KEY = "derived"


def derived_table(view: View) -> Table:
    """One derived variable a row; the definitions stand below."""
    rows, notes = [], []
    for one in view.results.derived:
        heading = view.dictionary[one.name].heading
        counts = (Cell("count", (float(n),)) for n in derived_counts(view, one.name))
        rows.append(Row((text(heading), *counts)))
        notes.append(f"{heading}: {definition(one)}")
    notes += [f"{name} was not derived: {why}." for name, why in not_derived(view)]
    columns = ("", "Known", "Missing", "Values not taken")
    lead = (
        f"Known and missing are counted among the {view.noun} analysed, values that a definition "
        "does not take among those of the file."
    )
    return Table(
        KEY, "Derived variables", tuple(map(Column, columns)), tuple(rows), notes=(lead, *notes)
    )
