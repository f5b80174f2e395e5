"""Axes for curves over time, with a legend of numbers above and a risk table below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from cohort_stats.comparing.groups import OVERALL
from reports.figures.style import (
    EDGE,
    GREY,
    ink_of,
    line_of,
    new_figure,
    place,
    text_width,
    widest,
    wrapped,
)
from reports.format import count, general
from reports.numbers import Numbers

LINE = 4.0  # height of a line of the legend and of the risk table, mm
FURTHER = 2.9  # height of each further line of a label
RIGHT, BETWEEN, HANDLE = 8.0, 4.0, 9.0
SMALLEST_NAME = 28.0
AWAY = 3.5  # from a name to the count beside it, mm
MOST_BANDS = 6
BANDS = "Bands: 95% confidence intervals."
NO_BANDS = f"No bands: those of more than {MOST_BANDS} groups would hide each other."
#: Statistics whose times were reached by a patient.
FOLLOWED = ("at_risk", "curve", "incidence_curve")
#: What a risk table may count -> its heading, and the statistic.
COUNTS = {
    "at risk": ("At risk", "at_risk"),
    "censored": ("Censored so far", "censored_to_date"),
    "events": ("Events so far", "events_to_date"),
    "competing events": ("Competing events so far", "competing_to_date"),
}


@dataclass(frozen=True)
class Told:
    """What the legend says of the groups.

    Parameters
    ----------
    head
        What the groups are levels of.
    columns
        Headings in lines; where there is no room for all, the first are left out.
    cells
        Group -> a text for each heading.
    test
        How the groups were compared, and its p.
    note
        What stands at the foot of the figure.
    """

    head: str
    columns: tuple[str, ...]
    cells: Mapping[str, tuple[str, ...]]
    test: str
    note: str


@dataclass
class Layout:
    """What the figure of some groups needs room for, in mm.

    Parameters
    ----------
    numbers
        Where the counts are looked up.
    groups
        The groups drawn, in order.
    label
        Of the vertical axis; broken in two lines where it is longer than the axis.
    told
        What the legend says.
    counts
        What the risk table counts: keys of :data:`COUNTS`.
    width
        Of the figure.
    synthetic
        Whether its patients are made up.
    """

    numbers: Numbers
    groups: Sequence[str]
    label: str
    told: Told
    counts: Sequence[str]
    width: float
    synthetic: bool
    names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.axes_height = 68.0 if self.width >= 120 else 56.0
        self.label = wrapped(self.label, self.axes_height, 8)
        self.recorded = sorted(self.numbers.unique("time", "at_risk"))
        called = {g: "All patients" if g == OVERALL else g for g in self.groups}
        self.names = {g: wrapped(called[g], 0.26 * self.width, 7, lines=3) for g in self.groups}
        counts = [
            self.count(w, g, t) for w in self.counts for g in self.groups for t in self.recorded
        ]
        count = widest(counts, 7)
        # Room for the longest name and half of the widest count under the first tick.
        self.left = EDGE + widest(self.names.values(), 7) + AWAY + count / 2
        self.left = max(17.0 + FURTHER * self.label.count("\n"), self.left)
        self.ticks = self._ticks(max(count, widest(map(general, self.recorded))) + 1.5)
        note = f"{self.told.note} {BANDS if self.bands else NO_BANDS}"
        self.note = wrapped(note, self.width - 2 * EDGE, 6.5, lines=5)
        rows = sum(self.row(g) for g in self.groups)
        self.below = 14.5 + len(self.counts) * (LINE + rows) + FURTHER * (1 + _breaks(self.note))
        self._legend(called)
        self.height = self.axes_height + self.below + self.top

    @property
    def bands(self) -> bool:
        """Whether curves have bands: those of many groups would hide each other."""
        return len(self.groups) <= MOST_BANDS

    def count(self, word: str, group: str, time: float) -> str:
        """A count of the risk table."""
        return count(self.numbers.get(COUNTS[word][1], group=group, time=time))

    def row(self, group: str) -> float:
        """Height of a group's row in the risk table."""
        return LINE + FURTHER * _breaks(self.names[group])

    def end(self) -> float:
        """Where the time axis ends: just beyond the longest follow-up."""
        frame = self.numbers.frame
        followed = frame.loc[frame["statistic"].isin(FOLLOWED), "time"]  # not the times asked for
        longest = float(followed.max())
        return longest * 1.02 if longest > 0 else 1.0

    def _ticks(self, least: float) -> list[float]:
        """Every tick, or every second, third, … one, so that the counts stand apart."""
        apart = (self.width - self.left - RIGHT) / self.end()
        every = 1
        while len(self.recorded) > every and (self.recorded[every] * apart) < least:
            every += 1
        return self.recorded[::every]

    def _legend(self, called: Mapping[str, str]) -> None:
        """Which columns of the legend there is room for, where they begin, and its height."""
        room = self.width - 2 * EDGE - (HANDLE if len(self.groups) > 1 else 0.0)
        wanted = max(text_width(name, 7) for name in (*called.values(), self.told.head))
        for first in range(len(self.told.columns) + 1):
            cells = [[self.told.cells[g][k] for g in self.groups]
                     for k in range(first, len(self.told.columns))]  # fmt: skip
            heads = self.told.columns[first:]
            widths = [widest((head, *cs), 7) for head, cs in zip(heads, cells, strict=True)]
            left = room - sum(widths) - BETWEEN * len(widths)
            if left >= min(wanted, SMALLEST_NAME):
                break
        self.shown = range(first, len(self.told.columns))
        self.heads = heads
        self.head = wrapped(self.told.head, max(left, SMALLEST_NAME), 7, lines=3)
        self.long_names = {g: wrapped(called[g], max(left, 10.0), 7, lines=4) for g in self.groups}
        name = max(widest(self.long_names.values(), 7), widest([self.head], 7) - HANDLE)
        at = EDGE + room - left + min(left, name) - sum(widths) - BETWEEN * len(widths)
        at += HANDLE if len(self.groups) > 1 else 0.0
        self.starts = []
        for width in widths:
            self.starts.append(at + BETWEEN)
            at += BETWEEN + width
        breaks = max(map(_breaks, (self.head, *self.heads)), default=0)
        self.head_height = LINE + FURTHER * breaks
        names = sum(LINE + FURTHER * _breaks(name) for name in self.long_names.values())
        self.top = (6.5 if self.synthetic else 3.0) + self.head_height + names + 2.5
        self.top += LINE if self.told.test else 0.0


