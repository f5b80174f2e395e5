"""Missing values by variable, and the patients who lack one against the others."""

from __future__ import annotations

from dataclasses import replace

from analyses.schema.imputing import MissingnessStep
from analyses.steps.missingness import AGAINST, LITTLE, PATTERN
from cohort_stats.dictionary import Variable
from cohort_stats.imputing.against_known import KNOWN, MISSING
from reports.format import count, number, percent, summary_words
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.table import EMPTY, Cell, Column, Footnotes, Row, Table, dash, text
from reports.tables import compared_pairs
from reports.tables.baseline import variable_rows
from reports.view import View

TAIL = ["smd", "p"]


def missingness_table(step: MissingnessStep, view: View) -> Table:
    """One row a variable."""
    numbers = view.numbers(f"{step.id}/{PATTERN}")
    rows = []
    for term in numbers.unique("term", "missing_percent"):
        n, missing = (numbers.get(name, term=term) for name in ("n", "missing"))
        share = numbers.get("missing_percent", term=term)
        cells = (Cell("count", (n,)), Cell("count_percent", (missing, share, n + missing)))
        rows.append(Row((text(view.dictionary[term].label), *cells)))
    columns = (
        Column("Variable"),
        Column("With a value"),
        Column(f"Missing, {summary_words('count')}"),
    )
    n, whole, share = numbers.several("n", "complete", "complete_percent")
    of_all = percent(share, n)
    notes = [
        f"{count(whole)} of {count(n)} patients ({of_all}) have every value; there are "
        f"{count(numbers.get('patterns'))} patterns of known and missing values."
    ]
    return Table(step.id, step.title, columns, tuple(rows), notes=(*notes, *_little(step, view)))


def _little(step: MissingnessStep, view: View) -> list[str]:
    test = view.numbers(f"{step.id}/{LITTLE}")
    value, df, p = (test.get(f"mcar_{name}") for name in ("chi_square", "df", "p"))
    if not known(value):
        return []
    return [
        f"Little’s test that values are missing completely at random: χ² = {number(value, 2)}, "
        f"df = {count(df)}, {p_equals(p)}. A large p is no proof that they are."
    ]


def missing_against_table(step: MissingnessStep, view: View) -> Table | None:
    """For each variable the patients who have it beside those who lack it."""
    footnotes, rows = Footnotes(), []
    for term in view.numbers(f"{step.id}/{PATTERN}").unique("term", "missing_percent"):
        numbers = view.numbers(f"{step.id}/{AGAINST}/{term}")
        if numbers:
            rows += _against(step, view, term, numbers, footnotes)
    if not rows:
        return None
    heads = [Column(KNOWN), Column(MISSING), *compared_pairs.heads(TAIL)]
    notes = [
        compared_pairs.ABSOLUTE,
        "Where the patients who lack a value differ from the others, complete cases are not a "
        "random part of the cohort.",
    ]
    title = f"{step.title}: patients who lack a value against the others"
    key = f"{step.id}_{AGAINST}"
    columns = (Column("Characteristic"), *heads)
    return Table(key, title, columns, tuple(rows), footnotes.words, tuple(notes))


def _against(
    step: MissingnessStep, view: View, term: str, numbers: Numbers, footnotes: Footnotes
) -> list[Row]:
    groups = [KNOWN, MISSING]
    sizes = [text(f"n = {count(numbers.get('n', group=g))}") for g in groups]
    head = (text(f"{view.dictionary[term].label} known or missing"), *sizes, EMPTY, EMPTY)
    rows = [Row(head, heading=True)]
    chosen = {r.variable: r.summary or step.summary for r in step.compared}
    for other in numbers.unique("term", "missing"):
        tail = compared_pairs.cells(TAIL, numbers, other, footnotes, view)
        variable: Variable = view.dictionary[other]
        summary = chosen.get(other, step.summary)
        made = variable_rows(numbers, groups, variable, summary, tail, view)
        rows += [replace(row, indent=row.indent + 1) for row in made]
    if step.endpoint:
        rows.append(_endpoint(step, view, numbers, footnotes))
    return rows


def _endpoint(step: MissingnessStep, view: View, numbers: Numbers, footnotes: Footnotes) -> Row:
    label = view.results.plan.file.endpoints[step.endpoint].label
    cells = []
    for group in (KNOWN, MISSING):
        seen, due = (numbers.get(s, group=group, term=label) for s in ("observed", "expected"))
        words = f"{count(seen)} / {number(due, 1)}"
        cells.append(text(words) if known(seen) else dash("nobody was followed"))
    p = numbers.get("p", term=label)
    mark = footnotes.mark("log-rank test") if known(p) else ""
    name = f"{label}, observed / expected events"
    return Row(
        (text(name), *cells, dash("not defined for times to an event"), Cell("p", (p,), mark)),
        indent=1,
    )
