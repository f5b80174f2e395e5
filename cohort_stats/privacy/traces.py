"""Values of hidden columns that stand elsewhere in the table, whole or inside a longer cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

SHORTEST = 4  # letters and digits of a value that is looked for
SHORTEST_PART = 3  # letters of a part of a name, looked for in the rows of its own patient
SHORTEST_CJK = 2  # letters, where each is a syllable or a word
ORDINARY = 3  # patients whose cells all say the same: a level, not somebody's name
_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[가-힣一-鿿]+")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass
class Traces:
    """What must not be found in the copy.

    Words are compared without case and punctuation, so that a telephone number is found
    however it is parted. Left alone are values of fewer than four letters (two Hangul or Han
    letters) or digits, and years.

    Parameters
    ----------
    words
        Values as sequences of words.
    syllables
        Values in Hangul or Han letters, which stand inside words.
    of_row
        Row -> words of its own: numbers as typed, and the parts of its patient's names.
    """

    words: set[tuple[str, ...]] = field(default_factory=set)
    syllables: set[str] = field(default_factory=set)
    of_row: dict[int, set[str]] = field(default_factory=dict)
    _longest: int = 0

    def add(self, values: Iterable[Any], *, names: bool = False) -> None:
        """Look for the values of a column, one a row; of names also for their parts."""
        for i, value in enumerate(values):
            parts = _words(value)
            if not parts:
                continue
            self._add_whole(parts)
            own = self.of_row.setdefault(i, set())
            own.add("".join(parts))
            if names:
                own.update(part for part in parts if _is_part(part))

    def _add_whole(self, parts: tuple[str, ...]) -> None:
        text = "".join(parts)
        if _CJK.fullmatch(text):
            if len(text) >= SHORTEST_CJK:
                self.syllables.add(text)
        elif len(text) >= SHORTEST and not _YEAR.fullmatch(text):
            self.words.add(parts)
            self._longest = max(self._longest, len(parts))

    def found_in(self, values: Sequence[Any], patients: Sequence[str]) -> list[bool]:
        """For each cell of another column whether it holds one of the values."""
        every: dict[str, set[str]] = {}
        for value, patient in zip(values, patients, strict=True):
            every.setdefault(" ".join(_words(value)), set()).add(patient)
        ordinary = {text for text, who in every.items() if len(who) >= ORDINARY}
        held = {text: self._holds(text, text in ordinary) for text in every}
        return [
            held[" ".join(_words(value))] or self._own(i, value, ordinary)
            if isinstance(value, str)
            else self._same_number(i, value)
            for i, value in enumerate(values)
        ]

    def _holds(self, text: str, ordinary: bool) -> bool:
        parts = tuple(text.split())
        for n in range(1, min(len(parts), self._longest) + 1):
            for k in range(len(parts) - n + 1):
                run = parts[k : k + n]
                if run in self.words and not (ordinary and n == 1 and run[0].isalpha()):
                    return True
        return any(self._in_syllables(found) for found in _CJK.findall(text))

    def _in_syllables(self, text: str) -> bool:
        # A name of two syllables may occur by chance inside a longer word, not at its beginning.
        lengths = {len(value) for value in self.syllables}
        return any(
            text[k : k + n] in self.syllables
            for n in lengths
            for k in range(1 if n == SHORTEST_CJK else max(len(text) - n + 1, 0))
        )

    def _own(self, i: int, value: str, ordinary: set[str]) -> bool:
        parts = _words(value)
        if len(parts) < 2 or " ".join(parts) in ordinary:
            return False
        return any(_is_part(part) and part in self.of_row.get(i, ()) for part in parts)

    def _same_number(self, i: int, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        text = "".join(_words(value))
        number = text.isdigit() and len(text) >= SHORTEST and not _YEAR.fullmatch(text)
        return number and text in self.of_row.get(i, ())


def _is_part(word: str) -> bool:
    return word.isalpha() and len(word) >= SHORTEST_PART and not _CJK.search(word)


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ()
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", str(value)).casefold()))


def repeats(found: Sequence[bool], values: Sequence[Any]) -> bool:
    """Whether so many cells are traces that the whole column is a copy of a hidden one."""
    filled = sum(value is not None and str(value).strip() != "" for value in values)
    return 2 * sum(found) > filled
