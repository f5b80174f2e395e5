"""Parquet files: every type of column, and every kind of damage."""

from __future__ import annotations

import builtins
import io
from base64 import b64decode, b64encode
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from cohort_stats.problem import CohortError
from cohort_stats.rawtable import CellError
from cohort_stats.reading import read_table

ANY_FOLDER = {"suppress_health_check": [HealthCheck.function_scoped_fixture], "deadline": None}


def write(path, columns, **said):
    parquet.write_table(pa.table(columns), path, **said)
    return path


def column(tmp_path, cells):
    """A column of cells, read back; a second column keeps every row."""
    path = write(tmp_path / "a.parquet", {"x": cells, "id": [str(i) for i in range(len(cells))]})
    return read_table(path).values[0]


def the_problem(path) -> str:
    with pytest.raises(CohortError) as caught:
        read_table(path)
    assert len(caught.value.problems) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (pa.array([1, None, 3], pa.uint8()), [1, None, 3]),
        (pa.array([2.0, 2.5, float("nan")]), [2, 2.5, None]),
        (pa.array([0.1, None], pa.float32()), [0.1, None]),
        (pa.array(np.array([0.1], dtype="float16")), [0.1]),
        (pa.array([True, False, None]), [True, False, None]),
        (pa.array(["a", " b ", None, ""]), ["a", " b ", None, None]),
        (pa.array(["a", None], pa.large_string()), ["a", None]),
        (pa.array(["II", None, "I"]).dictionary_encode(), ["II", None, "I"]),
        (pa.array([5, None]).dictionary_encode(), [5, None]),
        (pa.array(["가".encode(), None]), ["가", None]),
        (pa.array([b"\xff"]), [CellError("bytes that are no text")]),
        (pa.array([date(2020, 2, 29), None]), [date(2020, 2, 29), None]),
        (pa.array([date(2020, 2, 29)], pa.date64()), [date(2020, 2, 29)]),
        (pa.array([datetime(2020, 2, 29, 1, 2, 3, 4)]), [datetime(2020, 2, 29, 1, 2, 3, 4)]),
        (pa.array([1_000_000_001], pa.timestamp("ns")), [datetime(1970, 1, 1, 0, 0, 1)]),
        (pa.array([time(1, 2, 3), None]), [time(1, 2, 3), None]),
        (pa.array([1_500_000], pa.duration("ns")), [timedelta(microseconds=1500)]),
        (pa.array([Decimal("1.10"), Decimal("3.00"), None]), [1.1, 3, None]),
        (pa.nulls(2), [None, None]),
    ],
)
def test_every_type_of_column_is_read(tmp_path, cells, expected):
    found = column(tmp_path, cells)
    assert found == expected
    assert [type(v) for v in found] == [type(v) for v in expected]


def test_a_decimal_that_no_number_holds_stays_text(tmp_path):
    exact = Decimal("12345678901234567890.12")
    assert column(tmp_path, pa.array([exact])) == ["12345678901234567890.12"]


def test_a_date_beyond_the_year_9999_is_told(tmp_path):
    for kind in (pa.timestamp("ms"), pa.date32()):
        (found,) = column(tmp_path, pa.array([2**30 if kind == pa.date32() else 2**50], kind))
        assert isinstance(found, CellError)
        assert str(found).endswith("which is no date or time")


def test_a_time_with_a_zone_keeps_the_day_of_that_place(tmp_path):
    late = datetime(2020, 2, 28, 20, 0, tzinfo=UTC)
    path = write(tmp_path / "a.parquet", {"at": pa.array([late], pa.timestamp("us", "Asia/Seoul"))})
    table = read_table(path)
    assert table.values == ([datetime(2020, 2, 29, 5, 0)],)
    assert table.notes == ("column 'at': times are read as the clocks of Asia/Seoul showed them",)


def test_an_unknown_zone_is_told_cell_by_cell(tmp_path):
    (found,) = column(tmp_path, pa.array([0], pa.timestamp("us", "Middle/Earth")))
    assert isinstance(found, CellError)


