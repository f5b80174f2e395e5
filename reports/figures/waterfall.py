"""The change of each patient as a bar, from the largest rise to the largest fall."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analyses.schema.pictures import WaterfallStep
from cohort_stats.comparing.groups import OVERALL
from reports.figures import fills
from reports.figures.style import GREY, Drawing, looking_right, new_figure, place, wrapped
from reports.format import count, count_percent, general
from reports.numbers import Numbers
from reports.sentences.patient_bars import change_label, line_words, middle_of, unit_of
from reports.view import View

HEIGHT = 72.0


def waterfall_plot(step: WaterfallStep, view: View) -> Drawing:
    """One bar a patient, filled by group, with lines at the changes of note."""
    numbers = view.numbers(step.id)
    width = view.figure_width
    groups = [g for g in numbers.unique("group", "n") if g != OVERALL] or [OVERALL]
    sizes = {g: count(numbers.get("n", group=g)) for g in groups}
    keys = [f"{g} (n = {sizes[g]})" for g in groups] if step.by else []
    with looking_right():
        head = fills.head_height(keys, width, view.synthetic)
        figure = new_figure(HEIGHT + head, width, view.synthetic)
        axes = place(figure, 18, 10, 14 if step.lines else 4, head + 1)
        _bars(axes, numbers, groups, step.lines)
        unit = unit_of(step, view)
        for line in step.lines:
            axes.axhline(line, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=3)
            words = f"{general(line)}{unit}"
            axes.annotate(
                words, (1, line), (2, 0), xycoords=("axes fraction", "data"),
                textcoords="offset points", va="center_baseline", fontsize=7,
            )  # fmt: skip
        axes.set_ylabel(wrapped(change_label(step, view), HEIGHT - 12), linespacing=1.0)
        axes.set_xlabel(f"{view.noun.capitalize()} (n = {count(numbers.get('n', group=OVERALL))})")
        if keys:
            fillings = [fills.of_groups(k) for k in range(len(groups))]
            fills.draw_legend(figure, keys, fillings, synthetic=view.synthetic)
    return Drawing(step.id, step.title, _alt(step, view, numbers), figure)


def _bars(axes: Axes, numbers: Numbers, groups: list[str], lines: tuple[float, ...]) -> None:
    frame = numbers.frame[numbers.frame["statistic"] == "patient_change"]
    places = frame["level"].astype(int).to_numpy()
    values, own = frame["value"].to_numpy(float), frame["group"].to_numpy()
    narrow = 1.0 if len(frame) > 150 else 0.86
    for k, group in enumerate(groups):
        mine = own == group
        fill = fills.of_groups(k) | ({"linewidth": 0} if len(frame) > 60 else {})
        axes.bar(places[mine], values[mine], narrow, label=group, **fill)
    axes.axhline(0, color="black", linewidth=0.7)
    axes.set_xlim(0.3, len(frame) + 0.7)
    low, high = min(0.0, *values, *lines), max(0.0, *values, *lines)
    room = 0.06 * ((high - low) or 1.0)
    axes.set_ylim(low - room if low else -room, high + room)
    axes.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _alt(step: WaterfallStep, view: View, numbers: Numbers) -> str:
    n = numbers.get("n", group=OVERALL)
    parts = [
        f"{change_label(step, view)}, one bar for each of {count(n)} {view.noun} in order: "
        f"{middle_of(step, view, numbers, OVERALL)}"
    ]
    for line in step.lines:
        found = numbers.several("beyond_line", "beyond_line_percent", group=OVERALL, time=line)
        parts.append(f"{line_words(step, view, line)} in {count_percent(found[0], found[1], n)}")
    return f"{'; '.join(parts)}."
