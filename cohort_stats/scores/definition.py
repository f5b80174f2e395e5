"""What a derived variable means, in words that a report can print."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """The meaning of a derived variable and where it was published.

    Parameters
    ----------
    label
        Name to print.
    words
        How it is derived, in one or two sentences.
    source
        Authors, journal, year, volume and pages.
    unit
        Unit, or what is counted; empty for a class or a grade.
    """

    label: str
    words: str
    source: str
    unit: str = ""

    def __str__(self) -> str:
        unit = f" ({self.unit})" if self.unit else ""
        return f"{self.label}{unit}: {self.words} Source: {self.source}"
