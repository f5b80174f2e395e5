"""Fills of areas: told apart by lightness, then by hatching, so that grey print keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reports.figures.style import MM, text_width, wrapped

PALE, DEEP = "#D3E4F3", "#08306B"
#: Neighbours differ in lightness; from the fifth on, hatching tells them from the first four.
_FACES = ("#0072B2", "#F2B96B", "#00513A", "#CFE3F2")
_HATCHES = ("", "////", "....", "xxxx")
KEY, GAP, LINE = 3.2, 5.0, 4.2  # of a legend: side of a key, space between entries, height, in mm


def of_groups(k: int) -> dict[str, Any]:
    """How an area of the k-th group is filled."""
    hatch = _HATCHES[k // len(_FACES) % len(_HATCHES)]
    face = _FACES[k % len(_FACES)]
    edge = "white" if not hatch or _dark(face) else "#333333"
    return {"facecolor": face, "edgecolor": edge, "hatch": hatch, "linewidth": 0.5}


def of_scale(k: int, levels: int) -> dict[str, Any]:
    """How an area of the k-th of several levels in order is filled: from pale to deep."""
    share = k / (levels - 1) if levels > 1 else 0.5
    ends = zip(to_rgb(PALE), to_rgb(DEEP), strict=True)
    face = tuple(low + share * (high - low) for low, high in ends)
    return {"facecolor": face, "edgecolor": "white", "linewidth": 0.5}


def ink(fill: dict[str, Any]) -> str:
    """The colour of letters on a fill."""
    return "white" if _dark(fill["facecolor"]) else "black"


def _dark(face: Any) -> bool:
    red, green, blue = to_rgb(face)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 0.55


def legend_rows(labels: Sequence[str], width: float, size: float = 7.0) -> list[list[tuple]]:
    """Entries of a legend broken into rows: (place in the labels, words, left edge in mm)."""
    found: list[list[tuple]] = [[]]
    left = 0.0
    for k, label in enumerate(labels):
        words = wrapped(label, width - KEY - 2, size, lines=1)
        needed = KEY + 1.2 + text_width(words, size)
        if found[-1] and left + needed > width:
            found.append([])
            left = 0.0
        found[-1].append((k, words, left))
        left += needed + GAP
    return found


def head_height(labels: Sequence[str], width: float, synthetic: bool) -> float:
    """Height in mm of what stands above the axes: the synthetic mark and a legend, if any."""
    legend = LINE * len(legend_rows(labels, width - 8.0)) + 1.0 if labels else 0.0
    return (5.0 if synthetic else 2.0) + legend


def draw_legend(
    figure: Figure, labels: Sequence[str], fillings: Sequence[dict[str, Any]], *, synthetic: bool
) -> None:
    """A legend across the top of a figure, below the mark of synthetic data.

    Parameters
    ----------
    figure
        Where it is drawn.
    labels, fillings
        Its entries; a filling with a ``marker`` is that of a point.
    synthetic
        Whether the mark is there.
    """
    width, height = figure.get_size_inches() / MM
    axes = figure.add_axes((0, 0, 1, 1), zorder=-1)
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    for i, row in enumerate(legend_rows(labels, width - 8.0)):
        for k, words, start in row:
            x, y = 4.0 + start, (5.0 if synthetic else 2.0) + LINE * i
            if "marker" in fillings[k]:
                axes.plot(x + KEY / 2, y + KEY * 0.4, linestyle="none", **fillings[k])
            else:
                axes.add_patch(Rectangle((x, y), KEY, KEY * 0.8, **fillings[k]))
            axes.text(x + KEY + 1.2, y + KEY * 0.4, words, fontsize=7, va="center")
