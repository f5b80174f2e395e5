"""Files of SPSS, Stata and SAS: labels, missing codes, dates, text and every kind of damage."""

from __future__ import annotations

import hashlib
import shutil
import struct
import subprocess
import tempfile
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohort_stats.problem import CohortError
from cohort_stats.rawtable import CellError, Labelled, MissingCode
from cohort_stats.reading import columns, read_table
from cohort_stats.reading.stored_dates import date_reading

SAS_FILE = Path(__file__).parent / "files" / "special_missing.sas7bdat"
ENCODING_RECORD = struct.pack("<3i", 7, 20, 1)
MACHINE_RECORD = struct.pack("<4i", 7, 3, 4, 8)


def sav(path, columns, **said):
    """An SPSS file; `columns` by name."""
    pyreadstat.write_sav(pd.DataFrame(columns), path, **said)
    return path


def dta(path, columns, **said):
    """A Stata file; `columns` by name."""
    pyreadstat.write_dta(pd.DataFrame(columns), path, **said)
    return path


def column(path, name):
    table = read_table(path)
    return table.values[table.headings.index(name)]


def the_problem(path) -> str:
    with pytest.raises(CohortError) as caught:
        read_table(path)
    assert len(caught.value.problems) == 1
    return str(caught.value)


# Missing codes and labels


def test_a_user_missing_999_never_comes_out_as_a_number(tmp_path):
    path = sav(
        tmp_path / "a.sav",
        {"age": [50.0, 999, 61.5], "score": [1.0, 95, 99], "sex": ["M", "NA", "F"]},
        missing_ranges={"age": [999], "score": [{"lo": 90, "hi": 98}, 99], "sex": ["NA"]},
        variable_value_labels={"age": {999: "not asked"}},
    )
    table = read_table(path)
    assert table.values[0] == [50, MissingCode("999", "not asked"), 61.5]
    assert table.values[1] == [1, MissingCode("95"), MissingCode("99")]
    assert table.values[2] == ["M", MissingCode("NA"), "F"]


def test_a_range_of_missing_values_may_be_open(tmp_path):
    said = {"missing_ranges": {"x": [{"lo": -1.7976931348623157e308, "hi": -1}]}}
    path = sav(tmp_path / "a.sav", {"x": [-9.0, 0, 3]}, **said)
    assert column(path, "x") == [MissingCode("-9"), 0, 3]


def test_the_value_a_system_leaves_empty_is_empty(tmp_path):
    cells = {"age": [50.0, np.nan, 3], "sex": ["M", "F", "  "]}
    for path in (sav(tmp_path / "a.sav", cells), dta(tmp_path / "a.dta", cells)):
        assert read_table(path).values == ([50, None, 3], ["M", "F", None])


def test_stata_missing_letters_keep_their_label(tmp_path):
    path = dta(
        tmp_path / "a.dta",
        {"nodes": [1, "a", "z", None, 2], "id": ["P1", "P2", "P3", "P4", "P5"]},
        missing_user_values={"nodes": ["a", "z"]},
        variable_value_labels={"nodes": {"a": "refused"}},
    )
    assert column(path, "nodes") == [1, MissingCode(".a", "refused"), MissingCode(".z"), None, 2]
    assert read_table(path).value_labels == ({".a": "refused"}, {})


def test_a_letter_in_a_text_of_stata_is_no_missing_code(tmp_path):
    assert column(dta(tmp_path / "a.dta", {"arm": ["a", "b"]}), "arm") == ["a", "b"]


def test_codes_carry_their_labels_and_share_them(tmp_path):
    path = sav(
        tmp_path / "a.sav",
        {"grade": [2.0, 1, 2, 4], "sex": ["M", "F", "M", "x"]},
        variable_value_labels={
            "grade": {3: "III", 1: "I", 2: "II", 9: "unknown"},
            "sex": {"M": "Male", "F": "Female"},
        },
        missing_ranges={"grade": [9]},
    )
    table = read_table(path)
    grade, sex = table.values
    assert grade == [Labelled(2, "II"), Labelled(1, "I"), Labelled(2, "II"), 4]
    assert sex == [Labelled("M", "Male"), Labelled("F", "Female"), Labelled("M", "Male"), "x"]
    assert grade[0] is grade[2]
    assert dict(table.value_labels[1]) == {"M": "Male", "F": "Female"}


