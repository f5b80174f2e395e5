"""The house style in all that a packet prints: figures and sentences as well as tables."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import matplotlib as mpl
import pytest
from docx import Document
from gbsg2_packet import folder, results, view
from markers_packet import view as markers
from report_packet import reported

from reports.figures import study_figures
from reports.figures.export import saved
from reports.figures.recording import Recorded
from reports.figures.style import LOOK, Drawing
from reports.house_style import STYLES, in_style, printing_in
from reports.methods import VERBATIM
from reports.p_values import p_equals
from reports.packet import render
from reports.tables import study_tables
from reports.text import methods_text, results_text
from reports.view import View

DECIMAL = re.compile(r"(?<![\d.])\d+\.\d+(?!\.?\d)")
FEW = ("km_hormone", "cox_rfs", "roc_nodes", "matching")


@cache
def few() -> View:
    """Steps of the GBSG-2 study whose figures hold every way of writing a number."""
    done = tuple(one for one in results().steps if one.step.id in FEW)
    return View(replace(results(), steps=done))


def words_of(drawing: Drawing) -> list[str]:
    """Each line of text of a figure as it is drawn, labels of ticks as well."""
    with mpl.rc_context(LOOK | {"svg.fonttype": "none"}):
        page = saved(Recorded(drawing.figure), "svg").decode()
    return [html.unescape(words) for words in re.findall(r"<text [^>]*>([^<]*)</text>", page)]


def in_figures(shown: View) -> Iterator[str]:
    for drawing in study_figures(shown):
        yield from (drawing.title, drawing.alt, *(spot.words for spot in drawing.spots))
        yield from words_of(drawing)


def in_text(shown: View) -> Iterator[str]:
    for heading, words in [*methods_text(shown), *results_text(shown)]:
        if heading not in VERBATIM:
            yield from (heading, words)


def in_tables(shown: View) -> Iterator[str]:
    for table in study_tables(shown):
        yield from (table.title, *table.note_lines())
        yield from (f"{column.spanner} {column.label}" for column in table.columns)
        yield from (str(cell) for row in table.rows for cell in row.cells)


@cache
def printed(style: str) -> dict[str, str]:
    """Everything that is printed in a style, by where it is."""
    with printing_in(style):
        return {
            "figures": "\n".join(in_figures(few())),
            "sentences": "\n".join(in_text(few())),
            "tables": "\n".join(in_tables(few())),
            "markers": "\n".join([*in_text(markers()), *in_tables(markers())]),
        }


def test_no_number_has_a_decimal_point_where_the_house_has_none():
    for where, words in printed("lancet").items():
        assert [line for line in words.split("\n") if DECIMAL.search(line)] == [], where
        assert len(re.findall(r"\d·\d", words)) > 20, where


def test_every_p_has_its_letter_and_every_interval_its_dash():
    for where, words in printed("ama").items():
        assert not re.search(r"\bp(?=$|[ ,;:)=<>]|-values?\b)", words, re.M), where
        assert not re.search(r"\bP (?:[<>=≤≥]|(?:is )?below) 0\.", words), where
        assert not re.search(r"\d\.\d+–\d", words), where
        assert not re.search(r"95% CI \d", words), where
    assert "where P is below .05" in printed("ama")["sentences"]


@pytest.mark.parametrize("style", STYLES)
def test_the_same_p_and_interval_print_the_same_in_table_figure_and_sentence(style):
    curves, model = view().numbers("km_hormone/log-rank"), view().numbers("cox_rfs/multivariable")
    with printing_in(style):
        tested = p_equals(curves.get("p"))
        hormone = p_equals(model.get("p", term="hormone", level="Yes"))
    words = printed(style)
    for where in ("figures", "sentences", "tables"):
        assert tested in words[where], where
    for where in ("figures", "sentences"):
        assert hormone in words[where], where
    alone = hormone.partition("=")[2].strip()
    assert alone in words["tables"].split("\n")
    interval = STYLES[style].interval
    assert re.search(rf"HR 0[.·]71, {interval}0[.·]55", words["sentences"])


def test_the_letter_is_italic_in_sentences_and_captions_of_word():
    shown = reported(few(), {"style": "elsevier", "table_files": ["docx"], "figure_files": ["svg"]})
    out = render(shown.results, folder() / "italic").folder
    document = Document(out / "manuscript.docx")
    (said,) = (p for p in document.paragraphs if "HR 0.71" in p.text)
    assert {run.text for run in said.runs if run.italic} == {"p"}
    (cited,) = (p for p in document.paragraphs if p.text.startswith("Sources of the methods"))
    assert not any(run.italic for run in cited.runs)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<i>p</i>\xa0=\xa00.007" in page
    assert "Python 3" in page


def test_a_protein_is_no_p_value():
    with printing_in("ama"):
        assert in_style("TP53 p.R175H, p. Then p.") == "TP53 p.R175H, P. Then P."
