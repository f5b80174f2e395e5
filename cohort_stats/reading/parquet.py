"""Parquet files, read with pyarrow where it is installed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohort_stats.problem import Address, CohortError, Problem
from cohort_stats.rawtable import CellError, LeftOut, RawTable
from cohort_stats.reading.columns import (
    filled_rows,
    note_of_empty_rows,
    only_rows,
    plain_number,
    refuse_enormous,
    short_number,
)
from cohort_stats.reading.grid import is_blank

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST_UNPACKED = 2_000_000_000
ENCRYPTED = b"PARE"


def read_parquet(path: Path, content: bytes, sheet: str, sha256: str) -> RawTable:  # noqa: ARG001
    """Read a Parquet file.

    Parameters
    ----------
    path
        The file, for messages.
    content
        Its bytes, which alone are read.
    sheet
        Not used: Parquet has no sheets.
    sha256
        Hash of the bytes.

    Returns
    -------
    RawTable
        Row 1 is the first row. A column of lists or records is left out and becomes one of
        the table's problems; row names that nobody gave a name are left out.

    Raises
    ------
    CohortError
        When pyarrow is not installed, or the file is damaged, protected, enormous or without
        a patient.

    Notes
    -----
    Categories are read as their text, decimals as numbers where a number holds them exactly
    and as text elsewhere, times with a time zone as the clocks of that zone showed them.
    """
    table = _parse(path, content)
    read, problems, left_out, notes = [], [], [], []
    unnamed = _row_names(table)
    for j, heading in enumerate(table.column_names):
        where = Address("", 0, j + 1, heading)
        column = table.column(j)
        filled = len(column) - column.null_count
        wrong = _what_is_wrong(heading, column.type)
        if heading in unnamed:
            left_out.append(LeftOut(where, "row names of the program that wrote it", filled))
        elif wrong is not None:
            problems.append(Problem(where, "", *wrong))
            left_out.append(LeftOut(where, f"not read: {wrong[1]}", filled))
        else:
            read.append((j, heading.strip(), _values(column)))
            notes.extend(_note_of_zone(heading, column.type))
    values = [cells for _, _, cells in read]
    if problems and not values:
        raise CohortError(problems)
    rows = filled_rows(path, values)
    return RawTable(
        path=path,
        sheet="",
        epoch=None,
        headings=tuple(heading for _, heading, _ in read),
        columns=tuple(j + 1 for j, _, _ in read),
        rows=tuple(rows),
        values=only_rows(values, rows),
        heading_row=0,
        sha256=sha256,
        problems=tuple(problems),
        notes=(*notes, *note_of_empty_rows(values, rows)),
        left_out=tuple(left_out),
    )


def _parse(path: Path, content: bytes) -> pa.Table:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        expected = "pyarrow, which reads Parquet files, to be installed"
        hint = "install it with 'pip install pyarrow', or save the table as .csv or .xlsx"
        raise CohortError([Problem(path.name, "", expected, "nothing of it", hint)]) from None
    if content.endswith(ENCRYPTED):
        found, hint = "an encrypted file", "save it without encryption"
        raise CohortError([Problem(path.name, "", "a readable Parquet file", found, hint)])
    try:
        header = parquet.ParquetFile(pa.BufferReader(content))
        _refuse_bombs(path, header.metadata)
        texts = [f.name for f in header.schema_arrow if _is_text(f.type)]
        # Texts stay numbered, as they are stored: a long one repeated takes its room once.
        file = parquet.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
        table = file.read()
        table.validate(full=True)
        [(field.name, _zone(field.type)) for field in table.schema]  # texts, damaged or not
    except CohortError:
        raise
    except Exception as reason:  # what a broken part makes pyarrow raise is not documented
        found, hint = "a damaged file, or one of another kind", "save it again"
        raise CohortError([Problem(path.name, "", "a Parquet file", found, hint)]) from reason
    return table


def _refuse_bombs(path: Path, metadata: Any) -> None:
    refuse_enormous(path, metadata.num_rows, metadata.num_columns)
    unpacked = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if unpacked > LARGEST_UNPACKED:
        found = f"one that unpacks to {unpacked / 1e9:.0f} GB"
        raise CohortError([Problem(path.name, "", "a file of ordinary size", found)])


def _is_text(kind: pa.DataType) -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_binary(kind) or types.is_large_string(kind))


def _row_names(table: pa.Table) -> set[str]:
    described = table.schema.pandas_metadata or {}
    names = described.get("index_columns", [])
    return {n for n in names if isinstance(n, str) and n.startswith("__index_level_")}


def _what_is_wrong(heading: str, kind: pa.DataType) -> tuple[str, str] | None:
    from pyarrow import types

    if not heading.strip():
        return "a name for this column", "none"
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_nested(kind):
        return "one value in each cell", "a list or record of values in each cell"
    if types.is_interval(kind) or (not types.is_primitive(kind) and not _is_read(kind)):
        return "numbers, text, dates or yes/no", f"values of the kind '{kind}'"
    return None


def _is_read(kind: pa.DataType) -> bool:
    from pyarrow import types

    tests: tuple[Callable[[Any], bool], ...] = (
        types.is_null,
        types.is_boolean,
        types.is_decimal,
        types.is_string,
        types.is_large_string,
        types.is_string_view,
        types.is_binary,
        types.is_large_binary,
        types.is_fixed_size_binary,
        types.is_binary_view,
    )
    return any(test(kind) for test in tests)


def _zone(kind: pa.DataType) -> str:
    return getattr(kind, "tz", None) or ""


def _note_of_zone(heading: str, kind: pa.DataType) -> list[str]:
    zone = _zone(kind)
    words = f"column '{heading}': times are read as the clocks of {zone} showed them"
    return [words] if zone else []


def _values(column: pa.ChunkedArray) -> list[Any]:
    # Each distinct value is read once.
    values: list[Any] = []
    for chunk in _in_microseconds(column).dictionary_encode().chunks:
        known = [_value(scalar) for scalar in chunk.dictionary]
        values += [None if i is None else known[i] for i in chunk.indices.to_pylist()]
    return values


def _in_microseconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    # A datetime has no nanoseconds.
    import pyarrow as pa
    from pyarrow import types

    if types.is_timestamp(column.type) and column.type.unit == "ns":
        return column.cast(pa.timestamp("us", column.type.tz), safe=False)
    if types.is_duration(column.type) and column.type.unit == "ns":
        return column.cast(pa.duration("us"), safe=False)
    return column


def _value(scalar: pa.Scalar) -> Any:
    try:
        value = scalar.as_py()
    except (OverflowError, ValueError, KeyError):  # a year beyond 9999, an unknown time zone
        return CellError(f"the number {scalar.value}, which is no date or time")
    if isinstance(value, float):
        bits = scalar.type.bit_width
        return plain_number(value) if bits == 64 else short_number(value, bits)
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, bytes):
        value = _text(value)
    return None if is_blank(value) else value


def _decimal(value: Decimal) -> float | str | None:
    number = float(value)
    return plain_number(number) if Decimal(repr(number)) == value else str(value)


def _text(value: bytes) -> str | CellError:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return CellError("bytes that are no text")
