"""Small workbooks for tests, written cell by cell as a person would type them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from cohort_stats.condition import Condition
from cohort_stats.dictionary import YES_NO, DataDictionary, Level, Variable
from cohort_stats.rules import InOrder, Needs

GRADES = tuple(Level(g, g) for g in ("I", "II", "III"))

DICTIONARY = DataDictionary(
    {
        v.name: v
        for v in (
            Variable("id", "Patient", "id", required=True),
            Variable("age", "Age", "number", unit="years", limits=(0, 120), usual=(18, 90)),
            Variable("sex", "Sex", "category", levels=(Level("M", "Male"), Level("F", "Female"))),
            Variable("grade", "Tumour grade", "ordered", levels=GRADES, aliases=("tgrade",)),
            Variable("nodes", "Positive nodes", "integer", limits=(0, None), missing=("NA", "99")),
            Variable("surgery", "Date of surgery", "date"),
            Variable("last", "Last contact", "date"),
            Variable("dead", "Died", "yesno", levels=YES_NO),
            Variable("months", "Survival", "number", unit="months", limits=(0, None)),
            Variable("note", "Remark", "text"),
        )
    },
    rules=(
        Needs(when=Condition("dead", "is", "Yes"), variable="months"),
        InOrder(order=("surgery", "last")),
    ),
)


def write_workbook(path: Path, rows: Sequence[Sequence[Any]], sheet: str = "Cohort") -> Path:
    """A workbook with one sheet; `rows` from A1 on."""
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path
