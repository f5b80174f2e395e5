"""Ratios of a model with their intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analyses.schema.regression import ModelStep
from analyses.steps.shapes import WITHIN
from cohort_stats.regression.model_building import MULTIVARIABLE, UNIVARIABLE
from reports.figures.ratio_axis import LEAST, axis_range, ratio_axis
from reports.figures.spots import Spot, row_spots
from reports.figures.style import (
    COLOURS,
    GREY,
    MIDDLE,
    Drawing,
    looking_right,
    new_figure,
    place,
    size_of,
    widest,
    wrapped,
)
from reports.format import NOT_ESTIMABLE, ratio_interval
from reports.numbers import known
from reports.p_values import DASH, p_equals, p_value
from reports.tables.regression import of_one_covariate
from reports.tables.shapes import places as effect_places
from reports.view import View

LINE, FURTHER = 5.0, 2.9  # of a row, and for each further line of its label; mm
WIDEST_LABEL, NARROWEST_LABEL, MOST_LINES = 70.0, 26.0, 5
INDENT, ASIDE, BOLDER = 4.0, 4.0, 1.14
RATIOS = {
    "cox": ("hazard_ratio", "Hazard ratio", "HR"),
    "fine_gray": ("subdistribution_hazard_ratio", "Subdistribution hazard ratio", "SHR"),
    "logistic": ("odds_ratio", "Odds ratio", "OR"),
    "ordinal": ("odds_ratio", "Odds ratio", "OR"),
}


@dataclass(frozen=True)
class Line:
    """A line of a forest plot.

    Parameters
    ----------
    label
        What stands before it.
    indent
        How far in.
    found
        A ratio with its interval.
    p
        Of the ratio, or of the interaction.
    reference
        Whether it is the level that others are compared with.
    name
        What it is called where it stands alone.
    counts
        In a column of their own.
    variable
        Whether it names a variable, in bold.
    unit
        The end of the label that is never cut off.
    """

    label: str
    indent: int
    found: tuple[float, float, float] | None = None
    p: float = math.nan
    reference: bool = False
    name: str = ""
    counts: str = ""
    variable: bool = False
    unit: str = ""

    @property
    def words(self) -> str:
        """The ratio as it is printed beside its interval."""
        if self.found is None:
            return ratio_interval(math.nan, math.nan, math.nan) if self.counts else ""
        return ratio_interval(*self.found)


def forest_plot(step: ModelStep, view: View) -> Drawing | None:
    """Ratios of the multivariable model, or of the univariable ones when there is none."""
    part = MULTIVARIABLE if view.numbers(f"{step.id}/{MULTIVARIABLE}") else UNIVARIABLE
    name, words, short = RATIOS[step.kind]
    lines = _lines(step, view, part, name)
    drawn = [line for line in lines if line.found]
    if not drawn:
        return None
    figure, spots = ratio_figure(lines, words, short, view)
    listed = "; ".join(f"{x.name} {ratio_interval(*x.found)}" for x in drawn if x.found)
    kind = "" if of_one_covariate(step) else f", {part}"
    title = f"{step.title}: {part} model" if kind and part == MULTIVARIABLE else step.title
    alt = f"Forest plot{kind}. {words} (95% confidence interval): {listed}."
    return Drawing(step.id, title, alt, figure, spots)


def ratio_figure(
    lines: list[Line], words: str, short: str, view: View, heads: tuple[str, str] = ("", "p")
) -> tuple[Figure, tuple[Spot, ...]]:
    """Lines with their ratios on a log scale, between labels and numbers.

    Labels break into lines, and the figure grows wider than was asked, before the ratios have less
    room than :data:`reports.figures.ratio_axis.LEAST`.

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
    wanted = max(view.figure_width, MIDDLE)  # words on both sides leave too little in one column
    beside = _widest([heads[0], *(line.counts for line in lines)]) + 6 if heads[0] else 0.0
    told = _widest([f"{short} (95% CI)", *(line.words for line in lines)])
    right = 3 + told + 4 + _widest([heads[1], *(p_value(line.p) for line in lines)]) + ASIDE
    room = wanted - beside - right - LEAST - 2 * ASIDE
    lines = [replace(line, label=_label(line, room)) for line in lines]
    left = max(_reach(line) for line in lines) + beside + 2 * ASIDE
    width = max(wanted, left + right + LEAST)
    ends = axis_range(line.found for line in lines if line.found)
    middles, height = rows_of([line.label for line in lines])
    notes = _short(lines, heads)
    with looking_right():
        below = 13 + 3.5 * len(notes)
        figure = new_figure(height + 13 + below, width=width, synthetic=view.synthetic)
        axes = place(figure, left, below, right, 13)
        axes.set_ylim(height, 0)
        ratio_axis(axes, *ends)
        _draw(axes, lines, middles)
        axes.set_xlabel("\n".join([f"{words} (log scale), 95% confidence interval", *notes]))
        _words(axes, lines, middles, left, right, short, heads)
    rows = [
        (y, f"{x.name}: {short} {ratio_interval(*x.found)}, {x.counts or p_equals(x.p)}", x.found)
        for y, x in zip(middles, lines, strict=True)
        if x.found
    ]
    return figure, row_spots(rows, ends)


def _short(lines: Sequence[Line], heads: tuple[str, str]) -> list[str]:
    """What stands for numbers that are not there, explained in a line; none where all are."""
    found = (
        [f"{NOT_ESTIMABLE}, not estimable"] if any(NOT_ESTIMABLE in x.words for x in lines) else []
    )
    if any(_has_p(line, heads) and not known(line.p) for line in lines):
        found.append(f"{DASH}, not tested" if heads[0] else f"{DASH}, no p-value")
    return ["; ".join(found)] if found else []


