"""Calibration of a logistic model: what happened against what was predicted."""

from __future__ import annotations

import numpy as np

from analyses.schema.regression import LogisticStep
from cohort_stats.regression.model_building import MULTIVARIABLE
from reports.figures.panels import Entry, panel, panel_height, shares
from reports.figures.spots import Spot
from reports.figures.style import COLOURS, GREY, SINGLE, Drawing, looking_right, new_figure
from reports.format import count, number, share_interval
from reports.view import View

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
    entries = [
        Entry(
            {"color": COLOURS[0], "linestyle": "", "marker": "o", "markersize": 4},
            f"{len(groups)} groups by predicted probability; bars: 95% confidence intervals "
            "(Wilson) of the observed share",
        ),
        Entry({"color": GREY, "linestyle": (0, (4, 3)), "linewidth": 0.7}, "perfect agreement"),
        Entry({"linestyle": ""}, "Apparent: in the patients the model was made from"),
    ]
    with looking_right():
        figure = new_figure(panel_height(entries), SINGLE, view.synthetic)
        axes = panel(figure, entries)
        shares(axes, "Predicted probability", "Observed share")
        reach = [observed - low, high - observed]
        axes.errorbar(
            predicted, observed, reach, fmt="o", color=COLOURS[0], markersize=4, elinewidth=0.9
        )
    said = [
        f"{number(100 * x, 1)}% predicted, {share_interval(*shown)} observed"
        for x, *shown in zip(predicted, observed, low, high, strict=True)
    ]
    spots = tuple(
        Spot(f"{words}, {view.counted(numbers.get('calibration_n', level=g))}", x, y)
        for words, g, x, y in zip(said, groups, predicted, observed, strict=True)
    )
    n = count(sum(numbers.get("calibration_n", level=g) for g in groups))
    at = "; ".join(said[k] for k in (0, len(groups) // 2, len(groups) - 1))
    alt = (
        f"Observed share with the outcome against mean predicted probability in {len(groups)} "
        f"groups of {n} patients, with 95% Wilson intervals; the diagonal is perfect agreement. "
        f"Lowest, middle and highest group: {at}."
    )
    title = f"{step.title}: apparent calibration"
    return Drawing(f"{step.id}_calibration", title, alt, figure, spots)
