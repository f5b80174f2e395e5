"""Shares that a sentence spells out: 59 of 189 infants (31.2%), 31.2% (59/189)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyses.manuscripts.passages import plain
from analyses.printed.number import Printed, numbers_in, read_printed

_D = r"\d+(?:[.,·]\d+)?"
_N = r"(?<![\d.,·/–-])(?P<{}>\d+)"
_COUNT, _WHOLE = _N.format("count"), r"(?P<whole>\d+)"
_PERCENT = rf"(?<![\d.,·<>≤≥±–-])(?<![<>≤≥] )(?P<percent>{_D})\s?%"
_OF = r"\s+(?:out )?of (?:the |these |those |all |our )?"
#: One to three words that name who is counted, none of which begins a phrase of its own.
_NOUN = (
    r"(?: (?!(?:with|who|whom|in|of|from|at|and|or|to|had|were|was|on|by)\b)[^\W\d][\w’'-]*){1,3}"
)
_BEHIND = rf"\s*[(\[]\s*{_PERCENT}\s*[)\]]"
_SURE = (
    re.compile(rf"{_COUNT}\s*(?:/\s*|{_OF}){_WHOLE}{_BEHIND}"),
    re.compile(rf"{_PERCENT}\s*[(\[]\s*{_COUNT}(?:\s*/\s*|{_OF}){_WHOLE}(?:{_NOUN})?\s*[)\]]"),
)
_LIKELY = (
    re.compile(rf"{_COUNT}(?:/|{_OF}){_WHOLE}{_NOUN}{_BEHIND}"),
    re.compile(rf"{_COUNT}{_BEHIND}{_OF}{_WHOLE}(?![\d.,·]*\d|\s?%)"),
    re.compile(rf"(?i:\bof) (?:the |these |all )?{_WHOLE}(?:{_NOUN}),? {_COUNT}{_BEHIND}"),
)
ASSUMED = "the percentage is of the {} patients named beside it"


@dataclass(frozen=True)
class Share:
    """A count, what it is of, and its percentage.

    Parameters
    ----------
    start, end
        Where they stand.
    count, whole, percent
        As printed.
    assumed
        What was taken for granted, or empty.
    """

    start: int
    end: int
    count: str
    whole: str
    percent: str
    assumed: str = ""

    @property
    def cell(self) -> str:
        """As a table would print it."""
        return f"{self.count}/{self.whole} ({self.percent}%)"


def totals_of(paragraphs: Sequence[str], decimal: str) -> frozenset[int]:
    """The whole numbers of a text: percentages may be of any of them."""
    printed = (n for words in paragraphs for n, _ in numbers_in(plain(words), decimal))
    return frozenset(n.whole for n in printed if n.whole and not n.percent)


def shares_in(words: str, decimal: str, totals: frozenset[int]) -> Iterator[Share]:
    """The shares of a paragraph.

    Where more than one reading is possible, and another number of the text gives the percentage,
    it is no share: in *12 of 45 patients (20%)* these may be the 45, of 225.

    Parameters
    ----------
    words
        Of the paragraph.
    decimal
        The decimal sign.
    totals
        See :func:`totals_of`.
    """
    taken: set[int] = set()
    text = re.sub(r"[\u00a0\u2009\u202f]", " ", words)
    for form in (*_SURE, *_LIKELY):
        sure = form in _SURE
        for found in form.finditer(text):
            count, whole = int(found["count"]), int(found["whole"])
            pressure = count > whole and form is not _SURE[0]
            if found.start("percent") in taken or pressure:
                continue
            percent = read_printed(f"{found['percent']}%", decimal)
            others = totals - {count, whole}
            of_others = any(_gives(n, m, percent) for n in (count, whole) for m in others)
            if not sure and not _gives(count, whole, percent) and of_others:
                continue
            taken.add(found.start("percent"))
            yield Share(
                found.start(), found.end(), found["count"], found["whole"], found["percent"],
                "" if sure else ASSUMED.format(whole),
            )  # fmt: skip


def _gives(count: int, whole: int, percent: Printed) -> bool:
    return count <= whole > 0 and percent.covers(100 * count / whole)
