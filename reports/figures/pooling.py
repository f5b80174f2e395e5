"""Studies with their intervals, and what they add up to: the forest plot of a meta-analysis."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analyses.schema.pooling import PoolStep
from analyses.steps.pool import POOLED
from cohort_stats.pooling import meta_analysis as pooling
from reports.figures.forest import NARROWEST_LABEL, WIDEST_LABEL, rows_of
from reports.figures.ratio_axis import LEAST, TICKS, ratio_axis
from reports.figures.spots import row_spots
from reports.figures.style import (
    COLOURS,
    GREY,
    MIDDLE,
    Drawing,
    looking_right,
    new_figure,
    place,
    size_of,
    text_width,
    widest,
    wrapped,
)
from reports.format import FORMATS, general, weight
from reports.numbers import Numbers, known
from reports.tables.pooling import (
    MEASURES,
    PREDICTION,
    found_words,
    heterogeneity,
    interval_only,
)
from reports.view import View

HALF = 1.6  # of the height of a diamond, in mm
LARGEST = 3.4  # side of the square of the heaviest study, in mm
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class _Line:
    label: str
    indent: int = 0
    kind: str = "heading"  # study, pooled or prediction
    found: Triple | None = None
    share: float = math.nan
    words: str = ""


def pooled_forest(step: PoolStep, view: View) -> Drawing | None:
    """One line a study, a diamond for each pooled effect, a bar for its prediction interval."""
    numbers = view.numbers(f"{step.id}/{POOLED}")
    shown, short = MEASURES[step.measure]
    lines = list(_lines(numbers, shown))
    if not any(line.kind == "study" for line in lines):
        return None
    heading = f"{short} (95% CI)"
    right = 1.12 * max(text_width(words) for words in [heading, *(x.words for x in lines)]) + 20
    wanted = max(view.figure_width, MIDDLE)  # words on both sides leave too little in one column
    room = min(max(wanted - right - LEAST - 8, NARROWEST_LABEL), WIDEST_LABEL)
    lines = [replace(x, label=wrapped(x.label, room - 4 * x.indent, lines=4)) for x in lines]
    left = 1.08 * max(widest([x.label]) + 4 * x.indent for x in lines) + 8
    width = max(wanted, left + right + LEAST)
    middles, height = rows_of([x.label for x in lines])
    with looking_right():
        figure = new_figure(height + 30, width=width, synthetic=view.synthetic)
        axes = place(figure, left, 17, right, 13)
        axes.set_ylim(height, 0)
        _scale(axes, lines, step)
        _draw(axes, lines, middles, numbers)
        scale = " (log scale)" if shown == "ratio_interval" else ""
        axes.set_xlabel(f"{step.measure.capitalize()}{scale}, 95% confidence interval")
        _words(axes, lines, middles, right, heading)
        if known(numbers.get("q", term=pooling.POOLED)):
            words = f"Heterogeneity: {heterogeneity(numbers)}"
            figure.text(4 / width, 0.012, words, fontsize=7, color=GREY, va="bottom")
    listed = "; ".join(f"{line.label} {line.words}" for line in lines if line.found)
    alt = f"Forest plot. {step.measure.capitalize()} (95% interval): {listed}."
    rows = [
        (y, f"{' '.join(x.label.split())}: {x.words}", x.found)
        for y, x in zip(middles, lines, strict=True)
        if x.found
    ]
    spots = row_spots(rows, figure.axes[0].get_xlim())
    return Drawing(step.id, step.title, " ".join(alt.split()), figure, spots)


def _lines(numbers: Numbers, shown: str) -> Iterator[_Line]:
    groups = [
        g
        for g in numbers.unique("group", "effect_se")
        if known(numbers.get("studies", term=pooling.POOLED, group=g))
    ]
    for group in groups or [""]:
        if group:
            yield _Line(group)
        yield from _group(numbers, group, shown, indent=1 if group else 0)
    if groups:
        yield from _pooled(numbers, "", shown, "All studies", 0)


def _group(numbers: Numbers, group: str, shown: str, indent: int) -> Iterator[_Line]:
    frame = numbers.frame
    mine = frame[(frame["term"] == pooling.STUDY) & (frame["group"] == group)]
    for name in dict.fromkeys(mine["level"]):
        where = {"term": pooling.STUDY, "group": group, "level": name}
        found = numbers.triple("estimate", **where)
        share = numbers.get("weight", **where)
        label = name.removesuffix(f", {group}")
        yield _Line(label, indent, "study", found, share, found_words(shown, found))
    yield from _pooled(numbers, group, shown, "Pooled", indent)


def _pooled(numbers: Numbers, group: str, shown: str, label: str, indent: int) -> Iterator[_Line]:
    where = {"term": pooling.POOLED, "group": group}
    found = numbers.triple("estimate", **where)
    yield _Line(label, indent, "pooled", found, words=FORMATS[shown](*found))
    spread = numbers.triple("prediction", **where)
    if known(spread[1]):
        words = interval_only(shown, spread)
        yield _Line(PREDICTION, indent, "prediction", spread, words=words)


def _scale(axes: Axes, lines: list[_Line], step: PoolStep) -> None:
    shown = MEASURES[step.measure][0]
    values = [v for line in lines if line.found for v in line.found if math.isfinite(v)]
    low, high = min(values), max(values)
    if shown == "ratio_interval":
        usable = [v for v in values if TICKS[0] <= v <= TICKS[-1]]
        low, high = min([*usable, 0.8]) / 1.1, max([*usable, 1.25]) * 1.1
        ratio_axis(axes, low, high)
    else:
        margin = 0.03 * (high - low)
        low, high = low - margin, high + margin
        if shown == "share_interval":
            low, high = max(low, -0.02), min(high, 1.02)
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    percent = shown == "share_interval"
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda v, _: f"{general(100 * v)}%" if percent else general(v))
    )
    axes.set_xlim(low, high)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    nothing = {"ratio_interval": 1.0, "value_interval": 0.0}.get(shown)
    if nothing is not None:
        axes.axvline(nothing, color=GREY, linewidth=0.7)


def _draw(axes: Axes, lines: list[_Line], middles: list[float], numbers: Numbers) -> None:
    whole = numbers.get("estimate", term=pooling.POOLED)
    axes.axvline(whole, color=COLOURS[0], linewidth=0.7, linestyle=(0, (4, 3)))
    heaviest = max((line.share for line in lines if known(line.share)), default=math.nan)
    for y, line in zip(middles, lines, strict=True):
        if line.found is None or not math.isfinite(line.found[0]):
            continue
        if line.kind == "study":
            share = line.share / heaviest if known(line.share) else 0.25
            _interval(axes, y, line.found, max(LARGEST * math.sqrt(share), 0.8))
        elif line.kind == "pooled":
            value, low, high = line.found
            corners = ([low, value, high, value], [y, y - HALF, y, y + HALF])
            axes.fill(*corners, color=COLOURS[0], linewidth=0, zorder=3)
        else:
            _, low, high = line.found
            axes.plot([low, high], [y, y], color=COLOURS[1], linewidth=2.2, zorder=3,
                      solid_capstyle="butt")  # fmt: skip


def _interval(axes: Axes, y: float, found: Triple, side: float) -> None:
    value, a, b = found
    low, high = axes.get_xlim()
    axes.plot([np.clip(a, low, high), np.clip(b, low, high)], [y, y], color="black", linewidth=1)
    if low <= value <= high:
        points = side / 25.4 * 72
        axes.plot(value, y, "s", color=GREY, markersize=points, markeredgewidth=0, zorder=2.5)
    for limit, edge, sign in ((a, low, "<"), (b, high, ">")):
        if (limit < low) if sign == "<" else (limit > high):
            axes.plot(edge, y, sign, color="black", markersize=4, clip_on=False)


def _words(
    axes: Axes, lines: list[_Line], middles: list[float], right: float, heading: str
) -> None:
    width = size_of(cast(Figure, axes.figure))[0]
    transform = mpl.transforms.blended_transform_factory(axes.figure.transFigure, axes.transData)
    estimate, share_at = 1 - (right - 3) / width, 1 - 4 / width

    def write(x: float, y: float, words: str, **look: Any) -> None:
        middle = "center" if "\n" in words else "center_baseline"  # level with its neighbours
        drawn: dict[str, Any] = {"va": middle, "fontsize": 7.5, "linespacing": 1.0} | look
        axes.text(x, y, words, transform=transform, **drawn)

    for y, line in zip(middles, lines, strict=True):
        weight_ = "bold" if line.kind in ("heading", "pooled") else "normal"
        write((4 + 4 * line.indent) / width, y, line.label, weight=weight_)
        write(estimate, y, line.words, weight=weight_)
        if known(line.share):
            write(share_at, y, weight(line.share), ha="right")
    heads = [(estimate, heading, "left")]
    if any(known(line.share) for line in lines):
        heads.append((share_at, "Weight", "right"))
    for x, words, side in heads:
        write(x, -2.0, words, va="bottom", ha=side, weight="bold")
