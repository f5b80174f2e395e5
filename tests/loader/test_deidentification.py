"""A copy to share: nothing in it tells who a patient is, and only the key leads back."""

from __future__ import annotations

import csv
import os
import random
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook
from tables import day, table_of, tables

from cohort_stats.describing.trial import has_day_shape
from cohort_stats.privacy import safe_files
from cohort_stats.privacy.days_since import choose_anchor
from cohort_stats.privacy.deidentification import deidentify
from cohort_stats.privacy.identifiers import suspected_identifiers
from cohort_stats.problem import CohortError
from cohort_stats.rawtable import CellError, Labelled, MissingCode, Percent
from cohort_stats.reading import read_table

COLUMNS = {
    "MRN": [40123456, 40987612, 38120034],
    "Name": ["Kim Minsu", "Lee Jiwon", "Park Ara"],
    "Date of birth": [day(1956, 4, 12), day(1920, 6, 1), day(1990, 12, 31)],
    "Age": [64, 100, 29],
    "Diagnosis date": ["2020-01-01", "unknown", "2020-12-01"],
    "Date of surgery": [day(2020, 1, 11), day(2020, 6, 1), day(2020, 12, 30)],
    "Last contact": ["2021-01-11", None, "13/14/2021"],
    "PSA": [1.5, 0.1, -2.5],
    "Remark": ["well", "went home", "fell"],
    "Note": ["well", "seen on 2020-05-04", "fell"],
}


def made(columns=None, **also):
    return deidentify(table_of(columns or COLUMNS, **also), randomness=random.Random(3))


def by_key(result, heading: str) -> dict[str, object]:
    """The new cells of a column, by the row of the original file."""
    j = result.table.headings.index(heading)
    rows = [line[1] for line in result.key[1:]]
    return dict(zip(rows, result.table.values[j], strict=True))


def test_names_and_numbers_go_and_column_order_stays():
    assert made().table.headings == (
        "MRN",
        "Age at Date of surgery",
        "Age",
        "Diagnosis date (days since Date of surgery)",
        "Date of surgery (days since Date of surgery)",
        "Last contact (days since Date of surgery)",
        "PSA",
        "Remark",
    )
    assert suspected_identifiers(made().table) == ()


def test_dates_are_whole_days_since_the_patients_anchor():
    result = made()
    before = by_key(result, "Diagnosis date (days since Date of surgery)")
    assert before == {"2": -10, "3": None, "4": -29}
    assert set(by_key(result, "Date of surgery (days since Date of surgery)").values()) == {0}
    assert by_key(result, "Last contact (days since Date of surgery)")["2"] == 366


def test_a_date_that_cannot_be_read_is_emptied_and_counted_never_left_in_clear():
    result = made()
    assert by_key(result, "Last contact (days since Date of surgery)")["4"] is None
    assert "'Last contact': 1 cell that could not be read as a date left empty." in result.report


def test_a_birth_date_becomes_completed_years_and_ninety_stands_for_all_above():
    assert by_key(made(), "Age at Date of surgery") == {"2": 63, "3": 90, "4": 29}


def test_an_age_of_a_hundred_is_pointed_out():
    assert any("'Age' holds ages of 90 and above" in words for words in made().report)


def test_patients_without_the_anchor_lose_their_dates_and_it_is_said():
    columns = {
        "Patient": ["P1", "P2"],
        "Date of surgery": [day(2020, 1, 1), None],
        "Last contact": [day(2020, 2, 1), day(2020, 3, 1)],
    }
    result = deidentify(table_of(columns), anchor="date of surgery")
    assert by_key(result, "Last contact (days since Date of surgery)") == {"2": 31, "3": None}
    words = "'Last contact': 1 date of patients without 'Date of surgery' left empty."
    assert words in result.report


def test_the_same_patient_has_one_study_id_and_one_anchor_in_several_rows():
    columns = {
        "Patient": ["P1", "P2", "p1 ", "P3", "P2", "P4"],
        "Date of surgery": [day(2020, 1, 1 + k) for k in range(6)],
    }
    result = made(columns)
    ids = by_key(result, "Patient")
    assert ids["2"] == ids["4"]
    assert ids["3"] == ids["6"]
    assert len(set(ids.values())) == 4
    days = by_key(result, "Date of surgery (days since Date of surgery)")
    assert (days["2"], days["4"], days["6"]) == (0, 2, 3)


def test_the_order_of_the_file_is_not_kept_and_not_repeatable_without_the_key():
    columns = {"MRN": [*range(1000, 1200)], "Age": [*range(200)]}
    first = deidentify(table_of(columns))
    second = deidentify(table_of(columns))
    assert list(first.table.values[0]) == sorted(first.table.values[0])
    assert first.table.values[1] != second.table.values[1]
    assert sorted(first.table.values[1]) == [*range(200)]


