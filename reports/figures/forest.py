"""Ratios of a model with their intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from analyses.schema.regression import ModelStep
from analyses.steps.shapes import WITHIN
from cohort_stats.regression.model_building import MULTIVARIABLE, UNIVARIABLE
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
    wrapped,
)
from reports.format import general, ratio_interval
from reports.numbers import known
from reports.p_values import p_equals, p_value
from reports.tables.shapes import places as effect_places
from reports.view import View

LINE = 5.0
WIDEST_LABEL = 70.0
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
RATIOS = {
    "cox": ("hazard_ratio", "Hazard ratio", "HR"),
    "fine_gray": ("subdistribution_hazard_ratio", "Subdistribution hazard ratio", "SHR"),
    "logistic": ("odds_ratio", "Odds ratio", "OR"),
    "ordinal": ("odds_ratio", "Odds ratio", "OR"),
}
WIDEST = 100.0  # beyond this the axis would show nothing else; an arrow says it goes on


@dataclass(frozen=True)
class Line:
    """A line of a forest plot: a heading, a reference level, or a ratio with its p."""

    label: str
    indent: int
    found: tuple[float, float, float] | None = None
    p: float = math.nan
    reference: bool = False
    name: str = ""
    counts: str = ""


def forest_plot(step: ModelStep, view: View) -> Drawing | None:
    """Ratios of the multivariable model, or of the univariable ones when there is none."""
    part = MULTIVARIABLE if view.numbers(f"{step.id}/{MULTIVARIABLE}") else UNIVARIABLE
    name, words, short = RATIOS[step.kind]
    lines = _lines(step, view, part, name)
    drawn = [line for line in lines if line.found]
    if not drawn:
        return None
    figure = ratio_figure(lines, words, short, view)
    listed = "; ".join(f"{x.name} {ratio_interval(*x.found)}" for x in drawn if x.found)
    title = f"{step.title}: {part} model" if part == MULTIVARIABLE else step.title
    alt = f"Forest plot, {part}. {words} (95% confidence interval): {listed}."
    rows = [
        (y, f"{x.name}: {short} {ratio_interval(*x.found)}, {p_equals(x.p)}", x.found)
        for y, x in enumerate(lines)
        if x.found
    ]
    return Drawing(step.id, title, alt, figure, row_spots(rows, axis_range(lines)))


def ratio_figure(
    lines: list[Line], words: str, short: str, view: View, heads: tuple[str, str] = ("", "p")
) -> Figure:
    """Lines with their ratios on a log scale, between labels and numbers.

    Parameters
    ----------
    lines
        From top to bottom.
    words, short
        What the ratio is, for the axis and above the numbers.
    view
        The width, and whether patients are made up.
    heads
        Above the counts of the lines, and above the column of p.
    """
    width = max(view.figure_width, MIDDLE)  # words on both sides leave too little in one column
    room = min(WIDEST_LABEL, 0.34 * width if heads[0] else 0.38 * width)
    lines = [replace(line, label=wrapped(line.label, room, lines=2)) for line in lines]
    labels = (text_width(row) + 4 * x.indent for x in lines for row in x.label.split("\n"))
    left = 1.08 * max(labels) + 8
    if heads[0]:
        left += max(text_width(x) for x in (heads[0], *(line.counts for line in lines))) + 6
    texts = [ratio_interval(*line.found) for line in lines if line.found]
    right = max(text_width(t) for t in texts) + max(22.0, text_width(heads[1]) + 12)
    with looking_right():
        figure = new_figure(LINE * len(lines) + 26, width=width, synthetic=view.synthetic)
        axes = place(figure, left, 13, right, 13)
        _draw(axes, lines)
        axes.set_xlabel(f"{words} (log scale), 95% confidence interval")
        _words(axes, lines, left, right, short, heads)
    return figure


def _lines(step: ModelStep, view: View, part: str, name: str) -> list[Line]:
    numbers = view.numbers(f"{step.id}/{part}")
    lines: list[Line] = []
    for section in step.covariates:
        term, label = section.variable, view.covariate_label(section)
        levels = numbers.unique_levels_of(name, term)
        references = numbers.unique_levels_of("reference", term)
        if not levels:
            continue
        if not references:
            p = numbers.get("p", term=term)
            lines.append(Line(label, 0, numbers.triple(name, term=term), p, name=label))
            continue
        lines.append(Line(label, 0))
        lines += [Line(f"{level} (reference)", 1, reference=True) for level in references]
        for level in levels:
            p = numbers.get("p", term=term, level=level)
            found = numbers.triple(name, term=term, level=level)
            lines.append(Line(level, 1, found, p, name=f"{label}: {level}"))
    return lines + (_within(step, view) if part == MULTIVARIABLE else [])


def _within(step: ModelStep, view: View) -> list[Line]:
    """The ratios of one covariate within each level of another."""
    lines: list[Line] = []
    for first, second in getattr(step, "interactions", ()):
        numbers = view.numbers(f"{step.id}/{WITHIN}/{first}/{second}")
        names = [view.dictionary[name].label for name in (first, second)]
        head = f"{names[0]}, by {names[1]}"
        if numbers:
            p = p_equals(numbers.get("interaction_p", term=first))
            lines.append(Line(f"{head} (interaction {p})", 0))
        for label, group, level in effect_places(numbers, first, second, view):
            where = {"term": first, "group": group, "level": level}
            found = numbers.triple("ratio_within", **where)
            lines.append(Line(label, 1, found, numbers.get("p", **where), name=f"{head}: {label}"))
    return lines


def _draw(axes: Axes, lines: list[Line]) -> None:
    low, high = axis_range(lines)
    axes.set_xscale("log")
    axes.set(xlim=(low, high), ylim=(len(lines) - 0.5, -0.5))
    axes.axvline(1, color=GREY, linewidth=0.7)
    for y, line in enumerate(lines):
        if line.reference:
            axes.plot(1, y, "s", color="white", markeredgecolor=COLOURS[0], markersize=4)
        if line.found is None or not math.isfinite(line.found[0]):
            continue
        value, a, b = line.found
        start, end = (max(a, low) if a > 0 else low), min(b, high)
        axes.plot([start, end], [y, y], color=COLOURS[0], linewidth=1.2)
        if low <= value <= high:
            axes.plot(value, y, "s", color=COLOURS[0], markersize=4.5)
        for limit, edge, sign in ((a, low, "<"), (b, high, ">")):
            if (limit < low) if sign == "<" else (limit > high):
                axes.plot(edge, y, sign, color=COLOURS[0], markersize=4, clip_on=False)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    ticks = [t for t in TICKS if low <= t <= high]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.set_xticklabels([general(t) for t in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())


def axis_range(lines: list[Line]) -> tuple[float, float]:
    """The ends of the axis that shows some lines."""
    values = [v for line in lines if line.found for v in line.found]
    usable = [v for v in values if math.isfinite(v) and 1 / WIDEST <= v <= WIDEST]
    low = min([*usable, 0.5]) / 1.15
    high = max([*usable, 2.0]) * 1.15
    return max(low, 1 / WIDEST), min(high, WIDEST)


def _words(
    axes: Axes, lines: list[Line], left: float, right: float, short: str, heads: tuple[str, str]
) -> None:
    figure = cast(Figure, axes.figure)
    width = size_of(figure)[0]
    transform = mpl.transforms.blended_transform_factory(figure.transFigure, axes.transData)

    def write(x: float, y: float, words: str, **look: Any) -> None:
        middle = "center" if "\n" in words else "center_baseline"  # level with its neighbours
        drawn: dict[str, Any] = {"va": middle, "fontsize": 7.5, "linespacing": 1.0} | look
        axes.text(x / width, y, words, transform=transform, **drawn)

    estimate, p_at = width - right + 3, width - 4
    for y, line in enumerate(lines):
        weight = "bold" if line.indent == 0 and not line.found else "normal"
        size = 6.2 if "\n" in line.label else 7.5
        write(4 + 4 * line.indent, y, line.label, fontsize=size, weight=weight)
        if line.counts:
            write(left - 4, y, line.counts, ha="right")
        if line.found:
            write(estimate, y, ratio_interval(*line.found))
        if known(line.p) or (line.found and not heads[0]):
            write(p_at, y, p_value(line.p), ha="right")
    for x, words, side in (
        (left - 4, heads[0], "right"),
        (estimate, f"{short} (95% CI)", "left"),
        (p_at, heads[1], "right"),
    ):
        if words:
            write(x, -0.9, words, va="bottom", ha=side, weight="bold")
