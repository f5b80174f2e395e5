"""Footnote marks at a p, and the tests that the notes below a table give them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from analyses.manuscripts.shapes import named_test

_MARK = re.compile(r"^\s*([a-z]|[*†‡§#¶]+)\s*[:=,.)]?\s+(.{3,120})$")
_NEXT = re.compile(r"(?<=[.;,])\s+(?=(?:[a-z]|[*†‡§#¶]{1,3})\s*[:=),.]?\s)")
_TEST_FOR = re.compile(r"([^,;.]+?) (?:for|by|:) ([*†‡§#¶]{1,3}|\^?[a-z]\b)")
_P_CELL = re.compile(r"(?i)(p\s*)?[=<>≤≥]?\s*[<>≤≥]?#\s*([*†‡§#¶]{1,3}|\^?[a-z])?")


def marks_of(notes: Sequence[str]) -> dict[str, str]:
    """Marks that name a test: ``a Welch's t-test``, or ``chi-square test for *``."""
    found: dict[str, str] = {}
    for note in pieces_of(notes):
        match = _MARK.match(note)
        pairs = [(match[1], match[2])] if match else []
        pairs += [(mark, words) for words, mark in _TEST_FOR.findall(note)]
        for mark, words in pairs:
            if named_test(words):
                found.setdefault(mark, named_test(words))
    return found


def pieces_of(notes: Sequence[str]) -> list[str]:
    """Notes, one that explains several marks in their order as one for each of them."""
    found: list[str] = []
    for note in notes:
        pieces = _NEXT.split(note)
        marks = [match[1] if (match := _MARK.match(piece)) else "" for piece in pieces]
        found += pieces if all(marks) and _in_order(marks) else [note]
    return found


def _in_order(marks: Sequence[str]) -> bool:
    """Whether marks follow each other: letters of the alphabet, or different signs."""
    if any(mark.isalpha() for mark in marks):
        return all(ord(b) - ord(a) == 1 for a, b in pairwise(marks) if len(a) == len(b) == 1)
    return len({*marks}) == len(marks)


def is_other_test(mark: str, notes: Sequence[str]) -> bool:
    """Whether the note of a mark names a test that is not known here."""
    pairs = [match for match in map(_MARK.match, pieces_of(notes)) if match]
    words = {match[1]: match[2] for match in pairs}.get(mark, "")
    return bool(re.search(r"(?i)\btest|model|regression", words)) and not named_test(words)


def is_p(words: str) -> bool:
    """Whether a cell looks like a p: ``.03``, ``P = 0.012 *``, ``<0.001``."""
    return _P_CELL.fullmatch(re.sub(r"(?<![\w#])\d*[.,·]?\d+", "#", words)) is not None
