"""Golden tables, and the table model."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from gbsg2_packet import view

from reports import word
from reports.table import Cell, Column, Footnotes, Row, Table, markdown, text
from reports.tables import study_tables

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("table", study_tables(view()), ids=lambda t: t.key)
def test_the_tables_of_the_demo_are_as_they_were(table):
    """Rewrite a golden file only with a line under *Numbers* in the changelog."""
    path = GOLDEN / f"{table.key}.md"
    assert markdown(table) == path.read_text(encoding="utf-8")


def test_every_row_has_a_cell_for_each_column():
    for table in study_tables(view()):
        assert {len(row.cells) for row in table.rows} == {len(table.columns)}


def test_no_raw_name_is_shown():
    names = {n for n in view().dictionary if "_" in n} | {"rfs"}
    for table in study_tables(view()):
        words = markdown(table).split()
        assert not names & set(words), table.key


def test_spanners_join_neighbours_only():
    columns = tuple(Column(c, s) for c, s in [("a", ""), ("b", "X"), ("c", "X"), ("d", "Y")])
    table = Table("k", "t", columns, ())
    assert table.spans() == [("", 0, 0), ("X", 1, 2), ("Y", 3, 3)]


def test_footnotes_give_the_same_words_the_same_letter():
    notes = Footnotes()
    assert [notes.mark(w) for w in ("Welch", "chi", "Welch", "")] == ["a", "b", "a", ""]
    assert notes.words == {"a": "Welch", "b": "chi"}


def test_a_cell_prints_by_its_kind_and_keeps_its_number():
    assert str(Cell("p", (0.0004,), "a")) == "<0.001"
    assert Cell("count", (12.0,)).plain_number == 12
    assert Cell("count", (float("nan"),)).plain_number is None
    assert text("12").plain_number is None


def test_markdown_shows_indents_and_marks():
    table = Table(
        "k", "Title", (Column("A"), Column("B", "S")),
        (Row((text("x"), Cell("p", (0.5,), "a")), indent=1),), {"a": "a test"}, ("A note.",),
    )  # fmt: skip
    assert markdown(table) == (
        "**Title**\n\n| A | S: B |\n| --- | --- |\n| &nbsp;&nbsp;&nbsp;&nbsp;x | 0.500^a^ |\n\n"
        "A note.\na a test\n"
    )


def test_no_word_of_a_heading_is_torn_where_the_page_has_room():
    table = next(t for t in study_tables(view()) if t.key == "derived")
    widths = word._widths(table, word.page_width(landscape=False))
    for column, width in zip(table.columns, widths, strict=True):
        longest = max((len(w) for w in column.label.split()), default=0)
        assert width >= longest * word.BOLD + word.PADDING


def test_a_document_that_begins_with_a_wide_table_has_no_empty_first_page():
    wide = Table("w", "Wide", tuple(Column(f"c{k}") for k in range(12)), ())
    content = word.tables_document([wide], "Title", [])
    assert len(Document(io.BytesIO(content)).sections) == 1