def test_a_column_of_lists_is_a_problem_that_names_it(tmp_path):
    columns = {"id": ["P1", "P2"], "drugs": [["a"], None], "more": [{"x": 1}, {"x": 2}]}
    table = read_table(write(tmp_path / "a.parquet", columns))
    assert table.headings == ("id",)
    assert [str(p) for p in table.problems] == [
        "column 'drugs': expected one value in each cell, found a list or record of values in "
        "each cell",
        "column 'more': expected one value in each cell, found a list or record of values in "
        "each cell",
    ]
    assert [out.cells for out in table.left_out] == [1, 2]


def test_a_column_of_a_special_kind_is_a_problem(tmp_path):
    path = tmp_path / "a.parquet"
    months = pd.period_range("2019-01", periods=2, freq="M")
    pd.DataFrame({"id": ["a", "b"], "month": months}).to_parquet(path)
    (problem,) = read_table(path).problems
    assert str(problem).startswith("column 'month': expected numbers, text, dates or yes/no")


def test_a_file_of_lists_alone_is_refused(tmp_path):
    path = write(tmp_path / "a.parquet", {"drugs": [["a"]]})
    assert the_problem(path).startswith("column 'drugs': expected one value in each cell")


def test_a_column_without_a_name_is_a_problem(tmp_path):
    table = read_table(write(tmp_path / "a.parquet", {"id": ["P1"], " ": [1]}))
    assert table.headings == ("id",)
    assert str(table.problems[0]) == "column ' ': expected a name for this column, found none"


def test_row_names_of_pandas_are_left_out_unless_they_have_a_name(tmp_path):
    frame = pd.DataFrame({"age": [50, 61]}, index=["a", "b"])
    frame.to_parquet(tmp_path / "a.parquet")
    table = read_table(tmp_path / "a.parquet")
    assert table.headings == ("age",)
    assert [(str(out), out.cells) for out in table.left_out] == [
        ("column '__index_level_0__': row names of the program that wrote it", 2)
    ]
    frame.rename_axis("patient").to_parquet(tmp_path / "b.parquet")
    table = read_table(tmp_path / "b.parquet")
    assert table.headings == ("age", "patient")
    assert table.left_out == ()


def test_addresses_count_the_columns_of_the_file(tmp_path):
    columns = {"drugs": [["a"]] * 3, "age": [50, None, 61]}
    table = read_table(write(tmp_path / "a.parquet", columns))
    assert (table.rows, table.columns, table.heading_row) == ((1, 3), (2,), 0)
    assert str(table.address(1, 0)) == "row 3, column 'age'"
    assert table.notes == ("rows without any value, passed over: 1",)


def test_several_row_groups_are_one_table(tmp_path):
    cells = [f"P{i % 7}" for i in range(20)]
    columns = {"id": cells, "level": pa.array(cells).dictionary_encode()}
    path = write(tmp_path / "a.parquet", columns, row_group_size=3)
    assert read_table(path).values == (cells, cells)


def test_a_file_without_a_patient_is_told(tmp_path):
    for cells in (pa.array([], pa.int8()), pa.nulls(3)):
        path = write(tmp_path / "a.parquet", {"age": cells})
        assert the_problem(path) == (
            "a.parquet: expected variables with patients' values, found headings without a "
            "single patient"
        )


def test_pyarrow_is_asked_for_in_plain_words_where_it_is_missing(tmp_path, monkeypatch):
    path = write(tmp_path / "a.parquet", {"x": [1]})
    ordinary = builtins.__import__

    def without_pyarrow(name, *rest):
        if name.partition(".")[0] == "pyarrow":
            raise ModuleNotFoundError(name)
        return ordinary(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_pyarrow)
    assert the_problem(path) == (
        "a.parquet: expected pyarrow, which reads Parquet files, to be installed, found nothing "
        "of it (install it with 'pip install pyarrow', or save the table as .csv or .xlsx)"
    )