def test_all_labels_of_a_column_are_told_in_the_order_of_the_file(tmp_path):
    labels = {3: "III", 1: "I", 2: "II", 9: "unknown"}
    path = sav(
        tmp_path / "a.sav",
        {"grade": [1.0], "plain": [2.0]},
        variable_value_labels={"grade": labels},
        missing_ranges={"grade": [9]},
    )
    found, none = read_table(path).value_labels
    assert sorted(found.items()) == sorted(labels.items())
    assert all(type(code) is int for code in found)
    assert none == {}
    _, meta = pyreadstat.read_sav(path)
    assert list(found) == list(meta.variable_value_labels["grade"])


def test_a_variables_label_is_another_name_of_it(tmp_path):
    said = {"column_labels": {"v1": "Age at surgery (years)", "v2": "v2"}}
    for path in (
        sav(tmp_path / "a.sav", {"v1": [1.0], "v2": [2.0], "v3": [3.0]}, **said),
        dta(tmp_path / "a.dta", {"v1": [1.0], "v2": [2.0], "v3": [3.0]}, **said),
    ):
        table = read_table(path)
        assert table.headings == ("v1", "v2", "v3")
        assert table.other_names == (("Age at surgery (years)",), (), ())


# Addresses


def test_a_cell_is_addressed_by_case_and_variable(tmp_path):
    path = sav(tmp_path / "a.sav", {"id": ["P1", "P2", "P3"], "age": [1.0, 2, 3]})
    before = path.read_bytes()
    table = read_table(path)
    assert str(table.address(2, 1)) == "row 3, column 'age'"
    assert str(table.address(None, 1)) == "column 'age'"
    assert (table.rows, table.columns, table.sheet) == ((1, 2, 3), (1, 2), "")
    assert table.sha256 == hashlib.sha256(before).hexdigest()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_empty_cases_are_passed_over_and_the_others_keep_their_numbers(tmp_path):
    path = sav(tmp_path / "a.sav", {"id": ["P1", "", "P3"], "age": [1.0, np.nan, np.nan]})
    table = read_table(path)
    assert table.rows == (1, 3)
    assert table.values == (["P1", "P3"], [1, None])
    assert table.notes == ("rows without any value, passed over: 1",)


# Numbers and text


def test_whole_numbers_are_written_without_a_point(tmp_path):
    values = column(sav(tmp_path / "a.sav", {"x": [3.0, 3.5, 1e300, -0.0]}), "x")
    assert [str(v) for v in values] == ["3", "3.5", "1e+300", "0"]


def test_single_precision_is_read_as_typed(tmp_path):
    frame = pd.DataFrame({"x": np.array([0.1, 2.3, 4, np.nan], dtype="float32")})
    frame.to_stata(tmp_path / "a.dta", write_index=False)
    frame.to_stata(tmp_path / "old.dta", write_index=False, version=114)
    assert column(tmp_path / "a.dta", "x")[:3] == [0.1, 2.3, 4]
    assert column(tmp_path / "old.dta", "x")[:3] == [0.1, 2.3, 4]


def test_blanks_that_fill_up_a_text_are_taken_off_but_no_part_of_a_letter(tmp_path):
    # The last byte of à in UTF-8 is that of a blank in other encodings.
    path = sav(tmp_path / "a.sav", {"note": ["déjà", "  b  ", "voilà un long mot"]})
    assert column(path, "note") == ["déjà", "  b", "voilà un long mot"]


def test_long_names_labels_and_texts_come_through_whole(tmp_path):
    name, text = "나이" * 10, "종양 " * 200 + "끝"
    path = sav(
        tmp_path / "a.sav",
        {name: [1.0, 2], "note": [text, "b"]},
        column_labels={name: "환자의 나이" * 8},
        variable_value_labels={name: {1: "남자" * 20}, "note": {"b": "비고"}},
    )
    table = read_table(path)
    assert table.headings == (name, "note")
    assert table.other_names[0] == ("환자의 나이" * 8,)
    assert table.values == ([Labelled(1, "남자" * 20), 2], [text, Labelled("b", "비고")])


# Encodings


