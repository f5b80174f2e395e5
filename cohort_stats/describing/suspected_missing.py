"""What in a column may mean "not known": words such as NA, numbers such as 999."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from cohort_stats.describing.trial import Habits, TypedCells, readings, texts
from cohort_stats.dictionary import fold_level
from cohort_stats.rawtable import Labelled

#: Compared without case and with one kind of dash. Words that may as well be a level
#: ("none", "not done") are not here.
_WORDS = (
    "na n/a n.a. n.a #n/a nan null nil nd n.d. n.d . .. - -- --- ? ?? ??? unknown unk unknown. "
    "missing unbekannt k.a. k.a inconnu desconocido 미상 모름 불명 不详 未知 不明 未详 缺失"
)
WORDS = frozenset(_WORDS.split()) | {
    "not known",
    "not available",
    "not recorded",
    "keine angabe",
    "no data",
    "알 수 없음",
}
#: Numbers that people type for "not known", when they lie far outside the rest.
NUMBERS = frozenset({9, 99, 999, 9999, 99999, 88, 888, 8888, 77, 777, -9, -99, -999, -9999})
FENCE = 3.0  # interquartile ranges beyond the quartiles
MOSTLY = 0.75  # share of cells that are numbers, for a number to be a code
MOST_GRADES = 6  # a 9 is a code only where the others are few


def is_missing_word(text: str) -> bool:
    """Whether a cell's text usually means that the value is not known."""
    return fold_level(text) in WORDS


def fences(values: Sequence[float], width: float = FENCE) -> tuple[float, float]:
    """The limits `width` interquartile ranges below the first and above the third quartile."""
    low, high = (float(q) for q in np.quantile(values, [0.25, 0.75]))
    reach = width * (high - low)
    return low - reach, high + reach


def missing_numbers(counts: Mapping[float, int]) -> tuple[float, ...]:
    """Numbers that look like a code for "not known".

    Parameters
    ----------
    counts
        Number -> how often it occurs.

    Returns
    -------
    tuple of float
        Those of :data:`NUMBERS` that lie outside the fences of all other numbers, and further
        from them than half their whole range. A 9 or -9 is a code only beside at most
        six other numbers, or beside numbers none of which is negative.
    """
    rest = {v: n for v, n in counts.items() if v not in NUMBERS}
    if len(rest) < 2:
        return ()
    values = [float(v) for v in np.repeat(list(rest), list(rest.values()))]
    low, high = min(rest), max(rest)
    fence_low, fence_high = fences(values)
    gap = (high - low) / 2

    def far(value: float) -> bool:
        if value == 9 and len(rest) > MOST_GRADES:
            return False
        if value < 0 and low >= 0:
            return True
        return (value > fence_high and value > high + gap) or (
            value < fence_low and value < low - gap
        )

    return tuple(v for v in sorted(counts) if v in NUMBERS and far(v))


def set_apart(cells: TypedCells, habits: Habits) -> tuple[TypedCells, tuple[tuple[str, int], ...]]:
    """Part a column's cells from those that look like a code for "not known".

    Returns
    -------
    (known, missing)
        The other cells; each suspected code as it is typed most often, and its count.
    """
    words = texts(cells.values)
    unknown = [is_missing_word(word) for word in words]
    if any(word in ("+", "positive") for word in words):  # then a dash is the answer "no"
        unknown = [u and fold_level(w) != "-" for u, w in zip(unknown, words, strict=True)]
    known = cells.keeping([not u for u in unknown])
    typed = Counter[str]()
    for word, n, u in zip(words, cells.counts, unknown, strict=True):
        typed.update({word: n * u})
    codes, kept = _numbers_apart(known, habits)
    return kept, (*_by_spelling(+typed), *codes)


def _by_spelling(typed: Counter[str]) -> tuple[tuple[str, int], ...]:
    spellings: dict[str, list[tuple[str, int]]] = {}
    for word, n in typed.most_common():
        spellings.setdefault(fold_level(word), []).append((word, n))
    return tuple((same[0][0], sum(n for _, n in same)) for same in spellings.values())


def _numbers_apart(
    known: TypedCells, habits: Habits
) -> tuple[tuple[tuple[str, int], ...], TypedCells]:
    values = readings(known.values, "number", habits)
    if any(isinstance(value, Labelled) for value in known.values):
        return (), known  # the file itself says what its codes mean
    counts = Counter[float]()
    for value, n in zip(values, known.counts, strict=True):
        if value is not None:
            counts.update({value: n})
    if counts.total() < MOSTLY * known.filled:
        return (), known
    codes = missing_numbers(counts)
    kept = known.keeping([value not in codes for value in values])
    return tuple((f"{code:g}", counts[code]) for code in codes), kept
