"""Boxes with words and arrows between them: patient flow and PRISMA diagrams."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from reports.figures.style import MM, new_figure, text_width, wrapped

SIZE, LINE, PAD = 7.0, 3.3, 1.7  # letters in points; line height and inner margin in mm
GAP, ASIDE = 5.5, 6.0  # between rows, and between a box and the one beside it, mm
BESIDE, ALONE = 3.0, 84.0  # between boxes of a row; widest of a box alone, mm
EDGE, STAGE = "#404040", "#D3E4F3"
COUNTED = re.compile(r"\(n = [^)]*\)\S*|\S+")
BAND = 5.5  # width of the strip that names the stages, mm


@dataclass(frozen=True)
class Row:
    """Boxes at one height.

    Parameters
    ----------
    boxes
        The lines of each box; several share the width, and one without lines keeps its place free.
    aside
        Lines of the box at their right, for who leaves here; none without.
    stage
        What the strip at the left says from this row on; empty as the row before.
    straight
        Whether each box continues the box above it, where both rows have as many.
    """

    boxes: tuple[tuple[str, ...], ...]
    aside: tuple[str, ...] = ()
    stage: str = ""
    straight: bool = False


@dataclass
class Placed:
    """A box with its place in mm from the upper left corner."""

    left: float
    top: float
    width: float
    lines: list[str] = field(default_factory=list)
    least: float = 0.0

    @property
    def height(self) -> float:
        """As high as its lines need, and not less than the other boxes of its row."""
        return max(LINE * len(self.lines) + 2 * PAD, self.least)

    @property
    def middle(self) -> float:
        """Where an arrow leaves or reaches it from above or below."""
        return self.left + self.width / 2


def boxes_figure(
    columns: Sequence[Sequence[Row]],
    width: float,
    *,
    synthetic: bool,
    last: Row | None = None,
) -> Figure:
    """Draw one or two columns of rows that end in a common row.

    Parameters
    ----------
    columns
        From the left; each from the top.
    width
        Of the figure, in mm.
    synthetic
        Whether the figure must say that its patients are made up.
    last
        A row below all columns, which each of them leads to.
    """
    band = BAND + 2 if any(row.stage for rows in columns for row in rows) else 0.0
    top = 6.0 if synthetic else 2.0
    room = (width - 4 - band - ASIDE * (len(columns) - 1)) / len(columns)
    laid = []
    for k, rows in enumerate(columns):
        left = 2 + band + k * (room + ASIDE)
        laid.append(_laid(rows, left, room, top))
    bottom = max(_bottom(rows) for rows in laid)
    closing: list[Placed] = []
    if last is not None:
        sides = any(row.aside for row in columns[0])
        wide = (room - ASIDE) / 2 if sides else room
        closing = [Placed(2 + band, bottom + GAP, wide, _broken(last.boxes[0], wide))]
        bottom = closing[0].top + closing[0].height
    figure = new_figure(bottom + 2.5, width, synthetic)
    axes = _canvas(figure)
    for rows, placed in zip(columns, laid, strict=True):
        _draw(axes, rows, placed)
        if closing:
            _lead(axes, placed[-1][0][0], closing[0])
    for one in closing:
        _box(axes, one)
    if band:
        stages = [*columns[0], *([last] if last is not None else [])]
        tops = [min(b.top for b in boxes) for boxes, _ in laid[0]] + [c.top for c in closing]
        _strip(axes, [row.stage for row in stages], tops, bottom)
    return figure


def told(rows: Sequence[Row]) -> str:
    """All boxes in words, row by row, for those who cannot see them."""
    boxes = (lines for row in rows for lines in (*row.boxes, row.aside) if lines)
    return " ".join(f"{'; '.join(lines).replace(':;', ':')}." for lines in boxes)


Laid = list[tuple[list[Placed], Placed | None]]


def _broken(lines: Sequence[str], width: float) -> list[str]:
    return [part for line in lines for part in broken(line, width - 2 * PAD)]


def broken(line: str, width: float) -> list[str]:
    """A line in parts no wider than so many mm; a count in brackets stays in one part."""
    found: list[str] = []
    for token in COUNTED.findall(line):
        longer = f"{found[-1]} {token}" if found else token
        if found and text_width(longer, SIZE) <= width:
            found[-1] = longer
        else:
            found += wrapped(token, width, SIZE, lines=99).split("\n")
    return found


def _laid(rows: Sequence[Row], left: float, room: float, top: float) -> Laid:
    """Each row's boxes with their places, and the box aside of it."""
    sides = any(row.aside for row in rows)
    found: Laid = []
    for row in rows:
        many = len(row.boxes)
        # Two boxes stand below a box and the one at its right as if they were these.
        apart = ASIDE if sides and many == 2 else BESIDE
        wide = (room - ASIDE) / 2 if sides and many == 1 else (room - apart * (many - 1)) / many
        alone = many == 1 and not sides
        wide = min(wide, ALONE) if alone else wide
        first = left + (room - wide) / 2 if alone else left
        boxes = [
            Placed(first + k * (wide + apart), top, wide, _broken(lines, wide))
            for k, lines in enumerate(row.boxes)
        ]
        aside = None
        if row.aside:
            start = left + wide + ASIDE
            aside = Placed(start, top, left + room - start, _broken(row.aside, left + room - start))
        found.append((boxes, aside))
        # Boxes of a row are as high as the highest of them; the next row begins below all.
        tall = max(box.height for box in boxes)
        for box in boxes:
            box.least = tall
        top += max(tall, aside.height if aside else 0.0) + GAP
    return found


