"""Cumulative incidence curves over the numbers at risk."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from analyses.schema.survival import CumulativeIncidenceStep
from cohort_stats.comparing.groups import OVERALL
from reports.figures.at_risk import Layout, Told, at_risk_axes, legend, risk_table, time_label
from reports.figures.spots import step_spots
from reports.figures.style import Drawing, line_of, looking_right
from reports.format import count, general, share_interval
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.view import View

THIN = 0.7


def incidence_plot(step: CumulativeIncidenceStep, view: View) -> Drawing:
    """Curves of the event with bands, thin ones of the competing event; below, who is at risk."""
    numbers, competing = (view.numbers(f"{step.id}/{part}") for part in ("curves", "competing"))
    groups = [g for g in numbers.unique("group", "n") if g != OVERALL] or [OVERALL]
    label = view.results.plan.file.endpoints[step.endpoint].label
    shown = f"Cumulative incidence: {label[:1].lower()}{label[1:]}"
    told = _told(step, view, numbers, groups)
    with looking_right():
        layout = Layout(
            numbers, groups, shown, told, step.risk_table, view.figure_width, view.synthetic
        )
        figure, axes = at_risk_axes(layout, time_label(view.unit(step.endpoint)))
        for g, group in enumerate(groups):
            _curve(axes, competing, group, g, thin=True)
            _curve(axes, numbers, group, g, bands=layout.bands)
        legend(figure, layout)
        risk_table(axes, layout)
    spots = step_spots(numbers, groups, view.unit(step.endpoint), "incidence_curve", 0.0)
    return Drawing(step.id, step.title, _alt(step, view, numbers, groups), figure, spots)


def _told(step: CumulativeIncidenceStep, view: View, numbers: Numbers, groups: list[str]) -> Told:
    unit, times = view.unit(step.endpoint), numbers.unique("time", "cumulative_incidence")
    columns = [f"Events/\n{view.noun}", "Competing\nevents"]
    columns += [f"At {general(times[-1])} {unit}".rstrip() + "\n(95% CI)"] if times else []
    cells = {}
    for group in groups:
        n, events, others = (
            count(numbers.get(s, group=group)) for s in ("n", "events", "competing_events")
        )
        found = [
            share_interval(*numbers.triple("cumulative_incidence", group=group, time=time))
            for time in times[-1:]
        ]
        cells[group] = (f"{events}/{n}", others, *found)
    p = view.numbers(f"{step.id}/gray").get("p")
    note = (
        "At risk: just before each time. "
        f"Thin lines: competing event ({view.competing_label(step.endpoint)})."
    )
    test = f"Gray’s test {p_equals(p)}" if known(p) else ""
    return Told(view.group_label(step.by), tuple(columns), cells, test, note)


def _curve(
    axes: Axes, numbers: Numbers, group: str, g: int, *, thin: bool = False, bands: bool = False
) -> None:
    names = ("incidence_curve", "incidence_curve_low", "incidence_curve_high")
    # Everybody begins at F = 0; an event at time 0 steps up right there.
    time, curve, low, high = (np.r_[0.0, column] for column in numbers.curve(group, *names))
    colour, dash = line_of(g)
    if thin:
        axes.step(
            time, curve, where="post", color=colour, linestyle=dash, linewidth=THIN, alpha=0.7
        )
        return
    axes.step(time, curve, where="post", color=colour, linestyle=dash, label=group)
    if bands:
        axes.fill_between(time, low, high, step="post", color=colour, alpha=0.13, linewidth=0)


def _alt(step: CumulativeIncidenceStep, view: View, numbers: Numbers, groups: list[str]) -> str:
    unit, parts = view.unit(step.endpoint), []
    label = view.results.plan.file.endpoints[step.endpoint].label
    for group in groups:
        n, events, others = (
            count(numbers.get(s, group=group)) for s in ("n", "events", "competing_events")
        )
        name = "All patients" if group == OVERALL else f"{view.group_label(step.by)} {group}"
        part = f"{name}: {n} patients, {events} events, {others} competing events"
        for time in numbers.unique("time", "cumulative_incidence"):
            at = numbers.triple("cumulative_incidence", group=group, time=time)
            part += f", {general(time)} {unit}".rstrip() + f": {share_interval(*at)}"
        parts.append(part)
    p = view.numbers(f"{step.id}/gray").get("p")
    test = f" Gray’s test {p_equals(p)}." if known(p) else ""
    return (
        f"Cumulative incidence curves of {label[:1].lower()}{label[1:]}, competing event "
        f"{view.competing_label(step.endpoint)}. {'; '.join(parts)}.{test}"
    )
