"""Paragraphs with their numbers, and the tables that they are about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analyses.manuscripts.entries import Entry
from analyses.manuscripts.passages import TELLING, Together, equal, plain, together_in
from analyses.manuscripts.source import SourceTable
from analyses.printed.number import Printed

_TABLE = re.compile(r"(?i)\b(supplementary )?tables? (s?\d+)((?:(?:,| and|[-–]) ?s?\d+)*)")


@dataclass(frozen=True)
class Spoken:
    """A paragraph: its words, its numbers, the tables it is about.

    Parameters
    ----------
    at
        Number of the paragraph.
    words
        See :func:`~analyses.manuscripts.passages.plain`.
    groups
        Its numbers.
    scope
        Places of the tables that it names, is headed by, or mostly repeats.
    """

    at: int
    words: str
    groups: tuple[Together, ...]
    scope: frozenset[str]

    def sentence(self, group: Together) -> str:
        """What is said before the numbers, from the last full stop or semicolon.

        Without what parentheses say of the numbers before.
        """
        before = re.sub(r"\([^()]*\)", " ", self.words[: group.start])
        begin = max((m.end() for m in re.finditer(r"[;]|[.:] (?=[A-Z‘“0-9])", before)), default=0)
        return before[begin:]

    def said_of(self, group: Together) -> str:
        """The words that name the numbers: those before, or a name in parentheses behind."""
        behind = re.match(r"\s*%?\s*\(([^()\d]+)\)", self.words[group.end :])
        return behind[1] if behind and len(group.numbers) == 1 else self.sentence(group)

    def has_limits(self, group: Together) -> bool:
        """Whether the numbers are an estimate with a limit."""
        return " CI" in self.words[group.start : group.end]

    def around(self, group: Together) -> str:
        """A few words before the numbers, and the numbers, to be found again."""
        return self.words[max(0, group.start - 40) : group.end].strip()


def spoken_of(
    at: int, words: str, decimal: str, tables: Sequence[SourceTable], everything: Sequence[Entry]
) -> Spoken:
    """A paragraph, its numbers, and what it is about.

    Parameters
    ----------
    at
        Number of the paragraph.
    words
        Its words.
    decimal
        The decimal sign.
    tables, everything
        Of the manuscript, and what they print.
    """
    text = plain(words)
    groups = tuple(together_in(text, decimal))
    named = _named(text, tables) or _headed(text, tables) or _repeated(groups, everything)
    return Spoken(at, text, groups, frozenset(named))


def _named(words: str, tables: Sequence[SourceTable]) -> set[str]:
    cited = {n.casefold() for m in _TABLE.finditer(words) for n in re.findall(r"(?i)s?\d+", m[0])}
    return {t.place for t in tables if t.place.rpartition(" ")[2].casefold() in cited}


def _headed(words: str, tables: Sequence[SourceTable]) -> set[str]:
    """Tables whose title heads the paragraph."""
    return {
        table.place
        for table in tables
        if (title := plain(table.title).removeprefix(table.place).strip(" .:").casefold())
        and words.casefold().startswith(f"{title}.")
    }


def _repeated(groups: Sequence[Together], everything: Sequence[Entry]) -> set[str]:
    """The tables that print most of what the paragraph has."""
    telling = [g for g in groups if len(g.numbers) > 1]
    hits: dict[str, int] = {}
    for group in telling:
        for place in {e.place for e in everything if holds(e, group)}:
            hits[place] = hits.get(place, 0) + 1
    return {p for p, n in hits.items() if n >= TELLING and 2 * n > len(telling)}


def holds(entry: Entry, group: Together) -> bool:
    """Whether an entry prints these numbers, one after the other."""
    return group.is_p == entry.is_p and _at(entry.numbers, group.numbers) >= 0


def _at(whole: Sequence[Printed], part: Sequence[Printed]) -> int:
    if len(part) == 1:
        size = abs(part[0].value)
        fits = (k for k, n in enumerate(whole) if equal(n, part[0]) or abs(n.value) == size)
        return next(fits, -1)
    for k in range(len(whole) - len(part) + 1):
        if all(equal(a, b) for a, b in zip(whole[k:], part, strict=False)):
            return k
    return -1
