"""PRISMA diagrams: counts that follow from each other, in boxes that hold their words."""

from __future__ import annotations

import re

import pytest
from matplotlib.patches import Rectangle
from picture_packet import plan, results_of, step, texts_fit, view

from analyses.plan import PlanError
from reports.figures.boxes import STAGE, broken
from reports.figures.prisma import prisma_plot
from reports.figures.style import text_width
from reports.view import View

BARS = step("bars", 'variables = ["arm"]')
PLAIN = """
[prisma]
databases = { PubMed = 512, Embase = 430 }
registers = { "ClinicalTrials.gov" = 12 }
duplicates = 210
screened = 744
excluded = 690
sought = 54
not_retrieved = 2
assessed = 52
reasons = { "No image of the spine before the operation or of another region" = 20, "Few" = 12 }
included = 20
"""
MORE = """
[prisma.other]
records = { "Citation searching" = 5 }
assessed = 5
reasons = { "Other outcome" = 2 }
"""
OTHER = PLAIN.replace("included = 20", "included = 22\nreports = 23") + MORE


def drawn(text: str, width: float):
    return prisma_plot(view(text + BARS, width))


@pytest.mark.parametrize(("text", "width"), [(PLAIN, 84.0), (PLAIN, 174.0), (OTHER, 174.0)])
def test_words_lie_in_boxes_that_do_not_meet(text, width):
    figure = drawn(text, width).figure
    texts_fit(figure)
    (axes,) = figure.axes
    boxes = [p for p in axes.patches if isinstance(p, Rectangle)]
    boxes = [p.get_window_extent() for p in boxes if p.get_edgecolor()[3]]
    for i, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[i + 1 :])
    for words in axes.texts:
        if not words.get_rotation():
            at = words.get_window_extent()
            assert any(
                b.x0 <= at.x0 and at.x1 <= b.x1 and b.y0 <= at.y0 and at.y1 <= b.y1 for b in boxes
            )


def test_every_count_of_the_plan_stands_in_the_diagram_and_in_the_record():
    one = drawn(OTHER, 174.0)
    for n in re.findall(r"= (\d+)", OTHER):
        assert f"(n = {n})" in one.alt
    found = view(OTHER + BARS).numbers("prisma")
    assert found.get("records", term="identified") == 954
    assert found.get("records", term="reasons", level="Few") == 12
    assert found.get("records", term="excluded_reports") == 32
    assert found.get("records", term="reasons", level="Other outcome", group="other methods") == 2


def test_without_counts_there_is_no_diagram():
    assert prisma_plot(View(results_of(BARS))) is None
    assert STAGE.startswith("#")


def test_a_count_in_brackets_is_not_torn():
    assert broken("Records screened (n = 744)", 26.0) == ["Records screened", "(n = 744)"]
    assert all(text_width(part, 7) <= 12 for part in broken("x" * 40, 12.0))


WRONG = [
    ("screened = 744", "screened = 734", "prisma.screened", "744, as 954 were identified and 210"),
    ("sought = 54", "sought = 53", "prisma.sought", "54, as 744 were screened and 690 excluded"),
    ("assessed = 52", "assessed = 54", "prisma.assessed", "52, as 54 were sought and 2 not"),
    ("included = 20", "included = 21", "prisma.included", "20, as 52 were assessed and 32"),
    ("included = 20", "included = 21\nreports = 20", "prisma.included", "at most 20"),
    ("included = 20", "included = 20\nreports = 22", "prisma.reports", "20, as 52"),
    ("included = 20", "included = 23\n" + MORE.replace("assessed = 5", "assessed = 4"),
     "prisma.other.assessed", "5, as 5 were found and 0 not retrieved"),
    ("duplicates = 210", "duplicates = -1", "prisma.duplicates", "at least 0"),
    ("excluded = 690", "exclude = 690", "prisma.exclude", "excluded"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where", "expected"), WRONG)
def test_counts_that_do_not_follow_are_mistakes_with_their_place(old, new, where, expected):
    with pytest.raises(PlanError) as caught:
        plan(PLAIN.replace(old, new, 1) + BARS)
    found = [str(p) for p in caught.value.problems]
    assert any(line.startswith(where) and expected in line for line in found), found
