"""Standardised differences before and after matching or weighting."""

from __future__ import annotations

from analyses.schema.matching import PropensityStep
from cohort_stats.matching.balance import BALANCED
from reports.figures.spots import Spot
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
from reports.format import number
from reports.numbers import known
from reports.view import View

LINE, TWO_LINES = 5.5, 7.5  # of a row, mm
LONGEST = 70.0  # of a label, mm


def love_plot(step: PropensityStep, view: View) -> Drawing:
    """One line a covariate or level, its absolute difference before and after."""
    numbers = view.numbers(step.id)
    before, after = numbers.unique("group", "smd")
    places = [
        (term, level)
        for term in numbers.unique("term", "smd")
        for level in numbers.unique_levels_of("smd", term)
    ]
    names = []
    for term, level in places:
        label = view.dictionary[term].label
        plain = not level or view.dictionary[term].type == "yesno"
        names.append(label if plain else f"{label}: {level}")
    sizes = {
        stage: [abs(numbers.get("smd", group=stage, term=t, level=level)) for t, level in places]
        for stage in (before, after)
    }
    shown = [wrapped(name, min(LONGEST, 0.42 * view.figure_width)) for name in names]
    left = max(text_width(row) for name in shown for row in name.split("\n")) + 8
    line = TWO_LINES if any("\n" in name for name in shown) else LINE
    width = min(140.0, view.figure_width)
    words = wrapped("Absolute standardised mean difference", width - left, 8)
    below = 13 + 3.5 * words.count("\n")
    with looking_right():
        figure = new_figure(line * len(places) + 15 + below, width, view.synthetic)
        axes = place(figure, left, below, 6, 13)
        for stage, marker, filled in ((before, "o", False), (after, "D", True)):
            colour = COLOURS[1] if stage == before else COLOURS[0]
            face = colour if filled else "white"
            axes.plot(
                sizes[stage], range(len(places)), marker, color=colour, markerfacecolor=face,
                markersize=5, label=stage.capitalize(), clip_on=False,
            )  # fmt: skip
        axes.axvline(BALANCED, color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
        axes.set_yticks(range(len(places)), shown, linespacing=1.1)
        axes.set(ylim=(len(places) - 0.5, -0.5), xlabel=words)
        axes.set_xlim(left=-0.015)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", color="#E5E5E5", linewidth=0.6)
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    parts = [
        f"{name} {number(sizes[before][i], 2)} before, {number(sizes[after][i], 2)} after"
        for i, name in enumerate(names)
    ]
    alt = f"Love plot of absolute standardised mean differences. {'; '.join(parts)}."
    spots = tuple(
        Spot(f"{name}, {stage}: {number(sizes[stage][y], 2)}", sizes[stage][y], y)
        for y, name in enumerate(names)
        for stage in (before, after)
        if known(sizes[stage][y])
    )
    return Drawing(step.id, f"Balance: {step.title}", alt, figure, spots)