def test_the_key_leads_back():
    head, *rows = made().key
    assert head[:2] == ("Study ID", "Row in the original file")
    assert set(head[2:]) == {"MRN", "Name", "Date of birth", "Note", "Date of surgery"}
    row = dict(zip(head, next(r for r in rows if r[1] == "2"), strict=True))
    assert (row["MRN"], row["Name"]) == ("40123456", "Kim Minsu")


def test_the_id_keeps_its_heading_unless_that_may_be_a_patient():
    assert made({"Pat.-Nr.": ["P1", "P2", "P3"]}).table.headings == ("Pat.-Nr.",)
    assert made({"MRN 40123455": [40123456, 40987612]}).table.headings == ("Study ID",)
    assert made({"Remark": ["well", "fell"]}).table.headings == ("Study ID", "Remark")


def test_the_report_holds_no_value_and_no_place_of_the_original_file():
    words = " ".join(made().report)
    assert not any(x in words for x in ("Kim", "4012", "Cohort!", "1956", "went home"))
    assert "Read these columns before you share the file: Remark." in words


def test_a_text_with_a_date_or_a_phone_number_goes_whole():
    assert "Note" not in made().table.headings
    columns = {"Remark": ["well", "call 010-1234-5678"], "Age": [50, 61]}
    assert made(columns).table.headings == ("Study ID", "Age")


def test_dates_that_slipped_into_other_columns_are_emptied_and_counted():
    columns = {"Age": [50, 61, 72, day(2020, 3, 4)], "Sex": ["M", "F", "M", "F 2020-01-02"]}
    result = made(columns)
    assert by_key(result, "Age")["5"] is None
    assert "'Age': 1 cell with an identifier or a date left empty." in result.report


def test_labels_stay_and_declared_missing_cells_are_empty_and_counted():
    columns = {
        "grade": [Labelled(1, "low"), Labelled(2, "high"), MissingCode("9"), CellError("#N/A")],
        "Age": [50, 61, 72, 44],
    }
    result = made(columns, value_labels=({1: "low", 2: "high"}, {}))
    assert set(by_key(result, "grade").values()) == {"low", "high", None}
    assert any("2 cells with an error or a missing code" in words for words in result.report)


def test_the_anchor_is_the_most_complete_date_and_surgery_before_others():
    columns = {
        "Admission seen": [day(2020, 1, 1)] * 10,
        "Scan": [day(2020, 1, 1)] * 10,
        "Date of surgery": [day(2020, 1, 1)] * 9 + [None],
        "Treatment": [day(2020, 1, 1)] * 4 + [None] * 6,
    }
    patients = [str(i) for i in range(10)]
    table = table_of(columns)
    assert choose_anchor(table, [1, 2, 3], patients).heading == "Date of surgery"
    assert choose_anchor(table, [1, 3], patients).heading == "Scan"
    assert choose_anchor(table, [1, 2, 3], patients, "treatment").heading == "Treatment"


def test_an_anchor_that_is_no_date_column_is_told():
    with pytest.raises(CohortError, match="--anchor: expected the heading of a date column"):
        deidentify(table_of(COLUMNS), anchor="PSA")


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables())
def test_no_table_makes_it_fail_and_no_date_is_left_in_clear(table):
    try:
        result = deidentify(table)
    except CohortError as refused:
        assert "for each code of" in str(refused)
        return
    assert {len(values) for values in result.table.values} == {len(table.rows)}
    assert len(result.key) == len(table.rows) + 1
    for values in result.table.values:
        assert not any(has_day_shape(value) for value in values)


def written(tmp_path: Path, columns=None, **also) -> tuple[Path, Path]:
    safe, key = tmp_path / "share" / "safe.xlsx", tmp_path / "keep" / "key.csv"
    safe_files.write_both(made(columns, **also), safe, key)
    return safe, key


def test_the_copy_is_read_by_the_loader_and_only_the_owner_reads_the_key(tmp_path):
    safe, key = written(tmp_path)
    table = read_table(safe)
    assert table.headings == made().table.headings
    assert [tuple(v) for v in table.values] == [tuple(v) for v in made().table.values]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [p.name for p in (*safe.parent.iterdir(), *key.parent.iterdir())] == [
        "safe.xlsx",
        "key.csv",
    ]


def test_nothing_of_the_patients_hides_in_the_workbook(tmp_path):
    safe, _ = written(tmp_path)
    with zipfile.ZipFile(safe) as archive:
        everything = b" ".join(archive.read(name) for name in archive.namelist())
        assert not any("comment" in name for name in archive.namelist())
    for word in (b"Kim", b"40123456", b"1956", b"2020-", b"cohort.xlsx"):
        assert word not in everything
    book = load_workbook(safe)
    assert book.sheetnames == ["Read me", "Cohort"]
    assert all(sheet.sheet_state == "visible" for sheet in book.worksheets)
    assert not book.properties.creator
    assert not book.properties.lastModifiedBy


