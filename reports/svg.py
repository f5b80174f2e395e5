"""A figure as part of a page: its SVG without what a page has no use for, and its spots."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from reports.figures.spots import places

if TYPE_CHECKING:
    from reports.figures.style import Drawing

PROLOGUE = re.compile(r"^.*?(?=<svg)|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
SIZE = re.compile(r' width="[\d.]+pt" height="[\d.]+pt"')
LETTER = re.compile(r'<path id="([^"]*)"( d="[^"]*" transform="scale\([\d.]+\)"/>)')
NAME = re.compile(r' id="([^"]*)"')
REFERENCE = re.compile(r'(href="#|url\(#)([^")]+)')
SHAPE = re.compile(r'(?<= d=")[^"]*')
PLACE = re.compile(r'(?<= [xy]=")[^"]*')
LONG = re.compile(r"-?\d+\.\d{3,}")
BLANK = re.compile(r"\s+")
BETWEEN = re.compile(r">\s+<")


class Inliner:
    """Puts figures into one page: each letter once, and no name that two figures share."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}
        self._figures = 0

    def __call__(self, drawing: Drawing, svg: bytes) -> str:
        """A figure's picture, and over it the places that have something to say.

        Parameters
        ----------
        drawing
            The figure.
        svg
            What :meth:`Drawing.bytes` gave for ``svg``.
        """
        self._figures += 1
        text = STYLE.sub("", PROLOGUE.sub("", svg.decode("utf-8")))
        names = {name: f"f{self._figures}-{name}" for _, name in REFERENCE.findall(text)}
        text = LETTER.sub(lambda found: self._letter(found, names), text)
        text = NAME.sub(lambda m: f' id="{names[m[1]]}"' if m[1] in names else "", text)
        text = REFERENCE.sub(lambda m: f"{m[1]}{names[m[2]]}", text)
        text = SHAPE.sub(lambda m: BLANK.sub(" ", _shorter(m[0])).strip(), text)
        text = BETWEEN.sub("><", PLACE.sub(lambda m: _shorter(m[0]), text))
        text = text.replace("<defs></defs>", "").replace("xlink:href", "href")
        width, height = drawing.figure.get_size_inches() * 72
        # A page counts in pixels, of which there are 96 to an inch.
        size = f' width="{width / 0.75:.0f}" height="{height / 0.75:.0f}"'
        look = f'{size} role="img" aria-label="{_quoted(drawing.alt)}"'
        return SIZE.sub(lambda _: look, text, count=1).strip() + _overlay(
            drawing, self._figures, width, height
        )

    def _letter(self, found: re.Match[str], names: dict[str, str]) -> str:
        """A letter where it is met first; its name for all who use it."""
        name, shape = found[1], found[2]
        first = shape not in self._letters
        new = self._letters.setdefault(shape, f"letter-{len(self._letters)}")
        names[name] = new
        return found[0] if first else ""


def _shorter(numbers: str) -> str:
    """Coordinates to a hundredth of a point."""
    return LONG.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), numbers)


def _quoted(words: str) -> str:
    return escape(words, {'"': "&quot;"})


def _overlay(drawing: Drawing, number: int, width: float, height: float) -> str:
    shapes = [
        f'<path d="M{x:.1f} {y:.1f}H{max(end, x + 0.1):.1f}"><title>{escape(words)}</title></path>'
        for words, x, y, end in places(drawing.figure, drawing.spots)
    ]
    if not shapes:
        return ""
    box = f'viewBox="0 0 {width:.2f} {height:.2f}"'
    name = f'data-name="Figure {number}"'
    return f'<svg class="spots" {box} {name} aria-hidden="true">{"".join(shapes)}</svg>'