def korean(path, encoding=b"CP949", page=949):
    """A file as SPSS wrote it before Unicode, which pyreadstat cannot write."""
    said = {"variable_value_labels": {"sex": {"wxyz": "ABCDEF"}}, "column_labels": ["GHIJ"]}
    sav(path, {"sex": ["abcd", "wxyz"]}, **said)
    content = path.read_bytes()
    for ascii_text, text in (
        ("abcd", "여자"),
        ("wxyz", "남자"),
        ("ABCDEF", "남환자"),
        ("GHIJ", "성별"),
    ):
        content = content.replace(ascii_text.encode(), text.encode("cp949"))
    at = content.index(ENCODING_RECORD)
    if encoding is None:
        content = content[: at + 4] + struct.pack("<i", 99) + content[at + 8 :]
    else:
        content = content[: at + 16] + encoding + content[at + 21 :]
    at = content.index(MACHINE_RECORD) + 44
    path.write_bytes(content[:at] + struct.pack("<i", page) + content[at + 4 :])
    return path


def test_text_is_read_in_the_encoding_that_the_file_names(tmp_path):
    for path in (korean(tmp_path / "a.sav"), korean(tmp_path / "b.sav", None, 949)):
        table = read_table(path)
        assert table.values == (["여자", Labelled("남자", "남환자")],)
        assert table.other_names == (("성별",),)
        assert table.notes == ("text is read in the encoding that the file names, cp949",)


@pytest.mark.parametrize("page", [2, 3, 77777])
def test_the_encoding_of_an_old_file_that_names_none_is_found_out(tmp_path, page):
    table = read_table(korean(tmp_path / "a.sav", None, page))
    assert table.values == (["여자", Labelled("남자", "남환자")],)
    assert table.notes == ("text is read as CP949 (Korean); the file does not name its encoding",)


def test_text_of_an_encoding_that_cannot_be_found_out_is_no_gibberish(tmp_path):
    path = korean(tmp_path / "a.sav", None, 2)
    content = path.read_bytes()
    for text in ("여자", "남자", "남환자", "성별"):
        content = content.replace(
            text.encode("cp949"), b"\xff\xfe\xfd\xfc\xff\xfe"[: 2 * len(text)]
        )
    path.write_bytes(content)
    assert the_problem(path) == (
        "a.sav: expected text in UTF-8 or in the encoding that the file names, found text in an "
        "encoding that it does not name, or not rightly (open it in SPSS in its language, and "
        "save it with Unicode (UTF-8) encoding)"
    )


def test_letters_damaged_in_a_cell_are_told_where_they_stand(tmp_path):
    path = korean(tmp_path / "a.sav", b"UTF-8", 65001)
    first, second = column(path, "sex")
    assert isinstance(first, CellError)
    assert str(first).endswith("with letters that are damaged")
    assert isinstance(second, CellError)


def test_the_encoding_of_old_stata_text_is_found_out(tmp_path):
    path = dta(tmp_path / "a.dta", {"sex": ["abcd", "x"]}, version=13)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"abcd", "남자".encode("cp949")))
    assert column(path, "sex") == ["남자", "x"]
    path.write_bytes(content.replace(b"abcd", "Bärs"[:4].encode("cp1252")))
    assert column(path, "sex") == ["Bärs", "x"]
    path.write_bytes(content.replace(b"abcd", b"\xff\xfe\xfd\xfc"))
    assert "unicode translate" in the_problem(path)


# Dates

NOON = datetime(2019, 5, 7, 12, 30)
SPSS_SECONDS = (NOON - datetime(1582, 10, 14)).total_seconds()
SAS_SECONDS = (NOON - datetime(1960, 1, 1)).total_seconds()


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        *((f, NOON.date()) for f in ("DATE11", "ADATE10", "EDATE8", "SDATE10", "JDATE7")),
        *((f, NOON) for f in ("DATETIME20", "DATETIME23.2", "YMDHMS19")),
        ("MOYR8", "2019-05"),
        ("QYR8", "2019q2"),
        ("WKYR10", "2019w19"),
    ],
)
def test_dates_of_spss_are_read_by_their_format(tmp_path, shown, expected):
    path = sav(tmp_path / "a.sav", {"d": [SPSS_SECONDS]}, variable_format={"d": shown})
    assert column(path, "d") == [expected]
    assert type(column(path, "d")[0]) is type(expected)


def test_weeks_begin_on_the_first_of_january():
    read = date_reading("SPSS", "WKYR10")
    days = (date(2019, 1, 7), date(2019, 1, 8), date(2019, 12, 31))
    stored = [(day - date(1582, 10, 14)).days * 86400.0 for day in days]
    assert [read(seconds) for seconds in stored] == ["2019w1", "2019w2", "2019w53"]


