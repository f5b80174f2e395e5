"""Kaplan–Meier curves over the numbers at risk."""

from __future__ import annotations

import textwrap

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from analyses.schema import KaplanMeierStep
from cohort_stats.compare import OVERALL
from reports.figures.style import (
    COLOURS,
    DASHES,
    GREY,
    WIDTH,
    Drawing,
    looking_right,
    new_figure,
    place,
    text_width,
)
from reports.format import general, p_equals, share_interval, time_interval
from reports.numbers import Numbers, known
from reports.view import View

LINE = 4.2  # height of a line of the risk table, mm
AXES = 68.0
TOP, RIGHT = 16.0, 8.0
LONGEST_NAME = 24
LEGEND_LINE = 4.0


def survival_plot(step: KaplanMeierStep, view: View) -> Drawing:
    """Curves with bands and censor marks; below, at risk (events) by group, just before t."""
    numbers = view.numbers(f"{step.id}/curves")
    groups = [g for g in numbers.unique("group", "n") if g != OVERALL] or [OVERALL]
    ticks = sorted(numbers.unique("time", "at_risk"))
    unit = view.unit(step.endpoint)
    label = view.results.plan.file.endpoints[step.endpoint].label
    below = 13 + LINE * (len(groups) + 2)
    names = {g: _short(g) for g in groups}
    # Room for the longest name and half of the widest count under the first tick.
    widest = max(text_width(_at_risk(numbers, group, ticks[0]), 7) for group in groups)
    left = max(18.0, 7.0 + max(map(text_width, names.values())) + widest / 2)
    with looking_right():
        top = TOP + LEGEND_LINE * (_legend_rows(groups) - 1)
        height = AXES + below + top
        figure = new_figure(height, synthetic=view.synthetic)
        axes = place(figure, left, below, RIGHT, top)
        for g, group in enumerate(groups):
            _curve(axes, numbers, group, g)
        axes.set(ylim=(0, 1.02), xlim=(0, _end(numbers, ticks)), ylabel=label)
        axes.set_yticks(np.linspace(0, 1, 6), [f"{100 * y:.0f}%" for y in np.linspace(0, 1, 6)])
        axes.set_xticks(ticks, [general(t) for t in ticks])
        axes.set_xlabel(_time_label(step, unit))
        _legend(axes, step, view, groups)
        _risk_table(axes, numbers, groups, names, ticks, height, below)
    return Drawing(step.id, step.title, _alt(step, view, numbers, groups, label), figure)


def _time_label(step: KaplanMeierStep, unit: str) -> str:
    label = (
        "Time" if step.landmark is None else f"Time from {general(step.landmark)} {unit}".strip()
    )
    return f"{label} ({unit})" if unit else label


def _legend_rows(groups: list[str]) -> int:
    # Side by side while they leave room for the p-value, else one below the other.
    wide = sum(text_width(group) + 16 for group in groups) > WIDTH - 70
    return len(groups) if wide else 1


def _short(name: str) -> str:
    return textwrap.shorten(name, LONGEST_NAME, placeholder="…") if name else name


def _end(numbers: Numbers, ticks: list[float]) -> float:
    longest = float(numbers.frame["time"].max())
    return max(longest, ticks[-1]) * 1.02 if longest > 0 else 1.0


def _curve(axes: Axes, numbers: Numbers, group: str, g: int) -> None:
    time, curve, low, high, censored = numbers.curve(
        group, "curve", "curve_low", "curve_high", "curve_censored"
    )
    # Everybody begins at S = 1; a patient with time 0 steps down right there.
    time, curve, low, high = (np.r_[s, v] for s, v in ((0, time), (1, curve), (1, low), (1, high)))
    censored = np.r_[0, censored]
    colour = COLOURS[g % len(COLOURS)]
    axes.step(
        time, curve, where="post", color=colour, linestyle=DASHES[g % len(DASHES)], label=group
    )
    axes.fill_between(time, low, high, step="post", color=colour, alpha=0.13, linewidth=0)
    marked = censored > 0
    axes.plot(time[marked], curve[marked], "|", color=colour, markersize=4, markeredgewidth=0.7)


def _legend(axes: Axes, step: KaplanMeierStep, view: View, groups: list[str]) -> None:
    # Above the axes, where no curve can run under it; the p-value on the line of the title.
    title_at = 20 + LEGEND_LINE / 25.4 * 72 * (_legend_rows(groups) - 1)
    if len(groups) > 1:
        columns = 1 if _legend_rows(groups) > 1 else len(groups)
        axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=columns)
    if step.by:
        axes.set_title(view.group_label(step.by), loc="left", pad=title_at, fontsize=7.5)
    name, p = view.group_test(step.id)
    if known(p):
        words = f"{name} {p_equals(p)}"
        axes.set_title(words, loc="right", pad=title_at, fontsize=7.5)


def _risk_table(
    axes: Axes,
    numbers: Numbers,
    groups: list[str],
    names: dict[str, str],
    ticks: list[float],
    height: float,
    below: float,
) -> None:
    figure = axes.figure
    line = LINE / height
    top = (below - 14) / height
    start = 4.0 / WIDTH
    figure.text(start, top, "At risk (events so far)", fontsize=7.5, weight="bold", va="top")
    transform = mpl.transforms.blended_transform_factory(axes.transData, figure.transFigure)
    for g, group in enumerate(groups):
        y = top - (g + 1) * line
        figure.text(start, y, names[group], fontsize=7.5, va="top", color=COLOURS[g % len(COLOURS)])
        for tick in ticks:
            axes.text(
                tick, y, _at_risk(numbers, group, tick), transform=transform,
                ha="center", va="top", fontsize=7, clip_on=False,
            )  # fmt: skip
    note = "At risk: just before each time. Bars: censored. Bands: 95% confidence intervals."
    figure.text(start, 1.6 / height, note, fontsize=6.5, color=GREY, va="bottom")


def _at_risk(numbers: Numbers, group: str, time: float) -> str:
    at_risk = numbers.get("at_risk", group=group, time=time)
    return f"{at_risk:.0f} ({numbers.get('events_to_date', group=group, time=time):.0f})"


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
