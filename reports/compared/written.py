"""A packet as it was written, by this version or an earlier one."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from cohort_stats.problem import InputError, Problem
from cohort_stats.workbooks.formula import from_text
from reports.target import RUN_FILE

NUMBERS_FILE = "results.csv"
#: What a number is about; a packet that lacks one of these columns has it empty.
KEY = ("analysis", "group", "term", "level", "time", "statistic")
NEEDED = ("analysis", "statistic", "value")


@dataclass(frozen=True)
class WrittenPacket:
    """The numbers and the record of a packet.

    Parameters
    ----------
    folder
        Where it is.
    numbers
        The columns of :data:`KEY` and ``value``, one row a number.
    record
        What ``run.json`` holds.
    """

    folder: Path
    numbers: pd.DataFrame
    record: dict[str, Any]

    def title(self, analysis: str) -> str:
        """An analysis as a reader knows it: the title of its step, and its part."""
        step, _, part = analysis.partition("/")
        title = str(self._known("titles").get(step, step))
        return f"{title}, {self.label(part)}" if part else title

    def label(self, name: str) -> str:
        """The label of a variable; what is none stays as it is."""
        return str(self._known("labels").get(name, name))

    def _known(self, what: str) -> dict[str, str]:
        found = self.record.get(what, {})
        return found if isinstance(found, dict) else {}


def read_packet(folder: str | Path) -> WrittenPacket:
    """Read ``results.csv`` and ``run.json`` of a packet.

    Parameters
    ----------
    folder
        The packet's folder.

    Raises
    ------
    InputError
        When the folder does not hold them, or they cannot be read.
    """
    folder = Path(folder)
    for name in (NUMBERS_FILE, RUN_FILE):
        if not (folder / name).is_file():
            raise _problem(folder, f"the folder of a packet, with its {name}", "no such file")
    try:
        record = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise _problem(folder / RUN_FILE, "the record of a packet", "something else")
    return WrittenPacket(folder, _numbers(folder / NUMBERS_FILE), record)


def _numbers(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        lacking = [name for name in NEEDED if name not in (rows.fieldnames or ())]
        if lacking:
            raise _problem(path, "the columns analysis, statistic and value", "others")
        # A packet of an earlier version may lack a column: what it would say is then unknown.
        found = [[row.get(name) or "" for name in (*KEY, "value")] for row in rows]
    frame = pd.DataFrame(found, columns=[*KEY, "value"])
    try:
        for name in ("time", "value"):
            frame[name] = [float(text) if text else math.nan for text in frame[name]]
    except ValueError:
        raise _problem(path, f"numbers in the column {name}", "text") from None
    for name in KEY:
        if name != "time":
            frame[name] = [from_text(text) for text in frame[name]]
    return frame


def _problem(where: Path, expected: str, found: str) -> InputError:
    return InputError([Problem(str(where), "", expected, found)])
