"""What a dash stands for: said below each table that has one, as far as it is known."""

from __future__ import annotations

from reports.format import DASH
from reports.table import Cell, Table

#: Kind of cell -> why it is a dash, where its maker does not say so.
USUAL = {
    "p": "no test is possible",
    "difference": "not estimable, for want of spread or of patients",
    "mean_difference": "not estimable",
    "mean_sd": "no value known",
    "median_quartiles": "no value known",
    "count_percent": "no value known",
    "share_interval": "not estimable",
    "percent": "not estimable",
    "weight": "not in the pooled estimate",
}


def dash_note(table: Table) -> str:
    """Why some cells are dashes; empty where there are none.

    Parameters
    ----------
    table
        As its maker left it. Where its dashes have several reasons, each is told with the
        headings of its columns.
    """
    reasons: dict[str, dict[str, None]] = {}
    for row in table.rows:
        for cell, column in zip(row.cells[1:], table.columns[1:], strict=True):
            if str(cell) == DASH:
                heading = column.label or column.above
                reasons.setdefault(_reason(cell), {})[heading] = None
    if len(reasons) < 2:
        told = "".join(reasons)
    else:
        told = "; ".join(f"{', '.join(where)}: {why}" for why, where in reasons.items())
    return f"{DASH}, {told}." if told else ""


def _reason(cell: Cell) -> str:
    return cell.why or USUAL.get(cell.kind, "not available")
