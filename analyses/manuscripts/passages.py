"""Numbers that stand together: an estimate with its limits, a count with its percentage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyses.printed.number import Printed, numbers_in

#: So many numbers that stand together are no coincidence.
TELLING = 3
_CI = r"(?:CI|KI|IC|confidence intervals?|Konfidenzintervall)"
#: The words for an interval of the usual level, before its limits.
CI_95 = rf"(?i:95\s?%[\s-]{{0,2}}{_CI}(?:\s*[(\[](?:CI|KI|IC)[)\]])?|(?:CI|IC|KI)\s?95\s?%?)"
#: The level of most intervals, in percent.
USUAL_LEVEL = 95.0
#: What stands behind the level of an interval, and before it.
LEVEL = re.compile(r"\s?%[\s-]{0,2}(CI|KI|IC\b|confidence|credible|prediction|Konfidenz)", re.I)
_LEVEL_BEHIND = re.compile(r"\b(?:CI|IC|KI)\s?$")
_LIMITS = (
    rf"{CI_95}|confidence interval|CI|Q1[–-]Q3|(?:inter-?quartile )?range"
    r"|IQR|quartiles|first to third quartile"
)
#: What stands between two numbers that belong together.
JOINED = re.compile(
    rf"\s*%?(?:\s*[,;]|\s*(?:[a-zµ]{{1,6}}(?:/[a-z]{{1,4}})?)?)\s*[(\[]?\s*(?:{_LIMITS})[\s:,=of]*[(\[]?"
    r"|\s*%?\s*(?:±|–|-|to|/)\s*|\s*[(\[]\s*|\s*(?:out )?of (?:the |a total of )?",
    re.IGNORECASE,
)
_P = re.compile(r"(?<![A-Za-z])p\s?(?:values?)?\s?[=:<>≤≥]?\s*$", re.IGNORECASE)
_BESIDE = re.compile(r"\s*%?\s*[)\]]?\s*[,;]?\s*[(\[]?\s*p\s?[=:<>≤≥]?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Together:
    """Numbers that stand together in a line of text.

    Parameters
    ----------
    numbers
        In their order.
    start, end
        Where they stand.
    is_p
        Whether it is one number, a p.
    beside
        Whether such a p follows the numbers before it directly.
    """

    numbers: tuple[Printed, ...]
    start: int
    end: int
    is_p: bool = False
    beside: bool = False


def plain(words: str) -> str:
    """Words with plain spaces, and one kind of minus."""
    return re.sub(r"[\u00a0\u2009\u202f]", " ", words).replace("\u2212", "-")


def together_in(words: str, decimal: str = ".") -> Iterator[Together]:
    """The numbers of a line, those that belong together as one.

    Parameters
    ----------
    words
        The line, see :func:`plain`.
    decimal
        The decimal sign.
    """
    found: list[Printed] = []
    begin = end = 0
    last_is_p = was_beside = False
    for number, start, stop in _numbers(words, decimal):
        between = words[end:start]
        is_p = _P.search(words[max(0, start - 12) : start]) is not None
        if found and not is_p and not last_is_p and JOINED.fullmatch(between):
            found.append(number)
            end = stop
            continue
        beside = bool(found) and is_p and _BESIDE.fullmatch(between) is not None
        if found:
            yield Together(tuple(found), begin, end, last_is_p, was_beside)
        found, begin, end, last_is_p, was_beside = [number], start, stop, is_p, beside
    if found:
        yield Together(tuple(found), begin, end, last_is_p, was_beside)


def _numbers(words: str, decimal: str) -> Iterator[tuple[Printed, int, int]]:
    """Numbers with where they begin and end, without the level of an interval."""
    for number, start in numbers_in(words, decimal):
        digits = number.text.lstrip("<>≤≥−")
        at = words.find(digits, start)
        stop = at + len(digits)
        behind = number.value == USUAL_LEVEL and _LEVEL_BEHIND.search(words[:at])
        if not behind and not LEVEL.match(words, stop):
            yield number, at - bool(number.value < 0), stop


#: Thresholds that papers print for whatever lies below them.
USUAL = (0.05, 0.01, 0.005, 0.001, 0.0001)


def equal(a: Printed, b: Printed) -> bool:
    """Whether two printed numbers agree as far as both have digits."""
    if a.comparator != b.comparator:
        return False
    if a.comparator:
        return a.value == b.value or (a.value in USUAL and b.value in USUAL)
    fine, coarse = sorted((a, b), key=lambda x: -x.decimals)
    rounded = coarse.decimals > 0 or coarse.percent
    return fine.value == coarse.value or (rounded and coarse.covers(fine.value))


def slip(a: Printed, b: Printed) -> bool:
    """Whether one slip of a finger makes one number of another.

    A digit that is another, two that changed places, one too many or too few, or the point
    elsewhere. A sign alone is none: texts print the size of what tables print with its sign.
    """
    if a.comparator != b.comparator or equal(a, b):
        return False
    digits = min(a.decimals, b.decimals)
    one, two = (f"{abs(x.value):.{digits}f}".replace(".", "") for x in (a, b))
    if one == two:
        return False
    bare = [x.replace(".", "").lstrip("0") for x in (a.text, b.text)]
    if bare[0] == bare[1]:
        return True
    if len(one) == len(two):
        apart = [k for k, (x, y) in enumerate(zip(one, two, strict=True)) if x != y]
        turned = len(apart) == 2 and apart[1] == apart[0] + 1
        return len(apart) == 1 or (
            turned and {*one[apart[0] : apart[1] + 1]} == {*two[apart[0] : apart[1] + 1]}
        )
    short, long = sorted((one, two), key=len)
    return any(long[:k] + long[k + 1 :] == short for k in range(len(long)))
