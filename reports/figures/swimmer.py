"""One bar a patient along time, with marks, spans of treatment, and how the bar ends."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analyses.schema.pictures import SwimmerStep
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.picturing.swimmers import COMPETING, EVENT, OBSERVED
from reports.figures import fills
from reports.figures.style import Drawing, looking_right, new_figure, place, size_of, text_width
from reports.format import count
from reports.numbers import Numbers
from reports.sentences.patient_bars import swimmer_text
from reports.view import View

ASIDE = 1.6  # from the end of a bar to its mark, mm
MARKERS = ("D", "^", "s", "v", "P", "*", "p", "h")
SPANS = ("#1A1A1A", "#FFFFFF", "#8C8C8C", "#444444")
#: How bars end: still under observation, by the event, by the competing one.
ENDS: dict[int, dict[str, Any]] = {
    OBSERVED: {"marker": ">", "color": "black", "markersize": 4.2},
    EVENT: {"marker": "X", "color": "black", "markersize": 4.6, "markeredgewidth": 0},
    COMPETING: {"marker": "o", "color": "white", "markersize": 4.2, "markeredgecolor": "black"},
}


def swimmer_plot(step: SwimmerStep, view: View) -> Drawing:
    """Bars by group, the longest on top; an arrow for who is still under observation."""
    numbers = view.numbers(step.id)
    width = view.figure_width
    frame = numbers.frame
    wide = frame.pivot_table(index="level", columns="statistic", values="value", aggfunc="first")
    wide = wide.loc[sorted(wide.index[wide.index != ""], key=int)]
    own = frame[frame["statistic"] == "bar_to"].set_index("level")["group"].loc[wide.index]
    groups = [g for g in numbers.unique("group", "n") if g != OVERALL] or [OVERALL]
    entries = _entries(step, view, numbers, groups, wide)
    labels, looks = [words for words, _ in entries], [look for _, look in entries]
    with looking_right():
        head = fills.head_height(labels, width, view.synthetic)
        row = min(4.8, max(1.7, (236 - head - 12) / len(wide)))
        figure = new_figure(row * len(wide) + head + 13, width, view.synthetic)
        names = _names(wide, row)
        left = max((text_width(name, 6.5) for name in names), default=0) + 6
        axes = place(figure, left, 11, 6, head)
        axes.set(xlim=(0, 1.04 * wide["bar_to"].max() or 1.0), ylim=(len(wide) - 0.4, -0.6))
        _draw(axes, frame, wide, own, groups, step)
        axes.set_yticks(range(len(names)), names, fontsize=6.5)
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_locator(MaxNLocator(7 if width > 100 else 5, steps=[1, 2, 3, 6, 10]))
        unit = view.unit(step.endpoint)
        axes.set_xlabel(f"Time ({unit})" if unit else "Time")
        fills.draw_legend(figure, labels, looks, synthetic=view.synthetic)
    alt = f"One bar for each of {len(wide)} {view.noun}, the longest first. "
    told = [
        f"{label}: {(frame['term'] == label).sum()}" for label in numbers.unique("term", "mark_at")
    ]
    marks = f" Marks: {', '.join(told)}." if told else ""
    return Drawing(step.id, step.title, f"{alt}{swimmer_text(step, view)}{marks}", figure)


def _names(wide: pd.DataFrame, row: float) -> list[str]:
    """Study numbers beside the bars, where the plan names them and rows leave room."""
    if "study_number" not in wide or row < 2.5:
        return []
    return [count(number) for number in wide["study_number"]]


def _entries(
    step: SwimmerStep, view: View, numbers: Numbers, groups: list[str], wide: pd.DataFrame
) -> list[tuple[str, dict[str, Any]]]:
    """The legend: groups, spans, marks, and how bars end."""
    found: list[tuple[str, dict[str, Any]]] = []
    if step.by:
        for k, group in enumerate(groups):
            n = count(numbers.get("n", group=group))
            found.append((f"{group} (n = {n})", fills.of_groups(k)))
    edge = {"edgecolor": "black", "linewidth": 0.4}
    spans, marks = (numbers.unique("term", name) for name in ("span_from", "mark_at"))
    found += [(label, _span_look(step, label) | edge) for label in spans]
    found += [(label, _mark_look(step, label)) for label in marks]
    words = {EVENT: view.event_label(step.endpoint), OBSERVED: "Under observation"}
    words[COMPETING] = view.competing_label(step.endpoint)
    found += [(words[end], ENDS[end]) for end in (EVENT, COMPETING, OBSERVED)
              if (wide["bar_end"] == end).any()]  # fmt: skip
    return found


def _span_look(step: SwimmerStep, label: str) -> dict[str, Any]:
    place_ = [span.label for span in step.spans].index(label)
    return {"facecolor": SPANS[place_ % len(SPANS)]}


def _mark_look(step: SwimmerStep, label: str) -> dict[str, Any]:
    place_ = [mark.label for mark in step.marks].index(label)
    return {
        "marker": MARKERS[place_ % len(MARKERS)], "color": "#F0E442", "markersize": 4.6,
        "markeredgecolor": "black", "markeredgewidth": 0.6,
    }  # fmt: skip


def _draw(
    axes: Axes, frame: pd.DataFrame, wide: pd.DataFrame, own: pd.Series, groups: list[str],
    step: SwimmerStep,
) -> None:  # fmt: skip
    rows = {level: k for k, level in enumerate(wide.index)}
    long = axes.get_position().width * size_of(cast(Figure, axes.figure))[0]
    aside = ASIDE / long * axes.get_xlim()[1]  # the end of a bar is marked just beyond it
    for k, group in enumerate(groups):
        mine = wide[(own == group).to_numpy()]
        axes.barh(
            [rows[level] for level in mine.index], mine["bar_to"] - mine["bar_from"], 0.78,
            left=mine["bar_from"], label=group, **fills.of_groups(k),
        )  # fmt: skip
    spans = frame[frame["statistic"].isin(("span_from", "span_to"))]
    for label, part in spans.groupby("term", sort=False):
        ends = part.pivot(index="level", columns="statistic", values="value")
        y = [rows[level] for level in ends.index]
        thick = ends["span_to"] - ends["span_from"]
        look = _span_look(step, str(label)) | {"edgecolor": "black", "linewidth": 0.3}
        axes.barh(y, thick, 0.3, left=ends["span_from"], label=label, **look)
    for end, look in ENDS.items():
        here = wide[wide["bar_end"] == end]
        y = [rows[level] for level in here.index]
        beyond = here["bar_to"] + aside
        axes.plot(beyond, y, linestyle="none", clip_on=False, zorder=5, **look)
    marks = frame[frame["statistic"] == "mark_at"]
    for label, part in marks.groupby("term", sort=False):
        y = [rows[level] for level in part["level"]]
        look = _mark_look(step, str(label))
        axes.plot(part["value"], y, linestyle="none", zorder=6, label=label, **look)
