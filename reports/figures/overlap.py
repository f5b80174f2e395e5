"""Propensity scores of treated and controls, before and after matching or weighting."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from analyses.schema.matching import PropensityStep
from reports.figures.spots import Spot
from reports.figures.style import (
    COLOURS,
    GREY,
    SINGLE,
    Drawing,
    looking_right,
    new_figure,
    place,
)
from reports.format import number
from reports.numbers import Numbers
from reports.view import View

Floats = npt.NDArray[np.float64]
ARMS = (("score_treated", "Treated", 1, 0), ("score_controls", "Controls", -1, 1))
PANEL = 62.0


def overlap_plot(step: PropensityStep, view: View) -> Drawing | None:
    """Treated above, controls below, in shares of each; one panel before and one after."""
    numbers = view.numbers(step.id)
    stages = numbers.unique("group", "score_treated")
    if not stages:
        return None
    across = 2 if view.figure_width >= 2 * SINGLE else 1
    width = SINGLE * across
    down = -(-len(stages) // across)
    most = max(float(np.nanmax(_shares(numbers, s, arm))) for s in stages for arm, *_ in ARMS)
    parts = []
    with looking_right():
        figure = new_figure(PANEL * down + 4, width, view.synthetic)
        for k, stage in enumerate(stages):
            left, top = SINGLE * (k % across), PANEL * (k // across) + 4
            right, bottom = width - left - SINGLE, PANEL * down + 4 - top - PANEL
            axes = place(figure, left + 17, bottom + 13, right + 4, top + 7)
            axes.set_title(stage.capitalize(), loc="left")
            _panel(axes, numbers, stage, most)
            means = " and ".join(
                f"{number(numbers.get('score_mean', group=stage, level=who), 2)} of the {who}"
                for who in ("treated", "controls")
            )
            parts.append(f"{stage}, mean {means}")
    alt = (
        "Mirrored histograms of the propensity score from 0 to 1, treated above, controls below: "
        f"{'; '.join(parts)}."
    )
    title = f"Propensity scores: {step.title}"
    spots = tuple(_spots(numbers, stages))
    return Drawing(f"{step.id}_scores", title, alt, figure, spots)


def _panel(axes: Axes, numbers: Numbers, stage: str, most: float) -> None:
    edges = _edges(numbers)
    size = 1 / len(edges)
    for arm, name, sign, k in ARMS:
        height = sign * _shares(numbers, stage, arm)
        axes.bar(edges, height, size, align="edge", color=COLOURS[k], alpha=0.6,
                 edgecolor="white", linewidth=0.4, hatch=(None, "////")[k])  # fmt: skip
        axes.text(0.98, 0.97 if sign > 0 else 0.03, name, transform=axes.transAxes, ha="right",
                  va="top" if sign > 0 else "bottom", fontsize=7.5)  # fmt: skip
    axes.axhline(0, color=GREY, linewidth=0.7)
    axes.set(xlim=(0, 1), ylim=(-1.2 * most, 1.2 * most), xlabel="Propensity score")
    axes.yaxis.set_major_formatter(lambda v, _: f"{100 * abs(v):.0f}%")
    axes.set_ylabel("Share of the group")


def _edges(numbers: Numbers) -> Floats:
    return np.array([float(x) for x in numbers.unique_levels_of("score_treated", "")])


def _shares(numbers: Numbers, stage: str, arm: str) -> Floats:
    levels = numbers.unique_levels_of(arm, "")
    return np.array([numbers.get(f"{arm}_share", group=stage, level=level) for level in levels])


def _spots(numbers: Numbers, stages: list[str]) -> Iterator[Spot]:
    """The end of each bar: who, between which scores, how many and which share."""
    edges = _edges(numbers)
    size = 1 / len(edges)
    for k, stage in enumerate(stages):
        for arm, name, sign, _ in ARMS:
            for edge, share in zip(edges, _shares(numbers, stage, arm), strict=True):
                if share > 0:
                    reach = f"{name}, {number(edge, 2)} to {number(edge + size, 2)}"
                    words = f"{reach}, {stage}: {number(100 * share, 1)}%"
                    yield Spot(words, edge, sign * share, edge + size, axes=k)
