"""Kaplan–Meier curves over the numbers at risk."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from analyses.schema.regression import CoxStep
from analyses.schema.survival import KaplanMeierStep
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.regression.model_building import UNIVARIABLE
from reports.figures.at_risk import Layout, Told, at_risk_axes, legend, risk_table, time_label
from reports.figures.spots import step_spots
from reports.figures.style import Drawing, line_of, looking_right
from reports.format import count, general, ratio_interval, share_interval, time_interval
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.tables.survival import survival_name, weighted_words
from reports.view import View

NOTE = "At risk: just before each time. Bars: censored."


def survival_plot(step: KaplanMeierStep, view: View) -> Drawing:
    """Curves with bands and censor marks; above, medians and tests; below, who is at risk."""
    numbers = view.numbers(f"{step.id}/curves")
    groups = [g for g in numbers.unique("group", "n") if g != OVERALL] or [OVERALL]
    label = survival_name(step, view)
    told = _told(step, view, numbers, groups)
    with looking_right():
        layout = Layout(
            numbers, groups, label, told, step.risk_table, view.figure_width, view.synthetic
        )
        figure, axes = at_risk_axes(layout, time_label(view.unit(step.endpoint), step.landmark))
        for g, group in enumerate(groups):
            _curve(axes, numbers, group, g, bands=layout.bands)
        legend(figure, layout)
        risk_table(axes, layout)
    alt = _alt(step, view, numbers, groups, told)
    spots = step_spots(numbers, groups, view.unit(step.endpoint))
    return Drawing(step.id, step.title, alt, figure, spots)


def _told(step: KaplanMeierStep, view: View, numbers: Numbers, groups: list[str]) -> Told:
    unit, ratios = view.unit(step.endpoint), crude_ratios(step, view)
    columns = [f"Events/\n{view.noun}", f"{f'Median, {unit}' if unit else 'Median'}\n(95% CI)"]
    columns += ["Hazard ratio\n(95% CI)"] if ratios else []
    cells = {}
    for group in groups:
        n, events = (numbers.get(s, group=group) for s in ("n", "events"))
        median = time_interval(*numbers.triple("median", group=group))
        cells[group] = (f"{count(events)}/{count(n)}", median, ratios.get(group, ""))
    name, p = view.group_test(step.id)
    test = f"{name} {p_equals(p)}" if known(p) else ""
    note = NOTE + (" Curves are weighted, counts are not." if weighted_words(numbers) else "")
    note += " Hazard ratios: Cox regression, unadjusted." if ratios else ""
    return Told(view.group_label(step.by), tuple(columns), cells, test, note)


def crude_ratios(step: KaplanMeierStep, view: View) -> dict[str, str]:
    """Hazard ratio of each group in words, where the plan has a Cox model of these patients."""
    if step.landmark is not None or step.strata or not step.by:
        return {}
    for done in view.results.steps:
        cox = done.step
        if not isinstance(cox, CoxStep) or cox.strata or not _same_patients(step, cox):
            continue
        covariate = {c.variable: c for c in cox.covariates}.get(step.by)
        if covariate is None or covariate.score:
            continue
        numbers = view.numbers(f"{cox.id}/{UNIVARIABLE}")
        levels = numbers.unique_levels_of("hazard_ratio", step.by)
        found = {
            level: ratio_interval(*numbers.triple("hazard_ratio", term=step.by, level=level))
            for level in levels
            if level
        }
        references = numbers.unique_levels_of("reference", step.by)
        if found:
            return found | dict.fromkeys(references, "1 (reference)")
    return {}


def _same_patients(step: KaplanMeierStep, cox: CoxStep) -> bool:
    keys = ("endpoint", "on", "only", "missing")
    return all(getattr(step, key) == getattr(cox, key) for key in keys)


def _curve(axes: Axes, numbers: Numbers, group: str, g: int, *, bands: bool) -> None:
    time, curve, low, high, censored = numbers.curve(
        group, "curve", "curve_low", "curve_high", "curve_censored"
    )
    # Everybody begins at S = 1; a patient with time 0 steps down right there.
    time, curve, low, high = (np.r_[s, v] for s, v in ((0, time), (1, curve), (1, low), (1, high)))
    censored = np.r_[0, censored]
    colour, dash = line_of(g)
    axes.step(time, curve, where="post", color=colour, linestyle=dash, label=group)
    if bands:
        axes.fill_between(time, low, high, step="post", color=colour, alpha=0.13, linewidth=0)
    marked = censored > 0
    axes.plot(time[marked], curve[marked], "|", color=colour, markersize=4, markeredgewidth=0.7)


def _alt(step: KaplanMeierStep, view: View, numbers: Numbers, groups: list[str], told: Told) -> str:
    unit, label = view.unit(step.endpoint), survival_name(step, view)
    parts = []
    for group in groups:
        n, events = (numbers.get(s, group=group) for s in ("n", "events"))
        name = "All patients" if group == OVERALL else f"{view.group_label(step.by)} {group}"
        _, median, ratio = told.cells[group]
        part = (
            f"{name}: {count(n)} patients, {count(events)} events, median {median} {unit}".rstrip()
        )
        times = numbers.unique("time", "survival")
        if times:
            found = share_interval(*numbers.triple("survival", group=group, time=times[-1]))
            part += f", {general(times[-1])} {unit}".rstrip() + f": {found}"
        parts.append(part + (f", hazard ratio {ratio}" if ratio else ""))
    test = f" {told.test}." if told.test else ""
    return f"Kaplan–Meier curves of {label[:1].lower()}{label[1:]}. {'; '.join(parts)}.{test}"