def test_an_encrypted_file_is_told(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PARE" + bytes(50) + b"PARE")
    assert "found an encrypted file" in the_problem(path)


def test_a_file_that_holds_more_than_can_be_held_is_refused(tmp_path):
    cells = pa.array(np.zeros(10_000_001, dtype="int8"))
    path = write(tmp_path / "a.parquet", {f"x{j}": cells for j in range(5)})
    assert path.stat().st_size < 1_000_000
    assert the_problem(path).startswith(
        "a.parquet: expected a file with at most 50,000,000 values, found 10,000,001 rows of 5"
    )


def test_a_long_text_repeated_a_million_times_takes_its_room_once(tmp_path):
    levels = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(1_000_000, dtype="int32")), ["x" * 100_000]
    )
    path = write(tmp_path / "a.parquet", {"x": levels}, store_schema=False)
    (cells,) = read_table(path).values  # 100 GB, were it written out
    assert len(cells) == 1_000_000
    assert cells[0] is cells[-1]


def test_a_damaged_name_of_a_time_zone_is_damage(tmp_path):
    times = pa.array([datetime(2020, 2, 28)], pa.timestamp("us", "Asia/Seoul"))
    path = write(tmp_path / "a.parquet", {"at": times})
    stored = parquet.read_metadata(path).metadata[b"ARROW:schema"]
    damaged = b64encode(b64decode(stored).replace(b"Asia/Seoul", b"Asia/Se\xffoul"[:10]))
    path.write_bytes(path.read_bytes().replace(stored, damaged))
    assert "a damaged file" in the_problem(path)


def test_a_text_with_damaged_letters_is_damage(tmp_path):
    path = write(tmp_path / "a.parquet", {"x": pa.array([b"good", b"\xff"]).view(pa.string())})
    assert "a damaged file" in the_problem(path)


@settings(**ANY_FOLDER)
@given(content=st.binary(min_size=1, max_size=300), begun=st.booleans())
def test_random_bytes_are_told_to_be_damaged(tmp_path, content, begun):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1" + content + b"PAR1" if begun else content + b"#")
    assert the_problem(path) == (
        "a.parquet: expected a Parquet file, found a damaged file, or one of another kind (save "
        "it again)"
    )


def a_good_file() -> bytes:
    to = io.BytesIO()
    columns = {
        "id": ["P1", "P2", "P3"],
        "age": [50.0, None, 61],
        "grade": pa.array(["I", "II", "I"]).dictionary_encode(),
        "at": pa.array([0, 1, None], pa.timestamp("ms", "Europe/Berlin")),
        "dose": [Decimal("1.5"), None, Decimal("2.0")],
    }
    parquet.write_table(pa.table(columns), to)
    return to.getvalue()


GOOD = a_good_file()


@settings(**ANY_FOLDER)
@given(data=st.data())
def test_no_damage_makes_the_reader_crash(tmp_path, data):
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(0, 5))):
        content[data.draw(st.integers(0, len(GOOD) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.parquet"
    path.write_bytes(content[: data.draw(st.integers(1, len(GOOD)) | st.just(len(GOOD)))])
    try:
        table = read_table(path)
    except CohortError as refused:
        assert refused.problems
    else:
        assert {len(cells) for cells in table.values} == {len(table.rows)}


KINDS = st.sampled_from(
    [
        st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        st.none() | st.floats(allow_nan=False),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.booleans(),
        st.none() | st.dates(),
        st.none() | st.datetimes(),
    ]
)


@settings(**ANY_FOLDER)
@given(data=st.data(), size=st.integers(1, 6), kinds=st.lists(KINDS, min_size=1, max_size=4))
def test_any_frame_written_is_read_back_the_same(tmp_path, data, size, kinds):
    columns = {f"v{j}": [data.draw(kind) for _ in range(size)] for j, kind in enumerate(kinds)}
    path = write(tmp_path / "a.parquet", {"id": [str(i) for i in range(size)], **columns})
    _, *values = read_table(path).values
    blank = [
        [None if isinstance(v, str) and not v.strip() else v for v in c] for c in columns.values()
    ]
    assert values == blank
