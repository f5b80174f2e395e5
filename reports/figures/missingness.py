"""The patterns of known and missing values, and how imputed values moved round by round."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.patches import Rectangle

from analyses.imputing import IMPUTATION
from analyses.schema.imputing import MissingnessStep
from analyses.steps.missingness import PATTERN
from reports.figures.style import (
    COLOURS,
    GREY,
    MIDDLE,
    Drawing,
    looking_right,
    new_figure,
    place,
    text_width,
    wrapped,
)
from reports.format import count, percent
from reports.view import View

LINE = 5.0
MOST_PATTERNS = 20
MOST_SETS = 10
WIDEST_LABEL = 42.0


def pattern_plot(step: MissingnessStep, view: View) -> Drawing | None:
    """One row a pattern, the most frequent first; a filled cell is a missing value."""
    numbers = view.numbers(f"{step.id}/{PATTERN}")
    terms = numbers.unique("term", "missing_percent")
    groups = numbers.unique("group", "pattern_patients")
    if len(groups) < 2:
        return None
    shown = groups[:MOST_PATTERNS]
    lacks = np.array(
        [[1 - numbers.get("pattern_known", group=g, term=t) for t in terms] for g in shown]
    )
    sizes = [numbers.get("pattern_patients", group=g) for g in shown]
    labels = [wrapped(view.dictionary[t].label, WIDEST_LABEL) for t in terms]
    top = max(text_width(row) for label in labels for row in label.split("\n")) + 14
    rest = len(groups) - len(shown)
    with looking_right():
        narrow = view.figure_width < MIDDLE
        left, right = (17, 19) if narrow else (30, 30)
        figure = new_figure(top + LINE * len(shown) + 16, view.figure_width, view.synthetic)
        axes = place(figure, left, 12, right, top)
        for i, row in enumerate(lacks):
            for j, missing in enumerate(row):
                colour = COLOURS[1] if missing else "#E5E5E5"
                axes.add_patch(_cell(j, i, colour))
        axes.set(xlim=(-0.5, len(terms) - 0.5), ylim=(len(shown) - 0.5, -0.5))
        axes.set_yticks(range(len(shown)), [count(n) for n in sizes])
        axes.set_ylabel("Patients with the pattern")
        axes.xaxis.tick_top()
        share = [numbers.get("missing_percent", term=t) for t in terms]
        n = numbers.get("n")
        heads = [f"{name} ({percent(s, n)})" for name, s in zip(labels, share, strict=True)]
        axes.set_xticks(range(len(terms)), heads, rotation=90)
        axes.tick_params(length=0)
        for side in axes.spines.values():
            side.set_visible(False)
        for i, row in enumerate(lacks):
            words = f"{int(row.sum())} missing" if row.any() else "complete"
            axes.text(len(terms) - 0.4, i, words, va="center", fontsize=7, color=GREY)
        below = (
            f"Orange: missing. {rest} rarer patterns are not shown." if rest else "Orange: missing."
        )
        axes.text(-0.5, len(shown) - 0.1, below, va="top", fontsize=7, color=GREY)
    parts = [
        f"{count(size)} patients lack {_listed(view, terms, row)}"
        for size, row in zip(sizes, lacks, strict=True)
    ]
    alt = f"Patterns of missing values: {'; '.join(parts)}."
    return Drawing(step.id, f"Patterns of missing values: {step.title}", alt, figure)


def _cell(j: int, i: int, colour: str) -> Rectangle:
    return Rectangle((j - 0.46, i - 0.42), 0.92, 0.84, facecolor=colour, edgecolor="none")


def _listed(view: View, terms: list[str], row: np.ndarray) -> str:
    lacking = [view.dictionary[t].label for t, missing in zip(terms, row, strict=True) if missing]
    return " and ".join(lacking) or "nothing"


def trace_plot(view: View) -> Drawing | None:
    """Mean and standard deviation of what was imputed, by iteration; one line a set."""
    numbers = view.numbers(IMPUTATION)
    terms = numbers.unique("term", "imputed_mean")
    rounds = numbers.unique("time", "imputed_mean")
    if not terms or len(rounds) < 2:
        return None
    sets = numbers.unique("group", "imputed_mean")[:MOST_SETS]
    with looking_right():
        height = 30 * len(terms) + 14
        width = view.figure_width
        each = (width - 4) / 2
        figure = new_figure(height, width, view.synthetic)
        for i, term in enumerate(terms):
            for j, (statistic, words) in enumerate(
                (("imputed_mean", "Mean"), ("imputed_sd", "SD"))
            ):
                left = each * j + 14
                right = width - each * (j + 1)
                axes = place(figure, left, height - 30 * (i + 1), right, 8 + 30 * i)
                for group in sets:
                    line = [numbers.get(statistic, group=group, term=term, time=t) for t in rounds]
                    if not all(map(math.isnan, line)):
                        axes.plot(rounds, line, color=COLOURS[0], alpha=0.55, linewidth=0.8)
                label = view.dictionary[term].label
                axes.set_title(f"{wrapped(label, each - 28, lines=1)}: {words}", loc="left")
                axes.tick_params(labelbottom=i == len(terms) - 1)
                axes.set_xticks(_ticks(rounds))
        figure.text(0.5, 1.5 / height, "Iteration", ha="center", fontsize=8)
    alt = (
        f"Means and standard deviations of the imputed values of {len(terms)} variables over "
        f"{len(rounds)} iterations, one line for each of {len(sets)} sets. Lines that mix and do "
        "not drift show that the iterations suffice."
    )
    return Drawing(IMPUTATION, "Imputed values by iteration", alt, figure)


def _ticks(rounds: list[float]) -> list[float]:
    step = math.ceil(len(rounds) / 6)
    return list(rounds[step - 1 :: step])
