"""Cohort files of every kind, each read into a :class:`~cohort_stats.rawtable.RawTable`."""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path

from cohort_stats.problem import CohortError, Problem
from cohort_stats.rawtable import RawTable

#: Ending of a file -> the module of this package that reads it, and its function.
READERS: dict[str, tuple[str, str]] = {
    **dict.fromkeys((".xlsx", ".xlsm", ".ods"), ("workbook", "read_workbook")),
    **dict.fromkeys((".csv", ".tsv", ".txt"), ("delimited", "read_delimited")),
    **dict.fromkeys((".sav", ".zsav", ".dta", ".sas7bdat"), ("statistical", "read_statistical")),
    ".parquet": ("parquet", "read_parquet"),
}
KINDS = (
    "a workbook (.xlsx, .xlsm, .ods), a text table (.csv, .tsv), "
    "or a file of SPSS (.sav, .zsav), Stata (.dta), SAS (.sas7bdat) or Parquet"
)


def read_table(path: str | Path, sheet: str = "Cohort") -> RawTable:
    """Read the table of a cohort file, without judging its values.

    Parameters
    ----------
    path
        A workbook, a text table, or a file of SPSS, Stata, SAS or Parquet, told by its ending.
        The file is never changed.
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
    if kind not in READERS:
        found = f"a file ending in '{path.suffix}'" if path.suffix else "a file without an ending"
        hint = "save it as .xlsx" if kind in (".xls", ".xlsb", ".numbers") else ""
        raise CohortError([Problem(path.name, "", KINDS, found, hint)])
    content = path.read_bytes()
    if not content.strip():
        raise CohortError([Problem(path.name, "", "a table with patients", "an empty file")])
    module, function = READERS[kind]
    read = getattr(import_module(f"cohort_stats.reading.{module}"), function)
    table: RawTable = read(path, content, sheet, hashlib.sha256(content).hexdigest())
    return table
