"""A scale before and after: streams of patients from level to level, or bars of 100%."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from analyses.schema.changes import TransitionStep
from cohort_stats.changes.paired import CHANGE
from cohort_stats.changes.transitions import AFTER, BEFORE, FATES
from cohort_stats.comparing.groups import OVERALL
from reports.figures import fills
from reports.figures.hundred import Bar, hundred_figure
from reports.figures.style import (
    GREY,
    Drawing,
    looking_right,
    new_figure,
    place,
    text_width,
    wrapped,
)
from reports.format import count, count_percent
from reports.numbers import Numbers
from reports.view import View

#: Improved, unchanged, worse: pale, middle and dark in grey print too.
FACES = ("#56B4E9", "#DADADA", "#A33F00")
NODE, GAP, LETTERS = 2.6, 1.6, 3.3  # width of a level, gap between levels, height of a line, mm
TOP = 11.0  # where the levels of a panel begin, below its headings, mm


def transition_plots(step: TransitionStep, view: View) -> Iterator[Drawing]:
    """The figure that the step asks for; of many groups one for as many as a page has room for."""
    numbers = view.numbers(step.id)
    width = view.figure_width
    groups = [g for g in numbers.unique("group", "n") if g != OVERALL] or [OVERALL]
    groups = [g for g in groups if numbers.get("n", group=g)]
    if step.figure == "none" or not groups:
        return
    levels = numbers.unique_levels_of("count", BEFORE)
    levels = levels if step.better == "low" else levels[::-1]
    most = 8 if step.figure == "bars" else _columns(groups, width) * int(225 // _least(levels))
    for first in range(0, len(groups), most):
        here = groups[first : first + most]
        with looking_right():
            if step.figure == "bars":
                figure = _hundred(step, view, numbers, here, levels, width)
            else:
                figure = _streams(step, view, numbers, here, levels, width)
        page = f"_{first // most + 1}" if first else ""
        title = f"{step.title} (continued)" if first else step.title
        alt = _alt(step, view, numbers, here, levels)
        yield Drawing(f"{step.id}{page}", title, alt, figure)


def _columns(groups: Sequence[str], width: float) -> int:
    return 2 if width >= 140 and len(groups) > 1 else 1


def _least(levels: Sequence[str]) -> float:
    """Least height of a panel in mm, for the labels of all levels to find room."""
    return max(30.0, TOP + LETTERS * len(levels) + 3)


def _hundred(
    step: TransitionStep, view: View, numbers: Numbers, groups: Sequence[str],
    levels: list[str], width: float,
) -> Figure:  # fmt: skip
    bars = [*_bars(step, view, numbers, groups, levels)]
    shades = [fills.of_scale(k, len(levels)) for k in range(len(levels))]
    axis = f"{view.noun.capitalize()}, %"
    return hundred_figure(bars, levels, shades, axis, width, synthetic=view.synthetic)


def _bars(
    step: TransitionStep, view: View, numbers: Numbers, groups: Sequence[str], levels: list[str]
) -> Iterator[Bar]:
    for group in groups:
        for end, name in ((BEFORE, step.before), (AFTER, step.after)):
            pieces = tuple(
                (
                    numbers.get("count", group=group, term=end, level=level),
                    numbers.get("percent", group=group, term=end, level=level),
                )
                for level in levels
            )
            who = "" if group == OVERALL else f"{group}: "
            words = f"{who}{view.dictionary[name].label}"
            apart = group != groups[0] and end == BEFORE
            yield Bar(words, numbers.get("n", group=group), pieces, apart)


def _alt(
    step: TransitionStep, view: View, numbers: Numbers, groups: Sequence[str], levels: list[str]
) -> str:
    before, after = (view.dictionary[name].label for name in (step.before, step.after))
    parts = []
    for group in groups:
        fates = ", ".join(
            f"{fate} {count(numbers.get('count', group=group, term=CHANGE, level=fate))}"
            for fate in FATES
        )
        moves = ", ".join(
            f"{level} to {to} {count(n)}"
            for level in levels
            for to in levels
            if (n := numbers.get("moves", group=group, term=level, level=to))
        )
        who = "All" if group == OVERALL else group
        parts.append(f"{who} (n = {count(numbers.get('n', group=group))}): {fates}; {moves}")
    return f"From {before} to {after}. {'. '.join(parts)}."


def _streams(
    step: TransitionStep, view: View, numbers: Numbers, groups: Sequence[str],
    levels: list[str], width: float,
) -> Figure:  # fmt: skip
    fates = [fate.capitalize() for fate in FATES]
    fillings = [{"facecolor": face, "edgecolor": "none"} for face in FACES]
    columns = _columns(groups, width)
    lines = math.ceil(len(groups) / columns)
    head = fills.head_height(fates, width, view.synthetic)
    wanted = min(72.0, max(52.0, 8.0 * len(levels) + 20), 225 / lines)
    tall = max(wanted, _least(levels))
    figure = new_figure(tall * lines + head + 1, width, view.synthetic)
    wide = width / columns
    for k, group in enumerate(groups):
        row, column = divmod(k, columns)
        axes = place(
            figure, wide * column, tall * (lines - row - 1) + 1, width - wide * (column + 1),
            head + tall * row,
        )  # fmt: skip
        axes.set_axis_off()
        axes.set(xlim=(0, wide), ylim=(tall, 0))
        _panel(axes, step, view, numbers, group, levels)
    fills.draw_legend(figure, fates, fillings, synthetic=view.synthetic)
    return figure


def _panel(
    axes: Axes, step: TransitionStep, view: View, numbers: Numbers, group: str, levels: list[str]
) -> None:
    """One group: levels before on the left, after on the right, in mm from the upper left."""
    wide, tall = axes.get_xlim()[1], axes.get_ylim()[0]
    n = numbers.get("n", group=group)
    who = "" if group == OVERALL else f"{wrapped(group, wide * 0.66, 8, lines=1)}, "
    axes.text(4, 1.5, f"{who}n = {count(n)}", fontsize=8, va="top", weight="bold")
    counts = {
        end: [numbers.get("count", group=group, term=end, level=level) for level in levels]
        for end in (BEFORE, AFTER)
    }
    labels = {
        end: [
            f"{wrapped(level, wide * 0.24, 7, lines=1)}: {_share(numbers, group, end, level)}"
            for level in levels
        ]
        for end in (BEFORE, AFTER)
    }
    margin = max(text_width(words, 7) for words in (*labels[BEFORE], *labels[AFTER])) + 8
    left, right = margin, wide - margin
    for name, at, ha in ((step.before, 4, "left"), (step.after, wide - 4, "right")):
        heading = wrapped(view.dictionary[name].label, wide * 0.45, 7, lines=1)
        axes.text(at, 6.0, heading, fontsize=7, va="top", ha=ha)
    scale = (tall - TOP - 2 - GAP * (len(levels) - 1)) / n
    starts = {end: _starts(counts[end], scale, TOP) for end in counts}
    _draw_moves(axes, numbers, group, levels, starts, (left, right), scale)
    for end, x, side in ((BEFORE, left, -1), (AFTER, right, 1)):
        _draw_levels(axes, counts[end], starts[end], labels[end], x, side, scale)


def _share(numbers: Numbers, group: str, end: str, level: str) -> str:
    counted, share = numbers.several("count", "percent", group=group, term=end, level=level)
    return count_percent(counted, share, numbers.get("n", group=group))


def _starts(counts: Sequence[float], scale: float, top: float) -> list[float]:
    found, y = [], top
    for n in counts:
        found.append(y)
        y += n * scale + GAP
    return found


def _draw_levels(
    axes: Axes, counts: Sequence[float], starts: Sequence[float], labels: Sequence[str],
    x: float, side: int, scale: float,
) -> None:  # fmt: skip
    shown = [k for k, n in enumerate(counts) if n]
    for k in shown:
        at = x - NODE if side < 0 else x
        axes.add_patch(Rectangle((at, starts[k]), NODE, counts[k] * scale, facecolor="#333333"))
    middles = [starts[k] + counts[k] * scale / 2 for k in shown]
    outer = x + side * NODE
    inside = (TOP + LETTERS / 2, axes.get_ylim()[0] - LETTERS / 2)
    apart = moved_apart(middles, LETTERS, inside)
    for k, middle, y in zip(shown, middles, apart, strict=True):
        if abs(middle - y) > 0.2:
            axes.plot([outer, outer + side * 2.2], [middle, y], color=GREY, linewidth=0.5)
        axes.text(
            outer + side * 2.8, y, labels[k], fontsize=7, va="center_baseline",
            ha="right" if side < 0 else "left",
        )  # fmt: skip


def _draw_moves(
    axes: Axes, numbers: Numbers, group: str, levels: list[str],
    starts: dict[str, list[float]], ends: tuple[float, float], scale: float,
) -> None:  # fmt: skip
    """Streams leave in the order of where they go, and arrive in that of where they come from."""
    out, into = list(starts[BEFORE]), list(starts[AFTER])
    for i, level in enumerate(levels):
        for j, to in enumerate(levels):
            moved = numbers.get("moves", group=group, term=level, level=to)
            if not moved:
                continue
            thick = moved * scale
            # The better levels are on top: who goes up has improved.
            face = FACES[0] if j < i else FACES[1] if i == j else FACES[2]
            patch = PathPatch(_stream(ends, out[i], into[j], thick), facecolor=face)
            patch.set(edgecolor="white", linewidth=0.3, alpha=0.85, label=f"{level} to {to}")
            axes.add_patch(patch)
            out[i] += thick
            into[j] += thick


def _stream(ends: tuple[float, float], start: float, stop: float, thick: float) -> Path:
    (a, b), middle = ends, sum(ends) / 2
    points = [
        (a, start), (middle, start), (middle, stop), (b, stop),
        (b, stop + thick), (middle, stop + thick), (middle, start + thick), (a, start + thick),
        (a, start),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    return Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])


def moved_apart(places: Sequence[float], least: float, within: tuple[float, float]) -> list[float]:
    """Places at least so far from each other, and as near as can be to where they were.

    Parameters
    ----------
    places
        In ascending order.
    least
        The smallest distance allowed between neighbours.
    within
        The lowest and the highest place allowed; there is room for all of them.
    """
    # Less its offset each place may not lie below the one before: isotonic regression.
    blocks: list[tuple[float, int]] = []
    for k, here in enumerate(places):
        mean, size = here - k * least, 1
        while blocks and blocks[-1][0] > mean:
            before, n = blocks.pop()
            mean, size = (before * n + mean * size) / (n + size), n + size
        blocks.append((mean, size))
    means = np.repeat([mean for mean, _ in blocks], [size for _, size in blocks])
    means = np.clip(means, within[0], within[1] - (len(places) - 1) * least)
    return [float(mean + k * least) for k, mean in enumerate(means)]
