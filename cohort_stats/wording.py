"""Small words that warnings share."""

from __future__ import annotations


def counted(n: int, noun: str = "patient") -> str:
    """A number with its noun: ``1 patient``, ``3 patients``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
