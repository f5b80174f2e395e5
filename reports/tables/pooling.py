"""Studies, what they add up to, and how much they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analyses.schema.pooling import PoolStep
from analyses.steps.pool import FUNNEL, MODERATORS, POOLED, SENSITIVITY
from cohort_stats.pooling import meta_analysis as pooling
from cohort_stats.pooling import moderators
from cohort_stats.pooling import sensitivity as pooling_sensitivity
from cohort_stats.wording import counted_rows
from reports.format import FORMATS, count, number
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.table import EMPTY, Cell, Column, Row, Table, text
from reports.view import View

#: Measure -> the cell it prints in, its heading.
MEASURES = {
    "proportion": ("share_interval", "Proportion"),
    "area under the curve": ("area_interval", "AUC"),
    "hazard ratio": ("ratio_interval", "HR"),
    "odds ratio": ("ratio_interval", "OR"),
    "risk ratio": ("ratio_interval", "RR"),
    "difference": ("value_interval", "Difference"),
}
PREDICTION = "95% prediction interval"


def pooling_table(step: PoolStep, view: View) -> Table:
    """One row a study, its group's pooled effect below it, the whole at the end."""
    numbers = view.numbers(f"{step.id}/{POOLED}")
    kind, short = MEASURES[step.measure]
    counts = "Events/patients" if step.measure == "proportion" else "Patients"
    heads = ("Study", counts, f"{short} (95% CI)", "Weight", "p")
    groups = [g for g in numbers.unique("group") if known(numbers.get("studies", **_of(g)))]
    rows: list[Row] = []
    for group in groups:
        rows.append(Row((text(group), EMPTY, EMPTY, EMPTY, EMPTY), heading=True))
        rows += _studies(numbers, group, kind, indent=1)
        rows += _pooled(step, view, group, kind, f"Pooled, {group}", indent=1)
    if groups:
        rows += _between(step, view, numbers)
    else:
        rows += _studies(numbers, "", kind, indent=0)
    rows += _pooled(step, view, "", kind, "All studies, pooled" if groups else "Pooled")
    rows += _average(numbers, kind)
    rows += _moderators(step, view)
    kept = [j for j in range(len(heads)) if any(str(row.cells[j]) for row in rows)]
    columns = tuple(Column(heads[j]) for j in kept)
    shown = tuple(Row(tuple(r.cells[j] for j in kept), r.indent, r.heading) for r in rows)
    return Table(step.id, step.title, columns, shown, notes=_notes(step, view))


def _of(group: str) -> dict[str, Any]:
    return {"term": pooling.POOLED, "group": group}


def _studies(numbers: Numbers, group: str, kind: str, indent: int) -> Iterator[Row]:
    frame = numbers.frame
    mine = frame[(frame["term"] == pooling.STUDY) & (frame["group"] == group)]
    for name in dict.fromkeys(mine["level"]):
        where = {"term": pooling.STUDY, "group": group, "level": name}
        found = numbers.triple("estimate", **where)
        estimate = Cell(kind, found) if known(found[1]) else text(_value(kind, found[0]))
        weight = numbers.get("weight", **where)
        share = Cell("weight", (weight,)) if known(weight) else EMPTY
        label = text(name.removesuffix(f", {group}"))
        yield Row((label, _patients(numbers, **where), estimate, share, EMPTY), indent)


def found_words(kind: str, found: tuple[float, float, float]) -> str:
    """What a study found, with its interval where it has one."""
    return FORMATS[kind](*found) if known(found[1]) else _value(kind, found[0])


def _patients(numbers: Numbers, **where: Any) -> Cell:
    n, events = (numbers.get(name, **where) for name in ("n", "events"))
    if not known(n):
        return EMPTY
    return text(f"{count(events)}/{count(n)}") if known(events) else Cell("count", (n,))


def _pooled(
    step: PoolStep, view: View, group: str, kind: str, name: str, indent: int = 0
) -> Iterator[Row]:
    numbers = view.numbers(f"{step.id}/{POOLED}")
    where = _of(group)
    k = numbers.get("studies", **where)
    estimate = Cell(kind, numbers.triple("estimate", **where))
    tested = step.measure != "proportion"
    p = Cell("p", (numbers.get("p", **where),)) if tested else EMPTY
    label = f"{name} ({counted_studies(k, view)})"
    yield Row((text(label), _patients(numbers, **where), estimate, EMPTY, p), indent)
    limits = numbers.triple("prediction", **where)
    if known(limits[1]):
        spread = text(interval_only(kind, limits))
        yield Row((text(PREDICTION), EMPTY, spread, EMPTY, EMPTY), indent + 1)
    if known(numbers.get("q", **where)):
        words = f"Heterogeneity: {heterogeneity(numbers, group)}"
        yield Row((text(words), EMPTY, EMPTY, EMPTY, EMPTY), indent + 1)


def counted_studies(k: float, view: View) -> str:
    """How many rows were pooled: ``10 studies``, or ``40 results`` where a study has several."""
    return counted_rows(round(k), "results" if view.noun == "results" else "studies")


def interval_only(kind: str, found: tuple[float, float, float]) -> str:
    """The limits of an interval, printed as with their estimate."""
    return FORMATS[kind](*found).partition(" (")[2].rstrip(")")