def test_times_of_spss_may_be_longer_than_a_day(tmp_path):
    path = sav(
        tmp_path / "a.sav",
        {"t": [3600.5, 90000.0], "lasted": [60.0, 90000]},
        variable_format={"t": "TIME8", "lasted": "DTIME10"},
    )
    assert column(path, "t") == [time(1, 0, 0, 500000), timedelta(hours=25)]
    assert column(path, "lasted") == [timedelta(minutes=1), timedelta(hours=25)]


def test_a_number_that_is_no_date_is_told_as_such(tmp_path):
    path = sav(tmp_path / "a.sav", {"d": [1e15, -1e15]}, variable_format={"d": "DATE11"})
    high, low = column(path, "d")
    assert high == CellError("the number 1e+15, which is no date or time")
    assert isinstance(low, CellError)


def test_a_missing_code_among_dates_is_no_date(tmp_path):
    unknown = (date(1911, 11, 11) - date(1582, 10, 14)).days * 86400.0
    path = sav(
        tmp_path / "a.sav",
        {"d": [unknown]},
        variable_format={"d": "DATE11"},
        missing_ranges={"d": [unknown]},
    )
    assert column(path, "d") == [MissingCode("1911-11-11")]


DAYS = (NOON.date() - date(1960, 1, 1)).days
STATA = [
    ("%td", DAYS, NOON.date()),
    ("%tdDD/NN/CCYY", DAYS, NOON.date()),
    ("%-td", DAYS, NOON.date()),
    ("%dD_m_Y", DAYS, NOON.date()),
    ("%tc", SAS_SECONDS * 1000, NOON),
    ("%tcHH:MM", SAS_SECONDS * 1000, NOON.time()),
    ("%tcHH:MM:SS", 3_600_000, time(1)),
    ("%tC", (SAS_SECONDS + 27) * 1000, NOON),
    ("%tw", 59 * 52 + 18, "2019w19"),
    ("%tm", 59 * 12 + 4, "2019-05"),
    ("%tq", 59 * 4 + 1, "2019q2"),
    ("%th", 59 * 2, "2019h1"),
    ("%ty", 2019, "2019"),
    ("%tm", -1, "1959-12"),
]


@pytest.mark.parametrize(("shown", "stored", "expected"), STATA)
def test_dates_of_stata_are_read_by_their_format(tmp_path, shown, stored, expected):
    path = dta(tmp_path / "a.dta", {"d": [float(stored)]}, variable_format={"d": shown})
    assert column(path, "d") == [expected]
    assert type(column(path, "d")[0]) is type(expected)


def test_a_business_day_of_stata_is_no_number():
    assert isinstance(date_reading("Stata", "%tbsimple")(12.0), CellError)


def test_leap_seconds_do_not_move_a_day():
    read = date_reading("Stata", "%tC")
    midnight = (datetime(1972, 7, 1) - datetime(1960, 1, 1)).total_seconds() * 1000
    assert read(midnight - 1) == datetime(1972, 6, 30, 23, 59, 59, 999000)
    assert read(midnight) == datetime(1972, 6, 30, 23, 59, 59)  # the leap second itself
    assert read(midnight + 1000) == datetime(1972, 7, 1)
    second_leap = (datetime(1973, 1, 1) - datetime(1960, 1, 1)).total_seconds() * 1000 + 1000
    assert read(second_leap - 1000) == datetime(1972, 12, 31, 23, 59, 59)
    assert read(second_leap + 1000) == datetime(1973, 1, 1)
    assert read((SAS_SECONDS + 27) * 1000) == NOON


