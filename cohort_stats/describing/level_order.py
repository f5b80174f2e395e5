"""Whether levels have an order: numerals, grades, ranges, letters, known scales."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from cohort_stats.describing.heading_words import says

GRADED = re.compile(
    r"\b(grades?|grading|scores?|stages?|staging|class|ecog|asa|frankel|asia|nurick|bilsky|escc"
    r"|who ps|performance status|ps|mrs|rankin|nyha|child|ctcae|clavien|isup|gleason|wfns|tnm"
    r"|points?|grad|stadium|klasse|tomita|level of evidence)\b"
    r"|등급|병기|점수|단계|分期|分级|评分|级别"
)
_ROMAN = re.compile(r"(?=[ivx])(x{0,2})(ix|iv|v?i{0,3})")
_PREFIX = re.compile(
    r"^(grade|gr\.?|g|stage|class|level|asa|ecog|kps|ps|pt|pn|ct|cn|t|n|grad|stadium|type)\s*(?=[\divx])"
)
_RANGE = re.compile(
    r"^([<>≤≥]=?)?\s*(\d+(?:\.\d+)?)\s*(?:(?:-|to|bis|~)\s*\d+(?:\.\d+)?|\+)?\D{0,12}$"
)
_LETTER = re.compile(r"[a-e]")
_SCALES = (
    "none|no|absent,minimal|trace,mild|slight|low|light,moderate|intermediate|medium,"
    "marked|severe|high|heavy,very severe|very high|extreme,life-threatening,fatal",
    "stable,potentially unstable|indeterminate|impending,unstable",
    "poor|bad,fair|moderate,good,very good,excellent",
    "never,former|ex|ex-smoker,current|current smoker",
    "underweight,normal|normal weight,overweight,obese",
)
_SIDES = {"<": -1, "≤": -1, ">": 1, "≥": 1}


def level_order(folded: Sequence[str], names: Sequence[str]) -> list[list[str]] | None:
    """The levels in their order, or None when they have none that can be told.

    Parameters
    ----------
    folded
        The levels as they are compared.
    names
        Heading and other names of their column.

    Returns
    -------
    list of list of str
        Spellings of one grade stand together: ``iii`` and ``grade 3``.
    """
    graded = says(names, GRADED)
    numerals = _numerals(folded, graded)
    tries = (numerals, _scale(folded), _ranges(folded), _letters(folded, graded))
    ranks = next((found for found in tries if found is not None), None)
    if ranks is None or len(set(ranks)) < 2:
        return None
    together: dict[Any, list[str]] = {}
    for rank, level in sorted(zip(ranks, folded, strict=True)):
        together.setdefault(rank, []).append(level)
    plain = len(together) == len(folded)
    return list(together.values()) if plain or numerals is not None else None


def _numerals(folded: Sequence[str], graded: bool) -> list[Any] | None:
    # A prefix ("grade 3"), the heading ("Stage"), or an unmistakable II or IV must say that
    # these are grades: T10 and L1 are places.
    bare = [_PREFIX.sub("", level) for level in folded]
    parts = [re.fullmatch(r"(\d{1,2}|[ivx]{1,4})([a-d]?[1-3]?)", text) for text in bare]
    if not all(parts):
        return None
    ranks = [(_numeral(m[1]), m[2]) for m in parts if m is not None]
    if any(number is None or number > 10 for number, _ in ranks):
        return None
    spelt = any(re.match(r"(grade|gr\.?|stage|class|asa|ecog|grad|stadium)\b", t) for t in folded)
    roman = any(re.match(r"i[iv]|vi", text) for text in bare) and not any(
        text[0].isdigit() for text in bare
    )
    return ranks if graded or spelt or roman else None


def _numeral(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    match = _ROMAN.fullmatch(text)
    if not match:
        return None
    units = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
    return 10 * len(match[1]) + units.index(match[2])


def _scale(folded: Sequence[str]) -> list[Any] | None:
    for scale in _SCALES:
        ranks: dict[str, int] = {}
        for rank, words in enumerate(scale.split(",")):
            ranks |= dict.fromkeys(words.split("|"), rank)
        if all(level in ranks for level in folded) and any(ranks[x] > 0 for x in folded):
            return [ranks[level] for level in folded]
    return None


def _ranges(folded: Sequence[str]) -> list[Any] | None:
    parts = [_RANGE.match(level) for level in folded]
    if not all(parts) or not any(re.search(r"\d\s*(-|to|bis|~)\s*\d|[<>≤≥+]", x) for x in folded):
        return None
    return [(float(m[2]), _SIDES.get((m[1] or "=")[0], 0)) for m in parts if m is not None]


def _letters(folded: Sequence[str], graded: bool) -> list[Any] | None:
    return list(folded) if graded and all(_LETTER.fullmatch(x) for x in folded) else None
