"""The page: figures within it, what their places say, warnings where they belong."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from gbsg2_packet import packet, view

from cohort_stats import kaplan_meier
from cohort_stats.endpoint import Endpoint
from reports.content import step_of
from reports.data_notes import data_notes
from reports.figures import study_figures
from reports.figures.spots import Spot, places, row_spots, step_spots
from reports.figures.style import Drawing, new_figure, place
from reports.numbers import Numbers
from reports.svg import Inliner

NAMESPACE = "{http://www.w3.org/2000/svg}"


@cache
def page() -> str:
    return (packet() / "report.html").read_text(encoding="utf-8")


@cache
def drawings() -> dict[str, Drawing]:
    return {drawing.key: drawing for drawing in study_figures(view())}


def told(key: str) -> list[str]:
    return [spot.words for spot in drawings()[key].spots]


def test_a_step_of_a_curve_says_time_survival_and_who_is_at_risk():
    numbers = view().numbers("km_hormone/curves")
    curve = next(iter([*numbers.curve("Yes", "curve_at_risk")][1:]))
    assert curve[0] == 246
    assert np.all(np.diff(curve) <= 0)
    assert "Yes: 1140 days, 69.7% (63.2–75.3%), 131 at risk" in told("km_hormone")
    steps = [words for words in told("km_hormone") if words.startswith("Yes: ")]
    assert len(steps) == len(set(steps)) == 92  # event times of R’s survfit


def test_a_curve_without_an_event_has_no_steps_to_tell():
    ends = np.arange(1.0, 9.0)
    groups = pd.Series(["A"] * 4 + ["B"] * 4)
    found = kaplan_meier(Endpoint(ends, ends > 6), groups)
    spots = step_spots(Numbers(found.tidy()), ["A", "B"], "months")
    assert [spot.words.split(",")[0] for spot in spots] == ["B: 7 months", "B: 8 months"]


def test_the_rows_of_a_forest_and_the_points_of_a_roc_curve_say_their_numbers():
    assert "Hormonal therapy: Yes: HR 0.71 (0.55–0.91), p = 0.007" in told("cox_rfs")
    assert "Positive lymph nodes > 3.5: Se 67.3%, Sp 62.9%" in told("roc_nodes")
    assert "Age, before matching: 0.57" in told("matching")
    assert not any("inf" in words or "∞" in words for words in told("roc_nodes"))


def test_spots_lie_where_the_figure_is_drawn():
    figure = new_figure(50.8, 101.6)
    axes = place(figure, 25.4, 12.7, 0, 12.7)
    axes.set(xlim=(0, 10), ylim=(0, 1))
    spots = (Spot("a", 0, 0), Spot("b", 5, 1, until=10), Spot("too near to b", 5.001, 1))
    found = [(w, *np.round(at, 3)) for w, *at in places(figure, spots)]
    assert found == [("a", 72, 108, 72), ("b", 180, 36, 288)]


@pytest.mark.parametrize(
    ("found", "ends"),
    [((2, 1, 3), (1, 3)), ((2, 0.01, 900), (0.1, 10)), ((2, np.nan, np.nan), (2, 2))],
)
def test_a_row_ends_where_its_axis_does(found, ends):
    (spot,) = row_spots([(0, "words", found)], (0.1, 10))
    assert (spot.x, spot.until) == ends


def test_a_row_that_was_not_estimated_says_nothing():
    assert row_spots([(0, "words", (np.nan, np.nan, np.nan))], (0.1, 10)) == ()


def test_figures_are_drawn_within_the_page_and_share_their_letters():
    pictures = re.findall(r'<div class="plot">(<svg .*?</svg>)', page(), re.S)
    ids = re.findall(r' id="([^"]+)"', page())
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', page())) <= set(ids)
    assert len(pictures) == 11
    for picture in pictures:
        root = ElementTree.fromstring(picture)
        assert root.attrib["role"] == "img"
        assert root.find(f".//{NAMESPACE}path") is not None
    letters = re.findall(r'<path id="letter-\d+"( d="[^"]+")', page())
    assert len(letters) == len(set(letters)) > 40


def test_a_label_with_signs_of_markup_stays_a_label():
    figure = new_figure(20.0, 20.0)
    place(figure, 1, 1, 1, 1).set_axis_off()
    drawing = Drawing("k", "t", 'A < B & "C" \\1', figure, (Spot("x < 1 & y", 0.5, 0.5),))
    shown = Inliner()(drawing, drawing.bytes("svg"))
    picture, spots = (ElementTree.fromstring(s) for s in re.findall(r"<svg.*?</svg>", shown, re.S))
    assert picture.attrib["aria-label"] == drawing.alt
    assert spots[0][0].text == "x < 1 & y"


class Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.scopes: list[str | None] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "th":
            self.scopes.append(dict(attrs).get("scope"))


def test_headings_follow_each_other_and_every_table_has_caption_and_scopes():
    outline = Outline()
    outline.feed(page())
    assert outline.levels[0] == 1
    assert outline.levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(outline.levels, outline.levels[1:], strict=False))
    assert None not in outline.scopes
    assert outline.seen.count("caption") == outline.seen.count("table") == 12
    for landmark in ("header", "nav", "main", "footer"):
        assert outline.seen.count(landmark) == 1


def test_warnings_stand_in_the_list_and_beside_what_they_concern():
    warning = (
        "left out of the matched sample, as no control is within the caliper: 3 treated patients"
    )
    assert page().count(warning) == 3  # list, table of balance, love plot
    table = page()[page().index('id="table-matching"') :]
    assert table.index(warning) < table.index("<caption>")


def test_a_table_belongs_to_the_step_with_the_longest_name():
    steps = ["cox", "cox_os", "km"]
    assert step_of("cox_os_validation", steps) == "cox_os"
    assert step_of("cox_calibration", steps) == "cox"
    assert step_of("derived", steps) == ""


def test_the_page_names_the_scripts_and_says_when_patients_are_beside_them():
    assert "syntax/ holds the analyses for R" in page()
    assert "do not pass this packet on" not in page()
    (warned,) = (note for note in data_notes(view(), with_data=True) if "cohort.csv" in note)
    assert warned == "syntax/cohort.csv holds the analysed patients: do not pass this packet on."