def _has_p(line: Line, heads: tuple[str, str]) -> bool:
    """Whether a line has a place for a p, of its ratio or of the interaction."""
    return bool(line.variable and line.indent if heads[0] else line.found)


def _widest(words: Sequence[str]) -> float:
    """Room for a column whose first entry, its heading, is bold."""
    return max(BOLDER * widest(words[:1]), widest(words[1:]))


def _label(line: Line, room: float) -> str:
    """A label in lines that fit, its unit whole."""
    indent, wider = INDENT * line.indent, BOLDER if line.variable else 1.0
    whole = line.label
    if line.unit and widest([line.unit]) <= NARROWEST_LABEL:
        whole = whole.removesuffix(line.unit) + line.unit.replace(" ", "\xa0")
    longest = widest(whole.split(" ")) * wider  # a word is broken only where it is very long
    least = max(NARROWEST_LABEL, min(longest, WIDEST_LABEL / 1.5))
    width = min(max(room - indent, least), WIDEST_LABEL) / wider
    found = wrapped(whole, width, lines=MOST_LINES)
    if not line.unit or found == wrapped(whole, width, lines=MOST_LINES + 1):
        return found
    unit = wrapped(line.unit, width)
    rows = MOST_LINES - 1 - unit.count("\n")
    return f"{wrapped(line.label.removesuffix(line.unit).strip(), width, lines=rows)}\n{unit}"


def _reach(line: Line) -> float:
    """How far to the right a label reaches, from where the labels begin."""
    return INDENT * line.indent + widest([line.label]) * (BOLDER if line.variable else 1.0)


def rows_of(labels: Sequence[str]) -> tuple[list[float], float]:
    """How far below the upper edge the middle of each row lies, and all the height, in mm."""
    heights = [LINE + FURTHER * label.count("\n") for label in labels]
    ends = list(accumulate(heights))
    return [end - height / 2 for end, height in zip(ends, heights, strict=True)], ends[-1]


def _lines(step: ModelStep, view: View, part: str, name: str) -> list[Line]:
    numbers = view.numbers(f"{step.id}/{part}")
    lines: list[Line] = []
    for section in step.covariates:
        term, label = section.variable, view.covariate_label(section)
        unit = label.removeprefix(view.dictionary[term].label).removeprefix(", ")
        levels = numbers.unique_levels_of(name, term)
        references = numbers.unique_levels_of("reference", term)
        if not levels:
            continue
        if not references:
            p = numbers.get("p", term=term)
            found = numbers.triple(name, term=term)
            lines.append(Line(label, 0, found, p, name=label, variable=True, unit=unit))
            continue
        lines.append(Line(label, 0, variable=True))
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
            lines.append(Line(f"{head} (interaction {p})", 0, variable=True))
        for label, group, level in effect_places(numbers, first, second, view):
            where = {"term": first, "group": group, "level": level}
            found = numbers.triple("ratio_within", **where)
            lines.append(Line(label, 1, found, numbers.get("p", **where), name=f"{head}: {label}"))
    return lines


def _draw(axes: Axes, lines: list[Line], middles: Sequence[float]) -> None:
    low, high = axes.get_xlim()
    axes.axvline(1, color=GREY, linewidth=0.7)
    for y, line in zip(middles, lines, strict=True):
        if line.reference:
            axes.plot(1, y, "s", color="white", markeredgecolor=COLOURS[0], markersize=4)
        if line.found is None or math.isnan(line.found[0]):
            continue
        value, a, b = line.found
        if known(a) and known(b):
            ends = [min(max(a, low), high), max(min(b, high), low)]
            axes.plot(ends, [y, y], color=COLOURS[0], linewidth=1.2)
        if low <= value <= high:
            axes.plot(value, y, "s", color=COLOURS[0], markersize=4.5)
        for beyond, edge, sign in (
            (min(value, a) < low, low, "<"),
            (max(value, b) > high, high, ">"),
        ):
            if beyond:
                axes.plot(edge, y, sign, color=COLOURS[0], markersize=4, clip_on=False)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])


def _words(
    axes: Axes, lines: list[Line], middles: Sequence[float], left: float, right: float, short: str,
    heads: tuple[str, str],
) -> None:  # fmt: skip
    figure = cast(Figure, axes.figure)
    width = size_of(figure)[0]
    transform = mpl.transforms.blended_transform_factory(figure.transFigure, axes.transData)

    def write(x: float, y: float, words: str, **look: Any) -> None:
        middle = "center" if "\n" in words else "center_baseline"  # level with its neighbours
        drawn: dict[str, Any] = {"va": middle, "fontsize": 7.5, "linespacing": 1.0} | look
        axes.text(x / width, y, words, transform=transform, **drawn)

    estimate, p_at = width - right + 3, width - ASIDE
    for y, line in zip(middles, lines, strict=True):
        weight = "bold" if line.variable else "normal"
        write(ASIDE + INDENT * line.indent, y, line.label, weight=weight)
        if line.counts:
            write(left - ASIDE, y, line.counts, ha="right")
        if line.words:
            write(estimate, y, line.words)
        if known(line.p) or _has_p(line, heads):
            write(p_at, y, p_value(line.p), ha="right")
    for x, words, side in (
        (left - ASIDE, heads[0], "right"),
        (estimate, f"{short} (95% CI)", "left"),
        (p_at, heads[1], "right"),
    ):
        if words:
            write(x, -2.0, words, va="bottom", ha=side, weight="bold")
