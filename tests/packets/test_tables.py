"""Golden tables, and the table model."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from gbsg2_packet import view

from analyses.plan import plan_from
from analyses.running import run
from cohort_stats.cohort import Cohort, Flow
from reports import word
from reports.column_widths import laid_out
from reports.house_style import printing_in
from reports.table import Cell, Column, Footnotes, Row, Table, alike, markdown, text
from reports.tables import study_tables
from reports.view import View

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
    assert table.shared() == [[("", 0, 0), ("X", 1, 2), ("Y", 3, 3)]]


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


#: Words and their widths at 9 points in the letters of Times, bold in headings, in mm.
MEASURED = {"Known": 9.88, "Missing": 10.59, "Values": 9.17, "MMWW": 12.35}
IN_CELLS = {"D-penicillamine": 20.64, "(1.36-2.36)": 14.29, "Immunohistochemistry": 29.46}


def test_no_word_is_torn_where_the_page_has_room():
    columns = tuple(map(Column, ["Name", *MEASURED, *("" for _ in IN_CELLS)]))
    row = Row((text("a"), *(text("1") for _ in MEASURED), *map(text, IN_CELLS)))
    (laid,) = laid_out(Table("k", "t", columns, (row,)))
    assert laid.size == 9
    cell_margins = 3.8  # those that Word takes where none are said
    needed = [*MEASURED.values(), *IN_CELLS.values()]
    for width, least in zip(laid.widths[1:], needed, strict=True):
        assert width - cell_margins >= least


def test_a_document_that_begins_with_a_wide_table_has_no_empty_first_page():
    wide = Table("w", "Wide", tuple(Column(f"c{k}") for k in range(12)), ())
    content = word.tables_document([wide], "Title", [])
    assert len(Document(io.BytesIO(content)).sections) == 1


def test_a_table_wider_than_the_page_continues_below_with_its_first_column():
    columns = (Column("Name"), *(Column(f"Circumference{k}", f"G{k // 4}") for k in range(24)))
    table = Table("w", "Wide", columns, (Row((text("a"), *[Cell("count", (1.0,))] * 24)),))
    parts = laid_out(table)
    assert [part.continued for part in parts] == [False] + [True] * (len(parts) - 1)
    labels = [c.label for part in parts for c in part.table.columns[1:]]
    assert labels == [c.label for c in columns[1:]]
    assert all(sum(part.widths) <= 257.001 for part in parts)
    assert {part.size for part in parts} == {7.5}  # parts are as many in the smallest letters
    assert [len(part.table.columns) for part in parts] == [9, 9, 9]
    for part in parts:  # a shared heading is not cut
        (spans,) = part.table.shared()
        assert {s: n for s, *n in spans if s}.keys() == {c.spanner for c in part.table.columns[1:]}
        assert len(part.table.columns) % 4 == 1
    document = Document(io.BytesIO(word.tables_document([table], "T", [])))
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    assert captions == ["Table . Wide", *["Table 1 (continued). Wide"] * (len(parts) - 1)]


def test_captions_are_counted_by_word_itself():
    table = Table("k", "Title", (Column("A"),), (Row((text("x"),)),))
    xml = Document(io.BytesIO(word.tables_document([table], "T", []))).element.xml
    assert 'w:instr=" SEQ Table \\* ARABIC "' in xml
    assert 'w:pStyle w:val="Caption"' in xml


def test_the_letter_of_p_is_italic_where_the_style_wants_it():
    table = Table("k", "Title", (Column("A"), Column("P")), (Row((text("P = .03"), text("x"))),))
    with printing_in("ama"):
        xml = Document(io.BytesIO(word.tables_document([table], "T", []))).element.xml
    assert xml.count("<w:i/>") == 2
    with printing_in("nejm"):
        assert (
            "<w:i/>" not in Document(io.BytesIO(word.tables_document([table], "T", []))).element.xml
        )


def test_percentages_of_a_row_have_the_decimals_that_its_largest_n_asks_for():
    row = [Cell("count_percent", (12.0, 80.0, 15.0)), Cell("count_percent", (107.0, 89.9, 119.0))]
    assert [str(cell) for cell in alike(row)] == ["12 (80.0%)", "107 (89.9%)"]
    assert alike(row[:1]) == row[:1]


def test_a_number_has_the_same_decimals_in_every_table():
    """Between few patients the quartiles lie closer, and would ask for more decimals."""
    steps = [
        {"id": name, "kind": "compare", "title": name, "rows": ["x"], "by": by, "summary": "median"}
        for name, by in (("arms", "arm"), ("centres", "centre"))
    ]
    study = {"key": "s", "title": "t", "question": "q", "design": "d"}
    variables = {
        "x": {"label": "X", "type": "number"},
        "arm": {"label": "Arm", "type": "category", "levels": ["A", "B"]},
        "centre": {"label": "Centre", "type": "category", "levels": ["C", "D"]},
    }
    plan = plan_from({"study": study, "variables": variables, "steps": steps})
    frame = pd.DataFrame(
        {
            "x": [0.5, 0.6, 0.7, 0.8, 1.5, 9.5, 10.5, 11.5],
            "arm": pd.Categorical(["A", "B"] * 4),
            "centre": pd.Categorical(["C"] * 4 + ["D"] * 4),
        }
    )
    flow = Flow(len(frame))
    cohort = Cohort(frame, plan.dictionary, "c.csv", "0" * 64, synthetic=False, flow=flow)
    found = study_tables(View(run(cohort, plan)))
    alls = {str(table.rows[0].cells[1]) for table in found}
    assert len(found) == 2
    assert len(alls) == 1
    shown = [str(c) for table in found for c in table.rows[0].cells[1:4]]
    assert {len(number.split(".")[1]) for s in shown for number in re.findall(r"[\d.]+", s)} == {1}
