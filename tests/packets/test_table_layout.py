"""How tables stand on paper: what is flush left, how wide columns are, where a table may break."""

from __future__ import annotations

from reports.column_widths import laid_out, page_width
from reports.latex import tables_latex
from reports.rtf import tables_rtf
from reports.table import Cell, Column, Row, Table, text
from reports.table_page import tables_page
from reports.word_table import table_xml

SENTENCES = Table(
    "s",
    "What is asked and where it stands",
    (Column("Item"), Column("Asked"), Column("n")),
    tuple(
        Row((text(f"{k}"), text("How patients were found, and over how long"), text("97")))
        for k in range(1, 40)
    ),
)


def test_sentences_stand_flush_left_in_every_format():
    assert SENTENCES.flush == (True, True, False)
    xml = table_xml(laid_out(SENTENCES)[0])
    asked = [c for c in xml.split("<w:tc>") if "How patients" in c]
    numbers = [c for c in xml.split("<w:tc>") if ">97<" in c]
    assert asked
    assert not any('<w:jc w:val="center"/>' in c for c in asked)
    assert all('<w:jc w:val="center"/>' in c for c in numbers)
    page = tables_page([SENTENCES], "T", []).decode()
    assert page.count("<td class=words>How") == 39
    assert "<td class=words>97" not in page
    assert rb"\qc How" not in tables_rtf([SENTENCES], "T", [])
    assert rb"\qc 97" in tables_rtf([SENTENCES], "T", [])
    assert tables_latex([SENTENCES], "T", []).count(rb">{\raggedright") == 2


def test_columns_take_the_room_that_is_left_before_their_words_are_wrapped():
    label = "Cut-off: Prognostic Nutritional Index (points) >"
    rows = (Row((text(label), text("42.8"))),)
    table = Table("t", "T", (Column("Measure"), Column("Estimate (95% CI)")), rows)
    laid = laid_out(table)[0]
    assert laid.lines == 1
    assert sum(laid.widths) <= page_width(False)


def test_a_table_of_few_rows_and_many_lines_may_break():
    words = text("A long answer of the packet, " * 8)
    rows = tuple(Row((text(f"{k}"), words)) for k in range(30))
    laid = laid_out(Table("t", "T", (Column("Item"), Column("Where")), rows))[0]
    assert laid.lines >= 60
    assert "keepNext" not in table_xml(laid).split("<w:tr>")[10]


def test_numbers_stay_on_one_line_in_somewhat_smaller_letters():
    cells = [Cell("median_quartiles", (32.5, 7.0, 131.8, 1))] * 8
    columns = (Column("Characteristic"), *(Column(f"Group {k}") for k in range(8)))
    laid = laid_out(Table("t", "T", columns, (Row((text("Progesterone receptor"), *cells)),)))[0]
    assert (laid.size, laid.landscape) == (8.5, True)
    assert all(width >= 20.0 + 3.8 for width in laid.widths[1:])  # words and margins of cells


def test_more_than_six_narrow_columns_stand_upright():
    columns = (Column("Age"), *(Column(f"n {k}") for k in range(7)))
    rows = (Row((text("Years"), *[text("12")] * 7)),)
    assert not laid_out(Table("t", "T", columns, rows))[0].landscape
