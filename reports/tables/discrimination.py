"""Tables of markers over time, cut-offs for survival, decision curves and reclassification."""

from __future__ import annotations

from typing import Any

from analyses.schema.discrimination import (
    COMPARISON,
    DecisionCurveStep,
    ReclassificationStep,
    SurvivalCutoffStep,
    TimeRocStep,
)
from cohort_stats.discrimination.decision_curves import TREAT_ALL
from cohort_stats.discrimination.reclassified import NEW, OLD, WITH, WITHOUT
from cohort_stats.discrimination.survival_cutoffs import LOWER, UPPER
from reports.format import CUTOFF_DIGITS, count, general, number
from reports.numbers import Numbers, known
from reports.table import EMPTY, Cell, Column, Row, Table, text
from reports.view import View


def time_roc_table(step: TimeRocStep, view: View) -> Table:
    """One row a time, marker by marker; then how the areas compare."""
    unit = view.unit(step.endpoint)
    columns = (
        Column(f"Time, {unit}" if unit else "Time"),
        Column("Events"),
        Column("No event"),
        Column("Area under the curve (95% CI)"),
        Column("p"),
    )
    rows: list[Row] = []
    for marker in step.marked:
        numbers = view.numbers(step.part(marker))
        several = len(step.marked) > 1
        if several:
            label = text(view.dictionary[marker.variable].label)
            rows.append(Row((label, *[EMPTY] * 4), heading=True))
        for time in numbers.unique("time", "auc_se"):
            names = ("events_to_date", "at_risk", "competing_to_date")
            events, followed, others = (numbers.get(name, time=time) for name in names)
            counts = [events, followed + others]
            area = numbers.triple("auc", time=time)
            shown = Cell("area_interval", area) if known(area[0]) else text("n.e.")
            cells = [Cell("count", (c,)) for c in counts]
            p = Cell("p", (numbers.get("p", time=time),))
            rows.append(Row((text(general(time)), *cells, shown, p), indent=int(several)))
    rows += _compared(step, view)
    other = view.competing_label(step.endpoint)
    without = f"still followed then, or {other} before" if other else "still followed then"
    notes = (
        "p, area against 0.5.",
        *view.scale_notes(marker.variable for marker in step.marked),
        f"Events by that time; no event: {without}. Patients censored before count by "
        "the weights of the others (inverse probability of censoring, Kaplan–Meier).",
    )
    return Table(step.id, step.title, columns, tuple(rows), notes=notes)


def _compared(step: TimeRocStep, view: View) -> list[Row]:
    numbers = view.numbers(f"{step.id}/{COMPARISON}")
    if not numbers:
        return []
    frame = numbers.frame[numbers.frame["statistic"] == "auc_difference"]
    rows = []
    for one, other in dict.fromkeys(zip(frame["term"], frame["level"], strict=True)):
        labels = [view.dictionary[name].label for name in (one, other)]
        heading = text(f"Difference, {labels[0]} less {labels[1]}")
        rows.append(Row((heading, *[EMPTY] * 4), heading=True))
        for time in step.times:
            where: dict[str, Any] = {"term": one, "level": other, "time": time}
            found = Cell("area_difference", numbers.triple("auc_difference", **where))
            p = Cell("p", (numbers.get("p", **where),))
            rows.append(Row((text(general(time)), EMPTY, EMPTY, found, p), indent=1))
    return rows


def survival_cutoff_table(step: SurvivalCutoffStep, view: View) -> Table:
    """The cut-off, how many lie on either side, and the p that allows for the search."""
    numbers = view.numbers(step.id)
    columns = (Column("Measure"), Column("Value"), Column("Events / patients"))
    counts = f"{count(numbers.get('events'))}/{count(numbers.get('n'))}"
    rows = [Row((text("All patients"), EMPTY, text(counts)))]
    variable = view.dictionary[step.marker]
    unit = f" ({variable.unit})" if variable.unit else ""
    cutoff = numbers.get("cutoff")
    if not known(cutoff):
        rows.append(Row((text(f"Cut-off: {variable.label}{unit}"), text("none"), EMPTY)))
        return Table(step.id, step.title, columns, tuple(rows), notes=("See the warnings.",))
    shown = text(general(cutoff, CUTOFF_DIGITS))
    rows.append(Row((text(f"Cut-off: {variable.label}{unit}"), shown, EMPTY)))
    for group, sign in ((LOWER, "<"), (UPPER, "≥")):
        events, n = (count(numbers.get(s, group=group)) for s in ("events", "n"))
        words = f"{sign} {general(cutoff, CUTOFF_DIGITS)} {variable.unit}".rstrip()
        rows.append(Row((text(words), EMPTY, text(f"{events}/{n}")), indent=1))
    statistic = text(number(numbers.get("test_statistic"), 2))
    rows.append(Row((text("Largest log-rank statistic (standardised)"), statistic, EMPTY)))
    rows.append(Row((text("p, corrected for the search"), Cell("p", (numbers.get("p"),)), EMPTY)))
    method = str(numbers.about("p").get("method", "")).partition("p by ")[2]
    error = numbers.get("p_se")
    method += f"; its Monte Carlo standard error {general(error, 2)}" if known(error) else ""
    notes = [
        f"Cut-off: {numbers.about('cutoff')['method']}; at least {general(100 * step.minprop)}% of "
        "the patients on either side.",
        f"p: {method}. The p of a log-rank test between the two groups does not hold, as they "
        "were cut where they differ most.",
        *view.scale_notes([step.marker]),
    ]
    return Table(step.id, step.title, columns, tuple(rows), notes=tuple(notes))


