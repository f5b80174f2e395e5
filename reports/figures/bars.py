"""Levels, reasons and scales as horizontal bars with n (%)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analyses.schema.pictures import BarsStep
from cohort_stats.comparing.groups import OVERALL
from reports.figures import fills
from reports.figures.hundred import Bar, hundred_figure, write_within
from reports.figures.style import (
    Drawing,
    looking_right,
    new_figure,
    place,
    text_width,
    widest,
    wrapped,
)
from reports.format import count, count_percent
from reports.numbers import Numbers, known
from reports.view import View

BAR = 4.4
SPACE = 2.4
AXIS = 12.0
YES = "Yes"


@dataclass(frozen=True)
class Entry:
    """What a row of bars counts: a level of a variable, with the words beside it."""

    words: str
    variable: str
    level: str


def bars_plot(step: BarsStep, view: View) -> Drawing | None:
    """Bars beside each other, stacked, or as shares of one hundred per cent."""
    numbers = view.numbers(step.id)
    width = view.figure_width
    if not any(numbers.get("n", group=OVERALL, term=t) for t in numbers.unique("term")):
        return None
    groups = _groups(numbers)
    with looking_right():
        if step.layout == "percent":
            figure, alt = _percent(view, numbers, groups, width)
        else:
            entries = ordered(step, view, numbers)
            figure, alt = _counted(step, view, numbers, entries, groups, width)
    return Drawing(step.id, step.title, alt, figure)


def _groups(numbers: Numbers) -> list[str]:
    groups: list[str] = numbers.unique("group", "n")
    return [g for g in groups if g != OVERALL] or [OVERALL]


def ordered(step: BarsStep, view: View, numbers: Numbers) -> list[Entry]:
    """The levels of the one variable, or the yes of several; the most frequent first if asked."""
    names = numbers.unique("term", "count")
    if len(step.variables) > 1:
        entries = [Entry(view.dictionary[name].label, name, YES) for name in names]
    else:
        levels = numbers.unique_levels_of("count", names[0])
        entries = [Entry(level, names[0], level) for level in levels]
    if step.order == "frequency":
        entries.sort(key=lambda e: -_get(numbers, "percent", OVERALL, e))
    return entries


def _get(numbers: Numbers, statistic: str, group: str, entry: Entry) -> float:
    value = numbers.get(statistic, group=group, term=entry.variable, level=entry.level)
    return value if known(value) else 0.0


def told(numbers: Numbers, group: str, entry: Entry) -> str:
    """``12 (34%)``, of those known."""
    n = numbers.get("n", group=group, term=entry.variable)
    where = {"group": group, "term": entry.variable, "level": entry.level}
    counted, share = numbers.several("count", "percent", **where)
    return count_percent(counted, share, n)


def _counted(
    step: BarsStep, view: View, numbers: Numbers, entries: Sequence[Entry],
    groups: Sequence[str], width: float,
) -> tuple[Figure, str]:  # fmt: skip
    stacked = step.layout == "stacked"
    bars = 1 if stacked else len(groups)
    most = 3 if len(entries) < 13 else 2 if len(entries) < 20 else 1
    labels = [wrapped(e.words, width * 0.36, lines=most) for e in entries]
    lines = [label.count("\n") + 1 for label in labels]
    heights = [max(BAR * bars, 3.4 * n) + SPACE for n in lines]
    names = _group_names(numbers, step, groups)
    keys = names if len(groups) > 1 else []
    head = fills.head_height(keys, width, view.synthetic)
    left = 1.03 * widest(labels) + 4
    figure = new_figure(sum(heights) + head + AXIS, width, view.synthetic)
    axes = place(figure, left, AXIS, 4, head)
    axes.set_ylim(sum(heights), 0)
    middles = [sum(heights[:k]) + heights[k] / 2 for k in range(len(heights))]
    axes.set_yticks(middles, labels, linespacing=1.0)
    room = width - left - 4
    draw = _stack if stacked else _beside
    draw(axes, numbers, entries, groups, middles, room)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=stacked, steps=[1, 2, 5, 10]))
    if keys:
        fillings = [fills.of_groups(k) for k in range(len(groups))]
        fills.draw_legend(figure, keys, fillings, synthetic=view.synthetic)
    what = view.noun.capitalize()
    axes.set_xlabel(what if stacked else f"{what}, %")
    parts = []
    for entry in entries:
        own = (f"{f'{g} ' if keys else ''}{told(numbers, g, entry)}" for g in groups)
        parts.append(f"{entry.words}: {', '.join(own)}")
    return figure, f"Bars of {view.noun}, n (%). {'; '.join(parts)}."


def _beside(
    axes: Axes, numbers: Numbers, entries: Sequence[Entry], groups: Sequence[str],
    middles: Sequence[float], room: float,
) -> None:  # fmt: skip
    longest = max(text_width(told(numbers, g, e), 7) for e in entries for g in groups) + 2.5
    most = max(_get(numbers, "percent", g, e) for e in entries for g in groups) or 1.0
    axes.set_xlim(0, most * room / max(room - longest, room / 3))
    for k, group in enumerate(groups):
        fill = fills.of_groups(k)
        shift = BAR * (k - (len(groups) - 1) / 2)
        for entry, middle in zip(entries, middles, strict=True):
            share = _get(numbers, "percent", group, entry)
            axes.barh(middle + shift, share, BAR * 0.9, label=group, **fill)
            axes.annotate(
                told(numbers, group, entry), (share, middle + shift), (2, 0),
                textcoords="offset points", va="center_baseline", fontsize=7,
            )  # fmt: skip


def _stack(
    axes: Axes, numbers: Numbers, entries: Sequence[Entry], groups: Sequence[str],
    middles: Sequence[float], room: float,
) -> None:  # fmt: skip
    totals = [_get(numbers, "count", OVERALL, e) for e in entries]
    longest = max(text_width(told(numbers, OVERALL, e), 7) for e in entries) + 2.5
    most = max(totals) or 1.0
    limit = most * room / max(room - longest, room / 3)
    axes.set_xlim(0, limit)
    for entry, middle, total in zip(entries, middles, totals, strict=True):
        start = 0.0
        for k, group in enumerate(groups):
            fill, value = fills.of_groups(k), _get(numbers, "count", group, entry)
            axes.barh(middle, value, BAR * 1.1, left=start, label=group, **fill)
            write_within(axes, count(value), (start, value, middle), room / limit, fill)
            start += value
        axes.annotate(
            told(numbers, OVERALL, entry), (total, middle), (2, 0), textcoords="offset points",
            va="center_baseline", fontsize=7,
        )  # fmt: skip


def _percent(
    view: View, numbers: Numbers, groups: Sequence[str], width: float
) -> tuple[Figure, str]:
    """One bar a variable and group, from 0 to 100%, cut into its levels."""
    names = numbers.unique("term", "count")
    levels = numbers.unique_levels_of("count", names[0])
    bars = []
    for k, group in enumerate(groups):
        for i, name in enumerate(names):
            entries = [Entry(level, name, level) for level in levels]
            pieces = tuple(
                (_get(numbers, "count", group, e), _get(numbers, "percent", group, e))
                for e in entries
            )
            words = _bar_words(view, name, group, len(names) > 1, len(groups) > 1)
            n = numbers.get("n", group=group, term=name)
            bars.append(Bar(words, n, pieces, apart=len(names) > 1 and bool(k) and not i))
    fillings = [_level_fill(view, names[0], k, len(levels)) for k in range(len(levels))]
    axis = f"{view.noun.capitalize()}, %"
    figure = hundred_figure(bars, levels, fillings, axis, width, synthetic=view.synthetic)
    parts = "; ".join(bar.told(levels) for bar in bars)
    return figure, f"Stacked bars, each of 100% of the {view.noun} known. {parts}."


def _level_fill(view: View, name: str, k: int, levels: int) -> dict:
    nominal = view.dictionary[name].type == "category" and levels > 2
    return fills.of_groups(k) if nominal else fills.of_scale(k, levels)


def _bar_words(view: View, name: str, group: str, several: bool, grouped: bool) -> str:
    label = view.dictionary[name].label if several else ""
    who = group if grouped or not several else ""
    return ": ".join(filter(None, (who if who != OVERALL or not several else "", label)))


def _group_names(numbers: Numbers, step: BarsStep, groups: Sequence[str]) -> list[str]:
    n = [numbers.get("n", group=g, term=numbers.unique("term", "n")[0]) for g in groups]
    alone = len(step.variables) == 1
    return [f"{g} (n = {count(k)})" if alone else g for g, k in zip(groups, n, strict=True)]
