"""Cohort files of every kind, each read into a :class:`~cohort_stats.rawtable.RawTable`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cohort_stats.problem import CohortError, Problem
from cohort_stats.rawtable import RawTable

WORKBOOKS = (".xlsx", ".xlsm")
DELIMITED = (".csv", ".tsv")


def read_table(path: str | Path, sheet: str = "Cohort") -> RawTable:
    """Read the table of a cohort file, without judging its values.

    Parameters
    ----------
    path
        ``.xlsx``, ``.xlsm``, ``.csv`` or ``.tsv``. The file is never changed.
    sheet
        Sheet that holds the cohort. A workbook with a single sheet may call it anything.

    Returns
    -------
    RawTable

    Raises
    ------
    CohortError
        When the file is missing, damaged, protected, empty or of another kind.
    """
    path = Path(path)
    if not path.is_file():
        found = "a folder" if path.is_dir() else "nothing"
        raise CohortError([Problem(str(path), "", "a file", f"{found} at '{path}'")])
    kind = path.suffix.lower()
    if kind not in WORKBOOKS + DELIMITED:
        expected = "a workbook (.xlsx, .xlsm) or a text table (.csv, .tsv)"
        found = f"a file ending in '{path.suffix}'" if path.suffix else "a file without an ending"
        hint = "save it as .xlsx" if kind in (".xls", ".xlsb", ".ods", ".numbers") else ""
        raise CohortError([Problem(path.name, "", expected, found, hint)])
    content = path.read_bytes()
    if not content.strip():
        raise CohortError([Problem(path.name, "", "a table with patients", "an empty file")])
    sha256 = hashlib.sha256(content).hexdigest()
    if kind in WORKBOOKS:
        from cohort_stats.reading.workbook import read_workbook

        return read_workbook(path, content, sheet, sha256)
    from cohort_stats.reading.delimited import read_delimited

    return read_delimited(path, content, sha256)