def at_risk_axes(layout: Layout, time: str) -> tuple[Figure, Axes]:
    """A figure with axes from 0 to 1 over time, and room for the legend and the risk table.

    Parameters
    ----------
    layout
        The room needed.
    time
        Label of the time axis, see :func:`time_label`.
    """
    figure = new_figure(layout.height, layout.width, synthetic=layout.synthetic)
    axes = place(figure, layout.left, layout.below, RIGHT, layout.top)
    axes.set(ylim=(0, 1.02), xlim=(0, layout.end()), ylabel=layout.label)
    axes.set_yticks(np.linspace(0, 1, 6), [f"{100 * y:.0f}%" for y in np.linspace(0, 1, 6)])
    if len(layout.ticks) > 1:
        axes.set_xticks(layout.ticks, [general(t) for t in layout.ticks])
    axes.set_xlabel(time)
    return figure, axes


def time_label(unit: str, landmark: float | None = None) -> str:
    """What the time axis shows: ``Time (months)``, ``Time from 6 months (months)``."""
    label = "Time" if landmark is None else f"Time from {general(landmark)} {unit}".strip()
    return f"{label} ({unit})" if unit else label


def legend(figure: Figure, layout: Layout) -> None:
    """Lines, names and numbers of the groups above the axes, where no curve can run."""
    y = layout.height - (6.5 if layout.synthetic else 3.0)
    several = len(layout.groups) > 1
    _write(figure, layout, EDGE, y, layout.head)
    for x, words in zip(layout.starts, layout.heads, strict=True):
        _write(figure, layout, x, y, words)
    y -= layout.head_height
    for k, group in enumerate(layout.groups):
        name = layout.long_names[group]
        if several:
            ends = [EDGE / layout.width, (EDGE + HANDLE - 2) / layout.width]
            middle = [(y - 1.3) / layout.height] * 2
            colour, dash = line_of(k)
            figure.add_artist(Line2D(ends, middle, linewidth=1.3, color=colour, linestyle=dash))
        _write(figure, layout, EDGE + (HANDLE if several else 0), y, name)
        for x, column in zip(layout.starts, layout.shown, strict=True):
            _write(figure, layout, x, y, layout.told.cells[group][column])
        y -= LINE + FURTHER * _breaks(name)
    _write(figure, layout, EDGE, y, layout.told.test)


def risk_table(axes: Axes, layout: Layout) -> None:
    """Counts by group under the ticks, and a note at the foot of the figure."""
    figure, height = axes.figure, layout.height
    transform = mpl.transforms.blended_transform_factory(axes.transData, figure.transFigure)
    y = layout.below - 13
    for word in layout.counts:
        _write(figure, layout, EDGE, y, COUNTS[word][0], weight="bold")
        y -= LINE
        for k, group in enumerate(layout.groups):
            colour = ink_of(k) if len(layout.groups) > 1 else "black"
            _write(figure, layout, EDGE, y, layout.names[group], color=colour)
            for tick in layout.ticks:
                axes.text(
                    tick, y / height, layout.count(word, group, tick), transform=transform,
                    ha="center", va="top", fontsize=7, linespacing=1.1, clip_on=False,
                )  # fmt: skip
            y -= layout.row(group)
    figure.text(EDGE / layout.width, 1.4 / height, layout.note, fontsize=6.5, color=GREY,
                va="bottom", linespacing=1.1)  # fmt: skip


def _write(figure: object, layout: Layout, x: float, y: float, words: str, **look: object) -> None:
    if words:
        figure.text(  # type: ignore[attr-defined]
            x / layout.width, y / layout.height, words,
            **({"fontsize": 7, "va": "top", "linespacing": 1.1} | look),
        )  # fmt: skip


def _breaks(words: str) -> int:
    return words.count("\n")
