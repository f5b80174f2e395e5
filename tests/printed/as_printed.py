"""Numbers made from data and printed with usual rounding, which no check may contradict."""

from __future__ import annotations

from analyses.printed.number import Printed, read_printed
from analyses.printed.outcome import Outcome


def shown(value: float, digits: int) -> Printed:
    """A number as a program prints it."""
    return read_printed(f"{value:.{digits}f}".replace("-", "−"))


def holds(outcome: Outcome) -> bool:
    """Whether a check lets the numbers stand; what it says otherwise, for the message."""
    assert outcome.verdict.holds, outcome
    return True
