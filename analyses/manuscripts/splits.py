"""Cells like 70/60: a count of a number, or the counts of two or more levels side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBERS = re.compile(r"\d+(?:\s*[/:]\s*\d+)+")
_OF = r"n|total|all|number|patients|cases|tested|assessed|evaluable|available"
#: Names that say in which order the levels stand: ``Sex, M/F``, ``Smoking (yes:no)``.
_LEVELS = re.compile(rf"(?i)(?<![\w.])[a-z][\w-]*(?:\s*[/:]\s*(?!(?:{_OF})\b)[a-z][\w-]*)+(?!\s*/)")


def is_pair(words: str) -> bool:
    """Whether a cell is ``70/60``, ``70:60`` or ``73/15/42``."""
    return _NUMBERS.fullmatch(words.strip()) is not None


def split_or_share(name: str, cells: Sequence[str], sizes: Sequence[int]) -> str:
    """How the cells ``a/b`` of a row are to be taken.

    Parameters
    ----------
    name
        Of the row.
    cells
        Of the columns of groups.
    sizes
        Of these groups.

    Returns
    -------
    str
        ``split`` where the name has levels with a slash or colon and the numbers add up to the
        groups in one of them at least, ``share`` where they may be a count of a number;
        ``neither`` where they can be neither, such as 120/80 mmHg; empty where no cell is one.
    """
    found = [
        ([int(x) for x in re.findall(r"\d+", words)], words, size)
        for words, size in zip(cells, sizes, strict=True)
        if is_pair(words)
    ]
    if not found:
        return ""
    whole = [sum(numbers) == size for numbers, _, size in found]
    if _LEVELS.search(name):
        return "split" if any(whole) else "neither"
    plain = all("/" in words and len(numbers) == 2 for numbers, words, _ in found)
    if plain and all(a <= b for (a, b), _, _ in found) and not all(whole):
        return "share"
    return "neither"
