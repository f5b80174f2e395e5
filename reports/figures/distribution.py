"""How numbers are distributed: histograms, box plots and violins."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analyses.schema.pictures import DistributionStep
from cohort_stats.comparing.groups import OVERALL
from reports.figures.spread import draw_spread, spread_height
from reports.figures.style import (
    COLOURS,
    GREY,
    Drawing,
    looking_right,
    new_figure,
    place,
    text_width,
    wrapped,
)
from reports.format import count, general, number
from reports.numbers import Numbers, known
from reports.sentences.pictures import middle_words
from reports.view import View

TALLEST = 235.0
FACE = "#7FA9CC"


def distribution_plots(step: DistributionStep, view: View) -> Iterator[Drawing]:
    """One figure of all variables; with groups one for each variable."""
    numbers = view.numbers(step.id)
    width = view.figure_width
    variables = [v for v in numbers.unique("term") if numbers.get("n", group=OVERALL, term=v)]
    if not variables:
        return
    if not step.by:
        yield _drawn(step, view, variables, (OVERALL,), width)
        return
    groups = tuple(g for g in numbers.unique("group", "n") if g != OVERALL)
    for name in variables:
        yield _drawn(step, view, [name], groups, width)


def _drawn(
    step: DistributionStep,
    view: View,
    variables: Sequence[str],
    groups: tuple[str, ...],
    width: float,
) -> Drawing:
    numbers = view.numbers(step.id)
    alone = len(step.variables) == 1
    with looking_right():
        if step.figure == "histogram":
            figure = _histograms(numbers, view, variables, groups, width)
        else:
            figure = _spreads(step, view, variables, groups, width)
    key = step.id if alone or not step.by else f"{step.id}_{variables[0]}"
    title = step.title
    if step.by and not alone:
        title = f"{step.title}: {view.dictionary[variables[0]].label}"
    shape = {"histogram": "Histogram", "box": "Box plot", "violin": "Violin plot"}[step.figure]
    parts = [
        f"{shape} of {view.dictionary[name].label}"
        f"{'' if group == OVERALL else f', {group}'}: {middle_words(numbers, view, name, group)}"
        for name in variables
        for group in groups
    ]
    return Drawing(key, title, f"{'; '.join(parts)}.", figure)


def _histograms(
    numbers: Numbers, view: View, variables: Sequence[str], groups: Sequence[str], width: float
) -> Figure:
    cells = [(name, group) for name in variables for group in groups]
    columns = 2 if width >= 120 and len(cells) > 1 else 1
    lines = math.ceil(len(cells) / columns)
    tall = min(58.0, max(26.0, TALLEST / lines))
    height = tall * lines + (5 if view.synthetic else 0)
    figure = new_figure(height, width, view.synthetic)
    wide, start = width / columns, 5.0 if view.synthetic else 0.0
    headings = {name: wrapped(view.dictionary[name].heading, wide - 18) for name in variables}
    lines_below = max(heading.count("\n") for heading in headings.values())
    for k, (name, group) in enumerate(cells):
        row, column = divmod(k, columns)
        above = start + tall * row
        axes = place(
            figure, wide * column + 14, height - above - tall + 11 + 3.4 * lines_below,
            width - wide * (column + 1) + 3, above + 10,
        )  # fmt: skip
        _bins(axes, numbers, name, group, wide - 17)
        levels = numbers.unique_levels_of("bin_count", name)
        counts = [
            numbers.get("bin_count", group=g, term=name, level=b) for g in groups for b in levels
        ]
        axes.set_ylim(0, max(1.0, 1.05 * max(counts)))
        axes.set_xlabel(headings[name], linespacing=1.0)
        axes.set_ylabel(view.noun.capitalize(), labelpad=2)
        head = wrapped(group, wide - 18, lines=1) if group != OVERALL else ""
        words = "\n".join(filter(None, [head, _stated(numbers, view, name, group)]))
        axes.set_title(words, loc="left", fontsize=7.5, pad=2)
    return figure


def _stated(numbers: Numbers, view: View, name: str, group: str) -> str:
    median = numbers.get("median", group=group, term=name)
    n = f"n = {count(numbers.get('n', group=group, term=name))}"
    if not known(median):
        return n
    return f"{n}, median {number(median, view.decimals('median_quartiles', name))} (dashed)"


def _bins(axes: Axes, numbers: Numbers, name: str, group: str, wide: float) -> None:
    low, high, counts = zip(
        *(
            numbers.several("bin_from", "bin_to", "bin_count", group=group, term=name, level=level)
            for level in numbers.unique_levels_of("bin_from", name)
        ),
        strict=True,
    )
    widths = [b - a for a, b in zip(low, high, strict=True)]
    axes.bar(low, counts, widths, align="edge", facecolor=FACE, edgecolor="white", linewidth=0.6)
    axes.set_xlim(low[0], high[-1])
    median = numbers.get("median", group=group, term=name)
    if known(median):
        axes.axvline(median, color=COLOURS[6], linewidth=0.9, linestyle=(0, (4, 2.5)))
    labels = max(3, int(wide / (text_width(general(high[-1])) + 6)))
    axes.xaxis.set_major_locator(MaxNLocator(min(8, labels), steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.tick_params(axis="both", length=2.5, color=GREY)


def _spreads(
    step: DistributionStep, view: View, variables: Sequence[str], groups: tuple[str, ...],
    width: float,
) -> Figure:  # fmt: skip
    numbers = view.numbers(step.id)
    tall = spread_height(len(groups))
    top = 6.0 if view.synthetic else 2.0
    height = tall * len(variables) + top
    figure = new_figure(height, width, view.synthetic)
    for k, name in enumerate(variables):
        draw_spread(figure, step, view, numbers, name, groups, (top + tall * k, tall))
    return figure
