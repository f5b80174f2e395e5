"""The share of patients with an outcome, by group, and how two groups differ."""

from __future__ import annotations

import math

from analyses.schema.comparing import ProportionStep
from cohort_stats.comparing.groups import OVERALL
from reports.format import count
from reports.numbers import Numbers
from reports.table import EMPTY, Cell, Column, Footnotes, Row, Table, text
from reports.tables.hidden_bias import hidden_bias_notes
from reports.view import View

CONTRASTS = {
    "risk_difference": ("Risk difference, percentage points", "points_interval"),
    "risk_ratio": ("Risk ratio", "ratio_interval"),
    "odds_ratio": ("Odds ratio", "ratio_interval"),
    "conditional_odds_ratio": ("Odds ratio, conditional", "ratio_interval"),
}


def proportion_table(step: ProportionStep, view: View) -> Table:
    """One row a group, then the contrasts of two groups."""
    numbers = view.numbers(step.id)
    groups = numbers.unique("group", "n")
    footnotes = Footnotes()
    rows = []
    for group in groups:
        events, n = (count(numbers.get(s, group=group)) for s in ("events", "n"))
        share = Cell("share_interval", numbers.triple("proportion", group=group))
        rows.append(Row((text(group), text(f"{events}/{n}"), share, EMPTY)))
    about = numbers.about("p")
    if about:
        p = numbers.get("p")
        mark = "" if math.isnan(p) else footnotes.mark(str(about["method"]))
        rows.append(Row((text("Between groups"), EMPTY, EMPTY, Cell("p", (p,), mark))))
    compared = [g for g in groups if g != OVERALL]
    for statistic, (name, kind) in CONTRASTS.items():
        of_contrast = numbers.about(statistic)
        if of_contrast:
            method = str(of_contrast["method"])
            cell = Cell(kind, numbers.triple(statistic), footnotes.mark(method))
            rows.append(Row((text(name), EMPTY, cell, EMPTY), indent=1))
    label = view.group_label(step.by) or "Group"
    heads = (label, "With the outcome / all", "Estimate (95% CI)", "p")
    notes = [f"Intervals of proportions: {numbers.about('proportion')['method']}."]
    if weighted(numbers):
        notes.append(
            "Percentages, difference and ratios are weighted; counts are patients, not weighted."
        )
    if numbers.about("risk_ratio"):
        notes.append(f"Difference and ratios are of ‘{compared[1]}’ against ‘{compared[0]}’.")
    if numbers.about("both_events"):
        cells = [count(numbers.get(s)) for s in ("both_events", "first_only", "second_only",
                                                 "neither_event")]  # fmt: skip
        notes.append(
            f"Pairs with the outcome in both {cells[0]}, only in ‘{compared[0]}’ {cells[1]}, only "
            f"in ‘{compared[1]}’ {cells[2]}, in neither {cells[3]}."
        )
    notes += hidden_bias_notes(step, view)
    return Table(
        step.id, step.title, tuple(map(Column, heads)), tuple(rows), footnotes.words, tuple(notes)
    )


def weighted(numbers: Numbers) -> bool:
    """Whether the proportions are those of weighted patients, unlike the counts beside them."""
    return str(numbers.about("proportion")["method"]).startswith("weighted")