@pytest.mark.parametrize(
    ("shown", "stored", "expected"),
    [
        *(
            (f, DAYS, NOON.date())
            for f in ("DATE9", "DDMMYY10", "MMDDYYS8", "YYMMDD10", "YYMMDDN8")
        ),
        *(
            (f, DAYS, NOON.date())
            for f in ("E8601DA10", "WEEKDATX29", "JULIAN7", "NLDATE20", "date9.")
        ),
        *(
            (f, SAS_SECONDS, NOON)
            for f in ("DATETIME20", "E8601DT19", "DATEAMPM22", "DATETIME22.3")
        ),
        *((f, SAS_SECONDS, NOON.date()) for f in ("DTDATE9", "E8601DN10")),
        *((f, DAYS, "2019-05") for f in ("MONYY7", "YYMMD7", "MMYYS7", "YYMON7")),
        ("DTMONYY7", SAS_SECONDS, "2019-05"),
        ("YYQ6", DAYS, "2019q2"),
        ("YEAR4", DAYS, "2019"),
        ("TIME8", 45000, time(12, 30)),
        ("TIME8", 90000, timedelta(hours=25)),
        ("TOD8", SAS_SECONDS, NOON.time()),
    ],
)
def test_dates_of_sas_are_read_by_their_format(shown, stored, expected):
    found = date_reading("SAS", shown)(stored)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        *(("SAS", shown) for shown in ("BEST12", "", "YESNO", "$CHAR8")),
        *(("SPSS", shown) for shown in ("F8.2", "A10", "MONTH9")),
        *(("Stata", shown) for shown in ("%9.0g", "%tx", "")),
    ],
)
def test_other_formats_are_of_no_date(program, shown):
    assert date_reading(program, shown) is None


# SAS


def test_a_sas_file_is_read_with_its_labels_dates_and_special_missing_values():
    table = read_table(SAS_FILE)
    cells = dict(zip(table.headings, table.values, strict=True))
    assert cells == {
        "id": ["P1", "P2", "P3"],
        "age": [50, 61.5, None],
        "surgery": [date(2020, 2, 29), date(1950, 1, 1), None],
        "admitted": [datetime(2020, 2, 28, 12, 30), datetime(1949, 12, 31, 23, 59, 59), None],
        "nodes": [MissingCode(".A"), 5, MissingCode("._")],
        "month": ["2020-01", "1960-01", None],
        "lasted": [time(1), timedelta(hours=25), None],
    }
    assert table.names(1) == ("age", "Age in years")


def test_pandas_reads_the_same_sas_numbers():
    frame, table = pd.read_sas(SAS_FILE), read_table(SAS_FILE)
    ages = [None if np.isnan(v) else v for v in frame["age"]]
    assert ages == table.values[1]
    days = [None if pd.isna(v) else v.date() for v in frame["surgery"]]
    assert days == table.values[2]


# What the file says besides


def test_a_weight_is_told_and_not_applied(tmp_path):
    path = sav(tmp_path / "a.sav", {"note": ["x" * 20], "age": [1.0], "a_long_weight": [2.0]})
    content = bytearray(path.read_bytes())
    content[76:80] = struct.pack("<i", 5)  # in pieces of 8 bytes: 3 of the text, age, weight
    path.write_bytes(content)
    assert read_table(path).notes == (
        "the file is weighted by 'a_long_weight' in SPSS; the weight is not applied",
    )


def test_a_filter_is_told_and_leaves_no_one_out(tmp_path):
    path = sav(tmp_path / "a.sav", {"id": ["a", "b"], "filter_$": [1.0, 0]})
    table = read_table(path)
    assert table.rows == (1, 2)
    assert table.notes == ("the file has a filter of SPSS, 'filter_$'; it leaves no one out here",)


def test_a_file_says_that_it_is_synthetic(tmp_path):
    assert read_table(sav(tmp_path / "a.sav", {"x": [1.0]}, file_label="SYNTHETIC")).synthetic
    assert read_table(sav(tmp_path / "b.sav", {"x": [1.0]}, note="SYNTHETIC data")).synthetic
    assert read_table(dta(tmp_path / "a.dta", {"x": [1.0]}, file_label="SYNTHETIC")).synthetic
    assert not read_table(sav(tmp_path / "c.sav", {"x": [1.0]}, file_label="real")).synthetic


# Damage


def one_of_each(folder):
    """A small file of each kind, with all that a file can say."""
    said = {
        "variable_value_labels": {"sex": {"M": "Male", "F": "Female"}, "age": {999: "unknown"}},
        "missing_ranges": {"age": [999], "sex": ["?"]},
    }
    cells = {"age": [50.0, 999, np.nan], "sex": ["M", "F", "?"], "note": ["x" * 300, "가", ""]}
    dta(folder / "a.dta", cells, variable_value_labels={"age": {999: "unknown"}})
    dta(folder / "old.dta", {"age": [1.0], "sex": ["é"]}, version=10)
    sav(folder / "a.sav", cells, **said)
    sav(folder / "a.zsav", cells, **said, compress=True)
    shutil.copy(SAS_FILE, folder / "a.sas7bdat")
    return sorted(folder.iterdir())


