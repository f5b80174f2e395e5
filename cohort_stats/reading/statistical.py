"""Files of SPSS, Stata and SAS, with their labels and the values they declare missing."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyreadstat

from cohort_stats.problem import CohortError, Problem
from cohort_stats.rawtable import CellError, Labelled, MissingCode, RawTable
from cohort_stats.reading.columns import (
    MOST_CELLS,
    filled_rows,
    note_of_empty_rows,
    only_rows,
    plain_number,
    refuse_enormous,
    short_number,
)
from cohort_stats.reading.encodings import Encoding, find_encoding
from cohort_stats.reading.grid import SYNTHETIC_MARK
from cohort_stats.reading.spss_header import (
    ENCRYPTED,
    BrokenHeader,
    SpssHeader,
    read_spss_header,
)
from cohort_stats.reading.stored_dates import date_reading

PROGRAMS = {".sav": "SPSS", ".zsav": "SPSS", ".dta": "Stata", ".sas7bdat": "SAS"}
READS = {"SPSS": "read_sav", "Stata": "read_dta", "SAS": "read_sas7bdat"}
ROWS_IF_UNKNOWN = 100_000
BYTES = "iso-8859-1"  # every byte is one character of it: text comes through undecoded
FILTER = "filter_$"


@dataclass(frozen=True)
class _Column:
    """What a file says of one variable: its names, its labels and how to read a value."""

    name: str
    label: str
    is_text: bool
    plain: Callable[[Any], Any]
    labels: Mapping[Any, str]
    missing: tuple[tuple[Any, Any], ...]

    def value(self, stored: Any) -> Any:
        if stored is None:
            return None
        if isinstance(stored, str) and not self.is_text:
            return MissingCode(f".{stored}", self.labels.get(stored, ""))
        value = self.plain(stored)
        if value is None or not (self.labels or self.missing):
            return value
        label = self.labels.get(stored, "")
        if any(low <= stored <= high for low, high in self.missing):
            return MissingCode(str(value), label)
        if not label or isinstance(value, CellError):
            return value
        return Labelled(value if isinstance(value, int | float) else str(value), label)

    def code(self, stored: Any) -> Any:
        return f".{stored}" if isinstance(stored, str) and not self.is_text else self.plain(stored)


def read_statistical(path: Path, content: bytes, sheet: str, sha256: str) -> RawTable:  # noqa: ARG001
    """Read a file of SPSS (.sav, .zsav), Stata (.dta) or SAS (.sas7bdat).

    Parameters
    ----------
    path
        The file, for messages and for its ending.
    content
        Its bytes, which alone are read: what was hashed is what is analysed.
    sheet
        Not used: these files have no sheets.
    sha256
        Hash of the bytes.

    Returns
    -------
    RawTable
        Headings are the names of the variables, `other_names` their labels; row 1 is case 1.
        `value_labels` holds every label of a variable in the order of the file, also those of
        missing codes.

    Raises
    ------
    CohortError
        When the file is damaged, protected, of another kind, enormous or without a case, or
        when its text cannot be read.

    Notes
    -----
    A value that the file declares missing (a value or range in SPSS, ``.a`` to ``.z`` in
    Stata, ``.A`` to ``.Z`` and ``._`` in SAS) becomes a
    :class:`~cohort_stats.rawtable.MissingCode`, never a number; an empty one becomes None.
    Dates are read by their format (:mod:`cohort_stats.reading.stored_dates`). A number stored
    in single precision is read as the shortest decimal that is stored so: 0.1, as typed, not
    0.10000000149. SAS keeps its value labels in another file, which is not read.
    """
    program = PROGRAMS[path.suffix.lower()]
    header = _spss_header(path, content) if program == "SPSS" else SpssHeader("", b"")
    own_text = program == "SPSS" or (program == "Stata" and not _is_unicode_stata(content))
    stored, meta = _parse(path, content, program, BYTES if own_text else None)
    encoding = ""
    notes: tuple[str, ...] = ()
    if own_text:
        encoding, notes = _encoding(path, program, header, _texts(stored, meta))
    columns = [_column(meta, program, name, encoding) for name in stored]
    values = [
        _values(column, cells) for column, cells in zip(columns, stored.values(), strict=True)
    ]
    rows = filled_rows(path, values)
    notes = (*notes, *_notes(header, encoding, [column.name for column in columns]))
    return RawTable(
        path=path,
        sheet="",
        epoch=None,
        headings=tuple(column.name for column in columns),
        columns=tuple(range(1, len(columns) + 1)),
        rows=tuple(rows),
        values=only_rows(values, rows),
        heading_row=0,
        sha256=sha256,
        synthetic=any(SYNTHETIC_MARK in text for text in (meta.file_label or "", *meta.notes)),
        other_names=tuple((c.label,) if c.label not in ("", c.name) else () for c in columns),
        value_labels=tuple({c.code(k): label for k, label in c.labels.items()} for c in columns),
        notes=(*notes, *note_of_empty_rows(values, rows)),
    )


def _spss_header(path: Path, content: bytes) -> SpssHeader:
    if content[8:20] == ENCRYPTED:
        found, hint = "a file protected with a password", "save it without a password"
        raise CohortError([Problem(path.name, "", "a readable file of SPSS", found, hint)])
    try:
        return read_spss_header(content)
    except BrokenHeader as reason:
        raise CohortError([_damaged(path, "SPSS")]) from reason


def _damaged(path: Path, program: str) -> Problem:
    hint = f"open it in {program} and save it again"
    found = f"a damaged file, or one of another kind than '{path.suffix}'"
    return Problem(path.name, "", f"a file of {program}", found, hint)


def _is_unicode_stata(content: bytes) -> bool:
    # Since Stata 14, whose files are of release 118.
    release = re.match(rb"<stata_dta><header><release>(\d+)<", content)
    return release is not None and int(release[1]) >= 118


def _parse(
    path: Path, content: bytes, program: str, encoding: str | None
) -> tuple[dict[str, list[Any]], Any]:
    read: Any = getattr(pyreadstat, READS[program])
    chosen = {"output_format": "dict", "disable_datetime_conversion": True, "encoding": encoding}
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="column .* is duplicated")
            _, meta = read(io.BytesIO(content), metadataonly=True, **chosen)
            # Where the cases are not counted, room is made for so many of them.
            rows = ROWS_IF_UNKNOWN if meta.number_rows is None else meta.number_rows
            refuse_enormous(path, rows, meta.number_columns)
            limit = MOST_CELLS // max(meta.number_columns, 1) + 1
            stored, meta = read(io.BytesIO(content), user_missing=True, row_limit=limit, **chosen)
            refuse_enormous(path, meta.number_rows, meta.number_columns)
    except CohortError:
        raise
    except Exception as reason:  # what a broken part makes pyreadstat raise is not documented
        if isinstance(reason, UnicodeError) or "convert string" in str(reason):
            raise CohortError([_not_readable_text(path, program)]) from reason
        raise CohortError([_damaged(path, program)]) from reason
    if not all(stored):
        raise CohortError([_damaged(path, program)])
    return stored, meta


def _not_readable_text(path: Path, program: str) -> Problem:
    hint = {
        "SPSS": "open it in SPSS in its language, and save it with Unicode (UTF-8) encoding",
        "Stata": "open it in Stata 14 or later, run 'unicode translate', and save it",
        "SAS": "save it in SAS with the option encoding='utf-8'",
    }[program]
    found = "text in an encoding that it does not name, or not rightly"
    return Problem(
        path.name, "", "text in UTF-8 or in the encoding that the file names", found, hint
    )


def _texts(stored: Mapping[str, list[Any]], meta: Any) -> set[str]:
    texts = {*stored, *filter(None, meta.column_labels)}
    for labels in meta.variable_value_labels.values():
        texts.update(labels.values(), (k for k in labels if isinstance(k, str)))
    for name, kind in meta.readstat_variable_types.items():
        if kind == "string":
            texts.update(stored[name])
    return {text for text in texts if text is not None and not text.isascii()}


def _encoding(
    path: Path, program: str, header: SpssHeader, texts: set[str]
) -> tuple[str, tuple[str, ...]]:
    """The encoding of the text, and a note of it unless it is UTF-8."""
    if header.encoding == "utf-8":
        return header.encoding, ()
    if header.encoding:
        return header.encoding, (
            f"text is read in the encoding that the file names, {header.encoding}",
        )
    found = _undeclared(path, program, texts)
    words = f"text is read as {found.name}; the file does not name its encoding"
    return found.codec, (words,) if found.name else ()


def _undeclared(path: Path, program: str, texts: Iterable[str]) -> Encoding:
    """The encoding of a file that does not name it, found out from its text."""
    try:
        # A line before them, lest the first be taken for the mark of UTF-16.
        return find_encoding(path, "\n".join(["", *sorted(texts)]).encode(BYTES))
    except (CohortError, UnicodeError):
        raise CohortError([_not_readable_text(path, program)]) from None


def _column(meta: Any, program: str, name: str, encoding: str) -> _Column:
    kind = meta.readstat_variable_types[name]
    labels = meta.variable_value_labels.get(name, {})
    return _Column(
        name=_decoded(name, encoding),
        label=_decoded(meta.column_names_to_labels[name] or "", encoding).strip(),
        is_text=kind == "string",
        plain=_plain(kind, program, meta.original_variable_types[name] or "", encoding),
        labels={code: _decoded(label, encoding).strip() for code, label in labels.items()},
        missing=tuple((r["lo"], r["hi"]) for r in meta.missing_ranges.get(name, ())),
    )


def _decoded(text: str, encoding: str) -> str:
    # A label cut off within a character still tells most of what it says.
    return text if not encoding else text.encode(BYTES).decode(encoding, "replace")


def _plain(kind: str, program: str, stored_format: str, encoding: str) -> Callable[[Any], Any]:
    if kind == "string":
        return lambda stored: _text(stored, encoding)
    return date_reading(program, stored_format) or (
        _single_precision if kind == "float" else plain_number
    )


def _text(stored: str, encoding: str) -> str | CellError | None:
    text = stored.rstrip(" ")  # of blanks alone: other bytes may be part of a letter
    if encoding and not text.isascii():
        try:
            text = text.encode(BYTES).decode(encoding)
        except UnicodeDecodeError:
            return CellError(f"'{_decoded(text, encoding)}', with letters that are damaged")
    return text or None


def _single_precision(stored: float) -> float | None:
    return short_number(stored, 32)


def _values(column: _Column, cells: list[Any]) -> list[Any]:
    # Each distinct value is read once: labels and texts are shared by the cells that hold them.
    return list(map(cache(column.value), cells))


def _notes(header: SpssHeader, encoding: str, names: list[str]) -> tuple[str, ...]:
    notes = []
    if header.weight:
        weight = _decoded(header.weight.decode(BYTES), encoding)
        notes.append(f"the file is weighted by '{weight}' in SPSS; the weight is not applied")
    if FILTER in names:
        notes.append(f"the file has a filter of SPSS, '{FILTER}'; it leaves no one out here")
    return tuple(notes)
