"""One look for every figure, exact sizes in millimetres, and the same bytes each time."""

from __future__ import annotations

import io
import textwrap
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager, get_font

FONTS = Path(__file__).parents[1] / "fonts"
for face in sorted(FONTS.glob("*.ttf")):
    fontManager.addfont(face)

MM = 1 / 25.4
WIDTH = 174.0  # double column of most journals, in mm
#: Okabe and Ito's colours, which colour-blind readers tell apart; the dashes serve grey print.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1)), (0, (6, 1.5, 1.5, 1.5)), (0, (8, 2)), "-", "--")
GREY = "#666666"
SMALL, WHOLE = "Cohort Sans", "DejaVu Sans"
FORMATS = ("svg", "pdf", "png")
LOOK: dict[str, Any] = {
    "font.family": SMALL,
    "font.size": 8,
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
    "savefig.dpi": 300,
}
WITHOUT_DATES: dict[str, dict[str, Any]] = {
    "svg": {"metadata": {"Date": None}},
    "pdf": {"metadata": {"CreationDate": None, "ModDate": None}},
    "png": {"pil_kwargs": {"compress_level": 2}},
}


def line_of(k: int) -> tuple[str, Any]:
    """Colour and dash of the k-th curve; from the eighth on a colour returns with another dash."""
    turn = k // len(COLOURS)
    return COLOURS[k % len(COLOURS)], DASHES[(k + turn) % len(DASHES)]


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
    """

    key: str
    title: str
    alt: str
    figure: Figure

    def bytes(self, kind: str) -> bytes:
        """The figure as a file of a kind of :data:`FORMATS`."""
        buffer = io.BytesIO()
        with looking_right():
            self.figure.savefig(buffer, format=kind, **WITHOUT_DATES[kind])
        return buffer.getvalue()


def new_figure(height: float, width: float = WIDTH, synthetic: bool = False) -> Figure:
    """An empty figure of a size in mm; a synthetic cohort's says so across its top."""
    figure = Figure(figsize=(width * MM, height * MM))
    if synthetic:
        words = "SYNTHETIC DATA – not real patients"
        figure.text(
            0.985, 0.985, words, ha="right", va="top", fontsize=7, color="#B00020", weight="bold"
        )
    return figure


def place(figure: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Axes with margins in mm from each edge of a figure."""
    width, height = figure.get_size_inches() / MM
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
    """Width of a line of text in mm, to reserve a margin for it."""
    font = get_font(fontManager.findfont(LOOK["font.family"]))
    font.set_size(size, 72)
    font.set_text(words)
    return float(font.get_width_height()[0]) / 64 / 72 / MM


def wrapped(words: str, width: float, size: float = 7.5, lines: int = 2) -> str:
    """A label broken into lines of at most `width` mm; what does not fit ends in an ellipsis."""
    characters = max(8, int(len(words) * width / max(text_width(words, size), 1e-9)))
    return "\n".join(textwrap.wrap(words, characters, max_lines=lines, placeholder=" …"))