def decision_table(step: DecisionCurveStep, view: View) -> Table:
    """Net benefit at some thresholds: one row a strategy."""
    numbers = view.numbers(step.id)
    levels = [f"{at:g}" for at in step.at]
    columns = [Column("Treated")]
    net = "Net benefit (95% CI) at a threshold of"
    columns += [Column(f"{general(100 * at)}%", net) for at in step.at]
    columns += [Column(f"{general(100 * at)}%", "Treatments avoided per 100, at") for at in step.at]
    rows = []
    names = {name: f"By {view.dictionary[name].label}" for name in step.risks}
    for name, label in {**names, TREAT_ALL: "All patients"}.items():
        cells = []
        for level in levels:
            found = numbers.triple("net_benefit", term=name, level=level)
            cells.append(Cell("area_difference", found) if known(found[0]) else EMPTY)
        for level in levels:
            value = numbers.get("avoided_per_100", term=name, level=level)
            cells.append(text(number(value, 1)) if known(value) else EMPTY)
        rows.append(Row((text(label), *cells)))
    rows.append(Row((text("None"), *[text("0")] * len(levels), *[EMPTY] * len(levels))))
    n, events = count(numbers.get("n")), count(numbers.get("events"))
    notes = (
        f"{n} patients, {events} with the outcome. Net benefit: true positives less false "
        "positives weighted by the odds of the threshold, per patient. Avoided: treatments fewer "
        "than when all are treated, no case missed. CI, asymptotic confidence interval at that "
        "threshold; of a model fitted to these same patients it does not cover the fitting.",
    )
    return Table(step.id, step.title, tuple(columns), tuple(rows), notes=notes)


def reclassification_table(step: ReclassificationStep, view: View) -> Table:
    """NRI and IDI; who moved from category to category."""
    numbers = view.numbers(step.id)
    columns = (Column("Measure"), Column("Estimate (95% CI)"), Column("p"))
    rows: list[Row] = []
    for term in ("categorical", "continuous"):
        if known(numbers.get("nri", term=term)):
            name = f"Net reclassification improvement, {term}"
            rows.append(_measure(name, numbers, "nri", 0, term=term))
            rows += [_measure(g.capitalize(), numbers, "nri", 1, term=term, group=g)
                     for g in (WITH, WITHOUT)]  # fmt: skip
    if known(numbers.get("idi")):
        rows.append(_measure("Integrated discrimination improvement", numbers, "idi", 0))
        for group, words in ((OLD, step.old), (NEW, step.new)):
            slope = text(number(numbers.get("discrimination_slope", group=group), 3))
            label = f"Discrimination slope, {view.dictionary[words].label}"
            rows.append(Row((text(label), slope, EMPTY), indent=1))
    rows += _moved(numbers)
    n, events = count(numbers.get("n")), count(numbers.get("events"))
    labels = [view.dictionary[name].label for name in (step.old, step.new)]
    notes = (
        f"{n} patients, {events} with the outcome. New model: {labels[1]}; old model: {labels[0]}. "
        "Asymptotic intervals.",
        "Net reclassification can rise without any better prediction (Hilden and Gerds, Stat Med "
        "2014): judge by areas, calibration and net benefit besides.",
    )
    return Table(step.id, step.title, columns, tuple(rows), notes=notes)


def _measure(words: str, numbers: Numbers, statistic: str, indent: int, **where: Any) -> Row:
    found = Cell("area_difference", numbers.triple(statistic, **where))
    return Row((text(words), found, Cell("p", (numbers.get("p", **where),))), indent=indent)


def _moved(numbers: Numbers) -> list[Row]:
    """How many moved up, down or stayed, by outcome."""
    frame = numbers.frame[numbers.frame["statistic"] == "reclassified"]
    categories = list(dict.fromkeys(frame["term"]))
    rows = []
    for group in (WITH, WITHOUT) if categories else ():
        rows.append(Row((text(f"Moved, {group}"), EMPTY, EMPTY), heading=True))
        for before in categories:
            moved = {
                after: numbers.get("reclassified", group=group, term=before, level=after)
                for after in categories
            }
            moves = [f"{after}: {count(n)}" for after, n in moved.items()]
            rows.append(Row((text(f"From {before}"), text("; ".join(moves)), EMPTY), indent=1))
    return rows
