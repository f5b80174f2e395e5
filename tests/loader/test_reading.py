"""Files of every kind and every kind of damage, read into addressed cells."""

from __future__ import annotations

import hashlib
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from workbooks import write_workbook

from cohort_stats.problem import CohortError
from cohort_stats.rawtable import CellError
from cohort_stats.reading import read_table

ROWS = [["Patient", "Age"], ["P1", 50], ["P2", 61.5]]


def the_problem(path, **kwargs) -> str:
    with pytest.raises(CohortError) as caught:
        read_table(path, **kwargs)
    assert len(caught.value.problems) == 1
    return str(caught.value)


def test_cells_keep_value_and_address(tmp_path):
    table = read_table(write_workbook(tmp_path / "a.xlsx", ROWS))
    assert table.headings == ("Patient", "Age")
    assert table.values == (["P1", "P2"], [50, 61.5])
    assert str(table.address(1, 1)) == "Cohort!B3"
    assert str(table.address(None, 1)) == "Cohort!B1"


def test_rows_and_columns_left_empty_do_not_shift_addresses(tmp_path):
    rows = [[], ["", "Patient", None, "Age"], [], [None, "P1", None, 50]]
    table = read_table(write_workbook(tmp_path / "a.xlsx", rows))
    assert table.headings == ("Patient", "Age")
    assert str(table.address(0, 1)) == "Cohort!D4"