def heterogeneity(numbers: Numbers, group: str = "") -> str:
    """I², τ² and Q of a pooled effect, in one line."""
    i2, tau2, q, df, p = (
        numbers.get(name, **_of(group)) for name in ("i2", "tau2", "q", "q_df", "q_p")
    )
    spread = f", τ² = {number(tau2, 3)}" if known(tau2) else ""
    return f"I² = {number(i2, 0)}%{spread}, Q = {number(q, 1)}, df = {count(df)}, {p_equals(p)}"


def _between(step: PoolStep, view: View, numbers: Numbers) -> Iterator[Row]:
    p = numbers.get("p", term=pooling.BETWEEN)
    if known(p):
        name = f"Difference between groups of ‘{view.group_label(step.by)}’"
        yield Row((text(name), EMPTY, EMPTY, EMPTY, Cell("p", (p,))))


def _average(numbers: Numbers, kind: str) -> Iterator[Row]:
    where: dict[str, Any] = {"term": pooling.AVERAGE}
    mean = numbers.get("weighted_mean", **where)
    if not known(mean):
        return
    k = count(numbers.get("studies", **where))
    name = text(f"Average weighted by patients ({k} {'row' if k == '1' else 'rows'})")
    yield Row((name, _patients(numbers, **where), text(_value(kind, mean)), EMPTY, EMPTY))


def _moderators(step: PoolStep, view: View) -> Iterator[Row]:
    numbers = view.numbers(f"{step.id}/{MODERATORS}")
    if not numbers:
        return
    heading = "Meta-regression: change of the effect on the scale of the analysis"
    yield Row((text(heading), EMPTY, EMPTY, EMPTY, EMPTY), heading=True)
    for section in step.moderators:
        term, label = section.variable, view.covariate_label(section)
        for level in numbers.unique_levels_of("coefficient", term):
            where: dict[str, Any] = {"term": term, "level": level}
            cell = Cell("coefficient_interval", numbers.triple("coefficient", **where))
            p = Cell("p", (numbers.get("p", **where),))
            references = numbers.unique_levels_of("reference", term)
            name = f"{label}: {level} against {references[0]}" if level else label
            yield Row((text(name), EMPTY, cell, EMPTY, p), 1)


def _notes(step: PoolStep, view: View) -> tuple[str, ...]:
    numbers = view.numbers(f"{step.id}/{POOLED}")
    about = numbers.about("estimate", term=pooling.POOLED, group="")
    notes = [f"Method: {about['method']}."]
    notes.append(_spread(numbers))
    between = numbers.about("p", term=pooling.BETWEEN)
    if between:
        notes.append(f"Groups compared by {between['method']}.")
    if known(numbers.get("weighted_mean", term=pooling.AVERAGE)):
        notes.append("The average weighted by patients is a description, without an interval.")
    notes += [sensitivity(step, view), asymmetry(step, view), _model(step, view)]
    left_out = int(str(about["n_missing"]))
    if left_out:
        notes.append(f"{left_out} {'row' if left_out == 1 else 'rows'} could not be pooled.")
    return tuple(n for n in notes if n)


def _spread(numbers: Numbers) -> str:
    where = _of("")
    tau2, low, high = numbers.triple("tau2", **where)
    if not known(tau2) or not known(low):
        return ""
    i2 = numbers.triple("i2", **where)
    shares = " to ".join(f"{number(v, 0)}%" for v in i2[1:])
    return (
        f"All studies: τ² = {number(tau2, 3)} (95% CI {number(low, 3)} to {number(high, 3)}), "
        f"I² = {number(i2[0], 0)}% (95% CI {shares}), by the Q-profile method."
    )


def sensitivity(step: PoolStep, view: View) -> str:
    """Between which values the pooled effect lies when one study is left out."""
    frame = view.numbers(f"{step.id}/{SENSITIVITY}").frame
    mine = frame[
        (frame["term"] == pooling_sensitivity.WITHOUT) & (frame["statistic"] == "estimate")
    ]
    if mine.empty:
        return ""
    ordered = mine.sort_values("value", kind="stable")
    kind = MEASURES[step.measure][0]
    (low, first), (high, last) = (
        (_value(kind, ordered["value"].iloc[i]), ordered["level"].iloc[i]) for i in (0, -1)
    )
    return (
        f"Leaving out one study at a time, the pooled {step.measure} lies between {low} (without "
        f"{first}) and {high} (without {last})."
    )


def _value(kind: str, value: float) -> str:
    return FORMATS[kind](value, float("nan"), float("nan")).partition(" (")[0]


def asymmetry(step: PoolStep, view: View) -> str:
    """The test of the funnel's asymmetry, in a sentence."""
    numbers = view.numbers(f"{step.id}/{FUNNEL}")
    p = numbers.get("p", term=pooling_sensitivity.ASYMMETRY)
    if not known(p):
        return ""
    method = numbers.about("p")["method"]
    return f"Asymmetry of the funnel: {p_equals(p)}, {method}."


def _model(step: PoolStep, view: View) -> str:
    numbers = view.numbers(f"{step.id}/{MODERATORS}")
    p = numbers.get("p")
    if not known(p):
        return ""
    about = numbers.about("coefficient", term=moderators.INTERCEPT)
    r2 = numbers.get("r2")
    share = f"; {number(r2, 0)}% of τ² accounted for" if known(r2) else ""
    return f"Meta-regression, {about['n_used']} studies: all moderators {p_equals(p)}{share}."
