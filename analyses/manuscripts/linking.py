"""The same quantity in the text and in a table: what agrees, and what a slip apart does not.

Numbers are linked by what they are beside, never by nearness alone: an estimate by its limits, a
single number by the name of its row, in a table that the paragraph names or mostly repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analyses.manuscripts.entries import COMMON, Entry, entries_of
from analyses.manuscripts.passages import TELLING, Together, equal, plain, slip, together_in
from analyses.manuscripts.shapes import TOTAL
from analyses.manuscripts.source import Source, SourceTable
from analyses.printed import arithmetic
from analyses.printed.number import Printed
from analyses.printed.outcome import Finding

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


def linked(source: Source, decimal: str) -> list[Finding]:
    """Compare the numbers of the text with those of the tables.

    Parameters
    ----------
    source
        A manuscript.
    decimal
        The decimal sign.
    """
    everything = [entry for table in source.tables for entry in entries_of(table, decimal)]
    found: list[Finding] = []
    for at, words in enumerate(source.paragraphs, start=1):
        spoken = _spoken(at, words, decimal, source.tables, everything)
        near = [e for e in everything if e.place in spoken.scope]
        found += _compared(spoken, near, everything)
    return found


def _spoken(
    at: int, words: str, decimal: str, tables: Sequence[SourceTable], everything: Sequence[Entry]
) -> Spoken:
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
        for place in {e.place for e in everything if _holds(e, group)}:
            hits[place] = hits.get(place, 0) + 1
    return {p for p, n in hits.items() if n >= TELLING and 2 * n > len(telling)}


def _holds(entry: Entry, group: Together) -> bool:
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


def _compared(spoken: Spoken, near: list[Entry], everything: list[Entry]) -> Iterator[Finding]:
    taken = [
        e for g in spoken.groups for e in near if _holds(e, g) and (e.note or len(g.numbers) > 1)
    ]
    before: list[Entry] = []
    for group in spoken.groups:
        candidates = near if near else everything
        if group.beside and before:
            yield from _p_beside(spoken, group, before, candidates)
            continue
        labelled = _labelled(spoken.said_of(group), candidates)
        held = [e for e in candidates if _holds(e, group)]
        before = held if len(group.numbers) > 1 else []
        known = candidates
        if len(group.numbers) == 1:
            notes = [e for e in held if e.note and _shares(e.heading, spoken, group)]
            known = [*labelled, *notes]
        sure = [e for e in held if e in known]
        if sure and (near or len(group.numbers) >= TELLING):
            yield _finding(spoken, group, sure[0], 0)
            continue
        if held and len(group.numbers) > 1:
            continue
        free = [e for e in candidates if e not in taken]
        yield from _apart(spoken, group, free, labelled, bool(near))


def _labelled(words: str, entries: Sequence[Entry]) -> list[Entry]:
    """Entries of the rows that are named last in these words."""
    text = " " + re.sub(r"[^\w%/≥≤<>.-]+", " ", words.casefold()) + " "
    best: tuple[int, int] = (-1, 0)
    found: list[Entry] = []
    for entry in entries:
        for name in entry.names:
            bare = re.sub(r"[^\w%/≥≤<>.-]+", " ", name).strip()
            if len(bare) < TELLING or bare in COMMON:
                continue
            at = text.rfind(f" {bare} ")
            if at < 0:
                continue
            rank = (at + len(bare), len(bare))
            if rank > best:
                best, found = rank, []
            if rank == best:
                found.append(entry)
    return found


def _apart(
    spoken: Spoken, group: Together, free: list[Entry], labelled: list[Entry], scoped: bool
) -> Iterator[Finding]:
    """The one entry that has all of these numbers but one, and that one a slip apart."""
    many = len(group.numbers)
    fits = []
    for entry in free:
        k = _one_off(entry, group)
        if k < 0 or entry.is_p != group.is_p:
            continue
        named = entry in labelled or (entry.note and _shares(entry.heading, spoken, group))
        total = any(TOTAL.search(name) for name in entry.names)
        paired = many == 2 and (total or spoken.has_limits(group))
        if (scoped and (named or paired)) or (many >= TELLING and (scoped or named)):
            fits.append((entry, k))
    if len({tuple(n.text for n in e.numbers) for e, _ in fits}) == 1:
        yield _finding(spoken, group, *fits[0])


def _one_off(entry: Entry, group: Together) -> int:
    """Which number differs by a slip where all others agree; -1 where it is not one."""
    many = len(group.numbers)
    if many > 1 and len(entry.numbers) != many:
        return -1
    if many == 1:
        (own,) = group.numbers
        if not (own.decimals or own.percent or group.is_p):
            return -1
        same = [n for n in entry.numbers if n.decimals == own.decimals and _unit(n, own, entry)]
        return 0 if len(same) == 1 and slip(same[0], own) else -1
    pairs = [*zip(group.numbers, entry.numbers, strict=True)]
    other = [k for k, (a, b) in enumerate(pairs) if not equal(a, b)]
    return other[0] if len(other) == 1 and slip(*pairs[other[0]]) else -1


def _unit(number: Printed, own: Printed, entry: Entry) -> bool:
    """Whether both are percentages, or neither; what stands behind a count may be one."""
    behind = len(entry.numbers) == 2 and number is entry.numbers[1]
    return number.percent == own.percent or (own.percent and behind)


def _shares(heading: str, spoken: Spoken, group: Together) -> bool:
    """Whether what stands before a number in a note is said of the number of the text."""
    words = {*re.findall(r"[a-z]{5,}", heading.casefold())}
    said = {*re.findall(r"[a-z]{5,}", spoken.sentence(group).casefold())}
    return bool(words & said)


def _p_beside(
    spoken: Spoken, group: Together, before: list[Entry], candidates: list[Entry]
) -> Iterator[Finding]:
    """A p beside an estimate that a table prints: the p of that row."""
    beside = []
    for entry in before:
        right = [e for e in candidates if e.place == entry.place and e.row == entry.row
                 and e.column > entry.column and not e.note]  # fmt: skip
        if right and right[0].is_p and not entry.note:
            beside.append(right[0])
    same = [e for e in beside if _holds(e, group)]
    if beside:
        yield _finding(spoken, group, (same or beside)[0], 0)


def _finding(spoken: Spoken, group: Together, entry: Entry, k: int) -> Finding:
    """One number of the text against the same in a table."""
    here, there = group.numbers[k], entry.numbers[k]
    if len(group.numbers) == 1:
        alike = [n for n in entry.numbers if equal(n, here) or abs(n.value) == abs(here.value)]
        near = [n for n in entry.numbers if slip(n, here)]
        there = (alike or near or [there])[0]
    elif len(entry.numbers) != len(group.numbers):
        there = here
    size = abs(there.value) == abs(here.value)
    outcome = arithmetic.same(here, here if size else there)
    how = f"{here} in the text, {there} in {entry.words}"
    outcome = replace(outcome, how=how)
    if not outcome.verdict.holds:
        outcome = outcome.assuming(f"the text speaks of {entry.words}")
    address = f"text.p{spoken.at}_{group.start}_{k}"
    return Finding(address, "Text", f"… {spoken.around(group)}", outcome, (entry.address,))
