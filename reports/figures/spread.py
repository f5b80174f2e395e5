"""Boxes and violins that lie on their side, one row a group, with the points of patients."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from analyses.schema.pictures import DistributionStep
from cohort_stats.comparing.groups import OVERALL
from reports.figures.style import COLOURS, MM, place, widest, wrapped
from reports.format import count
from reports.numbers import Numbers, known
from reports.view import View

ROW = 13.0
DOT = 1.15  # diameter of a point, mm
#: Rows, from their middle, in parts of one: the shape lies above, the points below it.
SHAPE, POINTS = -0.14, 0.33
HALF_BOX, HALF_VIOLIN, HALF_POINTS = 0.17, 0.27, 0.15
FACE, DARK = "#D3E4F3", "#1F3B57"


def spread_height(groups: int) -> float:
    """Height in mm of the rows of one variable with its axis."""
    return (ROW if groups < 15 else 200 / groups) * groups + 18.0


def draw_spread(
    figure: Figure,
    step: DistributionStep,
    view: View,
    numbers: Numbers,
    name: str,
    groups: tuple[str, ...],
    band: tuple[float, float],
) -> Axes:
    """One row a group: box or violin, median, points.

    Parameters
    ----------
    figure, step, view, numbers
        What is drawn from, and on.
    name, groups
        The variable and its groups in order.
    band
        Distance from the figure's top, and height, in mm.
    """
    width, height = figure.get_size_inches() / MM
    labels = [_label(numbers, name, group, width * 0.33) for group in groups]
    left = 1.03 * widest(labels) + 5
    heading = wrapped(view.dictionary[name].heading, width - left - 4)
    below = 12.0 + 3.4 * heading.count("\n")
    axes = place(figure, left, height - band[0] - band[1] + below, 4, band[0] + 1)
    low, high = _range(numbers, name, groups)
    axes.set(xlim=(low, high), ylim=(len(groups) - 0.45, -0.55))
    across = (width - left - 4) / (high - low)
    for k, group in enumerate(groups):
        if step.figure == "box":
            _box(axes, numbers, name, group, k)
        else:
            _violin(axes, numbers, name, group, k)
        _points(axes, numbers, name, group, k, across, (band[1] - below - 1) / len(groups))
    axes.set_yticks(range(len(groups)), labels, linespacing=1.0)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(6 if width > 100 else 4, steps=[1, 2, 5, 10]))
    axes.set_xlabel(heading, linespacing=1.0)
    axes.spines["left"].set_visible(False)
    return axes


def _label(numbers: Numbers, name: str, group: str, width: float) -> str:
    n = f"n = {count(numbers.get('n', group=group, term=name))}"
    return n if group == OVERALL else f"{wrapped(group, width)}\n{n}"


def _range(numbers: Numbers, name: str, groups: tuple[str, ...]) -> tuple[float, float]:
    ends = [numbers.get(s, group=g, term=name) for s in ("min", "max") for g in groups]
    ends = [e for e in ends if known(e)] or [0.0]
    spread = (max(ends) - min(ends)) or abs(ends[0]) or 1.0
    return min(ends) - 0.03 * spread, max(ends) + 0.03 * spread


def _box(axes: Axes, numbers: Numbers, name: str, group: str, row: int) -> None:
    at = {"group": group, "term": name}
    low, high = numbers.several("lower_whisker", "upper_whisker", **at)
    if not known(low):
        return
    q1, median, q3 = numbers.several("q1", "median", "q3", **at)
    y = row + SHAPE
    for a, b in ((low, q1), (q3, high)):
        axes.plot([a, b], [y, y], color=DARK, linewidth=0.9)
    for end in (low, high):
        axes.plot([end, end], [y - 0.07, y + 0.07], color=DARK, linewidth=0.9)
    box = Rectangle((q1, y - HALF_BOX), q3 - q1, 2 * HALF_BOX)
    box.set(facecolor=FACE, edgecolor=DARK, linewidth=0.9)
    axes.add_patch(box)
    axes.plot([median] * 2, [y - HALF_BOX, y + HALF_BOX], color=DARK, linewidth=1.8)


def _violin(axes: Axes, numbers: Numbers, name: str, group: str, row: int) -> None:
    frame = numbers.frame
    frame = frame[(frame["statistic"] == "density") & (frame["term"] == name)]
    mine = frame[frame["group"] == group]
    if mine.empty:
        return
    # Every violin is as wide as the others where it is widest: shapes are compared, not sizes.
    x, height = mine["time"].to_numpy(float), mine["value"].to_numpy(float)
    half = HALF_VIOLIN * height / height.max()
    y = row + SHAPE
    axes.fill_between(x, y - half, y + half, facecolor=FACE, edgecolor=DARK, linewidth=0.8)
    at = {"group": group, "term": name}
    q1, median, q3 = numbers.several("q1", "median", "q3", **at)
    axes.plot([q1, q3], [y, y], color=DARK, linewidth=3.2, solid_capstyle="butt")
    axes.plot([median], [y], "o", color="white", markeredgecolor=DARK, markersize=4.2, zorder=5)


def _points(
    axes: Axes, numbers: Numbers, name: str, group: str, row: int, across: float, tall: float
) -> None:
    frame = numbers.frame
    keep = (frame["statistic"] == "point") & (frame["term"] == name) & (frame["group"] == group)
    values = frame.loc[keep, "value"].to_numpy(float)
    if not len(values):
        return
    offsets = swarm(values * across, DOT, HALF_POINTS * tall) / tall
    axes.plot(
        values, row + POINTS + offsets, "o", color=COLOURS[1], markersize=DOT / 25.4 * 72,
        markeredgewidth=0, clip_on=False, zorder=4,
    )  # fmt: skip


def swarm(places: np.ndarray, size: float, most: float) -> np.ndarray:
    """Offsets at which points of one size lie beside each other, nearest to the line first.

    Parameters
    ----------
    places
        Where they lie along the line, ascending, in mm.
    size, most
        Diameter of a point, and how far it may leave the line; where there is no room left,
        points overlap at the place with the fewest neighbours.
    """
    steps = [0.0]
    for k in range(1, int(most / (size / 2)) + 1):
        steps += [k * size / 2, -k * size / 2]
    offsets = np.zeros(len(places))
    first = 0
    for i, here in enumerate(places):
        while places[first] < here - size:
            first += 1
        near, taken = places[first:i], offsets[first:i]
        crowd = [int((np.hypot(near - here, taken - step) < 0.98 * size).sum()) for step in steps]
        offsets[i] = steps[int(np.argmin(crowd))]
    return offsets
