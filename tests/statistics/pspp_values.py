"""What PSPP printed at full precision (see ../reference/pspp/run.py)."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "reference" / "pspp"


@lru_cache
def _family(stem: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{stem}.json").read_text(encoding="utf-8"))


def names(stem: str) -> list[str]:
    """The cases of a syntax file, as parameters of a test."""
    return [name for name in _family(stem) if name != "_pspp"]


def table(stem: str, case: str, title: str) -> list[list[object]]:
    """The rows of the last table with a title; an empty first label repeats the one above."""
    found = [t["rows"] for t in _family(stem)[case] if t["title"] == title]
    assert found, (stem, case, title)
    label: object = ""
    filled = []
    for row in found[-1]:
        label = label if row[0] == "" else row[0]
        filled.append([label, *row[1:]])
    return filled


def titles(stem: str, case: str) -> list[str]:
    return [t["title"] for t in _family(stem)[case]]


def row(stem: str, case: str, title: str, *labels: object) -> list[Any]:
    """What stands in a row after its labels."""
    found = [r for r in table(stem, case, title) if r[: len(labels)] == list(labels)]
    assert len(found) == 1, (case, title, labels, found)
    return found[0][len(labels) :]