def test_made_up_patients_stay_marked(tmp_path):
    safe, _ = written(tmp_path, synthetic=True)
    assert read_table(safe).synthetic


def test_cells_that_a_spreadsheet_would_run_are_text_in_both_files(tmp_path):
    columns = {
        "MRN": ["=cmd()", "@x", "+82 10 1", "-5"],
        "Side": ["=1+1", "@SUM(A1)", "=1+1", "@SUM(A1)"],
    }
    safe, key = written(tmp_path, columns)
    cells = [cell for row in load_workbook(safe)["Cohort"].iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    assert {cell.value for cell in cells} >= {"=1+1", "@SUM(A1)"}
    with key.open(encoding="utf-8-sig", newline="") as file:
        codes = {row["MRN"] for row in csv.DictReader(file)}
    assert codes == {"'=cmd()", "'@x", "'+82 10 1", "-5"}


def test_a_percentage_stays_one(tmp_path):
    safe, _ = written(tmp_path, {"Share": [Percent(0.45), Percent(0.5)]})
    cell = load_workbook(safe)["Cohort"]["B2"]
    assert "%" in cell.number_format


def refused(tmp_path, safe, key, **also) -> str:
    with pytest.raises(CohortError) as caught:
        safe_files.check_targets(
            tmp_path / "cohort.xlsx", tmp_path / safe, tmp_path / key, overwrite=False, **also
        )
    return str(caught.value)


def test_the_key_never_lies_beside_the_workbook_or_below_it(tmp_path):
    assert "expected a file outside of the folder" in refused(tmp_path, "a.xlsx", "k.csv")
    assert "must not get the key" in refused(tmp_path, "share/a.xlsx", "share/below/k.csv")
    safe_files.check_targets(
        tmp_path / "c.xlsx", tmp_path / "share/a.xlsx", tmp_path / "k.csv", overwrite=False
    )


def test_neither_the_input_nor_an_earlier_key_is_ever_replaced(tmp_path):
    (tmp_path / "k.csv").write_text("the way back")
    assert "only way back" in refused(tmp_path, "s/a.xlsx", "k.csv")
    assert "another file than the one that is read" in refused(
        tmp_path, "cohort.xlsx", "elsewhere/../../k.csv"
    )


def test_if_the_workbook_cannot_be_written_there_is_no_key_either(tmp_path, monkeypatch):
    real = os.replace

    def replace(source, target):
        if str(target).endswith(".xlsx"):
            raise PermissionError("open in another program")
        real(source, target)

    monkeypatch.setattr(safe_files.os, "replace", replace)
    with pytest.raises(PermissionError):
        written(tmp_path)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_if_the_key_cannot_be_written_there_is_no_workbook_either(tmp_path):
    (tmp_path / "keep").write_text("a file where a folder should be")
    with pytest.raises(FileExistsError):
        written(tmp_path)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["keep"]


def test_a_record_number_tells_patients_apart_and_namesakes_stay_two_patients():
    names = ["Kim Young", "Lee Sun", "Kim Young", "Park Jin"] * 4
    columns = {
        "MRN": [f"H{700100 + 7 * i}" for i in range(16)],
        "Patient": names,
        "Surgery date": [day(2019, 1, 1 + i) for i in range(16)],
        "Age": [40 + i for i in range(16)],
    }
    result = made(columns)
    assert len({row[0] for row in result.key[1:]}) == 16
    assert "'Patient' is dropped: it may be a name, by the form of 16 of 16 cells." in result.report
    del columns["MRN"]
    result = made(columns)
    assert len({row[0] for row in result.key[1:]}) == 16
    assert any("Every row has a study id of its own" in words for words in result.report)


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Sex", ["M", "F", "여", "남"]),
        ("Age", [40, 52, 60, 41]),
        ("DOB", [day(1950, 1, 1 + k) for k in range(4)]),
    ],
)
def test_a_code_that_stands_for_different_patients_is_refused(heading, values):
    columns = {"Patient": ["P1", "P1", "P2", "P3"] * 2, heading: values * 2}
    with pytest.raises(CohortError, match=f"{heading}.*one value for each code of 'Patient'"):
        made(columns)


def test_a_patient_may_grow_older_from_row_to_row():
    columns = {
        "Patient": ["P1", "P1", "P2", "P3"] * 2,
        "Age": [40, 44, 60, 41, 40, 44, 60, 41],
        "Visit": [day(2010 + k, 1, 1) for k in (0, 4, 0, 1, 0, 4, 0, 1)],
        "Sex": ["M", "남", "f", "여"] * 2,
    }
    assert len({row[0] for row in made(columns).key[1:]}) == 3


