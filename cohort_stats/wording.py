"""Small words that warnings share."""

from __future__ import annotations

from typing import Literal

Rows = Literal["patients", "lesions", "operations", "studies", "results"]
#: What the rows of a workbook are -> one of them.
ONE: dict[Rows, str] = {
    "patients": "patient",
    "lesions": "lesion",
    "operations": "operation",
    "studies": "study",
    "results": "result",
}
#: Rows of a review, behind which there are publications.
PUBLISHED: tuple[Rows, ...] = ("studies", "results")


def counted_rows(n: int, rows: Rows) -> str:
    """A number of what the rows of a workbook are: ``1 patient``, ``3 studies``."""
    return f"{n} {ONE[rows] if n == 1 else rows}"


def counted(n: int, noun: str = "patient") -> str:
    """A number with its noun: ``1 patient``, ``3 patients``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def timed(time: float, unit: str) -> str:
    """A time with its unit, if it has one: ``1 day``, ``2.5 years``, ``6``."""
    return f"{time:g} {unit.removesuffix('s') if time == 1 and len(unit) > 1 else unit}".rstrip()
