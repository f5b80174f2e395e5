"""Every kind of file that tables are written to holds every cell."""

from __future__ import annotations

import csv
import io
import re

import pytest
from gbsg2_packet import view
from openpyxl import load_workbook

from reports.house_style import printing_in
from reports.latex import tables_latex
from reports.p_values import p_value
from reports.rtf import tables_rtf
from reports.spreadsheet import number_format, tables_workbook
from reports.table import Cell, Column, Row, Table, text
from reports.table_files import WRITERS, tables_csv, write_tables
from reports.tables import study_tables

ODD = Table(
    "odd_1",
    'Odd & 50% of {all} <b>labels</b> \\ "quoted"',
    (Column("Name"), Column("A_1", "Spanner #1"), Column("p", "Spanner #1"), Column("n")),
    (
        Row((text("Heading ≥ 5"), text(""), text(""), text("")), heading=True),
        Row((text("=1+1"), text("−0.5 ± 2"), Cell("p", (0.00001,), "a"), Cell("count", (3.0,))), 1),
        Row((text("[x] *y* ~ ^"), text("n.e."), Cell("p", (0.5,)), text("한국어 · 😀"))),
    ),
    {"a": "Fisher’s exact test_1"},
    ("A note with 100% & more.",),
)
LEAD = ["SYNTHETIC DATA: made up."]


@pytest.mark.parametrize("kind", WRITERS)
def test_every_kind_is_written_the_same_twice(kind, tmp_path):
    tables = [ODD, *study_tables(view())]
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_tables(tables, [kind], "Title", LEAD, tmp_path / name)
    (first,), (second,) = ([*(tmp_path / name).iterdir()] for name in ("one", "two"))
    assert first.name == f"tables.{WRITERS[kind][0]}"
    assert first.read_bytes() == second.read_bytes()
    for nothing in ([], [Table("e", "Empty", (Column("A"),), ())]):
        assert WRITERS[kind][1](nothing, "Title", [])


def balanced(words: str) -> bool:
    depth = 0
    for sign in re.sub(r"\\[{}\\]", "", words):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


def test_latex_is_whole_and_escaped():
    tables = [ODD, *study_tables(view())]
    words = tables_latex(tables, "Title & more", LEAD).decode()
    assert balanced(words)
    begun, ended = (re.findall(rf"\\{w}{{(\w+)}}", words) for w in ("begin", "end"))
    assert sorted(begun) == sorted(ended)
    assert begun.count("longtable") == len(tables)
    odd = words[words.index("{tab:odd-1}") : words.index(r"\end{longtable}")]
    assert re.search(
        r"\n & \\multicolumn\{2\}\{.*p\{[\d.]+mm\}\}\{\\textbf\{Spanner \\#1\}\} & ", odd
    )
    assert r"\cmidrule(lr){2-3}" in odd
    assert r"$-$0.5~$\pm$~2 & \textless{}0.001\textsuperscript{a} & 3 \\" in odd
    assert r"{[}x] {*}y{*} \textasciitilde{} \textasciicircum{}" in odd
    assert "SYNTHETIC" in re.search(r"\\markright{.*}", words)[0]


def test_latex_has_no_sign_of_a_unit_that_its_fonts_lack():
    """Latin letters stay as they are: the fonts that the preamble asks for have them."""
    blocks = [(0xA4, 0xBF), (0x3B1, 0x3CA), (0x2070, 0x2072), (0x2074, 0x208F)]
    units = (
        "10⁹/L, µmol/L, μg·dL⁻¹, kg/m², m³, °C, ‰, Δ, Σ, Ω, ≥ 5 ≤ 6 ≈ 7 ≠ 8, √, †, ‡, CO₂, H₂O, ㎡"
    )
    signs = units + "".join(chr(c) for first, end in blocks for c in range(first, end))
    signs = "".join(sign for sign in signs if sign not in "¤¥¦¨©«¯´¸»\u00ad")
    table = Table("k", signs, (Column(signs),), (Row((text(signs),)),), {"a": signs}, (signs,))
    words = tables_latex([table], signs, []).decode()
    assert not re.findall(r"[^\x00-\x7f]", words)
    assert r"10\textsuperscript{9}/L" in words
    assert balanced(words)


