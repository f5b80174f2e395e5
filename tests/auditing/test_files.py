"""Files of other hands: where tables hide in a document, what is no document, shifted cells."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from docx.oxml import OxmlElement
from typer.testing import CliRunner

from analyses.manuscripts.source import ManuscriptError, read_csv_table
from reports.cli import app
from reports.docx_blocks import CAPTION
from reports.reading_docx import read_docx

ROWS = (("Variable", "A (n = 40)", "B (n = 60)"), ("Male, n (%)", "10 (25.0)", "30 (50.0)"))


def filled(document, rows=ROWS):
    made = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    return made


def saved(document, tmp_path: Path) -> Path:
    document.save(str(tmp_path / "m.docx"))
    return tmp_path / "m.docx"


def run(path: Path):
    return CliRunner().invoke(app, ["audit", str(path)])


def test_a_table_within_a_table(tmp_path):
    document = Document()
    cell = document.add_table(rows=1, cols=2).cell(0, 1)
    cell.text = "Table 3. Baseline"
    table = filled(document)._tbl
    cell._tc.append(table)
    cell.add_paragraph("* a note")
    (read,) = read_docx(saved(document, tmp_path)).tables
    assert (read.place, read.notes) == ("Table 3", ("* a note",))
    assert [row[1].words for row in read.rows] == ["10 (25.0)"]


@pytest.mark.parametrize("part", ["table", "row", "cell"])
def test_content_controls_around_a_table_its_rows_and_cells(tmp_path, part):
    document = Document()
    table = filled(document)._tbl
    inner = {"table": table, "row": table.tr_lst[1], "cell": table.tr_lst[1].tc_lst[1]}[part]
    around, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    inner.addprevious(around)
    around.append(content)
    content.append(inner)
    (read,) = read_docx(saved(document, tmp_path)).tables
    assert [cell.words for cell in read.rows[0]] == [*ROWS[1]]


def test_a_box_without_a_caption_is_not_the_first_table(tmp_path):
    document = Document()
    filled(document)
    document.add_paragraph("Table 1. Baseline")
    filled(document)
    document.add_paragraph("Numbers at risk", style="Caption")
    filled(document, (("Months", "0", "12"), ("A", "40", "20")))
    read = read_docx(saved(document, tmp_path)).tables
    assert [table.place for table in read] == [
        "Table 1 of the file, without a number", "Table 1", "Table 3 of the file, without a number",
    ]  # fmt: skip
    assert (read[2].title, read[1].notes) == ("Numbers at risk", ())


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Tab. 3: Verlauf", "Tab. 3"), ("TABLE IV. RESULTS", "TABLE IV"),
        ("eTable 5. More", "eTable 5"),
        ("Tabelle 6", "Tabelle 6"), ("Supplementary Table S2. X", "Supplementary Table S2"),
        ("Table 1A. X", "Table 1A"), ("Tableau 2", "Tableau 2"),
    ],
)  # fmt: skip
def test_names_of_tables(words, place):
    found = CAPTION.match(words)
    assert found is not None
    assert found[0] == place


def test_a_document_without_tables_says_so(tmp_path):
    document = Document()
    document.add_paragraph("The table is a picture.")
    done = run(saved(document, tmp_path))
    assert done.exit_code == 1
    assert "no table found" in done.stderr
    assert "picture" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("m.doc", b"\xd0\xcf\x11\xe0" + b"0" * 600, ("old Word document", "save it as .docx")),
        ("m.docx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), ("a password",)),
        ("m.pdf", b"%PDF-1.4", ("save it as .docx",)),
        ("m.odt", b"PK\x03\x04", ("save it as .docx",)),
    ],
)
def test_documents_of_other_kinds(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    done = run(tmp_path / name)
    assert done.exit_code == 1
    assert all(each in " ".join(done.stderr.split()) for each in words)


def test_cells_that_a_comma_shifted_are_named(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Variable,A (n = 40),B (n = 60)\nAge, years,50.1,51.2\nMale,10,30\n", "utf-8")
    with pytest.raises(ManuscriptError, match=r"row 2 \(Age\) has 4 cells, the heading 3"):
        read_csv_table(path)
    path.write_text("Variable,A (n = 40),B (n = 60)\nMale,10 (25%),30 (50%),,\nAge,5,\n", "utf-8")
    assert len(read_csv_table(path).tables[0].rows) == 2


def test_a_table_in_the_encoding_of_windows_and_with_a_title(tmp_path):
    path = tmp_path / "t.csv"
    heads = "Merkmal;Männer (n = 40);Frauen (n = 60)"
    text = f"Tabelle 2. Übersicht\n{heads}\nÖdem;10 (25,0 %);30 (50,0 %)\n"
    path.write_bytes(text.encode("cp1252"))
    (table,) = read_csv_table(path).tables
    assert table.title == "Tabelle 2. Übersicht"
    assert [cell.words for cell in table.rows[0]] == ["Ödem", "10 (25,0 %)", "30 (50,0 %)"]
