"""Changes within patients, overall and by group."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analyses.schema.changes import PairedStep, PairSection
from cohort_stats.changes.paired import AFTER, BEFORE, CHANGE
from cohort_stats.comparing.groups import OVERALL
from reports.format import count, points_interval, summary_words
from reports.numbers import Numbers, known
from reports.table import EMPTY, Cell, Column, Footnotes, Row, Table, text
from reports.view import View

KINDS = {
    "mean": ("mean_sd", ("mean", "sd"), ("mean", "mean_low", "mean_high")),
    "median": ("median_quartiles", ("median", "q1", "q3"), ("median", "q1", "q3")),
}


def paired_table(step: PairedStep, view: View) -> Table:
    """One row a pair, or one a group under the name of the pair."""
    footnotes = Footnotes()
    rows: list[Row] = []
    for pair in step.pairs:
        numbers = view.numbers(f"{step.id}/{pair.before}/{pair.after}")
        if numbers:
            summary = pair.summary or step.summary
            rows += _pair_rows(numbers, pair, summary, view, footnotes)
    columns = ("Variable", "Patients", "Before", "After", "Change", "p")
    notes = (
        "Before and after are of the patients known at both times. Change is after minus before: "
        "mean (95% CI) or median (Q1 to Q3); of categories, the patients who changed"
        f"{_points_note(step, view)}.",
    )
    return Table(
        step.id, step.title, tuple(map(Column, columns)), tuple(rows), footnotes.words, notes
    )


def _pair_rows(
    numbers: Numbers, pair: PairSection, summary: str, view: View, footnotes: Footnotes
) -> Iterator[Row]:
    variable = view.dictionary[pair.before]
    words = summary_words(summary if variable.is_numeric else "count")
    name = f"{view.pair_label(pair)}, {words}"
    groups = numbers.unique("group", "n")
    by_group = groups != [OVERALL]
    if by_group:
        yield Row((text(name), *[EMPTY] * 5), heading=True)
    for group in groups:
        about = numbers.about("p", group=group)
        p = numbers.get("p", group=group)
        mark = footnotes.mark(str(about["method"])) if not math.isnan(p) else ""
        n, tail = Cell("count", (numbers.get("n", group=group),)), Cell("p", (p,), mark)
        first, indent = text(group if by_group else name), int(by_group)
        if variable.is_numeric:
            cells = _summaries(numbers, group, pair, summary, view)
            yield Row((first, n, *cells, tail), indent)
            continue
        moved = text(_moved(numbers, group, variable.labels) + _by_points(numbers, group))
        if variable.type == "yesno":
            cells = [_count(numbers, group, term, variable.labels[-1]) for term in (BEFORE, AFTER)]
            yield Row((first, n, *cells, moved, tail), indent)
            continue
        yield Row((first, n, EMPTY, EMPTY, moved, tail), indent, heading=not by_group)
        for level in numbers.unique_levels_of("count", BEFORE):
            cells = [_count(numbers, group, term, level) for term in (BEFORE, AFTER)]
            yield Row((text(level), EMPTY, *cells, EMPTY, EMPTY), indent + 1)


def change_of(
    numbers: Numbers, group: str, pair: PairSection, summary: str, view: View
) -> tuple[float, float, float, int]:
    """The change of a number with its limits or quartiles, and the decimals of its variables."""
    kind, _, changes = KINDS[summary]
    decimals = max(view.decimals(kind, name) for name in (pair.before, pair.after))
    value, low, high = (numbers.get(n, group=group, term=CHANGE) for n in changes)
    return value, low, high, decimals


def _summaries(
    numbers: Numbers, group: str, pair: PairSection, summary: str, view: View
) -> list[Cell]:
    kind, names, _ = KINDS[summary]
    change = change_of(numbers, group, pair, summary, view)
    values = [
        tuple(numbers.get(n, group=group, term=term) for n in names) for term in (BEFORE, AFTER)
    ]
    cells = [Cell(kind, (*found, change[-1])) for found in values]
    return [*cells, Cell("change_interval", change)]


def _count(numbers: Numbers, group: str, term: str, level: str) -> Cell:
    n = numbers.get("n", group=group)
    found = (numbers.get(s, group=group, term=term, level=level) for s in ("count", "percent"))
    return Cell("count_percent", (*found, n))


def difference_of(numbers: Numbers, group: str) -> tuple[float, float, float]:
    """Share at the last of two levels, after minus before; nan of other variables."""
    levels = numbers.unique_levels_of("risk_difference", CHANGE)
    if not levels:
        return math.nan, math.nan, math.nan
    return numbers.triple("risk_difference", group=group, term=CHANGE, level=levels[0])


def _by_points(numbers: Numbers, group: str) -> str:
    found = difference_of(numbers, group)
    return "" if math.isnan(found[0]) else f"; {points_interval(*found)}"


def _points_note(step: PairedStep, view: View) -> str:
    for pair in step.pairs:
        numbers = view.numbers(f"{step.id}/{pair.before}/{pair.after}")
        levels = numbers.unique_levels_of("risk_difference", CHANGE) if numbers else []
        if levels:
            method = numbers.about("risk_difference", term=CHANGE, level=levels[0])["method"]
            return f" and the difference in percentage points (95% {method})"
    return ""


def _moved(numbers: Numbers, group: str, levels: tuple[str, ...]) -> str:
    higher, lower, changed = numbers.several("higher", "lower", "changed", group=group)
    if known(changed):
        return f"{count(changed)} changed"
    if len(levels) == 2:
        return f"{count(higher)} to {levels[1]}, {count(lower)} to {levels[0]}"
    return f"{count(higher)} higher, {count(lower)} lower"
