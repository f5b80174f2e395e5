"""What a person typed in a cell, turned into a value of the variable's type.

Nothing is guessed in silence: a cell is read as typed, or repaired with a word on how, or it is
:class:`Unreadable`. Where a cell alone could mean two things (``03/04/2020``, ``1,234``, ``x``),
the other cells of its column decide; if they do not, it is unreadable.
"""

from __future__ import annotations

from cohort_stats.cells.levels import level_reader
from cohort_stats.cells.reading import MISSING, Read, Unreadable, shown
from cohort_stats.cells.words import expected_words

__all__ = ["MISSING", "Read", "Unreadable", "expected_words", "level_reader", "shown"]
