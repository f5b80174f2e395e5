"""A number as a paper prints it: its digits, what they round, and what stands before them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

Interval = tuple[float, float]

#: How a program may have come from the exact value to the printed digits.
ROUNDINGS = ("half", "truncation")
#: What stands in a cell without a number.
NOT_REACHED = re.compile(
    r"(?i)\bn\.\s?[re]\.|\bN[REA]\b|\bN/A\b|\bnot (?:yet )?(?:reached|estimable)|∞|\binf\b"
)
_SPACES = "\u00a0\u2009\u202f"
_POINT = rf"\d{{1,3}}(?:[,{_SPACES}]\d{{3}})+(?:[.·]\d+)?|\d+[.,·]\d+|[.·]\d+|\d+"
_COMMA = rf"\d{{1,3}}(?:[.{_SPACES}]\d{{3}})+(?:,\d+)?|\d+[,.·]\d+|,\d+|\d+"
_SIGN = r"(?:(?<![\w.)%])[-−]|(?<![^\s(\[<>≤≥=])(?<!\d\s)–)?"
_BEFORE = r"(?P<comparator>[<>]=|[<>≤≥])?[\s]*"
_AFTER = r"(?P<percent>\s?%)?"
#: A digit that belongs to a word, a superscript or an index is no number of its own.
_APART = r"(?<![A-Za-z\d^_])(?<![A-Za-z][-.])(?<!\d[.,·])"


def _pattern(digits: str) -> re.Pattern[str]:
    return re.compile(rf"{_BEFORE}(?P<sign>{_SIGN}){_APART}(?P<digits>{digits}){_AFTER}")


_PATTERNS = {".": _pattern(_POINT), ",": _pattern(_COMMA)}


#: Units that may follow without a space: none that a digit is easily read as (l, g, s).
_UNITS = (
    "Gy|cGy|HU|fx|[kmµ]g|[dmµ]L|[cm]l|[cm]?m|mm[²³]|[cm]?m[23]|h|hr|hrs|min|d|wk|mo|y|yr|yrs|"
    "hours?|days?|weeks?|months?|years?|patients?|lesions?|levels?|points?|times"
)
#: What cannot follow a number directly: more digits, a question mark, a second percent sign,
#: letters that are no unit, or a unit in the middle of digits.
_GLUED = re.compile(rf"[.,·]\w|[?~]|\s?%|(?!(?:{_UNITS})\b(?![.,·]\d))[^\W\d_]")
#: A letter that stands for the first digit of a number: l2.5, O.45.
_LETTER_FIRST = re.compile(r"(?<![A-Za-z])[lO][.,·]?\d")


@dataclass(frozen=True)
class Printed:
    """A number as printed.

    Parameters
    ----------
    text
        The characters: ``"<0.001"``, ``"61.0"``, ``"1,215"``.
    value
        What they say, without the sign before them.
    decimals
        Digits after the decimal point; trailing zeros count.
    comparator
        ``<``, ``>``, ``≤``, ``≥``, or empty.
    percent
        Whether a percent sign follows.
    """

    text: str
    value: float
    decimals: int = 0
    comparator: str = ""
    percent: bool = False

    def __str__(self) -> str:
        return self.text

    @property
    def unit(self) -> float:
        """One unit of the last printed digit."""
        return float(10.0**-self.decimals)

    def interval(self, rounding: str = "half") -> Interval:
        """Between which values the exact number lies.

        Parameters
        ----------
        rounding
            ``half`` (half up or half to even: ends included), or ``truncation``.
        """
        if self.comparator in ("<", "≤"):
            return -math.inf, self.value
        if self.comparator in (">", "≥"):
            return self.value, math.inf
        if rounding == "truncation":
            away = math.copysign(self.unit, self.value)
            low, high = sorted((self.value, self.value + away))
            return low, high
        return self.value - self.unit / 2, self.value + self.unit / 2

    def covers(self, exact: float, rounding: str = "half") -> bool:
        """Whether an exact value would be printed so."""
        low, high = self.interval(rounding)
        slack = 1e-9 * max(1.0, abs(exact))
        if self.comparator == "<":
            return exact < high
        if self.comparator == ">":
            return exact > low
        if rounding == "truncation":
            return low - slack <= exact < high - slack or exact == self.value
        return low - slack <= exact <= high + slack

    def meets(self, low: float, high: float, rounding: str = "half") -> bool:
        """Whether some value from `low` to `high` would be printed so."""
        own_low, own_high = self.interval(rounding)
        slack = 1e-9 * max(1.0, abs(low), abs(high))
        if self.comparator == "<":
            return low < own_high
        if self.comparator == ">":
            return high > own_low
        return low <= own_high + slack and high >= own_low - slack

    def below(self, other: Printed) -> bool:
        """Whether this is less than another, however both were rounded.

        Numbers of as many decimals are rounded alike, which keeps their order.
        """
        if self.decimals == other.decimals and not self.comparator and not other.comparator:
            return self.value < other.value
        return self.interval()[1] < other.interval()[0] - 1e-9

    @property
    def whole(self) -> int | None:
        """The count that this is, or None where it is not a whole number printed as one."""
        return round(self.value) if self.decimals == 0 and not self.comparator else None


def whole_number(value: float) -> Printed:
    """A count as if it were printed."""
    return Printed(f"{value:.0f}", float(value))


def numbers_in(words: str, decimal: str = ".") -> Iterator[tuple[Printed, int]]:
    """Every number in a text, with the position of its first character.

    Parameters
    ----------
    words
        Part of a paper: a cell, a sentence.
    decimal
        The decimal sign where ``1,234`` could be either; ``1,23`` and ``0,123`` are decimals
        and ``12,345`` is a thousand in any case when it is ``.``.

    Yields
    ------
    (Printed, int)
    """
    for found in _PATTERNS[decimal].finditer(words):
        yield _read(found, decimal), found.start()


def misprinted(words: str, decimal: str = ".") -> bool:
    """Whether a transcribed cell has a number that is none: ``54O``, ``6l.1``, ``l2``, ``~540?``.

    Parameters
    ----------
    words
        A cell. Units may follow a number; footnote marks only after a space or ``^``.
    decimal
        The paper's decimal sign: the other one is for thousands alone.
    """
    if _LETTER_FIRST.search(words):
        return True
    other = "," if decimal == "." else "."
    grouped = re.compile(rf"[1-9]\d{{0,2}}(?:\{other}\d{{3}})+(?:\{decimal}\d+)?")
    for found in _PATTERNS[decimal].finditer(words):
        if _GLUED.match(words, found.end()) or words[: found.start()].endswith(("~", "?")):
            return True
        if other in found["digits"] and not grouped.fullmatch(found["digits"]):
            return True
    return False


def read_printed(words: str, decimal: str = ".") -> Printed:
    """The one number in a text.

    Raises
    ------
    ValueError
        When there is none, or more than one.
    """
    found = [number for number, _ in numbers_in(words, decimal)]
    if len(found) != 1:
        raise ValueError(f"words must hold one number; got {words!r}")
    return found[0]


def _read(found: re.Match[str], decimal: str) -> Printed:
    digits = re.sub(f"[{_SPACES}]", "", found["digits"]).replace("·", ".")
    if decimal == ",":
        grouped = re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", digits)
        digits = (digits.replace(".", "") if grouped else digits).replace(",", ".")
    elif re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    else:
        digits = digits.replace(",", ".")
    comparator = (found["comparator"] or "").replace("<=", "≤").replace(">=", "≥")
    sign = -1.0 if found["sign"] else 1.0
    _, _, after = digits.partition(".")
    text = comparator + ("−" if found["sign"] else "") + found["digits"]
    return Printed(text, sign * float(digits), len(after), comparator, bool(found["percent"]))
