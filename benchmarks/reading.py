"""Time reading a large cohort: ``python benchmarks/reading.py [--rows 100000]``.

The same made-up cohort of 60 columns as .csv and .xlsx, read by us and by pandas, each in
a process of its own. Seconds are those of reading, without starting Python and importing;
peak memory is that of the whole process.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from cohort_stats.dictionary import YES_NO, DataDictionary, Level, Variable

COLUMNS = 60
MISSING = 0.05
LEVELS = ("Adenocarcinoma", "Squamous cell", "Small cell", "Sarcoma", "Other")
TYPES = ("number", "integer", "category", "yesno", "date", "number", "text")
START = date(2005, 1, 1)
BLOCK = 1_000  # rows made at a time


def dictionary() -> DataDictionary:
    """What the columns are: an id, then numbers, levels, yes or no, dates and texts in turn."""
    variables = [Variable("id", "Patient", "id", required=True)]
    for j in range(1, COLUMNS):
        kind = TYPES[j % len(TYPES)]
        levels = {"category": tuple(Level(x, x) for x in LEVELS), "yesno": YES_NO}.get(kind, ())
        limits = (0, 1000) if kind in ("number", "integer") else (None, None)
        variables.append(Variable(f"v{j}", f"Column {j}", kind, levels=levels, limits=limits))
    return DataDictionary({v.name: v for v in variables})


def cohort(rows: int) -> Iterator[list[Any]]:
    """Rows of cells: numbers, texts and dates, a twentieth of them missing."""
    rng = np.random.default_rng(7)
    for first in range(0, rows, BLOCK):
        size = min(BLOCK, rows - first)
        columns = [[f"SYNTHETIC-{first + i:06d}" for i in range(size)]]
        columns += [_column(TYPES[j % len(TYPES)], j, size, rng) for j in range(1, COLUMNS)]
        yield from map(list, zip(*columns, strict=True))


def _column(kind: str, j: int, size: int, rng: np.random.Generator) -> list[Any]:
    if kind == "number":
        values: list[Any] = rng.gamma(4, 10 + j, size).clip(0, 1000).round(1 + j % 2).tolist()
    elif kind == "integer":
        values = rng.integers(0, 120, size).tolist()
    elif kind == "date":
        values = [START + timedelta(days=int(d)) for d in rng.integers(0, 7000, size)]
    elif kind == "text":
        values = [f"remark {k}" for k in rng.integers(0, 5000, size)]
    else:
        levels = LEVELS if kind == "category" else tuple(level.label for level in YES_NO)
        values = [levels[k] for k in rng.integers(0, len(levels), size)]
    missing = rng.random(size) < MISSING
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]


def write_files(folder: Path, rows: int) -> None:
    """Write the cohort as cohort.csv and cohort.xlsx; both hold the same cells."""
    import xlsxwriter

    headings = [v.label for v in dictionary().values()]
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    with (
        (folder / "cohort.csv").open("w", newline="", encoding="utf-8") as text,
        xlsxwriter.Workbook(folder / "cohort.xlsx", options) as book,
    ):
        sheet, lines = book.add_worksheet("Cohort"), csv.writer(text)
        for i, row in enumerate(chain([headings], cohort(rows))):
            lines.writerow(row)
            sheet.write_row(i, 0, row)


def with_read_cohort(path: Path) -> Callable[[], int]:
    """Our reading and validation."""
    from cohort_stats.reading import delimited, workbook  # noqa: F401
    from cohort_stats.validation import read_cohort

    words = dictionary()
    return lambda: len(read_cohort(path, words).frame)


def with_read_table(path: Path) -> Callable[[], int]:
    """Our reading alone: cells with their addresses."""
    import pandas as pd  # noqa: F401

    from cohort_stats.reading import delimited, read_table, workbook  # noqa: F401

    return lambda: len(read_table(path).rows)


def with_pandas_csv(path: Path) -> Callable[[], int]:
    """``pandas.read_csv``."""
    import pandas as pd

    return lambda: len(pd.read_csv(path))


def with_pandas_openpyxl(path: Path) -> Callable[[], int]:
    """``pandas.read_excel`` by way of openpyxl."""
    import openpyxl  # noqa: F401
    import pandas as pd

    return lambda: len(pd.read_excel(path, engine="openpyxl"))


def with_pandas_calamine(path: Path) -> Callable[[], int]:
    """``pandas.read_excel`` by way of python-calamine."""
    import pandas as pd
    import python_calamine  # noqa: F401

    return lambda: len(pd.read_excel(path, engine="calamine"))


#: File -> what reads it. The last one of each is what the ratios refer to.
READERS: dict[str, dict[str, Callable[[Path], Callable[[], int]]]] = {
    "cohort.csv": {
        "cohort-stats, read and validated": with_read_cohort,
        "cohort-stats, read only": with_read_table,
        "pandas.read_csv": with_pandas_csv,
    },
    "cohort.xlsx": {
        "cohort-stats, read and validated": with_read_cohort,
        "cohort-stats, read only": with_read_table,
        "pandas.read_excel, calamine": with_pandas_calamine,
        "pandas.read_excel, openpyxl": with_pandas_openpyxl,
    },
}


def one(path: Path, name: str) -> None:
    """Print the rows read by one reader and its seconds, for the process that asked."""
    read = READERS[path.name][name](path)
    start = time.perf_counter()
    rows = read()
    print(rows, time.perf_counter() - start)


def measured(path: Path, name: str) -> tuple[int, float, float]:
    """Rows, seconds and peak memory (MB) of one reader in a process of its own."""
    command = [sys.executable, __file__, "--one", str(path), name]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    answer = process.stdout.read().split()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{name} of {path.name} ended with status {status}")
    return int(answer[0]), float(answer[1]), usage.ru_maxrss / 1024


def main(rows: int = 100_000) -> None:
    """Print a Markdown table of seconds, of their ratio to plain pandas, and of peak memory."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_files(folder, rows)
        for file, readers in READERS.items():
            size = (folder / file).stat().st_size / 1e6
            print(f"\n{file}: {rows:,} rows × {COLUMNS} columns, {size:.0f} MB\n")
            found = {name: measured(folder / file, name) for name in readers}
            if {n for n, _, _ in found.values()} != {rows}:
                sys.exit(f"not every row was read: {found}")
            base, plain = list(found.items())[-1]
            print(f"| reader | seconds | × {base} | peak MB |\n|---|---:|---:|---:|")
            for name, (_, seconds, memory) in found.items():
                print(f"| {name} | {seconds:.2f} | {seconds / plain[1]:.2f} | {memory:.0f} |")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--one", nargs=2, metavar=("FILE", "READER"), help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.one:
        one(Path(given.one[0]), given.one[1])
    else:
        main(given.rows)
