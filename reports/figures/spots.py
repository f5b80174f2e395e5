"""What a reader of the page is told who points at a place of a figure: its recorded numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cohort_stats.comparing.groups import OVERALL
from reports.format import CUTOFF_DIGITS, count, general, number, share_interval
from reports.numbers import NAN, Numbers, known

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Spots that lie closer together than this, in points, are one to the hand that points at them.
CLOSEST = 1.2


@dataclass(frozen=True)
class Spot:
    """A place of a figure that has something to say.

    Parameters
    ----------
    words
        What it says.
    x, y
        Where, in the units of the axes.
    until
        Where it ends, for a place that is a level line; None for a point.
    axes
        Number of the axes it belongs to.
    """

    words: str
    x: float
    y: float
    until: float | None = None
    axes: int = 0


def step_spots(
    numbers: Numbers,
    groups: Sequence[str],
    unit: str,
    statistic: str = "curve",
    begins: float = 1.0,
) -> tuple[Spot, ...]:
    """Each step of curves over time: the time, the probability with its interval, at risk.

    Parameters
    ----------
    numbers
        Where the curves are recorded.
    groups
        The groups that are drawn.
    unit
        Of time.
    statistic
        The curve's name; its limits end in ``_low`` and ``_high``.
    begins
        The probability before the first step.
    """
    names = (statistic, f"{statistic}_low", f"{statistic}_high", "curve_at_risk")
    found: list[Spot] = []
    for group in groups:
        time, value, low, high, at_risk = numbers.curve(group, *names)
        stepped = np.flatnonzero(np.diff(np.r_[begins, value]) != 0)
        ends = np.r_[time[stepped[1:]], time[-1:]][: len(stepped)]  # none without an event
        name = "" if group == OVERALL else f"{group}: "
        for i, end in zip(stepped, ends, strict=True):
            if not known(value[i]):
                continue
            words = f"{name}{general(time[i])} {unit}".rstrip() + ", "
            words += share_interval(value[i], low[i], high[i])
            words += f", {count(at_risk[i])} at risk" if known(at_risk[i]) else ""
            found.append(Spot(words, float(time[i]), float(value[i]), float(end)))
    return tuple(found)


def row_spots(
    rows: Iterable[tuple[float, str, tuple[float, float, float]]], ends: tuple[float, float]
) -> tuple[Spot, ...]:
    """Each row of a forest plot: what stands for it, along its interval.

    Parameters
    ----------
    rows
        Height, words, and estimate with its limits.
    ends
        Of the axis; an interval that goes on beyond them is cut there.
    """
    found = []
    for y, words, (value, low, high) in rows:
        if known(value):
            start = min(max(ends[0], low if known(low) else value), ends[1])
            stop = max(min(ends[1], high if known(high) else value), start)
            found.append(Spot(words, start, y, stop))
    return tuple(found)


def cut_spots(
    numbers: Numbers, label: str, unit: str, sign: str, time: float = NAN, axes: int = 0
) -> Iterator[Spot]:
    """Each cut of a ROC curve: sensitivity and specificity.

    Parameters
    ----------
    numbers
        Where the curve is recorded.
    label, unit
        Of the marker, or what else the words begin with.
    sign
        What stands between it and the cut.
    time
        Of a curve that belongs to a time.
    axes
        Number of the axes.
    """
    for level in numbers.unique_levels_of("roc_sensitivity", ""):
        se, sp = (
            numbers.get(f"roc_{s}", level=level, time=time) for s in ("sensitivity", "specificity")
        )
        cut = float(level)
        if math.isfinite(cut) and known(se):
            rule = f"{label} {sign} {general(cut, CUTOFF_DIGITS)} {unit}".rstrip()
            words = f"{rule}: Se {number(100 * se, 1)}%, Sp {number(100 * sp, 1)}%"
            yield Spot(words, 1 - sp, se, axes=axes)


def places(figure: Figure, spots: Sequence[Spot]) -> Iterator[tuple[str, float, float, float]]:
    """Words, x, y and end of the spots of a drawn figure, in points from its upper left corner.

    Parameters
    ----------
    figure
        After it was saved, so that its axes stand where they are drawn.
    spots
        In their order.
    """
    if not spots:
        return
    height = figure.get_size_inches()[1] * 72
    inches = figure.dpi_scale_trans.inverted()
    points = [figure.axes[s.axes].transData + inches for s in spots]
    starts = [p.transform((s.x, s.y)) * 72 for p, s in zip(points, spots, strict=True)]
    ends = [
        p.transform((s.x if s.until is None else s.until, s.y)) * 72
        for p, s in zip(points, spots, strict=True)
    ]
    last = (-np.inf, -np.inf)
    for spot, (x, up), (end, _) in zip(spots, starts, ends, strict=True):
        if max(abs(x - last[0]), abs(up - last[1])) >= CLOSEST:
            last = (x, up)
            yield spot.words, x, height - up, end
