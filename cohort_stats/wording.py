"""Small words that warnings share."""

from __future__ import annotations


def counted(n: int, noun: str = "patient") -> str:
    """A number with its noun: ``1 patient``, ``3 patients``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def timed(time: float, unit: str) -> str:
    """A time with its unit, if it has one: ``1 day``, ``2.5 years``, ``6``."""
    return f"{time:g} {unit.removesuffix('s') if time == 1 and len(unit) > 1 else unit}".rstrip()
