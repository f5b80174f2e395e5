"""Characteristics of patients, overall and by group."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from analyses.schema import CompareStep
from cohort_stats.compare import OVERALL
from cohort_stats.dictionary import Variable
from reports.format import row_decimals
from reports.numbers import Numbers
from reports.table import EMPTY, Cell, Column, Footnotes, Row, Table, text
from reports.view import View

_SUMMARIES = {
    "mean": ("mean_sd", ("mean", "sd")),
    "median": ("median_quartiles", ("median", "q1", "q3")),
}


def baseline_table(step: CompareStep, view: View) -> Table:
    """Describe each variable, with the p-value and the standardised difference of groups."""
    numbers = view.numbers(step.id)
    groups = numbers.unique("group", "n")
    by_group = len(groups) > 1
    footnotes = Footnotes()
    summaries = {row.variable: row.summary or step.summary for row in step.rows}
    rows: list[Row] = []
    for term in numbers.unique("term", "n"):
        variable = view.dictionary[term]
        rows += _variable_rows(numbers, groups, variable, summaries[term], footnotes)
    label = view.group_label(step.by)
    heads = [
        Column(
            f"{g} (n\u00a0=\u00a0{numbers.get('n', group=g):.0f})", label if g != OVERALL else ""
        )
        for g in groups
    ]
    columns = [Column("Characteristic"), *heads]
    has_smd = bool(numbers.unique("term", "smd"))
    if by_group:
        columns += [Column("p"), Column("SMD")] if has_smd else [Column("p")]
    width = len(columns)
    rows = [Row(r.cells[:width], r.indent, r.heading) for r in rows]
    notes = ["Percentages are of patients whose value is known."]
    if has_smd:
        notes.append("SMD, standardised mean difference.")
    return Table(step.id, step.title, tuple(columns), tuple(rows), footnotes.words, tuple(notes))


def _variable_rows(
    numbers: Numbers,
    groups: list[str],
    variable: Variable,
    summary: str,
    footnotes: Footnotes,
) -> Iterator[Row]:
    term = variable.name
    about = numbers.about("p", term=term)
    p = numbers.get("p", term=term)
    mark = footnotes.mark(str(about["method"])) if about and not math.isnan(p) else ""
    tail = (Cell("p", (p,), mark), Cell("difference", (numbers.get("smd", term=term),)))
    levels = numbers.unique_levels_of("count", term)
    if not levels:
        words = "mean ± SD" if summary == "mean" else "median (Q1–Q3)"
        name = f"{variable.heading}, {words}"
        cells = _summaries(numbers, groups, term, summary)
        yield Row((text(name), *cells, *tail))
    elif variable.type == "yesno":
        yes = variable.labels[-1]
        cells = [_count(numbers, group, term, yes) for group in groups]
        yield Row((text(f"{variable.label}, n (%)"), *cells, *tail))
    else:
        blanks = (EMPTY,) * len(groups)
        yield Row((text(f"{variable.label}, n (%)"), *blanks, *tail), heading=True)
        for level in levels:
            cells = [_count(numbers, group, term, level) for group in groups]
            yield Row((text(level), *cells, EMPTY, EMPTY), indent=1)
    missing = [numbers.get("missing", group=group, term=term) for group in groups]
    if any(missing):
        counts = tuple(Cell("count", (m,)) for m in missing)
        yield Row((text("Missing"), *counts, EMPTY, EMPTY), indent=1)


def _summaries(numbers: Numbers, groups: list[str], term: str, summary: str) -> list[Cell]:
    # One number of decimals for the whole row, that of the group which needs most.
    kind, names = _SUMMARIES[summary]
    values = [tuple(numbers.get(n, group=g, term=term) for n in names) for g in groups]
    decimals = max(row_decimals(kind, *found) for found in values)
    return [Cell(kind, (*found, decimals)) for found in values]


def _count(numbers: Numbers, group: str, term: str, level: str) -> Cell:
    where: dict[str, Any] = {"group": group, "term": term, "level": level}
    n = numbers.get("n", group=group, term=term)
    return Cell(
        "count_percent", (numbers.get("count", **where), numbers.get("percent", **where), n)
    )
