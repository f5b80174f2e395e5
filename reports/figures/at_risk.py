"""Axes for curves over time, with their legend above and the numbers at risk below."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures.style import GREY, WIDTH, line_of, new_figure, place, text_width, wrapped
from reports.format import general
from reports.numbers import Numbers

LINE = 4.2  # height of a line of the risk table, mm
AXES = 68.0
TOP, RIGHT = 16.0, 8.0
LONGEST_NAME = 42.0  # width of a group's name, mm; a longer one takes two lines
LEGEND_LINE = 4.0
#: Statistics whose times were reached by a patient.
FOLLOWED = ("at_risk", "curve", "incidence_curve")


class Layout:
    """What the figure of some groups needs room for, in mm.

    Parameters
    ----------
    numbers
        Where ``at_risk`` and ``events_to_date`` are looked up.
    groups
        The groups drawn, in order.
    label
        Of the vertical axis; broken in two lines where it is longer than the axis.
    """

    def __init__(self, numbers: Numbers, groups: list[str], label: str):
        self.numbers, self.groups = numbers, groups
        self.label = wrapped(label, AXES, 8)
        self.ticks = sorted(numbers.unique("time", "at_risk"))
        self.names = {g: wrapped(g, LONGEST_NAME) for g in groups}
        # Room for the longest name and half of the widest count under the first tick.
        widest = max(text_width(self.count(group, self.ticks[0]), 7) for group in groups)
        lines = [line for name in self.names.values() for line in name.split("\n")]
        self.left = max(18.0, 7.0 + max(map(text_width, lines)) + widest / 2)
        self.left += LEGEND_LINE * self.label.count("\n")
        self.below = 13 + LINE * (len(lines) + 2)
        self.top = TOP + LEGEND_LINE * (legend_rows(groups) - 1)
        self.height = AXES + self.below + self.top

    def count(self, group: str, time: float) -> str:
        """At risk just before a time, and events so far."""
        at_risk = self.numbers.get("at_risk", group=group, time=time)
        events = self.numbers.get("events_to_date", group=group, time=time)
        return f"{at_risk:.0f} ({events:.0f})"

    def end(self) -> float:
        """Where the time axis ends: just beyond the longest follow-up."""
        frame = self.numbers.frame
        followed = frame.loc[frame["statistic"].isin(FOLLOWED), "time"]  # not the times asked for
        longest = float(followed.max())
        return longest * 1.02 if longest > 0 else 1.0


def at_risk_axes(layout: Layout, time: str, synthetic: bool) -> tuple[Figure, Axes]:
    """A figure with axes from 0 to 1 over time, and room for the risk table.

    Parameters
    ----------
    layout
        The room needed.
    time
        Label of the time axis, see :func:`time_label`.
    synthetic
        Whether the figure says that its patients are made up.
    """
    figure = new_figure(layout.height, synthetic=synthetic)
    axes = place(figure, layout.left, layout.below, RIGHT, layout.top)
    axes.set(ylim=(0, 1.02), xlim=(0, layout.end()), ylabel=layout.label)
    axes.set_yticks(np.linspace(0, 1, 6), [f"{100 * y:.0f}%" for y in np.linspace(0, 1, 6)])
    axes.set_xticks(layout.ticks, [general(t) for t in layout.ticks])
    axes.set_xlabel(time)
    return figure, axes


def time_label(unit: str, landmark: float | None = None) -> str:
    """What the time axis shows: ``Time (months)``, ``Time from 6 months (months)``."""
    label = "Time" if landmark is None else f"Time from {general(landmark)} {unit}".strip()
    return f"{label} ({unit})" if unit else label


def legend_rows(groups: list[str]) -> int:
    """Lines of the legend: one while the groups leave room for the p-value beside them."""
    wide = sum(text_width(group) + 16 for group in groups) > WIDTH - 70
    return len(groups) if wide else 1


def legend(axes: Axes, groups: list[str], title: str, test: str) -> None:
    """Above the axes, where no curve can run under it; the test on the line of the title."""
    title_at = 20 + LEGEND_LINE / 25.4 * 72 * (legend_rows(groups) - 1)
    if len(groups) > 1:
        columns = 1 if legend_rows(groups) > 1 else len(groups)
        handles, names = axes.get_legend_handles_labels()
        short = [wrapped(name, WIDTH - 80, lines=1) for name in names]
        axes.legend(handles, short, loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=columns)
    for words, side in ((title, "left"), (test, "right")):
        if words:
            axes.set_title(words, loc=side, pad=title_at, fontsize=7.5)  # type: ignore[arg-type]


def risk_table(axes: Axes, layout: Layout, note: str) -> None:
    """At risk and events by group under the ticks, and a note at the foot of the figure."""
    figure, height = axes.figure, layout.height
    top = (layout.below - 14) / height
    start = 4.0 / WIDTH
    figure.text(start, top, "At risk (events so far)", fontsize=7.5, weight="bold", va="top")
    transform = mpl.transforms.blended_transform_factory(axes.transData, figure.transFigure)
    line = 1
    for g, group in enumerate(layout.groups):
        y, (colour, _), name = top - line * LINE / height, line_of(g), layout.names[group]
        line += 1 + name.count("\n")
        figure.text(start, y, name, fontsize=7.5, va="top", color=colour)
        for tick in layout.ticks:
            axes.text(
                tick, y, layout.count(group, tick), transform=transform,
                ha="center", va="top", fontsize=7, clip_on=False,
            )  # fmt: skip
    figure.text(start, 1.6 / height, note, fontsize=6.5, color=GREY, va="bottom")