def test_latex_rows_have_as_many_cells_as_columns():
    words = tables_latex([ODD], "Title", []).decode()
    body = words[words.index(r"\endhead") : words.index(r"\rule")]
    for line in body.splitlines()[2:-1]:
        assert len(re.findall(r"(?<!\\)&", line)) == 3, line


def test_rich_text_is_whole():
    tables = [ODD, *study_tables(view())]
    words = tables_rtf(tables, "Title", LEAD).decode("ascii")
    assert balanced(words)
    assert words.count(r"SEQ Table \\* ARABIC") == len(tables)
    assert r"\u-10179?\u-8704?" in words  # a sign beyond the first plane, as its two halves
    rows = re.findall(r"\\trowd.*?\\row\b", words)
    assert len(rows) > sum(len(table.rows) for table in tables)
    for row in rows:
        assert len(re.findall(r"\\cellx\d", row)) == len(re.findall(r"\\cell(?!x)", row)), row
    assert r"{\header\pard\fs16 SYNTHETIC DATA" in words
    assert all(r"\trpaddl57\trpaddr57\trpaddfl3\trpaddfr3" in row for row in rows)


def test_csv_holds_what_is_printed_and_what_is_behind_it():
    found = list(csv.DictReader(io.StringIO(tables_csv([ODD], "T", LEAD).decode())))
    p = next(row for row in found if row["name"] == "'=1+1" and row["column"] == "p")
    wanted = ("<0.001", "1e-05", "p", "Fisher’s exact test_1")
    assert (p["printed"], p["values"], p["kind"], p["footnote"]) == wanted
    assert {row["data"] for row in found} == {"SYNTHETIC"}
    assert len(found) == 6


def test_a_page_names_its_headings_and_escapes():
    page = WRITERS["html"][1]([ODD], "T", LEAD).decode()
    assert '<th colspan="2" scope="colgroup">Spanner #1</th>' in page
    assert "Odd &amp; 50% of {all} &lt;b&gt;labels&lt;/b&gt;" in page
    assert '<th scope="rowgroup" colspan="4">Heading ≥\xa05</th>' in page
    assert "&lt;0.001<sup>a</sup>" in page


def test_numbers_of_a_workbook_are_numbers_that_look_as_printed():
    book = load_workbook(io.BytesIO(tables_workbook([ODD], "T", [])))
    cells = [c for row in book.worksheets[1].iter_rows() for c in row]
    values = {c.value: c.number_format for c in cells if isinstance(c.value, float | int)}
    assert values == {0.00001: '"<0.001 a"', 0.5: "0.000", 3: "0"}


@pytest.mark.parametrize(
    ("words", "mark", "code"),
    [
        ("0.012", "", "0.000"),
        (".03", "a", '#.00" a"'),
        ("−1.25", "", '0.00;"−"0.00'),
        ("12", "", "0"),
        ("1,215,007", "", "#,##0"),
        ("16,865.3%", "a", '#,##0.0%" a"'),
        ("12.3%", "", "0.0%"),
        ("<0.001", "b", '"<0.001 b"'),
        ("0·012", "", '"0·012"'),
    ],
)
def test_formats_of_numbers(words, mark, code):
    assert number_format(words, mark) == code


def test_a_number_prints_the_same_in_every_kind_of_file():
    row = Row((text("x"), Cell("p", (0.0123,))))
    table = Table("k", "T", (Column("A"), Column("p")), (row,))
    with printing_in("lancet"):
        wanted = p_value(0.0123)
        for kind in ("html", "markdown", "csv"):
            assert wanted in WRITERS[kind][1]([table], "T", []).decode()
        assert wanted.replace("·", r"$\cdot$") in tables_latex([table], "T", []).decode()
        assert wanted.replace("·", r"\u183?") in tables_rtf([table], "T", []).decode()
