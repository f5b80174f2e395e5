"""Effects of studies against their standard errors: the funnel plot of a meta-analysis."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from analyses.schema.pooling import SCALES, PoolStep
from analyses.steps.pool import FUNNEL, POOLED
from cohort_stats.distributions import Z95
from cohort_stats.pooling import meta_analysis as pooling
from cohort_stats.pooling.studies import LOGITS, from_scale, to_scale
from reports.figures.panels import Entry, legend_below, legend_height
from reports.figures.ratio_axis import TICKS
from reports.figures.style import (
    GREY,
    Drawing,
    line_of,
    looking_right,
    new_figure,
    place,
)
from reports.format import general
from reports.numbers import known
from reports.tables.pooling import asymmetry
from reports.view import View

FEWEST = 3
WIDE, HIGH = 100.0, 84.0
MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")  # one more than colours, so that pairs differ
SHARES = (
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.8,
    0.9,
    0.95,
    0.98,
    0.99,
    0.995,
)
NAMES = {"log": "log scale", "freeman-tukey": "Freeman–Tukey double arcsine"}


def funnel_plot(step: PoolStep, view: View) -> Drawing | None:
    """One point a study, and where 95% of them would lie if only chance told them apart."""
    if step.without_interval == "mean":  # standard errors that are guessed tell no asymmetry
        return None
    numbers = view.numbers(f"{step.id}/{POOLED}")
    frame = numbers.frame
    mine = frame[frame["term"] == pooling.STUDY]
    wide = mine.pivot_table(
        index=["group", "level"], columns="statistic", values="value", sort=False
    )
    centre = numbers.get("effect", term=pooling.POOLED)
    if len(wide) < FEWEST or not known(centre):
        return None
    scale = step.scale or SCALES[step.measure][0]
    with looking_right():
        groups = list(dict.fromkeys(wide.index.get_level_values("group")))
        entries = [_entry(k, str(group)) for k, group in enumerate(groups)] if groups[1:] else []
        below = legend_height(entries) + 1 if entries else 0.0
        figure = new_figure(HIGH + below, WIDE, view.synthetic)
        axes = place(figure, 17, 13 + below, 5, 8)
        legend_below(figure, entries, 17, below)
        lowest = 1.08 * float(wide["effect_se"].max())
        half = Z95 * lowest
        axes.fill([centre - half, centre, centre + half], [lowest, 0, lowest],
                  color="#EEEEEE", linewidth=0, zorder=0)  # fmt: skip
        axes.axvline(centre, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
        for k, group in enumerate(groups):
            part = wide.loc[[group]]
            axes.plot(
                part["effect"], part["effect_se"], label=str(group), **_entry(k, str(group)).look
            )
        _look(axes, step, scale, lowest)
    test = asymmetry(step, view)
    alt = (
        f"Funnel plot of {len(wide)} studies: {step.measure} against its standard error, the "
        f"pooled effect at {general(float(from_scale(np.array(centre), scale)))}. {test}"
        if scale != "freeman-tukey"
        else f"Funnel plot of {len(wide)} studies. {test}"
    )
    return Drawing(f"{step.id}_{FUNNEL}", f"{step.title}: funnel plot", alt.strip(), figure)


def _entry(k: int, group: str) -> Entry:
    """How the studies of a group are drawn, and what the legend calls them."""
    look = {"marker": MARKS[k % len(MARKS)], "markersize": 4.5, "color": line_of(k)[0]}
    return Entry(look | {"linestyle": "", "markeredgewidth": 0}, group)


def _look(axes: Axes, step: PoolStep, scale: str, lowest: float) -> None:
    words = step.measure.capitalize()
    if scale in LOGITS:
        words += ", logit scale"
    elif scale in NAMES:
        words += f", {NAMES[scale]}"
    low, high = axes.get_xlim()
    values: tuple[float, ...] = ()
    if scale == "log":
        values = TICKS
    elif scale in LOGITS:
        values = SHARES
    if values:
        at = to_scale(np.array(values), scale)
        inside = _apart([(a, v) for a, v in zip(at, values, strict=True) if low <= a <= high],
                        0.09 * (high - low))  # fmt: skip
        percent = step.measure == "proportion"
        labels = {a: f"{general(100 * v)}%" if percent else general(v) for a, v in inside}
        axes.xaxis.set_major_locator(FixedLocator(list(labels)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: labels.get(x, "")))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.set(xlabel=words, ylabel="Standard error", xlim=(low, high), ylim=(lowest, 0))


def _apart(ticks: list[tuple[float, float]], least: float) -> list[tuple[float, float]]:
    """Those ticks whose labels do not run into the one before."""
    kept: list[tuple[float, float]] = []
    for tick in ticks:
        if not kept or tick[0] - kept[-1][0] >= least:
            kept.append(tick)
    return kept
