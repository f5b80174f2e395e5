"""Kaplan–Meier curves over the numbers at risk."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from analyses.schema.survival import KaplanMeierStep
from cohort_stats.comparing.groups import OVERALL
from reports.figures.at_risk import Layout, at_risk_axes, legend, risk_table, time_label
from reports.figures.style import Drawing, line_of, looking_right
from reports.format import general, p_equals, share_interval, time_interval
from reports.numbers import Numbers, known
from reports.tables.survival import weighted_words
from reports.view import View

NOTE = "At risk: just before each time. Bars: censored. Bands: 95% confidence intervals."


def survival_plot(step: KaplanMeierStep, view: View) -> Drawing:
    """Curves with bands and censor marks; below, at risk (events) by group, just before t."""
    numbers = view.numbers(f"{step.id}/curves")
    groups = [g for g in numbers.unique("group", "n") if g != OVERALL] or [OVERALL]
    label = view.results.plan.file.endpoints[step.endpoint].label
    layout = Layout(numbers, groups, label)
    with looking_right():
        time = time_label(view.unit(step.endpoint), step.landmark)
        figure, axes = at_risk_axes(layout, time, view.synthetic)
        for g, group in enumerate(groups):
            _curve(axes, numbers, group, g)
        name, p = view.group_test(step.id)
        test = f"{name} {p_equals(p)}" if known(p) else ""
        legend(axes, groups, view.group_label(step.by), test)
        weighted = " Curves are weighted, counts are not." if weighted_words(numbers) else ""
        risk_table(axes, layout, NOTE + weighted)
    return Drawing(step.id, step.title, _alt(step, view, numbers, groups, label), figure)


def _curve(axes: Axes, numbers: Numbers, group: str, g: int) -> None:
    time, curve, low, high, censored = numbers.curve(
        group, "curve", "curve_low", "curve_high", "curve_censored"
    )
    # Everybody begins at S = 1; a patient with time 0 steps down right there.
    time, curve, low, high = (np.r_[s, v] for s, v in ((0, time), (1, curve), (1, low), (1, high)))
    censored = np.r_[0, censored]
    colour, dash = line_of(g)
    axes.step(time, curve, where="post", color=colour, linestyle=dash, label=group)
    axes.fill_between(time, low, high, step="post", color=colour, alpha=0.13, linewidth=0)
    marked = censored > 0
    axes.plot(time[marked], curve[marked], "|", color=colour, markersize=4, markeredgewidth=0.7)


def _alt(step: KaplanMeierStep, view: View, numbers: Numbers, groups: list[str], label: str) -> str:
    unit = view.unit(step.endpoint)
    parts = []
    for group in groups:
        n, events = (numbers.get(s, group=group) for s in ("n", "events"))
        median = time_interval(*numbers.triple("median", group=group))
        name = "All patients" if group == OVERALL else f"{view.group_label(step.by)} {group}"
        part = f"{name}: {n:.0f} patients, {events:.0f} events, median {median} {unit}"
        times = numbers.unique("time", "survival")
        if times:
            found = share_interval(*numbers.triple("survival", group=group, time=times[-1]))
            part += f", {general(times[-1])} {unit}: {found}"
        parts.append(part)
    name, p = view.group_test(step.id)
    test = f" {name} {p_equals(p)}." if known(p) else ""
    return f"Kaplan–Meier curves of {label[:1].lower()}{label[1:]}. {'; '.join(parts)}.{test}"
