"""A nomogram: scales of points for each covariate, and what their total predicts."""

from __future__ import annotations

from analyses.schema.regression import BuiltStep, CoxStep
from analyses.steps.nomogram import NOMOGRAM
from cohort_stats.regression.nomograms import POINTS, TOTAL
from reports.figures.scales import Mark, Scale, draw_scales, height_of, laid_out, levels_of
from reports.figures.spots import Spot
from reports.figures.style import (
    COLOURS,
    EDGE,
    GREY,
    Drawing,
    looking_right,
    new_figure,
    widest,
    wrapped,
)
from reports.format import general, number
from reports.numbers import Numbers, known
from reports.view import View

BETWEEN = 4.5  # between the points and what they predict, mm
WIDEST_LABEL, WIDEST_LEVEL = 46.0, 30.0
NOTE = "Scales of numbers end at the least and the greatest value in the patients of the model."
HOW = "Read the points of each covariate off the first scale and add them up."


def nomogram_plot(step: BuiltStep, view: View) -> Drawing | None:
    """Points above, total points and predictions below; None without a nomogram."""
    numbers = view.numbers(f"{step.id}/{NOMOGRAM}")
    if not numbers:
        return None
    width, most = view.figure_width, numbers.get("nomogram_most")
    room = min(WIDEST_LABEL, 0.3 * width)
    terms = numbers.unique("term", "nomogram_points")
    upper = [_of_ticks("Points", numbers, POINTS, 100.0)]
    upper += [_covariate(term, numbers, view, room) for term in terms]
    lower = [_of_ticks("Total points", numbers, TOTAL, most)]
    lower += _predictions(step, numbers, view, room)
    left = widest(scale.label for scale in (*upper, *lower)) + EDGE + 4
    length = width - left - 2 * EDGE
    blocks = [laid_out(upper, length, 100.0), laid_out(lower, length, most)]
    ranged = any(numbers.unique_levels_of("nomogram_end", term) for term in terms)
    note = wrapped(f"{HOW} {NOTE}" if ranged else HOW, width - 2 * EDGE, 6.5, lines=4)
    foot = 4.5 + 2.6 * note.count("\n") + 2
    head = 7.0 if view.synthetic else 3.0
    high = head + sum(map(height_of, blocks)) + BETWEEN + foot
    with looking_right():
        figure = new_figure(high, width, view.synthetic)
        draw_scales(figure, blocks[0], head, left, 100.0)
        draw_scales(figure, blocks[1], head + height_of(blocks[0]) + BETWEEN, left, most)
        figure.text(EDGE / width, 2 / high, note, fontsize=6.5, color=GREY, va="bottom",
                    linespacing=1.1)  # fmt: skip
    spots = tuple(
        Spot(f"{_label(term, view)}: {mark.words}, {_points(mark.at)}", mark.at, y)
        for term, y, scale in zip(terms, levels_of(blocks[0])[1:], upper[1:], strict=True)
        for mark in scale.marks
    )
    alt = _alt(terms, numbers, lower, view)
    return Drawing(f"{step.id}_{NOMOGRAM}", f"{step.title}: nomogram", alt, figure, spots)


def _of_ticks(label: str, numbers: Numbers, group: str, most: float) -> Scale:
    frame = numbers.frame
    mine = (frame["statistic"] == "nomogram_tick") & (frame["group"] == group)
    marks = tuple(Mark(float(at), general(float(at))) for at in frame.loc[mine, "value"])
    return Scale(label, (0.0, most), marks)


def _label(term: str, view: View) -> str:
    variable = view.dictionary[term]
    return f"{variable.label}, {variable.unit}" if variable.unit else variable.label


def _covariate(term: str, numbers: Numbers, view: View, room: float) -> Scale:
    levels = numbers.unique_levels_of("nomogram_points", term)
    at = {level: numbers.get("nomogram_points", term=term, level=level) for level in levels}
    ends = [
        numbers.get("nomogram_end", term=term, level=level)
        for level in numbers.unique_levels_of("nomogram_end", term)
    ]
    words = {
        level: general(float(level)) if ends else wrapped(level, WIDEST_LEVEL, 6.5, lines=1)
        for level in levels
    }
    marks = tuple(sorted(Mark(at[level], words[level]) for level in levels))
    span = [*at.values(), *ends]
    label = wrapped(_label(term, view), room, lines=3)
    return Scale(label, (min(span), max(span)), marks, every=not ends, colour=COLOURS[0])


def _predictions(step: BuiltStep, numbers: Numbers, view: View, room: float) -> list[Scale]:
    """The risk, or survival at each time, along total points."""
    if not isinstance(step, CoxStep):
        marks = _shares(numbers, "nomogram_risk_points")
        return [Scale("Predicted risk", _reach(marks), marks, even=False, colour=COLOURS[1])]
    label, unit = view.results.plan.file.endpoints[step.endpoint].label, view.unit(step.endpoint)
    found = []
    for time in numbers.unique("time", "nomogram_survival_points"):
        marks = _shares(numbers, "nomogram_survival_points", time)
        words = wrapped(f"{label} at {general(time)} {unit}".rstrip(), room, lines=3)
        found.append(Scale(words, _reach(marks), marks, even=False, colour=COLOURS[1]))
    return found


def _shares(numbers: Numbers, statistic: str, time: float = float("nan")) -> tuple[Mark, ...]:
    levels = [(level, numbers.get(statistic, level=level, time=time))
              for level in numbers.unique_levels_of(statistic, "")]  # fmt: skip
    marks = (Mark(at, f"{general(100 * float(level))}%") for level, at in levels if known(at))
    return tuple(sorted(marks))


def _reach(marks: tuple[Mark, ...]) -> tuple[float, float]:
    return (marks[0].at, marks[-1].at) if marks else (0.0, 0.0)


def _points(value: float) -> str:
    words = number(value, 0)
    return f"{words} point" if words == "1" else f"{words} points"


def _alt(terms: list[str], numbers: Numbers, lower: list[Scale], view: View) -> str:
    """Every scale by its ends, factors by their levels."""
    parts = []
    for term in terms:
        levels = numbers.unique_levels_of("nomogram_end", term)
        statistic = "nomogram_end" if levels else "nomogram_points"
        levels = levels or numbers.unique_levels_of(statistic, term)
        told = ", ".join(
            f"{general(float(level)) if statistic == 'nomogram_end' else level} "
            f"{_points(numbers.get(statistic, term=term, level=level))}"
            for level in levels
        )
        parts.append(f"{_label(term, view)}: {told}")
    predicted = [
        f"{' '.join(scale.label.split())}: {scale.marks[0].words} at "
        f"{_points(scale.marks[0].at)}, {scale.marks[-1].words} at {_points(scale.marks[-1].at)}"
        for scale in lower[1:]
        if scale.marks
    ]
    total = _points(numbers.get("nomogram_most"))
    return f"Nomogram. {'; '.join(parts)}. Total 0 to {total}. {'; '.join(predicted)}."