def test_codes_of_patients_come_before_codes_of_rows_but_initials_after():
    patients = ["P1", "P1", "P2", "P3"] * 2
    rows = {"No": [*range(1, 9)], "Patient": patients, "PSA": [1.5] * 8}
    assert len({row[0] for row in made(rows).key[1:]}) == 3
    rows["Patient"] = ["KY", "KY", "LS", "PJ"] * 2
    assert len({row[0] for row in made(rows).key[1:]}) == 8


PEOPLE = [f"{a} {b}" for a in ("Kim", "Anna", "Olga") for b in ("Young", "Bauer", "Roth")]
OF_NINE = {
    "MRN": [f"H{700100 + 7 * i}" for i in range(9)],
    "Name": PEOPLE,
    "Surgery date": [day(2019, 1, 1 + i) for i in range(9)],
}


def of_nine(heading: str, values: list) -> tuple[list | None, str]:
    """The new cells of one more column in the order of the file, and the report."""
    result = made({**OF_NINE, heading: values})
    for new, cells in zip(result.table.headings, result.table.values, strict=True):
        if new.startswith(heading):
            by_row = dict(zip([line[1] for line in result.key[1:]], cells, strict=True))
            return [by_row[str(i)] for i in range(2, 11)], " ".join(result.report)
    return None, " ".join(result.report)


def test_values_of_hidden_columns_are_found_inside_other_cells():
    status = ["alive"] * 6 + ["alive (Anna Bauer)", "dead, mrn:h700107", "dead (Roth)"]
    cells, said = of_nine("Status", status)
    assert cells == ["alive"] * 6 + [None] * 3
    assert "'Status': 3 cells with a value of a dropped or replaced column left empty." in said
    assert "Bauer" not in said


def test_a_column_that_repeats_the_record_number_goes():
    cells, said = of_nine("Index", list(OF_NINE["MRN"]))
    assert cells is None
    assert "'Index' is dropped: it repeats a column that is dropped or replaced." in said


def test_levels_that_some_name_happens_to_be_stay():
    columns = {**OF_NINE, "Name": ["White", *"abcdefgh"], "Race": ["White"] * 5 + ["Asian"] * 4}
    assert sorted(made(columns).table.values[2]) == ["Asian"] * 4 + ["White"] * 5


def test_hangul_names_are_found_inside_words():
    names = ["김영숙", "이순자", "박서준", "최하은"]
    columns = {"환자명": names, "상태": ["생존", "생존(이순자님)", "사망", "보호자:김영숙"]}
    assert made(columns).report[-1].startswith("A program") or "상태" in made(columns).report[-1]
    assert "이순자" not in str(made(columns).table.values)
    assert "김영숙" not in str(made(columns).table.values)


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("입원일", [f"1901{i:02}" for i in range(1, 10)]),
        ("OP", [43466 + i for i in range(9)]),
        ("First visit", [43466.0 + i for i in range(9)]),
        ("Info", [43466 + i for i in range(9)]),
        ("Info", [20190101 + i for i in range(9)]),
        ("Info", [f"1901{i:02}" for i in range(1, 10)]),
    ],
)
def test_dates_typed_as_plain_numbers_become_days(heading, values):
    cells, _ = of_nine(heading, values)
    assert cells == [0] * 9


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Income", [30000 + 3000 * i for i in range(9)]),
        ("Platelets", [150000 + 11111 * i for i in range(9)]),
        ("Dose (mg)", [43466 + i for i in range(9)]),
    ],
)
def test_large_numbers_are_no_dates(heading, values):
    assert of_nine(heading, values)[0] == values


def test_a_year_of_birth_becomes_an_age():
    columns = {**OF_NINE, "Year of birth": [1920 + 5 * i for i in range(9)]}
    result = made(columns)
    assert "Year of birth" not in result.table.headings
    ages = by_key(result, "Age in the year of Surgery date")
    assert (ages["2"], ages["10"]) == (90, 59)


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Remark", "pain since 03/2020"),
        ("Bemerkung", "op am 12.5. gut"),
        ("Comment", "Herr Kim called"),
        ("Note", "Mrs Kovacsy called"),
        ("비고", "홍길동님 전화"),
        ("Notes", "see file of Bauer, 2nd drawer"),
    ],
)
def test_remarks_on_somebody_go_whole(heading, text):
    assert of_nine(heading, ["well"] * 4 + [text] + ["fine"] * 4)[0] is None


def test_other_remarks_stay_and_are_pointed_out():
    remark = ["well", "PSA 12.5 ng", "5/5 strength", "seen 2020", *["fine"] * 5]
    cells, said = of_nine("Remark", remark)
    assert cells == remark
    assert "Read these columns before you share the file: Remark." in said
