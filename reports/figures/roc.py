"""A ROC curve with its cut-off."""

from __future__ import annotations

import numpy as np

from analyses.schema.discrimination import RocStep
from reports.figures.style import COLOURS, GREY, Drawing, looking_right, new_figure, place, wrapped
from reports.format import CUTOFF_DIGITS, area_interval, general, share_interval
from reports.numbers import known
from reports.view import View

SIZE = 88.0


def roc_plot(step: RocStep, view: View) -> Drawing | None:
    """Sensitivity against 1 − specificity; None when there is no curve."""
    numbers = view.numbers(step.id)
    area = numbers.triple("auc")
    if not known(area[0]):
        return None
    frame = numbers.frame
    sensitivity = frame.loc[frame["statistic"] == "roc_sensitivity", "value"].to_numpy()
    specificity = frame.loc[frame["statistic"] == "roc_specificity", "value"].to_numpy()
    variable = view.dictionary[step.marker]
    sign = ">" if step.direction == "high" else "<"
    cutoff, se, sp = (numbers.get(s) for s in ("cutoff", "sensitivity", "specificity"))
    found = known(cutoff)
    rule = f"{sign} {general(cutoff, CUTOFF_DIGITS)} {variable.unit}".rstrip()
    with looking_right():
        figure = new_figure(SIZE + 4, SIZE, view.synthetic)
        axes = place(figure, 17, 13, 4, 8)
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
        # Straight lines between points: tied values of the marker count one half.
        axes.plot(1 - specificity, sensitivity, color=COLOURS[0])
        if found:
            axes.plot(1 - sp, se, "o", color=COLOURS[1], markersize=5)
        label = wrapped(variable.label, 40.0, 7, lines=3)
        words = f"AUC {area_interval(*area)}\n{label}\n"
        words += f"{rule}: Se {100 * se:.1f}%, Sp {100 * sp:.1f}%" if found else "no cut-off"
        axes.text(0.98, 0.04, words, ha="right", va="bottom", fontsize=7, linespacing=1.4)
        ticks = np.linspace(0, 1, 6)
        labels = [f"{100 * t:.0f}%" for t in ticks]
        axes.set_xticks(ticks, labels)
        axes.set_yticks(ticks, labels)
        axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), xlabel="1 − specificity")
        axes.set(ylabel="Sensitivity")
        axes.set_aspect("equal", adjustable="box")
    alt = f"ROC curve of {variable.label}: area {area_interval(*area)}; no cut-off."
    if found:
        alt = (
            f"ROC curve of {variable.label}: area {area_interval(*area)}; cut-off {rule} "
            f"({numbers.about('cutoff')['method']}) "
            f"with sensitivity {share_interval(*numbers.triple('sensitivity'))} and specificity "
            f"{share_interval(*numbers.triple('specificity'))}."
        )
    return Drawing(step.id, step.title, alt, figure)