@cache
def good_files():
    """The content of a file of each kind, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        return {path.name: path.read_bytes() for path in one_of_each(Path(folder))}


def test_every_kind_is_read(tmp_path):
    for path in one_of_each(tmp_path):
        assert len(read_table(path).rows) in (1, 3)


@pytest.mark.parametrize("kind", [".sav", ".zsav", ".dta", ".sas7bdat"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_damage_makes_the_reader_crash(tmp_path, kind, data):
    good = good_files()[f"a{kind}"]
    content = bytearray(good)
    for _ in range(data.draw(st.integers(0, 5))):
        content[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"a{kind}"
    path.write_bytes(content[: data.draw(st.integers(1, len(good)) | st.just(len(good)))])
    try:
        table = read_table(path)
    except CohortError as refused:
        assert len(refused.problems) == 1
    else:
        assert {len(cells) for cells in table.values} == {len(table.rows)}


@pytest.mark.parametrize("kind", [".sav", ".zsav", ".dta", ".sas7bdat"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(min_size=1, max_size=400), begun=st.booleans())
def test_random_bytes_are_told_to_be_damaged(tmp_path, kind, content, begun):
    path = tmp_path / f"a{kind}"
    good = good_files()[f"a{kind}"]
    path.write_bytes((good[:200] if begun else b"#########") + content)
    assert "expected a file of S" in the_problem(path)


def test_a_file_of_another_kind_is_told_to_be_one(tmp_path):
    path = tmp_path / "a.sav"
    path.write_bytes(dta(tmp_path / "a.dta", {"x": [1.0]}).read_bytes())
    assert the_problem(path) == (
        "a.sav: expected a file of SPSS, found a damaged file, or one of another kind than "
        "'.sav' (open it in SPSS and save it again)"
    )


def test_a_count_of_labels_that_is_a_lie_does_not_stop_the_program(tmp_path):
    labels = {"variable_value_labels": {"sex": {"M": "Male", "F": "Female"}}}
    path = sav(tmp_path / "a.sav", {"sex": ["M", "F"]}, **labels)
    content = path.read_bytes()
    at = content.index(struct.pack("<2i", 3, 2) + b"M    ") + 4
    for count in (1000, 2**24, 2**31 - 1, 2**32 - 1):
        path.write_bytes(content[:at] + struct.pack("<I", count) + content[at + 4 :])
        assert "a damaged file" in the_problem(path)


def test_a_record_longer_than_the_file_is_damage(tmp_path):
    path = sav(tmp_path / "a.sav", {"x": [1.0]})
    content = path.read_bytes()
    at = content.index(ENCODING_RECORD) + 8
    path.write_bytes(content[:at] + struct.pack("<2I", 2**32 - 1, 2**32 - 1) + content[at + 8 :])
    assert "a damaged file" in the_problem(path)


def test_a_labelled_text_with_damaged_letters_does_not_stop_the_program(tmp_path):
    labels = {"variable_value_labels": {"sex": {"M": "Male", "F": "Female"}}}
    path = sav(tmp_path / "a.sav", {"sex": ["M", "F"]}, **labels)
    path.write_bytes(path.read_bytes().replace(b"M       \x04Male", b"\xff       \x04Male"))
    assert column(path, "sex") == ["M", Labelled("F", "Female")]


def test_a_promise_of_two_thousand_million_rows_takes_no_memory(tmp_path):
    path = dta(tmp_path / "a.dta", {"x": [1.0], "y": [2.0]})
    content = bytearray(path.read_bytes())
    at = content.index(b"<N>") + 3
    content[at : at + 8] = struct.pack("<q", 2**31 - 1)
    path.write_bytes(content)
    assert the_problem(path) == (
        "a.dta: expected a file with at most 50,000,000 values, found 2,147,483,647 rows of 2 "
        "variables (a damaged file may say so too)"
    )


def test_cases_that_are_not_counted_are_read_to_the_last_and_no_further_than_allowed(
    tmp_path, monkeypatch
):
    path = sav(tmp_path / "a.sav", {"x": [float(i) for i in range(10)]})
    content = path.read_bytes()
    path.write_bytes(content[:80] + struct.pack("<i", -1) + content[84:])
    assert column(path, "x") == list(range(10))
    monkeypatch.setattr("cohort_stats.reading.statistical.ROWS_IF_UNKNOWN", 1)
    monkeypatch.setattr("cohort_stats.reading.statistical.MOST_CELLS", 5)
    monkeypatch.setattr(columns, "MOST_CELLS", 5)
    assert "at most 5 values" in the_problem(path)


def test_a_file_without_a_patient_is_told(tmp_path):
    for path in (
        sav(tmp_path / "a.sav", {"age": np.array([], dtype=float)}),
        dta(tmp_path / "a.dta", {"age": [np.nan]}),
    ):
        assert the_problem(path) == (
            f"{path.name}: expected variables with patients' values, found headings without a "
            "single patient"
        )


def test_a_password_is_told(tmp_path):
    path = tmp_path / "a.sav"
    path.write_bytes(b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV" + bytes(100))
    assert "protected with a password" in the_problem(path)


# Round trips and witnesses

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
NUMBER = st.floats(-1e300, 1e300) | st.integers(-(2**53), 2**53).map(float)
DAY = st.dates(date(1583, 1, 1))


@st.composite
def frames(draw):
    kinds = draw(st.lists(st.sampled_from([TEXT, NUMBER, DAY]), min_size=1, max_size=4))
    size = draw(st.integers(1, 6))
    return {
        "id": [f"P{i}" for i in range(size)],
        **{f"v{j}": [draw(kind) for _ in range(size)] for j, kind in enumerate(kinds)},
    }


def as_stored(value):
    return value.rstrip(" ") or None if isinstance(value, str) else value


@pytest.mark.parametrize(("kind", "write"), [(".sav", sav), (".zsav", sav), (".dta", dta)])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(frame=frames())
def test_any_frame_written_is_read_back_the_same(tmp_path, kind, write, frame):
    said = {"compress": True} if kind == ".zsav" else {}
    path = write(tmp_path / f"a{kind}", frame, **said)
    table = read_table(path)
    assert table.headings == tuple(frame)
    assert table.values == tuple([as_stored(v) for v in cells] for cells in frame.values())


def test_pandas_reads_the_same_stata_file(tmp_path):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "age": rng.normal(60, 10, 50),
            "nodes": rng.integers(0, 9, 50),
            "surgery": pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 99, 50), "D"),
            "sex": pd.Categorical(rng.choice(["Male", "Female"], 50)),
        }
    )
    path = tmp_path / "a.dta"
    frame.to_stata(path, write_index=False, convert_dates={"surgery": "td"})
    table, again = read_table(path), pd.read_stata(path)
    assert table.values[0] == again["age"].tolist()
    assert table.values[1] == again["nodes"].tolist()
    assert table.values[2] == again["surgery"].dt.date.tolist()
    assert [cell.label for cell in table.values[3]] == again["sex"].tolist()


HAVEN = """
library(haven)
d <- read_sav(commandArgs(TRUE), user_na = TRUE)
cat(format(d$surgery[1]), sum(is.na(d$age)), mean(zap_missing(d$age), na.rm = TRUE),
    names(attr(d$sex, "labels")), attr(d$age, "label"), sep = ";")
"""


@pytest.mark.outer
@pytest.mark.skipif(not shutil.which("Rscript"), reason="needs Rscript")
def test_haven_reads_the_same_spss_file(tmp_path):
    asked = subprocess.run(["Rscript", "-e", "library(haven)"], capture_output=True)
    if asked.returncode:
        pytest.skip("needs haven")
    path = sav(
        tmp_path / "a.sav",
        {"age": [50.0, 999, 61, np.nan], "sex": [1.0, 2, 1, 1], "surgery": [date(2019, 5, 7)] * 4},
        missing_ranges={"age": [999]},
        variable_value_labels={"sex": {1: "Male", 2: "Female"}},
        column_labels={"age": "Age in years"},
    )
    script = tmp_path / "read.R"
    script.write_text(HAVEN)
    ran = subprocess.run(["Rscript", script, path], capture_output=True, text=True, check=True)
    table = read_table(path)
    age, _, surgery = table.values
    known = [v for v in age if isinstance(v, int)]
    assert ran.stdout.split(";") == [
        surgery[0].isoformat(),
        str(len(age) - len(known)),
        str(sum(known) / len(known)),
        *table.value_labels[1].values(),
        table.other_names[0][0],
    ]
