"""Calibration of a logistic model: what happened against what was predicted."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from analyses.schema.regression import LogisticStep
from cohort_stats.regression.model_building import MULTIVARIABLE
from reports.figures.style import COLOURS, GREY, Drawing, looking_right, new_figure, place
from reports.format import count
from reports.view import View

SIZE = 88.0
FEWEST = 5  # groups that make a picture


def calibration_plot(step: LogisticStep, view: View) -> Drawing | None:
    """Observed share against mean prediction, group by group; None with too few groups."""
    numbers = view.numbers(f"{step.id}/{MULTIVARIABLE}")
    groups = numbers.unique_levels_of("calibration_n", "")
    if len(groups) < FEWEST:
        return None
    predicted = np.array([numbers.get("calibration_predicted", level=g) for g in groups])
    observed, low, high = np.array(
        [numbers.triple("calibration_observed", level=g) for g in groups]
    ).T
    with looking_right():
        figure = new_figure(SIZE + 4, SIZE, view.synthetic)
        axes = place(figure, 17, 13, 4, 8)
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
        reach = [observed - low, high - observed]
        axes.errorbar(
            predicted, observed, reach, fmt="o", color=COLOURS[0], markersize=4, elinewidth=0.9
        )
        words = "Apparent: in the patients\nthe model was made from"
        axes.text(0.98, 0.04, words, ha="right", va="bottom", fontsize=7, linespacing=1.4)
        _look(axes)
    n = count(sum(numbers.get("calibration_n", level=g) for g in groups))
    alt = (
        f"Observed share with the outcome against mean predicted probability in {len(groups)} "
        f"groups of {n} patients, with 95% Wilson intervals; the diagonal is perfect agreement."
    )
    title = f"{step.title}: apparent calibration"
    return Drawing(f"{step.id}_calibration", title, alt, figure)


def _look(axes: Axes) -> None:
    ticks = np.linspace(0, 1, 6)
    labels = [f"{100 * t:.0f}%" for t in ticks]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(ticks, labels)
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), xlabel="Predicted probability")
    axes.set(ylabel="Observed share")
    axes.set_aspect("equal", adjustable="box")
