"""Square panels of a single column, each with its legend below, where nothing is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.figures.style import EDGE, GREY, SINGLE, size_of, wrapped

LEFT, RIGHT, TOP, BELOW = 17.0, 4.0, 7.0, 12.5
SIDE = SINGLE - LEFT - RIGHT
HANDLE, LINE, SIZE = 9.0, 3.3, 7.0


class Entry(NamedTuple):
    """A line of a legend: how it is drawn (as :class:`matplotlib.lines.Line2D`), what it means."""

    look: dict[str, Any]
    words: str

    @property
    def shown(self) -> str:
        """The words in lines that fit below the panel."""
        return wrapped(self.words, SINGLE - 2 * EDGE - HANDLE, SIZE, lines=4)


def panel_height(entries: Sequence[Entry]) -> float:
    """Of a panel with its legend, in mm."""
    return TOP + SIDE + BELOW + legend_height(entries) + 2


def panel(figure: Figure, entries: Sequence[Entry], left: float = 0.0, top: float = 0.0) -> Axes:
    """Square axes with a legend below.

    Parameters
    ----------
    figure
        Where it goes.
    entries
        The legend.
    left, top
        Of the panel within the figure, in mm.
    """
    width, height = size_of(figure)
    bottom = height - top - TOP - SIDE
    axes = figure.add_axes(((left + LEFT) / width, bottom / height, SIDE / width, SIDE / height))
    legend_below(figure, entries, left + EDGE, bottom - BELOW)
    return axes


def legend_below(figure: Figure, entries: Sequence[Entry], left: float, top: float) -> None:
    """Entries one below the other from a place of a figure, in mm from its lower left."""
    width, height = size_of(figure)
    for look, shown in ((e.look, e.shown) for e in entries):
        middle, ends = (top - LINE / 2) / height, [left / width, (left + HANDLE - 2) / width]
        at = [sum(ends) / 2] if look.get("linestyle") == "" else ends
        figure.add_artist(Line2D(at, [middle] * len(at), **look))
        figure.text((left + HANDLE) / width, top / height, shown, fontsize=SIZE, va="top",
                    linespacing=1.1)  # fmt: skip
        top -= LINE * (1 + shown.count("\n"))


def legend_height(entries: Sequence[Entry]) -> float:
    """Room that :func:`legend_below` takes, in mm."""
    return sum(LINE * (1 + e.shown.count("\n")) for e in entries)


def shares(axes: Axes, across: str, up: str) -> None:
    """Both axes from 0 to 100%, with the diagonal."""
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
    ticks = np.linspace(0, 1, 6)
    labels = [f"{100 * t:.0f}%" for t in ticks]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(ticks, labels)
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), xlabel=across, ylabel=up)
