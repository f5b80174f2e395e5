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
from reports.figures.style import (
    WIDTH,
    Drawing,
    looking_right,
    new_figure,
    place,
    text_width,
    wrapped,
)
from reports.format import count, count_percent, percent
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


def bars_plot(step: BarsStep, view: View, width: float = WIDTH) -> Drawing | None:
    """Bars beside each other, stacked, or as shares of one hundred per cent."""
    numbers = view.numbers(step.id)
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
    labels = [wrapped(e.words, width * 0.36, lines=3) for e in entries]
    lines = [label.count("\n") + 1 for label in labels]
    heights = [max(BAR * bars, 3.4 * n) + SPACE for n in lines]
    names = _group_names(numbers, step, groups)
    keys = names if len(groups) > 1 else []
    head = _head(view, keys, width)
    left = max(text_width(line) for label in labels for line in label.split("\n")) + 4
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
        fills.draw_legend(figure, keys, fillings, 4.0, head - _legend_height(keys, width) - 1.0)
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
            _within(axes, count(value), (start, value, middle), room / limit, fill)
            start += value
        axes.annotate(
            told(numbers, OVERALL, entry), (total, middle), (2, 0), textcoords="offset points",
            va="center_baseline", fontsize=7,
        )  # fmt: skip


def _within(
    axes: Axes, words: str, bar: tuple[float, float, float], scale: float, fill: dict
) -> None:
    """Words in the middle of a piece of a bar, where they fit."""
    start, value, middle = bar
    if value and text_width(words, 6.5) + 1.0 <= value * scale:
        axes.text(
            start + value / 2, middle, words, ha="center", va="center_baseline", fontsize=6.5,
            color=fills.ink(fill),
            bbox={"facecolor": fill["facecolor"], "edgecolor": "none", "pad": 0.6}
            if fill.get("hatch") else None,
        )  # fmt: skip


def _percent(
    view: View, numbers: Numbers, groups: Sequence[str], width: float
) -> tuple[Figure, str]:
    """One bar a variable and group, from 0 to 100%, cut into its levels."""
    names = numbers.unique("term", "count")
    levels = numbers.unique_levels_of("count", names[0])
    several = len(names) > 1
    bars = [(name, group) for group in groups for name in names]
    words = [_bar_words(view, n, g, several, len(groups) > 1) for n, g in bars]
    sizes = [count(numbers.get("n", group=g, term=n)) for n, g in bars]
    labels = [f"{wrapped(w, width * 0.36)}\nn = {n}" for w, n in zip(words, sizes, strict=True)]
    tops, y = [], 0.0
    for k, (_, group) in enumerate(bars):
        y += 2.5 if several and k and group != bars[k - 1][1] else 0.0
        tops.append(y)
        y += max(BAR * 1.3, 3.4 * (labels[k].count("\n") + 1)) + SPACE
    head = _head(view, levels, width)
    left = max(text_width(line) for label in labels for line in label.split("\n")) + 4
    figure = new_figure(y + head + AXIS, width, view.synthetic)
    axes = place(figure, left, AXIS, 7, head)
    axes.set(xlim=(0, 100), ylim=(y, 0), xlabel=f"{view.noun.capitalize()}, %")
    ends = [*tops[1:], y]
    middles = [(a + b) / 2 for a, b in zip(tops, ends, strict=True)]
    axes.set_yticks(middles, labels, linespacing=1.0)
    axes.tick_params(axis="y", length=0)
    fillings = [_level_fill(view, names[0], k, len(levels)) for k in range(len(levels))]
    parts = []
    for (name, group), middle, word in zip(bars, middles, words, strict=True):
        start, n = 0.0, numbers.get("n", group=group, term=name)
        for fill, level in zip(fillings, levels, strict=True):
            entry = Entry(level, name, level)
            share = _get(numbers, "percent", group, entry)
            axes.barh(middle, share, BAR * 1.3, left=start, label=level, **fill)
            scale = (width - left - 7) / 100
            for text in (told(numbers, group, entry), percent(share, n)):
                if share and text_width(text, 6.5) + 1.0 <= share * scale:
                    _within(axes, text, (start, share, middle), scale, fill)
                    break
            start += share
        shares = ", ".join(f"{lv} {told(numbers, group, Entry(lv, name, lv))}" for lv in levels)
        parts.append(f"{word}, n = {count(n)}: {shares}")
    top = head - _legend_height(levels, width) - 1.0
    fills.draw_legend(figure, levels, fillings, 4.0, top)
    alt = f"Stacked bars, each of 100% of the {view.noun} known. {'; '.join(parts)}."
    return figure, alt


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


def _legend_height(labels: Sequence[str], width: float) -> float:
    return fills.LINE * len(fills.legend_rows(labels, width - 8.0)) if labels else 0.0


def _head(view: View, labels: Sequence[str], width: float) -> float:
    return (5.0 if view.synthetic else 2.0) + _legend_height(labels, width) + (1.0 if labels else 0)
