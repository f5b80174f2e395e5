"""Which of several groups differ: every two of them compared, row by row."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analyses.schema.comparing import CompareStep
from cohort_stats.comparing.adjust import ADJUSTMENTS
from reports.numbers import known
from reports.table import EMPTY, Cell, Column, Footnotes, Row, Table, text
from reports.view import View

#: Up to so many pairs stand side by side, a column each; more stand below one another.
SIDE_BY_SIDE = 6


def pairs_table(step: CompareStep, view: View) -> Table | None:
    """Every two groups compared after the fact; None where that was not asked for."""
    frame = view.numbers(step.id).frame
    pairs = frame[frame["statistic"] == "p_adjusted"]
    if pairs.empty or step.posthoc is None:
        return None
    names = list(dict.fromkeys(zip(pairs["group"], pairs["level"], strict=True)))
    footnotes, beside = Footnotes(), len(names) <= SIDE_BY_SIDE
    rows: list[Row] = []
    for term, mine in pairs.groupby("term", sort=False):
        label = view.dictionary[str(term)].label
        found = dict(zip(names, _cells(mine, names, footnotes), strict=True))
        if beside:
            rows.append(Row((text(label), *found.values())))
        else:
            rows.append(Row((text(label), EMPTY), heading=True))
            rows += [Row((text(f"{a} against {b}"), c), indent=1) for (a, b), c in found.items()]
    adjusted = "Adjusted p"
    columns = [Column("Characteristic" if beside else "Comparison")]
    columns += (
        [Column(f"{a} against {b}", adjusted) for a, b in names] if beside else [Column(adjusted)]
    )
    lead = f"Every two groups, p adjusted by {ADJUSTMENTS[step.posthoc]} method"
    own = any(row.pairs == "tukey" for row in step.rows)
    lead += " (Tukey’s test adjusts its own)." if own else "."
    title = f"{step.title}: every two groups"
    key = f"{step.id}_pairs"
    return Table(key, title, tuple(columns), tuple(rows), footnotes.words, (lead,))


def _cells(
    rows: pd.DataFrame, names: list[tuple[str, str]], footnotes: Footnotes
) -> Iterator[Cell]:
    """The p-value of each pair, with the footnote of its own test."""
    pairs = zip(rows["group"], rows["level"], strict=True)
    found = dict(zip(pairs, zip(rows["value"], rows["method"], strict=True), strict=True))
    for name in names:
        p, method = found.get(name, (float("nan"), ""))
        test = str(method).partition(", adjusted")[0]
        yield Cell("p", (float(p),), footnotes.mark(test) if known(p) else "")
