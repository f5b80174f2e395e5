"""One look for every figure, exact sizes in millimetres, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager, get_font
from matplotlib.ft2font import LoadFlags

from reports.figures.export import saved
from reports.figures.recording import Recorded
from reports.figures.spots import Spot
from reports.house_style import in_style
from reports.unbroken import BREAKABLE, unbroken

FONTS = Path(__file__).parents[1] / "fonts"
for face in sorted(FONTS.glob("*.ttf")):
    fontManager.addfont(face)

MM = 1 / 25.4
LARGE = 100.0
WIDTH, MIDDLE, SINGLE = 174.0, 122.0, 84.0  # two columns, one and a half, one; in mm
#: Okabe and Ito's colours, which colour-blind readers tell apart; the dashes serve grey print.
#: They are not as many, so that the k-th colour and the k-th dash together repeat after 42 lines.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1.5, 1)),
    (0, (6, 1.5, 1.5, 1.5)),
    (0, (9, 3)),
    (0, (3, 1, 1, 1, 1, 1)),
)
GREY = "#666666"
LEGIBLE = 4.5
EDGE = 4.0  # between words and the edge of a figure, mm
SMALL, WHOLE = "Cohort Sans", "DejaVu Sans"
LOOK: dict[str, Any] = {
    "font.family": SMALL,
    "font.size": 8,
    "text.hinting": "none",  # so that words are as wide in pixels as in print
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "lines.linewidth": 1.3,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "cohort-stats",
}


def looking_right() -> AbstractContextManager[None]:
    """The look of every figure, while it is drawn and while it is saved."""
    return mpl.rc_context(cast(Any, LOOK))


@dataclass(frozen=True)
class Drawing:
    """A finished figure.

    Parameters
    ----------
    key
        The step it belongs to; names its files.
    title
        Its caption.
    alt
        What a reader who cannot see it should know.
    figure
        The matplotlib figure.
    spots
        What the page says of places of it.
    """

    key: str
    title: str
    alt: str
    figure: Figure
    spots: tuple[Spot, ...] = ()

    @cached_property
    def _recorded(self) -> Recorded:
        return Recorded(self.figure)

    def bytes(self, kind: str) -> bytes:
        """The figure as a file of a kind of :data:`reports.figures.export.KINDS`."""
        with looking_right():
            return saved(self._recorded, kind)


def line_of(k: int) -> tuple[str, Any]:
    """Colour and dash of the k-th curve; no two of 42 share both."""
    return COLOURS[k % len(COLOURS)], DASHES[k % len(DASHES)]


def ink_of(k: int) -> tuple[float, ...]:
    """The k-th curve's colour, dark enough for words on white paper (WCAG's contrast of 4.5)."""
    colour: tuple[float, ...] = to_rgb(line_of(k)[0])
    while 1.05 / (_luminance(colour) + 0.05) < LEGIBLE:
        colour = tuple(0.97 * part for part in colour)
    return colour


def _luminance(colour: tuple[float, ...]) -> float:
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def new_figure(height: float, width: float = WIDTH, synthetic: bool = False) -> Figure:
    """An empty figure of a size in mm; a synthetic cohort's says so across its top."""
    figure = Figure(figsize=(width * MM, height * MM))
    if synthetic:
        words = "SYNTHETIC DATA – not real"
        figure.text(
            0.985, 0.985, words, ha="right", va="top", fontsize=7, color="#B00020", weight="bold"
        )
    return figure


def size_of(figure: Figure) -> tuple[float, float]:
    """Width and height of a figure in mm."""
    width, height = figure.get_size_inches() / MM
    return float(width), float(height)


def place(figure: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Axes with margins in mm from each edge of a figure."""
    width, height = size_of(figure)
    return figure.add_axes(
        (
            left / width,
            bottom / height,
            (width - left - right) / width,
            (height - bottom - top) / height,
        )
    )


def use_letters(words: str) -> None:
    """Choose the font of the figures to come: one that has the letters of a study's labels."""
    known = get_font(str(FONTS / "CohortSans-Regular.ttf")).get_charmap()
    LOOK["font.family"] = SMALL if all(ord(c) in known for c in words) else WHOLE


def text_width(words: str, size: float = 7.5) -> float:
    """Width of a line of text in mm as it is printed, to reserve a margin for it."""
    return _large_width(in_style(words).replace("\xa0", " "), LOOK["font.family"]) * size / LARGE


@lru_cache(maxsize=10_000)
def _large_width(words: str, family: str) -> float:
    font = get_font(fontManager.findfont(family))
    font.set_size(LARGE, 72)  # as widths are rounded to pixels
    font.set_text(words, 0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64 / 72 / MM


def widest(labels: Iterable[str], size: float = 7.5) -> float:
    """Width of the longest line of some labels, in mm."""
    return max((text_width(row, size) for label in labels for row in label.split("\n")), default=0)


def wrapped(words: str, width: float, size: float = 7.5, lines: int = 2) -> str:
    """A label broken into lines of at most `width` mm; what does not fit ends in an ellipsis.

    Words that a no-break space joins stay on one line.
    """
    rows: list[str] = []
    wholes = BREAKABLE.split(unbroken(in_style(words)).strip())
    for word in [part for whole in wholes for part in _parts(whole, width, size)]:
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and text_width(longer, size) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    if len(rows) > lines:
        last = rows[lines - 1]
        while last and text_width(f"{last} …", size) > width:
            last = last.rpartition(" ")[0] or last[:-1]
        rows = [*rows[: lines - 1], f"{last} …".strip()]
    return "\n".join(rows).replace("\xa0", " ")


def _parts(word: str, width: float, size: float) -> Iterable[str]:
    """A word, in pieces where it is wider than a line."""
    while len(word) > 1 and text_width(word, size) > width:
        fitting = max(1, int(len(word) * width / text_width(word, size)))
        while fitting > 1 and text_width(word[:fitting], size) > width:
            fitting -= 1
        yield word[:fitting]
        word = word[fitting:]
    yield word
