"""Markers' areas under the curve, their cut-offs, and how the cut-offs perform."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyses.schema.discrimination import COMPARISON, GROUPS, MarkerSection, RocStep
from reports.format import count, general, number
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.table import EMPTY, Cell, Column, Row, Table, text
from reports.view import View

SHARES = {
    "sensitivity": ("Sensitivity", "true_positive", ("true_positive", "false_negative")),
    "specificity": ("Specificity", "true_negative", ("true_negative", "false_positive")),
    "ppv": ("Positive predictive value", "true_positive", ("true_positive", "false_positive")),
    "npv": ("Negative predictive value", "true_negative", ("true_negative", "false_negative")),
}
ALL = ("true_positive", "true_negative", "false_positive", "false_negative")
OTHERS = {
    "lr_positive": ("Likelihood ratio, positive", "ratio_interval"),
    "lr_negative": ("Likelihood ratio, negative", "ratio_interval"),
}
#: The two by two table: count -> outcome, and what the cut-off says.
COUNTED = {
    "true_positive": ("With the outcome", "Positive"),
    "false_negative": ("With the outcome", "Negative"),
    "false_positive": ("Without", "Positive"),
    "true_negative": ("Without", "Negative"),
}
SHORT = ("Sensitivity", "Specificity", "PPV", "NPV", "Accuracy", "LR+", "LR−")
LEFT_OUT = {
    "sensitivity_out_of_bag": "Sensitivity, out of bag",
    "specificity_out_of_bag": "Specificity, out of bag",
}


def roc_table(step: RocStep, view: View) -> Table:
    """One row a measure, marker by marker; then how the areas compare."""
    columns = [Column("Measure"), Column("Estimate (95% CI)"), Column("Patients")]
    rows = [row for marker in step.marked for row in _marker(step, marker, view)]
    compared = [*_comparison(step, view), *_groups(step, view)]
    if compared:
        columns.append(Column("p"))
        rows = [Row((*row.cells, EMPTY), row.indent, row.heading) for row in rows] + compared
    return Table(step.id, step.title, tuple(columns), tuple(rows), notes=_notes(step, view))


def _marker(step: RocStep, marker: MarkerSection, view: View) -> list[Row]:
    numbers = view.numbers(step.part(marker))
    several = len(step.marked) > 1
    events = text(f"{count(numbers.get('events'))}/{count(numbers.get('n'))}")
    label = view.dictionary[marker.variable].label
    first = (text(label), EMPTY, EMPTY) if several else (
        text("With the outcome / all"), EMPTY, events
    )  # fmt: skip
    rows = [Row(first, heading=several)]
    if several:
        rows.append(Row((text("With the outcome / all"), EMPTY, events), indent=1))
    area = numbers.triple("auc")
    if not known(area[0]):
        return rows
    deep = int(several)
    words = "Area under the curve"
    rows.append(Row((text(words), Cell("area_interval", area), EMPTY), indent=deep))
    rows += _partial(step, numbers, deep)
    if not side_by_side(step, view):
        rows += _at_the_cutoff(step, marker, view, numbers)
    return rows


def side_by_side(step: RocStep, view: View) -> bool:
    """Whether there are several cut-offs, which then have a table of their own."""
    levels = [view.numbers(step.part(m)).unique_levels_of("cutoff", "") for m in step.marked]
    return len(step.marked) > 1 or len(levels[0]) > 1


def _partial(step: RocStep, numbers: Numbers, deep: int) -> list[Row]:
    if step.partial is None:
        return []
    low, high = (f"{general(100 * v)}%" for v in step.partial.between)
    rows = []
    for name, words in (
        ("partial_auc", f"Partial area, {step.partial.of} {low} to {high}"),
        ("partial_auc_standardised", "Partial area, standardised (0.5 is chance)"),
    ):
        found = numbers.triple(name)
        cell = Cell("area_interval", found) if known(found[0]) else text("n.e.")
        rows.append(Row((text(words), cell, EMPTY), indent=deep))
    return rows


def _at_the_cutoff(
    step: RocStep, marker: MarkerSection, view: View, numbers: Numbers
) -> Iterator[Row]:
    cutoff = numbers.triple("cutoff", level=(numbers.unique_levels_of("cutoff", "") or [""])[0])
    if not known(cutoff[0]):
        yield Row((text(f"Cut-off: {_named(marker, view)}"), text("none"), EMPTY))
        return
    (level,) = numbers.unique_levels_of("cutoff", "")
    name = text(f"Cut-off: {_named(marker, view)} {step.sign_of(marker)}")
    yield Row((name, Cell("value_interval", cutoff), EMPTY))
    for words, cell, shown in _performance(numbers, level):
        yield Row((text(words), cell, text(shown)), indent=1)


def _named(marker: MarkerSection, view: View) -> str:
    variable = view.dictionary[marker.variable]
    return f"{variable.label} ({variable.unit})" if variable.unit else variable.label


def _performance(numbers: Numbers, level: str) -> Iterator[tuple[str, Cell, str]]:
    """Each measure of a cut-off with its patients, as ``50/59``."""
    counts = {name: numbers.get(name, level=level) for name in ALL}
    for statistic, (words, part, whole) in SHARES.items():
        cell = Cell("share_interval", numbers.triple(statistic, level=level))
        yield words, cell, f"{count(counts[part])}/{count(sum(counts[w] for w in whole))}"
    right = counts["true_positive"] + counts["true_negative"]
    cell = Cell("share_interval", numbers.triple("accuracy", level=level))
    yield "Accuracy", cell, f"{count(right)}/{count(sum(counts.values()))}"
    for statistic, (words, kind) in OTHERS.items():
        yield words, Cell(kind, numbers.triple(statistic, level=level)), ""
    for statistic, words in LEFT_OUT.items():
        share = numbers.get(statistic, level=level)
        if known(share):
            yield words, Cell("percent", (share,)), ""


def cutoffs_table(step: RocStep, view: View) -> Table | None:
    """Several cut-offs, one row each: the two by two table, and what follows from it."""
    if not side_by_side(step, view):
        return None
    several, rows = len(step.marked) > 1, list[Row]()
    left_out = any(_left_out(view.numbers(step.part(marker))) for marker in step.marked)
    columns = [Column("Cut-off by"), Column("Value (95% CI)")]
    columns += [Column(words, spanner) for spanner, words in COUNTED.values()]
    columns += [Column(words) for words in SHORT]
    columns += [Column(words, "Out of bag") for words in ("Sensitivity", "Specificity")] * left_out
    for marker in step.marked:
        numbers = view.numbers(step.part(marker))
        label = f"{_named(marker, view)}, {step.sign_of(marker)}"
        levels = [lv for lv in numbers.unique_levels_of("cutoff", "")
                  if known(numbers.get("cutoff", level=lv))]  # fmt: skip
        rows += [Row((text(label), *[EMPTY] * (len(columns) - 1)), heading=True)]
        if not levels:
            rows.append(Row((text("none"), *[EMPTY] * (len(columns) - 1)), indent=1))
        rows += [_cutoff_row(numbers, level, len(columns)) for level in levels]
    of = "" if several else f" of {view.dictionary[step.marked[0].variable].label}"
    title = f"{step.title}: cut-offs{of}"
    notes = (
        "Positive: beyond the cut-off, in the direction given. PPV and NPV, positive and negative "
        "predictive value; LR+ and LR−, likelihood ratio of a positive and a negative result.",
    )
    return Table(f"{step.id}_cutoffs", title, tuple(columns), tuple(rows), notes=notes)


def _cutoff_row(numbers: Numbers, level: str, width: int) -> Row:
    rule = str(numbers.about("cutoff", level=level)["method"]).partition(", derived")[0]
    cells = [text(rule), Cell("value_interval", numbers.triple("cutoff", level=level))]
    cells += [Cell("count", (numbers.get(name, level=level),)) for name in COUNTED]
    cells += [cell for _, cell, _ in _performance(numbers, level)]
    return Row((*cells, *[EMPTY] * (width - len(cells))), indent=1)


def _left_out(numbers: Numbers) -> bool:
    levels = numbers.unique_levels_of("cutoff", "")
    return any(known(numbers.get(name, level=level)) for name in LEFT_OUT for level in levels)


def _comparison(step: RocStep, view: View) -> list[Row]:
    numbers = view.numbers(f"{step.id}/{COMPARISON}")
    if not numbers:
        return []
    frame = numbers.frame[numbers.frame["statistic"] == "auc_difference"]
    n = Cell("count", (numbers.get("n"),))
    rows = [Row((text("Difference of areas"), EMPTY, EMPTY, EMPTY), heading=True)]
    for one, other in zip(frame["term"], frame["level"], strict=True):
        words = f"{view.dictionary[one].label} less {view.dictionary[other].label}"
        where = {"term": one, "level": other}
        rows.append(_difference(words, numbers, n, where))
    together = numbers.get("chi_square")
    if known(together):
        words = f"All together: χ² = {number(together, 2)}, df = {count(numbers.get('df'))}"
        rows.append(Row((text(words), EMPTY, n, Cell("p", (numbers.get("p"),))), indent=1))
    return rows


def _groups(step: RocStep, view: View) -> list[Row]:
    numbers = view.numbers(f"{step.id}/{GROUPS}")
    if not numbers:
        return []
    heading = f"Area by {view.group_label(step.by)}"
    rows = [Row((text(heading), EMPTY, EMPTY, EMPTY), heading=True)]
    for group in numbers.unique("group", "n"):
        area = numbers.triple("auc", group=group)
        cell = Cell("area_interval", area) if known(area[0]) else text("n.e.")
        events, n = (count(numbers.get(s, group=group)) for s in ("events", "n"))
        rows.append(Row((text(group), cell, text(f"{events}/{n}"), EMPTY), indent=1))
    frame = numbers.frame[numbers.frame["statistic"] == "auc_difference"]
    for row in frame.itertuples():
        where = {"group": str(row.group), "level": str(row.level)}
        n_cell = Cell("count", (float(row.n_used),))  # type: ignore[arg-type]
        rows.append(_difference(f"{row.group} less {row.level}", numbers, n_cell, where))
    return rows


def _difference(words: str, numbers: Numbers, n: Cell, where: dict[str, Any]) -> Row:
    cell = Cell("area_difference", numbers.triple("auc_difference", **where))
    p = Cell("p", (numbers.get("p", **where),))
    return Row((text(words), cell, n, p), indent=1)


def _notes(step: RocStep, view: View) -> tuple[str, ...]:
    all_numbers = [view.numbers(step.part(marker)) for marker in step.marked]
    first = next((n for n in all_numbers if known(n.get("auc"))), None)
    if first is None:
        return ("No curve: see the warnings.",)
    shares = str(first.about("sensitivity").get("method", "")).removesuffix(" interval")
    intervals = f"area, {first.about('auc')['method']}"
    intervals += f"; proportions, {shares}" if shares else ""
    notes = [f"Intervals: {intervals}."]
    notes += view.scale_notes(marker.variable for marker in step.marked)
    if len(all_numbers) == 1 and known(first.get("p")):
        notes.append(f"Area against 0.5: {p_equals(first.get('p'))}.")
    else:
        parts = [
            f"{view.dictionary[m.variable].label} {p_equals(n.get('p'))}"
            for m, n in zip(step.marked, all_numbers, strict=True)
            if known(n.get("p"))
        ]
        notes += [f"Area against 0.5: {'; '.join(parts)}."] if parts else []
    methods = [str(v) for n in all_numbers for v in _methods(n, "cutoff")] or [
        "none does better than chance"
    ]
    notes.append(f"Cut-off: {'; '.join(dict.fromkeys(methods))}.")
    interval = next((n.about("cutoff_low") for n in all_numbers if n.about("cutoff_low")), None)
    if interval:
        notes.append(f"Interval of the cut-off: {interval['method']}.")
        notes.append(
            "Out of bag: each bootstrap sample’s own cut-off in the patients whom the sample left "
            "out (mean); free of the optimism of a cut-off judged by the patients who chose it."
        )
    if step.partial is not None:
        notes.append(f"Partial area: {first.about('partial_auc').get('method', 'none')}.")
    for part in (COMPARISON, GROUPS):
        test = view.numbers(f"{step.id}/{part}").about("auc_difference").get("method")
        if test:
            notes.append(f"Differences of areas: {test}.")
    return tuple(notes)


def _methods(numbers: Numbers, statistic: str) -> list[object]:
    return list(numbers.frame.loc[numbers.frame["statistic"] == statistic, "method"].unique())
