"""The path of a LASSO, and the cross-validation that chose its penalty."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from analyses.schema.regression import BuiltStep
from analyses.steps.building import SELECTION
from reports.figures.style import (
    COLOURS,
    GREY,
    SINGLE,
    Drawing,
    line_of,
    looking_right,
    new_figure,
    place,
    wrapped,
)
from reports.format import count, general
from reports.numbers import Numbers, known
from reports.view import View

Floats = npt.NDArray[np.float64]

HEIGHT = 78.0
LEGEND = 26.0  # of the legend that stands below where there is no room beside, mm
MOST_NAMED = 7
PENALTIES = {"lambda.min": "lambda_min", "lambda.1se": "lambda_1se"}


def lasso_plot(step: BuiltStep, view: View) -> Drawing | None:
    """Coefficients and cross-validated deviance along the penalty; None without a LASSO."""
    numbers = view.numbers(f"{step.id}/{SELECTION}")
    if not known(numbers.get("lambda_min")):
        return None
    with looking_right():
        beside = view.figure_width >= 2 * SINGLE
        width, high = (view.figure_width, HEIGHT) if beside else (SINGLE, 2 * HEIGHT + LEGEND)
        figure = new_figure(high, width, view.synthetic)
        if beside:
            left = place(figure, 15, 13, width - 69, 9)
            right = place(figure, width - 55, 13, 4, 9)
        else:
            left = place(figure, 15, HEIGHT + LEGEND + 13, 4, 9)
            right = place(figure, 15, 13, 4, high - HEIGHT + 9)
        for axes, draw in (
            (left, lambda axes: _paths(axes, numbers, view, beside)),
            (right, lambda axes: _deviance(axes, numbers)),
        ):
            axes.set_xscale("log")
            draw(axes)
            _chosen(axes, step, numbers)
    return Drawing(f"{step.id}_lasso", f"{step.title}: LASSO", _alt(step, numbers), figure)


def _penalties(numbers: Numbers) -> Floats:
    return np.array([float(level) for level in numbers.unique_levels_of("lasso_deviance", "")])


def _paths(axes: Axes, numbers: Numbers, view: View, beside: bool) -> None:
    frame = numbers.frame[numbers.frame["statistic"] == "lasso_standardised"]
    penalties = _penalties(numbers)
    columns: dict[tuple[str, str], list[float]] = {}
    for row in frame.itertuples():
        columns.setdefault((str(row.term), str(row.level)), []).append(float(row.value))  # type: ignore[arg-type]
    paths = {key: np.array(values) for key, values in columns.items()}
    largest = sorted(paths, key=lambda key: -abs(paths[key][-1]))
    for k, key in enumerate(largest):
        named = k < MOST_NAMED
        colour, dash = line_of(k) if named else (GREY, "-")
        words = f"{view.dictionary[key[0]].label} {key[1]}".rstrip()
        axes.plot(
            penalties,
            paths[key],
            color=colour,
            linestyle=dash,
            linewidth=1.1 if named else 0.6,
            label=wrapped(words, 34.0, 6.0) if named else "_",
        )
    axes.axhline(0, color=GREY, linewidth=0.5)
    axes.legend(
        fontsize=6.5,
        loc="upper left",
        bbox_to_anchor=(1.02, 1.02) if beside else (-0.1, -0.2),
        handlelength=2.2,
        labelspacing=0.5,
    )
    axes.set(ylabel="Coefficient, per standard deviation")


def _deviance(axes: Axes, numbers: Numbers) -> None:
    penalties = _penalties(numbers)
    levels = numbers.unique_levels_of("lasso_deviance", "")
    mean, error = (
        np.array([numbers.get(name, level=level) for level in levels])
        for name in ("lasso_deviance", "lasso_deviance_se")
    )
    axes.errorbar(
        penalties,
        mean,
        yerr=error,
        fmt="o",
        color=COLOURS[0],
        ecolor=GREY,
        elinewidth=0.5,
        markersize=2,
    )
    axes.set(ylabel="Cross-validated deviance")
    nonzero = [numbers.get("lasso_nonzero", level=level) for level in levels]
    for k in range(0, len(levels), max(1, len(levels) // 8)):
        axes.text(
            penalties[k],
            1.01,
            count(nonzero[k]),
            transform=axes.get_xaxis_transform(),
            ha="center",
            fontsize=6.5,
            color=GREY,
        )


def _chosen(axes: Axes, step: BuiltStep, numbers: Numbers) -> None:
    axes.set(xlabel="Penalty λ (log scale)")
    axes.xaxis.set_major_formatter(lambda value, _: general(value))
    for penalty, name in PENALTIES.items():
        own = penalty == step.selection.penalty
        axes.axvline(
            numbers.get(name),
            color=COLOURS[1] if own else GREY,
            linestyle="-" if own else (0, (4, 3)),
            linewidth=0.8,
        )


def _alt(step: BuiltStep, numbers: Numbers) -> str:
    chosen = numbers.get(PENALTIES[step.selection.penalty])
    levels = numbers.unique_levels_of("lasso_deviance", "")
    nearest = min(levels, key=lambda level: abs(float(level) - chosen))
    nonzero = numbers.get("lasso_nonzero", level=nearest)
    return (
        "First coefficients of the LASSO along its penalty, then cross-validated deviance with "
        "its standard error, above it the number of coefficients other than zero. Lines: "
        f"lambda.min {general(numbers.get('lambda_min'), 3)} and lambda.1se "
        f"{general(numbers.get('lambda_1se'), 3)}; {step.selection.penalty} was taken, with "
        f"{count(nonzero)} coefficients other than zero."
    )
