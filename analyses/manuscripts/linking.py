"""The same quantity in the text and in a table: what agrees, and what a slip apart does not.

Numbers are linked by what they are beside, never by nearness alone: an estimate by its limits, a
single number by the name of its row, in a table that the paragraph names or mostly repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from analyses.manuscripts.entries import COMMON, Entry, entries_of
from analyses.manuscripts.meanings import named_otherwise
from analyses.manuscripts.passages import TELLING, Together, equal, slip
from analyses.manuscripts.shapes import TOTAL
from analyses.manuscripts.source import Source
from analyses.manuscripts.spoken import Spoken, holds, spoken_of
from analyses.printed import arithmetic
from analyses.printed.number import Printed
from analyses.printed.outcome import Finding, Verdict


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
    titles = {table.place: table.title for table in source.tables}
    found: list[Finding] = []
    for at, words in enumerate(source.paragraphs, start=1):
        spoken = spoken_of(at, words, decimal, source.tables, everything)
        near = [e for e in everything if e.place in spoken.scope]
        found += _compared(spoken, near, everything, titles)
    return found


def _compared(
    spoken: Spoken, near: list[Entry], everything: list[Entry], titles: Mapping[str, str]
) -> Iterator[Finding]:
    taken = [
        e for g in spoken.groups for e in near if holds(e, g) and (e.note or len(g.numbers) > 1)
    ]
    before: list[Entry] = []
    for group in spoken.groups:
        candidates = near if near else everything
        if group.beside and before:
            yield from _p_beside(spoken, group, before, candidates)
            continue
        labelled = _labelled(spoken.said_of(group), candidates)
        held = [e for e in candidates if holds(e, group)]
        before = held if len(group.numbers) > 1 else []
        known = candidates
        if len(group.numbers) == 1:
            notes = [e for e in held if e.note and _shares(e.heading, spoken, group)]
            known = [*labelled, *notes]
        sure = [e for e in held if e in known]
        if sure and (near or len(group.numbers) >= TELLING):
            yield _finding(spoken, group, sure[0], 0)
            if len(group.numbers) >= TELLING:
                yield from named_otherwise(spoken, group, sure, titles)
            continue
        if held and len(group.numbers) > 1:
            continue
        free = [e for e in candidates if e not in taken]
        yield from _apart(spoken, group, free, labelled, bool(near))


@cache
def _bare(words: str) -> str:
    """Words without quotation marks and the like."""
    return re.sub(r"[^\w%/≥≤<>.-]+", " ", words).strip()


def _labelled(words: str, entries: Sequence[Entry]) -> list[Entry]:
    """Entries of the rows that are named last in these words."""
    text = f" {_bare(words.casefold())} "
    best: tuple[int, int] = (-1, 0)
    found: list[Entry] = []
    for entry in entries:
        for name in entry.names:
            bare = _bare(name)
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
    if len(other) != 1 or not slip(*pairs[other[0]]):
        return -1
    here, there = pairs[other[0]]
    return -1 if there.percent and not here.percent and there.decimals == 0 else other[0]


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
    same = [e for e in beside if holds(e, group)]
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
    if here.comparator and here.comparator == there.comparator and not equal(here, there):
        outcome = replace(outcome, verdict=Verdict.INCONSISTENT)
    if not outcome.verdict.holds:
        outcome = outcome.assuming(f"the text speaks of {entry.words}")
    address = f"text.p{spoken.at}_{group.start}_{k}"
    return Finding(address, "Text", f"… {spoken.around(group)}", outcome, (entry.address,))
