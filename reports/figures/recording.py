"""A figure laid out once, and played back into each kind of file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, Bbox, Transform, TransformedPath

from reports.house_style import in_style

POINTS = 72.0  # an inch: what is recorded is in points
Colour = tuple[float, ...]
#: Draws with the renderer of a kind of file, whose pixels are so many to a point.
Call = Callable[[Any, Transform, bool], None]


class Recorder(RendererBase):
    """Notes what a figure draws, in points, from the lower left.

    Placing the texts takes longer than drawing them, and is the same for each kind of file.

    Parameters
    ----------
    width, height
        Of the figure, in points.
    """

    def __init__(self, width: float, height: float):
        super().__init__()
        self.size = (width, height)
        self.calls: list[Call] = []

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Of the figure, in points."""
        return self.size

    def flipy(self) -> bool:
        """Heights are counted upwards."""
        return False

    def open_group(self, s: str, gid: str | None = None) -> None:
        """A group of SVG."""
        self.calls.append(lambda to, scale, plain: to.open_group(s, gid))

    def close_group(self, s: str) -> None:
        """The end of a group of SVG."""
        self.calls.append(lambda to, scale, plain: to.close_group(s))

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: Any = None,  # noqa: N803  (matplotlib's name)
    ) -> None:
        """A line or an area."""
        look, at = _noted(gc), _fast(transform)

        def draw(to: Any, scale: Transform, plain: bool) -> None:
            own, face = _context(to, look, scale, rgbFace, plain)
            to.draw_path(own, path, at + scale, face)
            own.restore()

        self.calls.append(draw)

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Any = None,  # noqa: N803  (matplotlib's name)
    ) -> None:
        """One mark in many places."""
        look, mark_at, at = _noted(gc), _fast(marker_trans), _fast(trans)

        def draw(to: Any, scale: Transform, plain: bool) -> None:
            own, face = _context(to, look, scale, rgbFace, plain)
            to.draw_markers(own, marker_path, mark_at + scale, path, at + scale, face)
            own.restore()

        self.calls.append(draw)

    def get_text_width_height_descent(
        self, s: str, prop: Any, ismath: Any
    ) -> tuple[float, float, float]:
        """Of words as they are printed."""
        return super().get_text_width_height_descent(in_style(s), prop, ismath)

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """A line of text from its lower left, in the house style: labels of ticks as well."""
        look, prop, s = _noted(gc), prop.copy(), in_style(s)

        def draw(to: Any, scale: Transform, plain: bool) -> None:
            own, _ = _context(to, look, scale, None, plain)
            if plain:
                letters = TextPath((0, 0), s, prop=prop)
                own.set_linewidth(0)
                at = Affine2D().rotate_deg(angle).translate(x, y)
                to.draw_path(own, letters, at + scale, own.get_rgb())
                return
            left, up = scale.transform((x, y))
            down = scale.transform((0, self.size[1] - y))[1]
            to.draw_text(own, left, down if to.flipy() else up, s, prop, angle, ismath, mtext)
            own.restore()

        self.calls.append(draw)


class Recorded(Figure):
    """A figure that plays back what was recorded of another.

    Parameters
    ----------
    figure
        The other one.
    plain
        Whether it is for files without transparency, where colours are mixed with the white
        of the paper, and without fonts, where letters are drawn as areas.
    """

    def __init__(self, figure: Figure, plain: bool = False):
        super().__init__(figsize=tuple(figure.get_size_inches()))
        self.calls = _record(figure)
        self.plain = plain

    def draw(self, renderer: RendererBase) -> None:
        """Play it back at the size of this figure's pixels."""
        scale = Affine2D().scale(self.dpi / POINTS)
        for call in self.calls:
            call(renderer, scale, self.plain)


def _record(figure: Figure) -> list[Call]:
    width, height = figure.get_size_inches() * POINTS
    recorder, dpi = Recorder(float(width), float(height)), figure.dpi
    figure.dpi = POINTS
    figure.draw(recorder)
    figure.dpi = dpi
    return recorder.calls


def _noted(gc: GraphicsContextBase) -> GraphicsContextBase:
    own = GraphicsContextBase()
    own.copy_properties(gc)
    rectangle, (path, transform) = gc.get_clip_rectangle(), gc.get_clip_path()
    if rectangle is not None:
        own.set_clip_rectangle(rectangle.frozen())
    if path is not None and transform is not None:
        own.set_clip_path(TransformedPath(cast(Path, path), _fast(transform)))
    return own


def _fast(transform: Transform) -> Transform:
    """As it is now: places follow the figure's pixels, unless they are held fast."""
    return cast(Transform, transform.frozen())


def _context(
    to: Any,
    noted: GraphicsContextBase,
    scale: Transform,
    face: Colour | None,
    plain: bool,
) -> tuple[Any, Colour | None]:
    own = to.new_gc()
    own.copy_properties(noted)
    rectangle, (path, transform) = noted.get_clip_rectangle(), noted.get_clip_path()
    if rectangle is not None:
        own.set_clip_rectangle(Bbox(scale.transform(rectangle.get_points())))
    if path is not None and transform is not None:
        own.set_clip_path(TransformedPath(cast(Path, path), transform + scale))
    if plain:
        line = _mixed(noted.get_rgb(), noted)
        face = None if face is None else _mixed(face, noted)
        own.set_alpha(1.0)
        own.set_foreground(line)
    return own, face


def _mixed(colour: Colour, gc: GraphicsContextBase) -> Colour:
    """A colour as it looks on white paper."""
    own = len(colour) == 4 and not gc.get_forced_alpha()
    alpha = colour[3] if own else gc.get_alpha()
    return tuple(1 - alpha * (1 - part) for part in colour[:3])
