"""An axis of ratios whose ticks stand apart, and what has no finite place on it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter

from reports.figures.style import size_of, text_width
from reports.format import general

TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
TENS = (0.01, 0.1, 1, 10, 100)
WIDEST = 100.0  # beyond this the axis would show nothing else; an arrow says it goes on
LEAST = 45.0  # of a plotting area between columns of words, mm
APART = 1.1  # between the labels of two ticks, mm

Triple = tuple[float, float, float]


def axis_range(found: Iterable[Triple]) -> tuple[float, float]:
    """The ends of the axis that shows some ratios with their intervals."""
    usable = [v for triple in found for v in triple]
    usable = [v for v in usable if math.isfinite(v) and 1 / WIDEST <= v <= WIDEST]
    low = min([*usable, 0.5]) / 1.15
    high = max([*usable, 2.0]) * 1.15
    return max(low, 1 / WIDEST), min(high, WIDEST)


def ratio_axis(axes: Axes, low: float, high: float) -> None:
    """A log scale from `low` to `high`, each tick labelled or, where that is too dense, the tens.

    Parameters
    ----------
    axes
        In their place: how long they are tells how many labels have room.
    low, high
        The ends.
    """
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    length = axes.get_position().width * size_of(cast(Figure, axes.figure))[0]
    labelled = labelled_ticks(low, high, length)
    axes.xaxis.set_major_locator(FixedLocator(labelled))
    axes.set_xticklabels([general(t) for t in labelled])
    axes.xaxis.set_minor_locator(FixedLocator(_within(TICKS, low, high)))
    axes.xaxis.set_minor_formatter(NullFormatter())


def labelled_ticks(low: float, high: float, length: float) -> list[float]:
    """The ticks whose labels keep apart on an axis of `length` mm."""
    every = _within(TICKS, low, high)
    mm = length / math.log(high / low)
    for first, second in pairwise(every):
        words = (text_width(general(first)) + text_width(general(second))) / 2
        if mm * math.log(second / first) - words < APART:
            return _within(TENS, low, high)
    return every


def _within(ticks: Sequence[float], low: float, high: float) -> list[float]:
    return [t for t in ticks if low <= t <= high]
