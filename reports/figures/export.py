"""A figure as a file of each kind, of exact size and with the same bytes each time."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from reports.figures.recording import Recorded

PNG_DPI, TIFF_DPI = 300, 600
UNDATED = {"CreationDate": None, "ModDate": None}


def saved(figure: Recorded, kind: str) -> bytes:
    """A figure as a file of a kind of :data:`KINDS`."""
    return KINDS[kind](figure)


def _svg(figure: Recorded) -> bytes:
    return _written(figure, "svg", metadata={"Date": None})


def _pdf(figure: Recorded) -> bytes:
    return _written(figure, "pdf", metadata=UNDATED)


def _eps(figure: Recorded) -> bytes:
    figure.plain = True  # PostScript knows no transparency, and its fonts fail in many programs
    content = _written(figure, "eps")
    figure.plain = False
    return re.sub(rb"%%CreationDate:[^\n]*\n", b"", content)


def _png(figure: Recorded) -> bytes:
    return _painted(figure, PNG_DPI, format="png", compress_level=1)


def _tiff(figure: Recorded) -> bytes:
    return _painted(figure, TIFF_DPI, format="tiff", compression="tiff_lzw")


def _written(figure: Figure, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, **options)
    return buffer.getvalue()


def _painted(figure: Figure, dpi: int, **options: Any) -> bytes:
    figure.dpi = dpi
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    size = canvas.get_width_height()
    image = Image.frombuffer("RGBA", size, canvas.buffer_rgba(), "raw", "RGBA", 0, 1)
    buffer = io.BytesIO()
    # Paper has no transparency, and some journals refuse it.
    image.convert("RGB").save(buffer, dpi=(dpi, dpi), **options)
    return buffer.getvalue()


#: Kind of file -> what makes it.
KINDS: Mapping[str, Callable[[Recorded], bytes]] = {
    "svg": _svg,
    "pdf": _pdf,
    "png": _png,
    "eps": _eps,
    "tiff": _tiff,
}
