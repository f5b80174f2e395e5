"""Figures as files: of exact size, with their letters inside, in colours that survive grey."""

from __future__ import annotations

import io
import itertools
import re
import tomllib

import numpy as np
import pytest
from gbsg2_packet import results, view
from matplotlib.colors import to_rgb
from PIL import Image

from analyses.plan import plan_from
from analyses.schema.report import ReportSection
from reports.figures import export, study_figures
from reports.figures.style import (
    COLOURS,
    DASHES,
    MM,
    Drawing,
    line_of,
    looking_right,
    new_figure,
    place,
)

DRAWINGS = {d.key: d for d in study_figures(view())}
WIDE = 174.0


def small(width: float = 84.0, height: float = 50.0) -> Drawing:
    """A band under a line, with words."""
    figure = new_figure(height, width)
    axes = place(figure, 15, 10, 4, 4)
    axes.fill_between([0, 1, 2], [0, 1, 0], [1, 2, 1], color=COLOURS[0], alpha=0.2, linewidth=0)
    axes.plot([0, 1, 2], [0.5, 1.5, 0.5], color=COLOURS[0])
    axes.set_xlabel("Größe ≥ µ")
    return Drawing("small", "Small", "A band.", figure)


def size_of(content: bytes, kind: str) -> tuple[float, float]:
    """Width and height in mm, as a program that opens the file has them."""
    if kind in ("png", "tiff"):
        with Image.open(io.BytesIO(content)) as image:
            return tuple(
                float(n / d) / MM for n, d in zip(image.size, image.info["dpi"], strict=True)
            )
    pattern = {
        "svg": rb'<svg [^>]*width="([\d.]+)pt" height="([\d.]+)pt"',
        "pdf": rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]",
        "eps": rb"%%HiResBoundingBox: 0.0+ 0.0+ ([\d.]+) ([\d.]+)",
    }[kind]
    found = re.search(pattern, content) or re.search(
        rb'height="([\d.]+)pt"[^>]*width="([\d.]+)pt"', content
    )
    assert found is not None
    points = sorted(map(float, found.groups()), reverse=True)
    return points[0] / 72 / MM, points[1] / 72 / MM


@pytest.mark.parametrize("kind", export.KINDS)
@pytest.mark.parametrize("width", [84.0, WIDE])
def test_every_kind_of_file_has_the_size_in_mm(kind, width):
    wide, high = size_of(small(width).bytes(kind), kind)
    assert wide == pytest.approx(width, abs=0.1)  # a pixel of 300 dpi is 0.085 mm
    assert high == pytest.approx(50, abs=0.1)


@pytest.mark.parametrize("kind", export.KINDS)
def test_every_kind_of_file_has_the_same_bytes_again(kind):
    content = small().bytes(kind)
    assert content == small().bytes(kind)
    assert b"CreationDate" not in content


def test_pixels_are_as_journals_ask():
    with Image.open(io.BytesIO(small().bytes("tiff"))) as image:
        assert (image.mode, image.info["compression"]) == ("RGB", "tiff_lzw")
        assert image.info["dpi"] == (600, 600)
    with Image.open(io.BytesIO(small().bytes("png"))) as image:
        assert image.mode == "RGB"
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_letters_are_inside_every_file():
    pdf, svg, eps = (small().bytes(kind) for kind in ("pdf", "svg", "eps"))
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert b"<text" not in svg
    assert b"FontName" not in eps


def test_bands_are_solid_and_light_in_eps():
    """PostScript would paint a transparent band in its full colour."""
    eps = small().bytes("eps").decode("latin-1")
    mixed = tuple(0.8 + 0.2 * part for part in to_rgb(COLOURS[0]))
    painted = [tuple(map(float, x)) for x in re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) setrgb", eps)]
    assert any(np.allclose(mixed, colour, atol=0.002) for colour in painted)


@pytest.mark.parametrize("key", ["km_grade", "cox_rfs", "matching"])
def test_what_is_recorded_is_what_matplotlib_draws(key):
    """The picture played back differs from matplotlib's own by no more than letters' edges."""
    drawing = DRAWINGS[key]
    with Image.open(io.BytesIO(drawing.bytes("png"))) as image:
        ours = np.asarray(image.convert("L").reduce(6), dtype=float)
    buffer = io.BytesIO()
    with looking_right():
        drawing.figure.savefig(buffer, format="png", dpi=300)
    with Image.open(buffer) as image:
        theirs = np.asarray(image.convert("L").reduce(6), dtype=float)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).mean() < 1.2
    assert (np.abs(ours - theirs) > 96).mean() < 0.005


def test_lines_are_told_apart_in_grey():
    """Where two lines of a figure share their dashes, their greys differ."""
    for a, b in itertools.combinations(map(line_of, range(7)), 2):
        grey = [float(np.dot([0.299, 0.587, 0.114], to_rgb(colour))) for colour, _ in (a, b)]
        assert a[1] != b[1] or abs(grey[0] - grey[1]) > 0.2


def test_no_two_lines_look_alike_however_many():
    looks = {str(line_of(k)) for k in range(42)}
    assert len(looks) == len(COLOURS) * len(DASHES) == 42


def test_the_plan_names_the_kinds_of_file_and_the_width():
    content = tomllib.loads((_folder() / "plan.toml").read_text(encoding="utf-8"))
    assert plan_from(content).file.report == ReportSection()
    assert view().figure_width == WIDE
    report = {"figure_files": ["eps", "tiff"], "figure_width": 84}
    file = plan_from(content | {"report": report}).file.report
    assert set(file.figure_files) <= set(export.KINDS)
    assert file.figure_width == 84


def _folder():
    from analyses.plan import STUDIES

    return STUDIES / results().plan.key
