"""The ratio along a covariate that entered as a spline."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

from analyses.schema.regression import BuiltStep
from analyses.steps.shapes import ALONE, CURVE
from reports.figures.style import COLOURS, GREY, Drawing, looking_right, new_figure, place
from reports.format import general, ratio_interval
from reports.numbers import Numbers
from reports.p_values import p_equals
from reports.view import View

HEIGHT = 78.0
SIZE = 96.0
TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
WIDEST = 20.0  # beyond this the limits say nothing, and would flatten the curve
WORDS = {"cox": "Hazard ratio", "logistic": "Odds ratio"}


def curve_plots(step: BuiltStep, view: View) -> Iterator[Drawing]:
    """One figure for each covariate with knots: ratio and interval against the reference value."""
    for section in step.covariates:
        numbers = view.numbers(f"{step.id}/{CURVE}/{section.variable}")
        if numbers:
            yield _drawn(step, section.variable, numbers, view)


def _drawn(step: BuiltStep, term: str, numbers: Numbers, view: View) -> Drawing:
    levels = numbers.unique_levels_of("ratio_at", term)
    x = np.array([float(level) for level in levels])
    ratio, low, high = np.array(
        [numbers.triple("ratio_at", term=term, level=level) for level in levels]
    ).T
    knots = [
        numbers.get("knot", term=term, level=k) for k in numbers.unique_levels_of("knot", term)
    ]
    reference = numbers.get("reference_value", term=term)
    variable, words = view.dictionary[term], WORDS[step.kind]
    name = f"{variable.label}, {variable.unit}" if variable.unit else variable.label
    bottom, top = _range(ratio, low, high)
    with looking_right():
        figure = new_figure(HEIGHT, SIZE, view.synthetic)
        axes = place(figure, 16, 13, 4, 8)
        axes.set_yscale("log")
        axes.axhline(1, color=GREY, linewidth=0.7)
        axes.fill_between(
            x,
            np.maximum(low, bottom),
            np.minimum(high, top),
            color=COLOURS[0],
            alpha=0.18,
            linewidth=0,
        )
        axes.plot(x, np.clip(ratio, bottom, top), color=COLOURS[0])
        axes.plot(reference, 1, "o", color=COLOURS[0], markersize=4)
        axes.plot(knots, [bottom] * len(knots), "|", color=GREY, markersize=7, clip_on=False)
        axes.set(xlim=(x[0], x[-1]), ylim=(bottom, top), xlabel=name)
        axes.set_ylabel(f"{words} against {general(reference)}")
        ticks = [t for t in TICKS if bottom <= t <= top]
        axes.yaxis.set_major_locator(FixedLocator(ticks))
        axes.set_yticklabels([general(t) for t in ticks])
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_minor_formatter(NullFormatter())
        tests = [p_equals(numbers.get(s, term=term)) for s in ("global_p", "nonlinear_p")]
        told = f"{tests[0]}; nonlinear part {tests[1]}"
        alone = ALONE in str(numbers.about("ratio_at")["method"])
        told += "\nIn a model of this covariate alone, not adjusted" if alone else ""
        axes.text(0.02, 0.98, told, transform=axes.transAxes, va="top", fontsize=7)
    ends = "; ".join(
        f"at {general(float(levels[k]))} {ratio_interval(ratio[k], low[k], high[k])}"
        for k in (0, -1)
    )
    alt = (
        f"{words} along {name}, against {general(reference)}, with its 95% band: {ends}. "
        f"As a whole {tests[0]}, nonlinear part {tests[1]}."
        + (" The model holds this covariate alone." if alone else "")
    )
    title = f"{step.title}: {variable.label}"
    return Drawing(f"{step.id}_{term}", title, alt, figure)


def _range(ratio: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[float, float]:
    every = np.concatenate([ratio, low, high])
    usable = every[np.isfinite(every) & (every > 1 / WIDEST) & (every < WIDEST)]
    least, most = (float(f(usable)) for f in (np.min, np.max)) if len(usable) else (0.5, 2.0)
    return min(least, 0.5) / 1.1, max(most, 2.0) * 1.1 if math.isfinite(most) else 2.2
