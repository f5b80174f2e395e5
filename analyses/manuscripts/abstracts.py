"""The abstract against the text: the same words around a number, and the number a slip apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analyses.manuscripts.passages import TELLING, Together, equal, plain, slip, together_in
from analyses.manuscripts.source import Source
from analyses.printed import arithmetic
from analyses.printed.outcome import Finding

_BEGINS = re.compile(r"(?i)\s*(?:abstract|summary|zusammenfassung|résumé)\b\s*[.:]?\s*$")
_INLINE = re.compile(r"(?i)\s*(?:abstract|summary|zusammenfassung|résumé)\s*[.:]\s")
_ENDS = re.compile(r"(?i)\s*(?:introduction|key ?words?|einleitung|schlüsselwörter)\b")
_HEADING = re.compile(
    r"(?i)\s*(?:(?:patients|materials?|subjects) and )?(?:methods?|results|background)\s*$"
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*|\d+(?:[.,·]\d+)*")
#: So many words before and behind a number, as far as the sentence goes, are the same.
BEFORE, BEHIND = 8, 6
#: So many are the same in all, and so many of these have so many letters.
WORDS, LETTERS = 5, 4
ASSUMED = "the abstract and the text, with the same words, speak of the same patients"


@dataclass(frozen=True)
class _Told:
    """Numbers with the words, and other numbers, of their sentence before and behind them."""

    at: int
    words: str
    group: Together
    before: tuple[str, ...]
    behind: tuple[str, ...]


def abstract_and_text(source: Source, decimal: str) -> list[Finding]:
    """Compare the numbers of the abstract with the text behind it.

    Parameters
    ----------
    source
        A manuscript.
    decimal
        The decimal sign.
    """
    inside = _abstract(source.paragraphs)
    told = [t for i, w in enumerate(source.paragraphs) for t in _told(i, plain(w), decimal)]
    first = [t for t in told if t.at in inside]
    later = [t for t in told if inside and t.at > inside[-1]]
    return [finding for one in first for finding in _compared(one, later)]


def _abstract(paragraphs: Sequence[str]) -> range:
    """Which paragraphs are the abstract: up to the introduction, or the headings of the paper."""
    begin = next((i for i, w in enumerate(paragraphs) if _BEGINS.match(w) or _INLINE.match(w)), -1)
    if begin < 0:
        return range(0)
    behind = range(begin + 1, len(paragraphs))
    end = next((i for i in behind if _ENDS.match(paragraphs[i])), None)
    told = [begin] if _INLINE.match(paragraphs[begin]) else []
    for i in behind if end is None else ():
        if told and _HEADING.match(paragraphs[i]):
            return range(begin, i)
        told += [i] if re.search(r"\d", paragraphs[i]) else []
    return range(begin, end) if end is not None else range(0)


def _told(at: int, words: str, decimal: str) -> Iterator[_Told]:
    for group in together_in(words, decimal):
        before = re.split(r"[.:;] (?!P\s?[=<>])(?=[A-Z‘“0-9])", words[: group.start])[-1]
        behind = re.split(r"[.;](?:\s|$)", words[group.end :])[0]
        yield _Told(at, words, group, _words(before)[-BEFORE:], _words(behind)[:BEHIND])


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _compared(one: _Told, later: Sequence[_Told]) -> Iterator[Finding]:
    there = [t for t in later if _same_words(one, t)]
    apart = {tuple(n.text for n in t.group.numbers) for t in there}
    if len(apart) != 1:
        return
    pairs = [*zip(one.group.numbers, there[0].group.numbers, strict=True)]
    other = [(a, b) for a, b in pairs if not equal(a, b)]
    if len(other) > 1 or not all(slip(a, b) for a, b in other):
        return
    here, again = (other or pairs)[0]
    outcome = arithmetic.same(here, again if other else here)
    outcome = replace(outcome, how=f"{here} in the abstract, {again} in the text")
    if other:
        outcome = outcome.assuming(ASSUMED)
    what = f"… {one.words[max(0, one.group.start - 40) : one.group.end].strip()}"
    address = f"text.p{one.at + 1}_{one.group.start}_a"
    others = (f"text.p{there[0].at + 1}_{there[0].group.start}",)
    yield Finding(address, "Text", what, outcome, others)


def _same_words(one: _Told, other: _Told) -> bool:
    """Whether so many words next to both numbers are the same that they name one thing."""
    if len(one.group.numbers) != len(other.group.numbers) or one.group.is_p != other.group.is_p:
        return False
    if one.before != other.before or one.behind != other.behind:
        return False
    same = (*one.before, *one.behind)
    telling = [w for w in same if len(w) >= LETTERS and w.isalpha()]
    percent = [n.percent for n in one.group.numbers] == [n.percent for n in other.group.numbers]
    return percent and bool(one.before) and len(same) >= WORDS and len(telling) >= TELLING
