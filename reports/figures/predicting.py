"""Survival that a Cox model predicts, along time."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from analyses.schema.regression import CoxStep
from analyses.steps.predicting import PREDICTED
from reports.figures.at_risk import time_label
from reports.figures.panels import SIDE, Entry, panel, panel_height
from reports.figures.style import SINGLE, Drawing, line_of, looking_right, new_figure, wrapped
from reports.format import general, share_interval
from reports.numbers import Numbers, known
from reports.view import View

MOST_BANDS = 4  # with more, bands hide each other


def prediction_plot(step: CoxStep, view: View) -> Drawing | None:
    """A curve with its band for each profile; None where nothing was predicted."""
    numbers = view.numbers(f"{step.id}/{PREDICTED}")
    if not numbers:
        return None
    profiles = numbers.unique("group")
    banded = len(profiles) <= MOST_BANDS
    looks = [
        dict(zip(("color", "linestyle"), line_of(k), strict=True)) for k in range(len(profiles))
    ]
    entries = [Entry(look, profile) for look, profile in zip(looks, profiles, strict=True)]
    bands = "Bands: 95% confidence intervals. " if banded else ""
    entries.append(Entry({"linestyle": ""}, f"{bands}Predicted by the Cox model, not observed."))
    label, unit = view.results.plan.file.endpoints[step.endpoint].label, view.unit(step.endpoint)
    with looking_right():
        figure = new_figure(panel_height(entries), SINGLE, view.synthetic)
        axes = panel(figure, entries)
        for profile, look in zip(profiles, looks, strict=True):
            _curve(axes, numbers, profile, look, banded)
        ticks = np.linspace(0, 1, 6)
        axes.set_yticks(ticks, [f"{100 * t:.0f}%" for t in ticks])
        axes.set_ylim(0, 1.02)
        axes.set_xlim(left=0)
        axes.set(xlabel=time_label(unit), ylabel=wrapped(label, SIDE, 8.0))
    title = f"{step.title}: predicted survival"
    return Drawing(f"{step.id}_{PREDICTED}", title, _alt(numbers, label, unit), figure)


def _curve(axes: Axes, numbers: Numbers, profile: str, look: dict[str, Any], banded: bool) -> None:
    time, curve, low, high = numbers.curve(profile, "curve", "curve_low", "curve_high")
    there = ~np.isnan(curve)
    time, curve, low, high = (
        np.r_[start, values[there]]
        for start, values in ((0, time), (1, curve), (1, low), (1, high))
    )
    axes.step(time, curve, where="post", label=profile, **look)
    if banded:
        axes.fill_between(
            time, low, high, step="post", color=look["color"], alpha=0.13, linewidth=0
        )


def _alt(numbers: Numbers, label: str, unit: str) -> str:
    last = numbers.unique("time", "survival")[-1]
    parts = []
    for profile in numbers.unique("group"):
        found = numbers.triple("survival", group=profile, time=last)
        words = share_interval(*found) if known(found[0]) else "beyond the last follow-up"
        parts.append(f"{profile}: {words}")
    at = f"{general(last)} {unit}".rstrip()
    return (
        f"{label} predicted by the Cox model, by profile, with 95% bands. At {at}: "
        f"{'; '.join(parts)}."
    )
