"""ROC curves with their cut-offs."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from analyses.schema.discrimination import MarkerSection, RocStep
from reports.figures.style import (
    COLOURS,
    GREY,
    Drawing,
    line_of,
    looking_right,
    new_figure,
    place,
    wrapped,
)
from reports.format import CUTOFF_DIGITS, area_interval, general, share_interval
from reports.numbers import known
from reports.view import View

SIZE = 88.0


def roc_plot(step: RocStep, view: View) -> Drawing | None:
    """Sensitivity against 1 − specificity of every marker; None when there is no curve."""
    drawn = [m for m in step.marked if known(view.numbers(step.part(m)).get("auc"))]
    if not drawn:
        return None
    with looking_right():
        figure = new_figure(SIZE + 4, SIZE, view.synthetic)
        axes = place(figure, 17, 13, 4, 8)
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.7, linestyle=(0, (4, 3)))
        for k, marker in enumerate(drawn):
            _curve(axes, step, marker, view, k, alone=len(step.marked) == 1)
        if len(step.marked) == 1:
            words = _words_within(step, drawn[0], view)
            axes.text(0.98, 0.04, words, ha="right", va="bottom", fontsize=7, linespacing=1.4)
        else:
            axes.legend(loc="lower right", fontsize=6.5, handlelength=2.2, borderaxespad=0.2)
        look(axes)
    alt = " ".join(_alt(step, marker, view) for marker in drawn)
    return Drawing(step.id, step.title, alt, figure)


def _curve(
    axes: Axes, step: RocStep, marker: MarkerSection, view: View, k: int, *, alone: bool
) -> None:
    numbers = view.numbers(step.part(marker))
    frame = numbers.frame
    sensitivity = frame.loc[frame["statistic"] == "roc_sensitivity", "value"].to_numpy()
    specificity = frame.loc[frame["statistic"] == "roc_specificity", "value"].to_numpy()
    colour, dash = line_of(k)
    label = wrapped(view.dictionary[marker.variable].label, 40.0, 6.5)
    # Straight lines between points: tied values of the marker count one half.
    axes.plot(
        1 - specificity,
        sensitivity,
        color=colour,
        linestyle=dash,
        label=f"{label}\n{area_interval(*numbers.triple('auc'))}",
    )
    for i, level in enumerate(numbers.unique_levels_of("cutoff", "")):
        se, sp = (numbers.get(s, level=level) for s in ("sensitivity", "specificity"))
        face = (COLOURS[1] if alone else colour) if i == 0 else "white"
        edge = COLOURS[1] if alone else colour
        axes.plot(1 - sp, se, "o", color=edge, markerfacecolor=face, markersize=5 if alone else 4)


def look(axes: Axes) -> None:
    """Both axes from 0 to 100%, square."""
    ticks = np.linspace(0, 1, 6)
    labels = [f"{100 * t:.0f}%" for t in ticks]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(ticks, labels)
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), xlabel="1 − specificity")
    axes.set(ylabel="Sensitivity")
    axes.set_aspect("equal", adjustable="box")


def _rule(step: RocStep, marker: MarkerSection, view: View, level: str = "") -> str:
    """``> 3.5 mm``; empty without a cut-off."""
    cutoff = view.numbers(step.part(marker)).get("cutoff", level=level)
    if not known(cutoff):
        return ""
    sign = ">" if step.direction_of(marker) == "high" else "<"
    unit = view.dictionary[marker.variable].unit
    return f"{sign} {general(cutoff, CUTOFF_DIGITS)} {unit}".rstrip()


def _words_within(step: RocStep, marker: MarkerSection, view: View) -> str:
    numbers = view.numbers(step.part(marker))
    label = wrapped(view.dictionary[marker.variable].label, 40.0, 7, lines=3)
    words = f"AUC {area_interval(*numbers.triple('auc'))}\n{label}\n"
    levels = [lv for lv in numbers.unique_levels_of("cutoff", "") if _rule(step, marker, view, lv)]
    lines = []
    for level in levels:
        se, sp = (100 * numbers.get(s, level=level) for s in ("sensitivity", "specificity"))
        lines.append(f"{_rule(step, marker, view, level)}: Se {se:.1f}%, Sp {sp:.1f}%")
    return words + ("\n".join(lines) or "no cut-off")


def _alt(step: RocStep, marker: MarkerSection, view: View) -> str:
    numbers = view.numbers(step.part(marker))
    label, area = view.dictionary[marker.variable].label, numbers.triple("auc")
    if not _rule(step, marker, view):
        return f"ROC curve of {label}: area {area_interval(*area)}; no cut-off."
    return (
        f"ROC curve of {label}: area {area_interval(*area)}; cut-off {_rule(step, marker, view)} "
        f"({numbers.about('cutoff')['method']}) "
        f"with sensitivity {share_interval(*numbers.triple('sensitivity'))} and specificity "
        f"{share_interval(*numbers.triple('specificity'))}."
    )
