"""Bars of one hundred per cent, cut into levels: scales before and after, risk of bias."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures import fills
from reports.figures.style import new_figure, place, text_width, widest, wrapped
from reports.format import count, count_percent, percent

THICK, SPACE, AXIS, APART = 5.7, 2.4, 12.0, 2.5


@dataclass(frozen=True)
class Bar:
    """One bar.

    Parameters
    ----------
    words
        What stands beside it.
    n
        How many are 100%.
    pieces
        Count and percentage of each level, in order.
    apart
        Whether a gap sets it apart from the bar before it.
    """

    words: str
    n: float
    pieces: tuple[tuple[float, float], ...]
    apart: bool = False

    def told(self, levels: Sequence[str]) -> str:
        """The bar in words, for those who cannot see it."""
        shares = (
            f"{level} {count_percent(*piece, self.n)}"
            for level, piece in zip(levels, self.pieces, strict=True)
        )
        return f"{self.words}, n = {count(self.n)}: {', '.join(shares)}"


def hundred_figure(
    bars: Sequence[Bar],
    levels: Sequence[str],
    fillings: Sequence[dict[str, Any]],
    axis: str,
    width: float,
    *,
    synthetic: bool,
) -> Figure:
    """Draw bars from 0 to 100% below a legend of their levels.

    Parameters
    ----------
    bars, levels, fillings
        The bars, from the top; the levels they are cut into, and how each is filled.
    axis
        What the axis counts.
    width
        Of the figure, in mm.
    synthetic
        Whether the figure must say that its patients are made up.
    """
    labels = [f"{wrapped(bar.words, width * 0.36)}\nn = {count(bar.n)}" for bar in bars]
    tops, y = [], 0.0
    for bar, label in zip(bars, labels, strict=True):
        y += APART if bar.apart else 0.0
        tops.append(y)
        y += max(THICK, 3.4 * (label.count("\n") + 1)) + SPACE
    head = fills.head_height(levels, width, synthetic)
    left = 1.03 * widest(labels) + 4
    figure = new_figure(y + head + AXIS, width, synthetic)
    axes = place(figure, left, AXIS, 7, head)
    axes.set(xlim=(0, 100), ylim=(y, 0), xlabel=axis)
    ends = [top - (APART if b.apart else 0) for top, b in zip(tops[1:], bars[1:], strict=True)]
    middles = [(a + b) / 2 for a, b in zip(tops, [*ends, y], strict=True)]
    axes.set_yticks(middles, labels, linespacing=1.0)
    axes.tick_params(axis="y", length=0)
    for bar, middle in zip(bars, middles, strict=True):
        _cut(axes, bar, middle, fillings, (width - left - 7) / 100)
    fills.draw_legend(figure, levels, fillings, synthetic=synthetic)
    return figure


def _cut(
    axes: Axes, bar: Bar, middle: float, fillings: Sequence[dict[str, Any]], scale: float
) -> None:
    start = 0.0
    for fill, (counted, share) in zip(fillings, bar.pieces, strict=True):
        if not bar.n:
            break
        axes.barh(middle, share, THICK, left=start, **fill)
        for words in (count_percent(counted, share, bar.n), percent(share, bar.n)):
            if write_within(axes, words, (start, share, middle), scale, fill):
                break
        start += share


def write_within(
    axes: Axes,
    words: str,
    piece: tuple[float, float, float],
    scale: float,
    fill: dict[str, Any],
) -> bool:
    """Write words in the middle of a piece of a bar, if they fit.

    Parameters
    ----------
    axes, words
        Where, and what.
    piece
        Start, length and middle of the piece, on the scale of the axes.
    scale
        Millimetres for each unit along the bar.
    fill
        How the piece is filled.
    """
    start, length, middle = piece
    if not length or text_width(words, 6.5) + 1.0 > length * scale:
        return False
    ground = {"facecolor": fill["facecolor"], "edgecolor": "none", "pad": 0.6}
    axes.text(
        start + length / 2, middle, words, ha="center", va="center_baseline", fontsize=6.5,
        color=fills.ink(fill), bbox=ground if fill.get("hatch") else None,
    )  # fmt: skip
    return True