def _bottom(rows: Laid) -> float:
    boxes, aside = rows[-1]
    return max(b.top + b.height for b in [*boxes, *([aside] if aside else [])])


def _canvas(figure: Figure) -> Axes:
    width, height = figure.get_size_inches() / MM
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return axes


def _draw(axes: Axes, rows: Sequence[Row], placed: Laid) -> None:
    before: list[Placed] = []
    for row, (boxes, aside) in zip(rows, placed, strict=True):
        if row.straight and len(before) == len(boxes):
            for one, other in zip(before, boxes, strict=True):
                if other.lines:
                    _down(axes, one, other)
        elif before:
            _branch(axes, before, boxes)
        for one in filter(_filled, boxes):
            _box(axes, one)
        if aside is not None:
            _box(axes, aside)
            y = min(boxes[0].top + boxes[0].height, aside.top + aside.height)
            middle = (boxes[0].top + y) / 2
            _arrow(axes, (boxes[0].left + boxes[0].width, middle), (aside.left, middle))
        before = boxes


def _filled(one: Placed) -> bool:
    return bool(one.lines)


def _box(axes: Axes, one: Placed) -> None:
    axes.add_patch(
        Rectangle(
            (one.left, one.top), one.width, one.height, facecolor="white", edgecolor=EDGE,
            linewidth=0.8,
        )
    )  # fmt: skip
    for k, line in enumerate(one.lines):
        y = one.top + PAD + LINE * (k + 0.5)
        axes.text(one.left + PAD, y, line, fontsize=SIZE, va="center_baseline")


def _arrow(axes: Axes, start: tuple[float, float], stop: tuple[float, float]) -> None:
    head = FancyArrowPatch(
        start, stop, arrowstyle="-|>", mutation_scale=6, shrinkA=0, shrinkB=0, color=EDGE,
        linewidth=0.8,
    )  # fmt: skip
    axes.add_patch(head)


def _down(axes: Axes, one: Placed, other: Placed) -> None:
    _arrow(axes, (one.middle, one.top + one.height), (one.middle, other.top))


def _branch(axes: Axes, before: Sequence[Placed], boxes: Sequence[Placed]) -> None:
    """From each box above to each box below, by way of a line between them."""
    if len(before) == len(boxes) == 1:
        _down(axes, before[0], boxes[0])
        return
    bend = boxes[0].top - GAP / 2
    for box in before:
        axes.plot([box.middle] * 2, [box.top + box.height, bend], color=EDGE, linewidth=0.8)
    ends = [box.middle for box in (*before, *boxes)]
    axes.plot([min(ends), max(ends)], [bend, bend], color=EDGE, linewidth=0.8)
    for box in boxes:
        _arrow(axes, (box.middle, bend), (box.middle, box.top))


def _lead(axes: Axes, box: Placed, last: Placed) -> None:
    """From the end of a column to the common row."""
    if last.left <= box.middle <= last.left + last.width:
        _arrow(axes, (box.middle, box.top + box.height), (box.middle, last.top))
        return
    y = last.top + last.height / 2
    axes.plot([box.middle, box.middle], [box.top + box.height, y], color=EDGE, linewidth=0.8)
    _arrow(axes, (box.middle, y), (last.left + last.width, y))


def _strip(axes: Axes, stages: Sequence[str], tops: Sequence[float], bottom: float) -> None:
    """The stages at the left, each from its first row to that of the next."""
    starts = [k for k, stage in enumerate(stages) if stage]
    for i, k in enumerate(starts):
        end = tops[starts[i + 1]] - GAP / 2 if i + 1 < len(starts) else bottom
        tall = end - tops[k]
        axes.add_patch(Rectangle((2, tops[k]), BAND, tall, facecolor=STAGE, edgecolor="none"))
        axes.text(
            2 + BAND / 2, tops[k] + tall / 2, stages[k], rotation=90, fontsize=SIZE, ha="center",
            va="center", weight="bold",
        )  # fmt: skip
