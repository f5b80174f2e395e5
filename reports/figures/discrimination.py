"""Figures of markers over time, cut-offs for survival, and decision curves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from analyses.schema.discrimination import (
    DecisionCurveStep,
    MarkerSection,
    SurvivalCutoffStep,
    TimeRocStep,
)
from cohort_stats.discrimination.decision_curves import TREAT_ALL, TREAT_NONE
from reports.figures.panels import (
    SIDE,
    Entry,
    legend_below,
    legend_height,
    panel,
    panel_height,
    shares,
)
from reports.figures.spots import Spot, cut_spots
from reports.figures.style import (
    COLOURS,
    EDGE,
    GREY,
    MIDDLE,
    SINGLE,
    Drawing,
    line_of,
    looking_right,
    new_figure,
    place,
    wrapped,
)
from reports.format import CUTOFF_DIGITS, area_difference, area_interval, general, number
from reports.numbers import Numbers, known
from reports.p_values import p_equals
from reports.view import View

Floats = npt.NDArray[np.float64]
HEAD = 2.0  # over a panel, mm
STRATEGIES = {TREAT_ALL: (GREY, (0, (4, 3))), TREAT_NONE: ("black", "-")}


def time_roc_plot(step: TimeRocStep, view: View) -> Drawing | None:
    """The curve at each time, one panel a marker; None when there is no curve."""
    unit = view.unit(step.endpoint)
    drawn = [m for m in step.marked if view.numbers(step.part(m)).unique("time", "roc_sensitivity")]
    if not drawn:
        return None
    curves = [(m, _entries(view.numbers(step.part(m)), unit)) for m in drawn]
    across = min(len(drawn), 2 if view.figure_width >= 2 * SINGLE else 1)
    high = HEAD + max(panel_height(entries) for _, entries in curves)
    alt: list[str] = []
    spots: list[Spot] = []
    with looking_right():
        figure = new_figure(high * -(-len(drawn) // across), SINGLE * across, view.synthetic)
        for k, (marker, entries) in enumerate(curves):
            left, top = SINGLE * (k % across), high * (k // across) + HEAD
            axes = panel(figure, entries, left, top)
            label = view.dictionary[marker.variable].label
            axes.set_title(wrapped(label, SIDE, 8, lines=1), loc="left")
            shares(axes, "1 − specificity", "Sensitivity")
            _curves(axes, view.numbers(step.part(marker)))
            words = "; ".join(entry.words for entry in entries)
            spots += _time_spots(step, marker, view, k)
            alt.append(f"Time-dependent ROC curves of {label}. Areas: {words}.")
    return Drawing(step.id, step.title, " ".join(alt), figure, tuple(spots))


def _time_spots(step: TimeRocStep, marker: MarkerSection, view: View, axes: int) -> Iterator[Spot]:
    numbers, unit = view.numbers(step.part(marker)), view.unit(step.endpoint)
    variable, sign = (
        view.dictionary[marker.variable],
        ">" if step.direction_of(marker) == "high" else "<",
    )
    for time in numbers.unique("time", "roc_sensitivity"):
        label = f"{general(time)} {unit}".rstrip() + f", {variable.label}"
        yield from cut_spots(numbers, label, variable.unit, sign, time, axes)


def _entries(numbers: Numbers, unit: str) -> list[Entry]:
    entries = []
    for i, time in enumerate(numbers.unique("time", "roc_sensitivity")):
        colour, dash = line_of(i)
        at = f"{general(time)} {unit}".rstrip()
        words = f"{at}: AUC {area_interval(*numbers.triple('auc', time=time))}"
        entries.append(Entry({"color": colour, "linestyle": dash}, words))
    return entries


def _curves(axes: Axes, numbers: Numbers) -> None:
    frame = numbers.frame
    for i, time in enumerate(numbers.unique("time", "roc_sensitivity")):
        here = frame[frame["time"] == time]
        se, sp = (
            here.loc[here["statistic"] == f"roc_{s}", "value"].to_numpy()
            for s in ("sensitivity", "specificity")
        )
        colour, dash = line_of(i)
        axes.plot(1 - sp, se, color=colour, linestyle=dash)


def survival_cutoff_plot(step: SurvivalCutoffStep, view: View) -> Drawing | None:
    """The statistic at every cut; None when there is none."""
    numbers = view.numbers(step.id)
    cutoff = numbers.get("cutoff")
    if not known(cutoff):
        return None
    frame = numbers.frame[numbers.frame["statistic"] == "maxstat"]
    cuts, values = frame["level"].astype(float).to_numpy(), frame["value"].to_numpy()
    variable = view.dictionary[step.marker]
    label = f"{variable.label}, {variable.unit}" if variable.unit else variable.label
    shown = f"≥ {general(cutoff, CUTOFF_DIGITS)} {variable.unit}".rstrip()
    with looking_right():
        figure = new_figure(66, min(view.figure_width, MIDDLE), view.synthetic)
        axes = place(figure, 17, 13, 4, 10)
        axes.axhline(0, color=GREY, linewidth=0.7)
        axes.plot(cuts, values, color=COLOURS[0], marker=".", markersize=4, linewidth=1)
        axes.axvline(cutoff, color=COLOURS[1], linewidth=0.9, linestyle=(0, (4, 3)))
        words = f"Cut-off {shown}, corrected {p_equals(numbers.get('p'))}"
        axes.text(0, 1.03, words, transform=axes.transAxes, fontsize=7.5, va="bottom")
        axes.set(xlabel=f"Cut of {label}", ylabel="Standardised log-rank statistic")
    alt = (
        f"Log-rank statistic at every cut of {variable.label}, above 0 where patients at or "
        f"above the cut have more events; largest at {shown} "
        f"({number(numbers.get('test_statistic'), 2)}), corrected {p_equals(numbers.get('p'))}."
    )
    return Drawing(step.id, step.title, alt, figure)


def decision_plot(step: DecisionCurveStep, view: View) -> Drawing | None:
    """Net benefit by threshold; None when there is no curve."""
    numbers = view.numbers(step.id)
    frame = numbers.frame
    if frame.empty or not (frame["statistic"] == "net_benefit").any():
        return None
    names = {name: view.dictionary[name].label for name in step.risks}
    names |= {TREAT_ALL: "All treated", TREAT_NONE: "None treated"}
    looks = {name: _look(name, k) for k, name in enumerate(names)}
    entries = [Entry(looks[name], label) for name, label in names.items()]
    with looking_right():
        below = 13 + legend_height(entries) + 2
        figure = new_figure(66 + below, min(view.figure_width, MIDDLE), view.synthetic)
        axes = place(figure, 17, below, 4, 8)
        legend_below(figure, entries, EDGE, below - 12.5)
        top, highest = 0.0, 0.0
        for name in names:
            x = np.array([float(t) for t in numbers.unique_levels_of("net_benefit", name)])
            y = _values(frame, "net_benefit", name)
            top = max(top, float(y.max()))
            plain = name in (TREAT_ALL, TREAT_NONE)
            axes.plot(x, y, **looks[name])
            if not plain:
                low, high = (_values(frame, f"net_benefit_{end}", name) for end in ("low", "high"))
                axes.fill_between(x, low, high, color=looks[name]["color"], alpha=0.13, linewidth=0)
                highest = max(highest, float(high.max()))
        axes.set(ylim=(-0.25 * top, 1.05 * max(highest, top)), xlim=step.thresholds)
        axes.xaxis.set_major_formatter(lambda v, _: f"{100 * v:.0f}%")
        axes.set(xlabel="Threshold: risk from which on patients are treated", ylabel="Net benefit")
    spots = (s for name, label in names.items() for s in _net_spots(numbers, name, label))
    shown = tuple(s for s in spots if s.y >= axes.get_ylim()[0])
    return Drawing(step.id, step.title, _decision_alt(step, view, numbers), figure, shown)


def _net_spots(numbers: Numbers, name: str, label: str) -> Iterator[Spot]:
    """The net benefit at every threshold; of treating nobody it is 0."""
    for level in numbers.unique_levels_of("net_benefit", name) if name != TREAT_NONE else ():
        benefit = numbers.triple("net_benefit", term=name, level=level)
        at = general(100 * float(level))
        words = f"{label}, threshold {at}%: net benefit {area_difference(*benefit)}"
        yield Spot(words, float(level), benefit[0])


def _look(name: str, k: int) -> dict[str, Any]:
    colour, dash = STRATEGIES.get(name, line_of(k))
    return {"color": colour, "linestyle": dash, "linewidth": 0.9 if name in STRATEGIES else 1.3}


def _values(frame: pd.DataFrame, statistic: str, term: str) -> Floats:
    here = (frame["statistic"] == statistic) & (frame["term"] == term)
    return np.asarray(frame.loc[here, "value"], dtype=np.float64)


def _decision_alt(step: DecisionCurveStep, view: View, numbers: Numbers) -> str:
    parts = []
    for at in step.at:
        level = f"{at:g}"
        values = [
            f"{view.dictionary[name].label} "
            f"{number(numbers.get('net_benefit', term=name, level=level), 3)}"
            for name in step.risks
        ]
        every = number(numbers.get("net_benefit", term=TREAT_ALL, level=level), 3)
        parts.append(f"at {general(100 * at)}%: {', '.join(values)}, all treated {every}")
    return f"Decision curves. Net benefit {'; '.join(parts)}."
