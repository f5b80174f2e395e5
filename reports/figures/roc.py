"""ROC curves with their cut-offs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matplotlib.axes import Axes

from analyses.schema.discrimination import MarkerSection, RocStep
from reports.figures.panels import Entry, panel, panel_height, shares
from reports.figures.spots import Spot, cut_spots
from reports.figures.style import (
    COLOURS,
    GREY,
    SINGLE,
    Drawing,
    line_of,
    looking_right,
    new_figure,
)
from reports.format import CUTOFF_DIGITS, area_interval, general, share_interval
from reports.numbers import known
from reports.view import View

SHAPES = ("o", "s", "^", "v", "D", "P", "X")


def roc_plot(step: RocStep, view: View) -> Drawing | None:
    """Sensitivity against 1 − specificity of every marker; None when there is no curve."""
    drawn = [m for m in step.marked if known(view.numbers(step.part(m)).get("auc"))]
    if not drawn:
        return None
    entries = [e for k, m in enumerate(drawn) for e in _entries(step, m, view, k)]
    if any(len(_levels(step, m, view)) > 1 for m in drawn) and len(step.marked) > 1:
        further = {"color": GREY, "linestyle": "", "marker": "o", "markerfacecolor": "white"}
        entries.append(Entry(further | {"markersize": 4}, "further cut-offs, see the table"))
    with looking_right():
        figure = new_figure(panel_height(entries), SINGLE, view.synthetic)
        axes = panel(figure, entries)
        shares(axes, "1 − specificity", "Sensitivity")
        for k, marker in enumerate(drawn):
            _curve(axes, step, marker, view, k)
    alt = " ".join(_alt(step, marker, view) for marker in drawn)
    spots = tuple(spot for marker in drawn for spot in _spots(step, marker, view))
    return Drawing(step.id, step.title, alt, figure, spots)


def _spots(step: RocStep, marker: MarkerSection, view: View) -> Iterator[Spot]:
    """Sensitivity and specificity at every cut."""
    variable = view.dictionary[marker.variable]
    sign = ">" if step.direction_of(marker) == "high" else "<"
    return cut_spots(view.numbers(step.part(marker)), variable.label, variable.unit, sign)


def _curve(axes: Axes, step: RocStep, marker: MarkerSection, view: View, k: int) -> None:
    numbers = view.numbers(step.part(marker))
    frame = numbers.frame
    sensitivity = frame.loc[frame["statistic"] == "roc_sensitivity", "value"].to_numpy()
    specificity = frame.loc[frame["statistic"] == "roc_specificity", "value"].to_numpy()
    colour, dash = line_of(k)
    # Straight lines between points: tied values of the marker count one half.
    axes.plot(1 - specificity, sensitivity, color=colour, linestyle=dash)
    for i, level in enumerate(_levels(step, marker, view)):
        se, sp = (numbers.get(s, level=level) for s in ("sensitivity", "specificity"))
        axes.plot(1 - sp, se, **_circle(step, k, i))


def _circle(step: RocStep, k: int, i: int) -> dict[str, Any]:
    """How a marker's i-th cut-off is drawn: filled the first; by shape where it is alone."""
    alone = len(step.marked) == 1
    colour = COLOURS[1] if alone else line_of(k)[0]
    return {
        "color": colour,
        "linestyle": "",
        "marker": SHAPES[i % len(SHAPES)] if alone else "o",
        "markerfacecolor": colour if i == 0 else "white",
        "markersize": 5 if alone else 4,
    }


def _entries(step: RocStep, marker: MarkerSection, view: View, k: int) -> Iterator[Entry]:
    """The legend of a marker: its area, and what the circles on its curve stand for."""
    numbers, (colour, dash) = view.numbers(step.part(marker)), line_of(k)
    label, area = view.dictionary[marker.variable].label, area_interval(*numbers.triple("auc"))
    yield Entry({"color": colour, "linestyle": dash}, f"{label}: AUC {area}")
    levels = _levels(step, marker, view)
    for i, level in enumerate(levels if len(step.marked) == 1 else levels[:1]):
        se, sp = (
            share_interval(*numbers.triple(s, level=level)) for s in ("sensitivity", "specificity")
        )
        rule = _rule(step, marker, view, level)
        yield Entry(_circle(step, k, i), f"cut-off {rule}: Se\xa0{se}, Sp\xa0{sp}")


def _levels(step: RocStep, marker: MarkerSection, view: View) -> list[str]:
    levels = view.numbers(step.part(marker)).unique_levels_of("cutoff", "")
    return [level for level in levels if _rule(step, marker, view, level)]


def _rule(step: RocStep, marker: MarkerSection, view: View, level: str = "") -> str:
    """``> 3.5 mm``; empty without a cut-off."""
    cutoff = view.numbers(step.part(marker)).get("cutoff", level=level)
    if not known(cutoff):
        return ""
    unit = view.dictionary[marker.variable].unit
    return f"{step.sign_of(marker)} {general(cutoff, CUTOFF_DIGITS)} {unit}".rstrip()


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
