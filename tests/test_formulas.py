"""No output lets a text that a person typed become a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from small_plan import PLAN
from typer.testing import CliRunner

from cohort_stats.codebooks.redcap import read_redcap, write_redcap
from cohort_stats.dictionary import DataDictionary, Level, Variable
from cohort_stats.problem import Problem
from cohort_stats.rawtable import RawTable
from cohort_stats.workbooks.formula import as_text, frame_as_text, from_text
from cohort_stats.workbooks.marking import write_marked_copy
from cohort_stats.workbooks.template import write_template
from reports.cli import app
from reports.spreadsheet import tables_workbook
from reports.table import Column, Row, Table
from reports.table import text as words

HOSTILE = ("=1+1", "+1+1", "-1+1", "@SUM(1)", '=HYPERLINK("http://example.org","x")')


def formulas(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as book:
        sheets = [book.read(n) for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in s or b"<f " in s or b"<hyperlink" in s for s in sheets)
    cells = [c for sheet in load_workbook(path) for row in sheet.iter_rows() for c in row]
    assert not [c for c in cells if c.data_type == "f" and c.value in HOSTILE]
    return [str(c.value) for c in cells if c.value is not None]


def hostile_dictionary(text: str) -> DataDictionary:
    variables = (
        Variable(f"id_{text}", f"{text} id", "id", description=text, required=True),
        Variable("x", text, "text", unit=text, aliases=(f"{text} too",), missing=(text,)),
        Variable("y", f"{text} y", "category", unit=text, levels=(Level(text, text),)),
    )
    return DataDictionary({v.name: v for v in variables})


@pytest.mark.parametrize("text", HOSTILE)
def test_a_template_writes_labels_levels_and_patients_as_text(tmp_path: Path, text: str) -> None:
    dictionary = hostile_dictionary(text)
    frame = pd.DataFrame({name: [text] for name in dictionary})
    path = tmp_path / "t.xlsx"
    for patients in (None, frame):
        write_template(dictionary, path, title=text, remarks=(text,), frame=patients)
        written = formulas(path)
        assert text in written
        assert f"{text}\n({text})" in written


@pytest.mark.parametrize("text", HOSTILE)
def test_a_marked_copy_writes_cells_and_problems_as_text(tmp_path: Path, text: str) -> None:
    table = RawTable(
        path=tmp_path / "in.csv", sheet="", headings=(text,), columns=(1,), rows=(2,),
        values=([text],), heading_row=1, sha256="",
    )  # fmt: skip
    problem = Problem(table.address(0, 0), text, text, text, text)
    assert text in formulas(write_marked_copy(table, [problem], tmp_path / "out.xlsx"))


@pytest.mark.parametrize("text", HOSTILE)
def test_the_tables_of_a_packet_are_written_as_text(tmp_path: Path, text: str) -> None:
    columns = (Column(text), Column(text))
    rows = (Row((words(text), words(text))), Row((words(text), words(text, mark=text))))
    table = Table(key="t", title=text, columns=columns, rows=rows, notes=(text,))
    path = tmp_path / "tables.xlsx"
    path.write_bytes(tables_workbook([table], text, [text]))
    assert text in formulas(path)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_table_puts_an_apostrophe_in_front(text: str) -> None:
    frame = pd.DataFrame({"level": [text, "-1.5", "-inf", "low"], "value": [-1.5, 1, np.nan, 2]})
    out = io.StringIO()
    frame_as_text(frame).to_csv(out, index=False)
    rows = list(csv.reader(io.StringIO(out.getvalue())))
    assert [row[0] for row in rows[1:]] == [f"'{text}", "-1.5", "-inf", "low"]
    assert rows[1][1] == "-1.5"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_redcap_dictionary_is_written_as_text_and_read_as_it_was(
    tmp_path: Path, text: str
) -> None:
    variable = Variable("x", text, "text", description=text)
    path = write_redcap(DataDictionary({"x": variable}), tmp_path / "d.csv")
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert read_redcap(path)["x"] == variable


@given(st.text(alphabet="'=+-@\t\r19.eEx ", max_size=6))
def test_what_was_put_in_front_is_taken_away_again(text: str) -> None:
    assert from_text(as_text(text)) == text


@given(st.floats() | st.integers())
def test_numbers_stay_numbers(number: float) -> None:
    assert as_text(repr(number)) == repr(number)


def test_the_numbers_of_a_packet_hold_no_label_that_becomes_a_formula(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(PLAN.replace('"Surgery"', '"=Surgery"'), "utf-8")
    lines = [f"P{i},{'AB'[i % 2]},{40 + i},{90 + i},{i % 3 == 0:d},{1 + i}" for i in range(40)]
    header = "Patient,Arm,Age,Marker,Died,Survival (months)"
    (tmp_path / "c.csv").write_text("\n".join([header, *lines]), "utf-8")
    arguments = ["run", tmp_path / "c.csv", "--study", tmp_path / "p.toml", "-o", tmp_path / "out"]
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == 0, done.output
    with (tmp_path / "out" / "results.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'=Surgery" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    formulas(tmp_path / "out" / "tables.xlsx")
