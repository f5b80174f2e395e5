"""Forest plots at the widths of journals: ratios with room, words and ticks apart."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
import subgroups_packet
from picture_packet import texts_fit

from reports.figures import study_figures
from reports.figures.forest import Line, ratio_figure
from reports.figures.ratio_axis import labelled_ticks
from reports.figures.style import size_of
from reports.view import View

WIDTHS = (84.0, 120.0, 174.0)
HEADS = ("Events/\npatients", "p for\ninteraction")
FOUND = (1.5, 0.63, 40.03)
LONG = "Urine copper excreted within twenty-four hours of the very first visit, per 10 µg"
LINES = [
    Line("Treatment arm: D-penicillamine", 0, variable=True),
    Line("Oedema", 1, p=0.2, variable=True),
    Line("Resolved or untreated", 2, (0.44, 0.08, 2.26), counts="117/1129", name="a"),
    Line("Resolvedoruntreatedxx", 2, FOUND, counts="17/29", name="b"),
    Line("Never", 2, (math.inf, math.nan, math.nan), counts="1/15", name="c"),
    Line("Nobody", 2, counts="0/15", name="d"),
    Line(LONG, 0, FOUND, 0.001, name="e", variable=True, unit="per 10 µg"),
]


def plot_mm(figure) -> float:
    return figure.axes[0].get_position().width * size_of(figure)[0]


def drawn(width: float, heads=("", "p")):
    lines = LINES if heads[0] else [replace(line, counts="") for line in LINES]
    view = SimpleNamespace(figure_width=width, synthetic=True)
    return ratio_figure(lines, "Subdistribution hazard ratio", "SHR", view, heads)[0]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("heads", [("", "p"), HEADS])
def test_words_and_ticks_keep_apart_and_ratios_have_room(width, heads):
    figure = drawn(width, heads)
    texts_fit(figure)
    assert plot_mm(figure) >= 45 - 1e-6
    assert {t.get_fontsize() for t in figure.axes[0].texts} == {7.5}


@pytest.mark.parametrize("width", WIDTHS)
def test_subgroups_of_a_study_have_room_at_every_width(width, monkeypatch):
    monkeypatch.setattr(View, "figure_width", width)
    for drawing in study_figures(subgroups_packet.view()):
        if drawing.key in ("within", "within_2y"):
            texts_fit(drawing.figure)
            assert plot_mm(drawing.figure) >= 45 - 1e-6


def test_the_unit_of_a_ratio_is_never_cut_off():
    shown = {t.get_text() for t in drawn(84).axes[0].texts}
    (long,) = (words for words in shown if words.startswith("Urine"))
    assert long.endswith("per 10 µg")
    assert "…" in long


def test_an_estimate_without_end_is_an_arrow_and_says_so():
    (axes,) = drawn(120, HEADS).axes
    arrows = [line for line in axes.lines if line.get_marker() == ">"]
    assert [line.get_xdata()[0] for line in arrows] == [axes.get_xlim()[1]]
    words = [t.get_text() for t in axes.texts]
    assert "∞ (n.e.)" in words  # as the table prints it
    assert "n.e." in words  # nobody had an event
    assert axes.get_xlabel().endswith("\nn.e., not estimable")


def test_names_of_variables_are_bold_alike():
    weights = {t.get_text(): t.get_weight() for t in drawn(174).axes[0].texts}
    assert weights["Oedema"] == "bold"
    assert weights["Resolved or untreated"] == weights["Never"] == "normal"
    assert {w for label, w in weights.items() if label.startswith("Urine")} == {"bold"}


def test_ticks_without_room_are_the_tens():
    assert labelled_ticks(0.4, 60, 45) == [0.5, 1, 2, 5, 10, 20, 50]
    assert labelled_ticks(0.01, 100, 45) == [0.01, 0.1, 1, 10, 100]
