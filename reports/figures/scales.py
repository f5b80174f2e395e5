"""Straight scales under each other, their ticks labelled where the labels have room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures.style import EDGE, GREY, place, size_of, text_width

LINE, TICK, GAP, BETWEEN = 2.7, 1.2, 0.4, 2.6  # of labels, of ticks, to them, of scales; mm
SIZE, LABEL = 6.5, 7.5
APART = 1.1  # between two labels, mm
OVER = 3.0  # how far labels reach beyond the left end of a scale, mm


class Mark(NamedTuple):
    """A tick: where, and its label."""

    at: float
    words: str


@dataclass(frozen=True)
class Scale:
    """A line with ticks.

    Parameters
    ----------
    label
        In lines that fit before it.
    ends
        Of the line.
    marks
        Its ticks, from left to right.
    every
        Whether each mark must have its label, if need be in several rows above and below; else
        labels without room are left out.
    even
        Whether the labels that are left are to be every second, third …: of ticks that lie in even
        steps.
    colour
        Of the line.
    """

    label: str
    ends: tuple[float, float]
    marks: tuple[Mark, ...]
    every: bool = False
    even: bool = True
    colour: str = "black"


class Laid(NamedTuple):
    """A scale with, for each mark, the row of its label: 1, 2 … below, -1, -2 … above, 0 none."""

    scale: Scale
    rows: tuple[int, ...]

    @property
    def above(self) -> float:
        """Room over the line, in mm."""
        words = 1.6 * (self.scale.label.count("\n") + 1)
        return max(words, TICK + GAP + LINE * -min(0, *self.rows, 0))

    @property
    def below(self) -> float:
        """Room under the line, in mm."""
        words = 1.6 * (self.scale.label.count("\n") + 1)
        return max(words, TICK + GAP + LINE * max(1, *self.rows, 1))


def laid_out(scales: Iterable[Scale], length: float, whole: float) -> list[Laid]:
    """Where the labels of scales go.

    Parameters
    ----------
    scales
        From top to bottom.
    length
        From 0 to `whole`, in mm.
    whole
        The right end of the axes.
    """
    return [Laid(s, _rows(s, length, length / whole)) for s in scales]


def height_of(laid: Sequence[Laid]) -> float:
    """Of scales under each other, in mm."""
    return sum(x.above + x.below for x in laid) + BETWEEN * (len(laid) - 1)


def levels_of(laid: Sequence[Laid]) -> list[float]:
    """How far below the upper edge each line lies, in mm."""
    found, top = [], 0.0
    for one in laid:
        found.append(top + one.above)
        top += one.above + one.below + BETWEEN
    return found


def draw_scales(
    figure: Figure, laid: Sequence[Laid], top: float, left: float, whole: float
) -> Axes:
    """Draw scales in axes of their own.

    Parameters
    ----------
    figure
        Where they go.
    laid
        From :func:`laid_out`.
    top, left
        Of the axes within the figure, in mm; they end at twice the edge.
    whole
        The right end of the axes, in the unit of the scales; down they are in mm.
    """
    width, height = size_of(figure)
    high, length = height_of(laid), width - left - 2 * EDGE
    axes = place(figure, left, height - top - high, 2 * EDGE, top)
    axes.set(xlim=(0, whole), ylim=(high, 0))
    axes.set_axis_off()
    levels = levels_of(laid)
    for mark in laid[0].scale.marks:
        axes.plot([mark.at] * 2, [levels[0], levels[-1]], color="#E2E2E2", linewidth=0.5, zorder=0)
    for y, one in zip(levels, laid, strict=True):
        _draw(axes, one, y, length / whole)
    return axes


def _draw(axes: Axes, laid: Laid, y: float, mm: float) -> None:
    scale = laid.scale
    axes.plot(scale.ends, [y, y], color=scale.colour, linewidth=1.1, clip_on=False, gid="scale")
    width = size_of(cast(Figure, axes.figure))[0]
    length = axes.get_xlim()[1] * mm
    axes.text((EDGE + length + 2 * EDGE - width) / mm, y, scale.label, fontsize=LABEL,
              va="center", linespacing=1.0)  # fmt: skip
    for mark, row in zip(scale.marks, laid.rows, strict=True):
        way = -1 if row < 0 else 1
        until = TICK + LINE * max(0, abs(row) - 1)
        axes.plot([mark.at] * 2, [y, y + way * (until if row else 0.6 * TICK)], clip_on=False,
                  color=scale.colour if abs(row) < 2 else GREY, zorder=1,
                  linewidth=0.7 if abs(row) < 2 else 0.4)  # fmt: skip
        if row:
            words = axes.text(_middle(mark, mm, length) / mm, y + way * (until + GAP), mark.words,
                              ha="center", va="top" if row > 0 else "bottom",
                              fontsize=SIZE, gid="mark")  # fmt: skip
            words.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.4})


def _middle(mark: Mark, mm: float, length: float) -> float:
    """Middle of a label in mm, moved so that it stays within the figure."""
    half = text_width(mark.words, SIZE) / 2
    return max(half - OVER, min(mark.at * mm, length + 2 * EDGE - 1 - half))


def _spans(marks: Sequence[Mark], mm: float, length: float) -> list[tuple[float, float]]:
    found = []
    for mark in marks:
        middle, half = _middle(mark, mm, length), text_width(mark.words, SIZE) / 2
        found.append((middle - half, middle + half))
    return found


def _rows(scale: Scale, length: float, mm: float) -> tuple[int, ...]:
    spans = _spans(scale.marks, mm, length)
    if scale.every:
        return _staggered(spans)
    chosen = _even(spans) if scale.even else _apart(spans)
    if len(chosen) < 2 <= len(spans):  # too short a scale: its ends, above and below
        first, last = _staggered([spans[0], spans[-1]])
        return (first, *[0] * (len(spans) - 2), last)
    return tuple(int(k in chosen) for k in range(len(spans)))


def _even(spans: Sequence[tuple[float, float]]) -> list[int]:
    """Every label, or every second, third … from the first, where so many keep apart."""
    for stride in (1, 2, 3, 4, 5):
        chosen = list(range(0, len(spans), stride))
        if _apart([spans[k] for k in chosen]) == list(range(len(chosen))):
            return chosen
    return _apart(spans)


def _apart(spans: Sequence[tuple[float, float]]) -> list[int]:
    """From the first on, each label that is clear of the one before."""
    kept: list[int] = []
    for k, (start, _) in enumerate(spans):
        if not kept or start - spans[kept[-1]][1] >= APART:
            kept.append(k)
    return kept


def _staggered(spans: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """The nearest row to the line in which each label is clear of those before."""
    until: dict[int, float] = {}
    found = []
    for start, end in spans:
        rows = (way * k for k in range(1, len(spans) + 1) for way in (1, -1))
        row = next(r for r in rows if start - until.get(r, -1e9) >= APART)
        until[row] = end
        found.append(row)
    return tuple(found)
