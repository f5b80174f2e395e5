"""Characteristics of patients, overall and by group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyses.schema.comparing import CompareStep
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.dictionary import Variable
from reports.format import SUMMARIES, count, summary_words
from reports.numbers import Numbers, known
from reports.table import EMPTY, Cell, Column, Footnotes, Row, Table, alike, text
from reports.tables import compared_pairs
from reports.tables.imputed import note_of
from reports.view import View

#: How a number is summed up -> its kind of cell.
SUMMED_UP = {"mean": "mean_sd", "median": "median_quartiles", "range": "median_range"}


def baseline_table(step: CompareStep, view: View) -> Table:
    """Describe each variable, with the p-value and the standardised difference of groups."""
    numbers = view.numbers(step.id)
    groups = numbers.unique("group", "n")
    footnotes = Footnotes()
    tail = compared_pairs.shown(step, numbers)
    summaries = {row.variable: row.summary or step.summary for row in step.rows}
    rows: list[Row] = []
    for term in numbers.unique("term", "n"):
        cells = compared_pairs.cells(tail, numbers, term, footnotes, view)
        rows += variable_rows(numbers, groups, view.dictionary[term], summaries[term], cells, view)
    label = view.group_label(step.by)
    heads = [
        Column(f"{g} (n = {count(numbers.get('n', group=g))})", label if g != OVERALL else "")
        for g in groups
    ]
    columns = [Column("Characteristic"), *heads, *compared_pairs.heads(tail)]
    shares = any(cell.kind == "count_percent" for row in rows for cell in row.cells)
    notes = [f"Percentages are of {view.noun} whose value is known."] if shares else []
    if numbers.unique("group", "effective_n"):
        notes = ["n and missing are patients; all else is weighted, counts are sums of weights."]
    notes += compared_pairs.notes(step, view, tail, footnotes) + note_of(step, view)
    return Table(step.id, step.title, tuple(columns), tuple(rows), footnotes.words, tuple(notes))


def variable_rows(
    numbers: Numbers,
    groups: list[str],
    variable: Variable,
    summary: str,
    tail: list[Cell],
    view: View,
) -> Iterator[Row]:
    """The rows of one variable: its summary or its levels, and who lacks it.

    Parameters
    ----------
    numbers
        Of the comparison.
    groups
        The columns.
    variable
        What the rows describe.
    summary
        ``mean``, ``median`` or ``range``, of a number.
    tail
        The cells that follow the groups, on its first row.
    view
        The study, which knows the decimals of the variable.
    """
    term, blank = variable.name, [EMPTY] * len(tail)
    levels = numbers.unique_levels_of("count", term)
    if not levels:
        name = f"{variable.heading}, {summary_words(summary)}"
        cells = _summaries(numbers, groups, term, summary, view)
        yield Row((text(name), *cells, *tail))
    elif variable.type == "yesno":
        yes = variable.labels[-1]
        cells = alike([_count(numbers, group, term, yes) for group in groups])
        yield Row((text(f"{variable.label}, {summary_words('count')}"), *cells, *tail))
    else:
        blanks = (EMPTY,) * len(groups)
        yield Row(
            (text(f"{variable.label}, {summary_words('count')}"), *blanks, *tail), heading=True
        )
        for level in levels:
            cells = alike([_count(numbers, group, term, level) for group in groups])
            yield Row((text(level), *cells, *blank), indent=1)
    missing = [numbers.get("missing", group=group, term=term) for group in groups]
    if any(missing):
        counts = tuple(Cell("count", (m,)) for m in missing)
        yield Row((text("Missing"), *counts, *blank), indent=1)
    imputed = [numbers.get("imputed_values", group=group, term=term) for group in groups]
    if any(known(n) and n > 0 for n in imputed):
        counts = tuple(Cell("count", (n,)) if known(n) else EMPTY for n in imputed)
        yield Row((text("Imputed"), *counts, *blank), indent=1)


def _summaries(
    numbers: Numbers, groups: list[str], term: str, summary: str, view: View
) -> list[Cell]:
    kind = SUMMED_UP[summary]
    values = [numbers.several(*SUMMARIES[kind], group=g, term=term) for g in groups]
    decimals = view.decimals(kind, term)
    return [Cell(kind, (*found, decimals)) for found in values]


def _count(numbers: Numbers, group: str, term: str, level: str) -> Cell:
    where: dict[str, Any] = {"group": group, "term": term, "level": level}
    n = numbers.get("n", group=group, term=term)
    return Cell(
        "count_percent", (numbers.get("count", **where), numbers.get("percent", **where), n)
    )
