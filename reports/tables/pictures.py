"""The numbers of pictures as tables: distributions, and counts of levels."""

from __future__ import annotations

from analyses.schema.pictures import BarsStep, DistributionStep
from cohort_stats.comparing.groups import OVERALL
from reports.format import summary_words
from reports.numbers import Numbers
from reports.table import EMPTY, Cell, Column, Row, Table, dash, text
from reports.view import View
from reports.wording import start

SUMMARY = ("mean", "sd", "median", "q1", "q3", "min", "max")


def distribution_table(step: DistributionStep, view: View) -> Table:
    """One row a variable, or with groups one below it for each."""
    numbers = view.numbers(step.id)
    groups = [g for g in numbers.unique("group", "n") if g != OVERALL]
    rows: list[Row] = []
    for name in numbers.unique("term", "n"):
        head = _numbers_row(view, numbers, name, OVERALL, view.dictionary[name].heading)
        rows.append(head if not groups else Row(head.cells, heading=True))
        rows += [Row(_numbers_row(view, numbers, name, g, g).cells, indent=1) for g in groups]
    middle = (start(summary_words("mean")), start(summary_words("median")))
    columns = ("", "n", "Missing", *middle, "Smallest", "Largest")
    return Table(step.id, step.title, tuple(map(Column, columns)), tuple(rows))


def _numbers_row(view: View, numbers: Numbers, name: str, group: str, words: str) -> Row:
    found = {s: numbers.get(s, group=group, term=name) for s in ("n", "missing", *SUMMARY)}
    if not found["n"]:
        counts = (Cell("count", (found[s],)) for s in ("n", "missing"))
        return Row((text(words), *counts, *[dash("no value known")] * 4))
    mean = (found["mean"], found["sd"])
    middle = (found["median"], found["q1"], found["q3"])
    return Row(
        (
            text(words),
            Cell("count", (found["n"],)),
            Cell("count", (found["missing"],)),
            Cell("mean_sd", (*mean, view.decimals("mean_sd", name))),
            Cell("median_quartiles", (*middle, view.decimals("median_quartiles", name))),
            Cell("number", (found["min"],)),
            Cell("number", (found["max"],)),
        )
    )


def bars_table(step: BarsStep, view: View) -> Table:
    """Counts and percentages of each level, or of the yes of each variable."""
    numbers = view.numbers(step.id)
    groups = numbers.unique("group", "n")
    names = numbers.unique("term", "n")
    yes_only = len(names) > 1 and all(view.dictionary[n].type == "yesno" for n in names)
    rows: list[Row] = []
    for name in names:
        label = view.dictionary[name].label
        if yes_only:
            cells = (_share(numbers, name, "Yes", group) for group in groups)
            rows.append(Row((text(label), *cells)))
            continue
        known = (Cell("count", (numbers.get("n", group=g, term=name),)) for g in groups)
        rows.append(Row((text(f"{label}, known"), *known), heading=True))
        for level in numbers.unique_levels_of("count", name):
            cells = (_share(numbers, name, level, group) for group in groups)
            rows.append(Row((text(level), *cells), indent=1))
        missing = [numbers.get("missing", group=g, term=name) for g in groups]
        if any(missing):
            rows.append(Row((text("Missing"), *(Cell("count", (m,)) for m in missing)), indent=1))
    spanner = view.group_label(step.by)
    columns = [Column(""), *(Column(g, "" if g == OVERALL else spanner) for g in groups)]
    notes = [f"n (%) of the {view.noun} whose value is known."]
    notes += ["More than one may apply."] if yes_only else []
    return Table(step.id, step.title, tuple(columns), tuple(rows), notes=tuple(notes))


def _share(numbers: Numbers, name: str, level: str, group: str) -> Cell:
    found = numbers.several("count", "percent", group=group, term=name, level=level)
    n = numbers.get("n", group=group, term=name)
    return Cell("count_percent", (*found, n)) if n else EMPTY