def test_the_file_is_hashed_and_not_changed(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", ROWS)
    before = path.read_bytes()
    table = read_table(path)
    assert table.sha256 == hashlib.sha256(before).hexdigest()
    assert path.read_bytes() == before


def test_dates_stay_dates(tmp_path):
    rows = [["Day"], [datetime(2024, 2, 29)]]
    assert read_table(write_workbook(tmp_path / "a.xlsx", rows)).values[0] == [
        datetime(2024, 2, 29)
    ]


def test_a_single_sheet_may_be_called_anything(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", ROWS, sheet="Tabelle1")
    assert str(read_table(path).address(0, 0)) == "Tabelle1!A2"


def test_a_missing_sheet_names_those_there_are(tmp_path):
    book = Workbook()
    book.active.title = "Cohrt"
    book.create_sheet("Notes")
    book.save(tmp_path / "a.xlsx")
    assert the_problem(tmp_path / "a.xlsx") == (
        "a.xlsx: expected a sheet named 'Cohort', found sheets 'Cohrt', 'Notes' "
        "(did you mean 'Cohrt'?)"
    )


def test_error_cells_are_not_values(tmp_path):
    book = Workbook()
    book.active.append(["Age"])
    book.active.append(["#N/A"])
    book.active["A2"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx").values[0] == [CellError("the error #N/A")]


def test_a_formula_without_a_stored_result_is_not_an_empty_cell(tmp_path):
    table = read_table(write_workbook(tmp_path / "a.xlsx", [["Age", "BMI"], [50, "=A2/2"]]))
    assert table.values[1] == [CellError("a formula whose result was not saved")]


def test_a_stored_formula_result_is_read(tmp_path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Cohort")
        sheet.write(0, 0, "BMI")
        sheet.write_formula(1, 0, "=40/2", None, 20)
    assert read_table(tmp_path / "a.xlsx").values[0] == [20]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "expected a table with patients, found an empty file"),
        (b"not a workbook at all", "found a damaged file (open it in Excel"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "found a workbook protected with a password (save it without a password)",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "found the old .xls format"),
    ],
)
def test_unreadable_workbooks(tmp_path, content, found):
    (tmp_path / "a.xlsx").write_bytes(content)
    assert found in the_problem(tmp_path / "a.xlsx")


def test_an_empty_sheet_and_a_sheet_of_headings(tmp_path):
    empty = write_workbook(tmp_path / "a.xlsx", [])
    assert "found an empty sheet" in the_problem(empty)
    heads = write_workbook(tmp_path / "b.xlsx", [["Patient", "Age"]])
    assert "found headings without a single patient" in the_problem(heads)


def test_a_missing_file_and_an_unknown_kind(tmp_path):
    assert "expected a file, found nothing at" in the_problem(tmp_path / "a.xlsx")
    (tmp_path / "a.doc").write_text("x")
    assert "found a file ending in '.doc'" in the_problem(tmp_path / "a.doc")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_tables_with_any_delimiter(tmp_path, delimiter):
    lines = [delimiter.join(["Patient", "Age"]), delimiter.join(["P1", '"5,5"'])]
    (tmp_path / "a.csv").write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    table = read_table(tmp_path / "a.csv")
    assert table.values == (["P1"], ["5,5"])
    assert str(table.address(0, 1)) == "row 2, column 'Age'"


def test_a_column_without_heading_is_a_problem_of_the_table(tmp_path):
    table = read_table(write_workbook(tmp_path / "a.xlsx", [["Patient", None], ["P1", 5]]))
    assert [str(p) for p in table.problems] == [
        "Cohort!B1: expected a heading above the values of this column, found an empty cell"
    ]


@pytest.mark.parametrize("ending", [".csv"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_no_bytes_make_the_reader_crash(tmp_path, ending, content):
    path = tmp_path / f"random{ending}"
    path.write_bytes(content)
    try:
        table = read_table(path)
    except CohortError as wrong:
        assert wrong.problems
    else:
        assert table.headings


def test_marked_copy_of_a_text_table_and_a_workbook(tmp_path):
    from workbooks import DICTIONARY

    from cohort_stats.validation import validate
    from cohort_stats.workbooks.marking import write_marked_copy

    (tmp_path / "a.csv").write_text("Patient,Age\nP1,old\n=1+1,50\n", encoding="utf-8")
    book = write_workbook(tmp_path / "a.xlsx", [["Patient", "Age"], ["P1", "old"], ["P2", 50]])
    for path in (tmp_path / "a.csv", book):
        table = read_table(path)
        with pytest.raises(CohortError) as caught:
            validate(table, DICTIONARY)
        target = write_marked_copy(table, caught.value.problems, tmp_path / "problems.xlsx")
        copy = load_workbook(target)
        cell = copy["Cohort"]["B2"]
        assert cell.value == "old"
        assert cell.fill.fgColor.rgb == "FFF8B4B4"
        assert "a number from 0 to 120" in cell.comment.text
        assert copy["Cohort"]["B3"].comment is None
        assert copy["Problems"]["D3"].value == "'old'"
        assert all(c.data_type != "f" for row in copy["Cohort"].iter_rows() for c in row)


def test_a_marked_copy_holds_no_more_of_the_patients_than_the_wrong_cells(tmp_path):
    from workbooks import DICTIONARY

    from cohort_stats.validation import validate
    from cohort_stats.workbooks.marking import write_marked_copy

    rows = [["Patient", "Age", "Remark"], ["P1", 50, "secret"], ["P2", "+old", "private"]]
    table = read_table(write_workbook(tmp_path / "a.xlsx", rows))
    with pytest.raises(CohortError) as caught:
        validate(table, DICTIONARY)
    copy = load_workbook(write_marked_copy(table, caught.value.problems, tmp_path / "p.xlsx"))
    cells = [c for row in copy["Cohort"].iter_rows() for c in row if c.value is not None]
    assert [c.value for c in cells] == ["Patient", "Age", "Remark", "+old"]
    assert cells[-1].coordinate == "B3"
    assert cells[-1].data_type == "s"


def test_a_marked_copy_never_replaces_the_cohort_file(tmp_path):
    from cohort_stats.workbooks.marking import write_marked_copy

    path = write_workbook(tmp_path / "a.xlsx", ROWS)
    with pytest.raises(ValueError, match="target must not be the cohort file"):
        write_marked_copy(read_table(path), [], path)
