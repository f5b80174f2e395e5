"""How tables stand on paper: what is flush left, how wide columns are, where a table may break."""

from __future__ import annotations

import io

from docx import Document

from reports.column_widths import laid_out, page_width
from reports.latex import tables_latex
from reports.rtf import tables_rtf
from reports.table import Cell, Column, Row, Table, text
from reports.table_page import tables_page
from reports.word import tables_document
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


def test_two_limits_stay_on_one_line_in_latex_and_rtf():
    rows = (Row((text("Age"), text("12 (7–31)"))),)
    table = Table("t", "T", (Column("Name"), Column("Median")), rows, notes=("CI 1–2.",))
    assert rb"12 \mbox{(7--31)}" in tables_latex([table], "T", [])
    assert rb"12 (7\u8211?\zwnbo 31)" in tables_rtf([table], "T", [])


def test_a_heading_over_the_last_columns_does_not_widen_a_table_in_latex():
    columns = (Column("Name"), Column("n", "Group"), Column("p", "Group"))
    table = Table("t", "T", columns, (Row((text("Age"), text("3"), text("4"))),))
    (line,) = [w for w in tables_latex([table], "T", []).decode().split("\n") if "cmidrule" in w][
        :1
    ]
    assert "mm}@{}}{\\textbf{Group}}" in line


def _keeps(table: Table) -> list[bool]:
    """Of each row, whether Word keeps it with the next."""
    return ["keepNext" in row for row in table_xml(laid_out(table)[0]).split("<w:tr>")[2:]]


def test_the_rows_of_a_factor_stay_on_one_page():
    level = [Row((text(f"Level {k}"), text("97")), indent=1) for k in range(3)]
    rows = (*([Row((text("Oedema"), text(""))), *level] * 20), Row((text("Age"), text("3"))))
    keeps = _keeps(Table("t", "T", (Column("Name"), Column("n")), rows))
    assert keeps[:8] == [True, True, True, False] * 2
    many = [Row((text(f"Level {k}"), text("97")), indent=1) for k in range(60)]
    keeps = _keeps(Table("t", "T", (Column("Name"), Column("n")), (rows[0], *many, rows[-1])))
    assert keeps[:3] == [True, True, False]
    assert keeps[-7:] == [False, False, False, True, True, True, True]


def test_all_notes_stay_with_the_last_rows_of_their_table():
    rows = tuple(Row((text(f"{k}"), text("97"))) for k in range(5))
    notes = tuple(f"Note {k}." for k in range(9))
    table = Table("t", "T", (Column("Name"), Column("n")), rows, {"a": "One test."}, notes)
    document = Document(io.BytesIO(tables_document([table], "T", [])))
    below = [p for p in document.paragraphs if p.text.startswith(("Note", "a"))]
    assert [bool(p.paragraph_format.keep_with_next) for p in below] == [True] * 9 + [False]
    written = tables_latex([table], "T", []).decode()
    end = written.index(r"\end{longtable}")
    assert all(note in written[:end] for note in (*notes, "One test."))
    last = written[written.index("\n3 & 97") : end]
    assert last.count(r" \\*") == 3  # the last rows, and the rule below them
    assert "bottomrule" not in written


def test_a_table_with_many_notes_may_break_before_its_last_rows():
    rows = tuple(Row((text(f"{k}"), text("97"))) for k in range(40))
    columns = (Column("Name"), Column("n"))
    assert all(_keeps(Table("t", "T", columns, rows)))
    notes = tuple("A note that fills more than a line of its page. " * 4 for _ in range(20))
    assert not any(_keeps(Table("t", "T", columns, rows, notes=notes))[:30])


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
