"""How many patients: sizes of groups, and of all, in the text and in the headings of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyses.manuscripts.entries import COMMON, Entry, entries_of, name_of
from analyses.manuscripts.passages import TELLING, slip
from analyses.manuscripts.shapes import TOTAL
from analyses.manuscripts.source import Source
from analyses.manuscripts.spoken import Spoken, spoken_of
from analyses.printed import arithmetic
from analyses.printed.number import Printed, read_printed
from analyses.printed.outcome import Finding

_N = r"(?P<n>\d{1,3}(?:,\d{3})+|\d+)"
_BEHIND = re.compile(rf"(?i)(?P<name>[^()\d;,:]*[^()\s])\s*\(\s*n\s*=\s*{_N}\s*\)")
_WITH = re.compile(
    rf"(?<![\d.,])(?<!± ){_N} (?:patients? )?(?:with|in) [‘“'](?P<name>[^’”']+)[’”']"
)
_ALL = re.compile(
    rf"(?i)(?<![\d.,])(?:total of {_N}|all {_N}) (?:consecutive |eligible |adult )?patients"
    rf"|(?<![\d.,]){_N} patients (?:were|had been) (?:finally )?(?:included|enrolled|analy[sz]ed)"
    .replace("(?P<n>", "(")
)  # fmt: skip


def sizes(source: Source, decimal: str) -> list[Finding]:
    """Compare the numbers of patients that the text names with those in headings.

    Parameters
    ----------
    source
        A manuscript.
    decimal
        The decimal sign.
    """
    everything = [entry for table in source.tables for entry in entries_of(table, decimal)]
    known = [entry for entry in everything if entry.size]
    found: list[Finding] = []
    for at, words in enumerate(source.paragraphs, start=1):
        spoken = spoken_of(at, words, decimal, source.tables, everything)
        for start, n, some in (
            *_behind(spoken, known),
            *_with(spoken, known),
            *_all(spoken, known),
        ):
            found += _compared(spoken, start, n, some)
    return found


def _behind(spoken: Spoken, known: Sequence[Entry]) -> Iterator[tuple[int, str, list[Entry]]]:
    """``high instability (n = 35)``: groups that have one size in all tables."""
    for said in _BEHIND.finditer(spoken.words):
        words = f" {said['name'].strip(' ‘’“”').casefold()}"
        names = {e.names[0] for e in known if words.endswith(f" {e.names[0]}")}
        names = {name for name in names if len(name) >= TELLING and name not in COMMON}
        some = [e for e in known if e.names[0] == max(names, key=len)] if names else []
        if len({e.numbers[0].value for e in some}) == 1:
            yield said.start("n"), said["n"], some


def _with(spoken: Spoken, known: Sequence[Entry]) -> Iterator[tuple[int, str, list[Entry]]]:
    """``440 with ‘No’``: groups of the tables that the paragraph is about."""
    for said in _WITH.finditer(spoken.words):
        name = name_of(said["name"])
        some = [e for e in known if e.place in spoken.scope and e.names[0] == name]
        yield said.start("n"), said["n"], some


def _all(spoken: Spoken, known: Sequence[Entry]) -> Iterator[tuple[int, str, list[Entry]]]:
    """``All 106 patients``, ``a total of 106 patients``: the largest group that is of all."""
    totals = [e for e in known if TOTAL.search(e.names[0])]
    most = max((e.numbers[0].value for e in totals), default=0)
    for said in _ALL.finditer(spoken.words):
        k = next(k for k in (1, 2, 3) if said[k])
        yield (
            said.start(k),
            said[k],
            [e for e in totals if e.numbers[0].value in (most, _n(said[k]))],
        )


def _n(words: str) -> float:
    return float(words.replace(",", ""))


def _compared(spoken: Spoken, start: int, n: str, some: Sequence[Entry]) -> Iterator[Finding]:
    here = Printed(n, _n(n)) if "," in n else read_printed(n)
    same = [e for e in some if e.numbers[0].value == here.value]
    near = [e for e in some if slip(e.numbers[0], here)]
    if not same and (not near or len(near) < len(some)):
        return
    entry = (same or near)[0]
    outcome = arithmetic.same(here, entry.numbers[0])
    outcome = replace(outcome, how=f"{n} in the text, {entry.numbers[0]} in {entry.words}")
    if not outcome.verdict.holds:
        outcome = outcome.assuming(f"the text counts the patients of {entry.words}")
    what = f"… {spoken.words[max(0, start - 40) : start + len(n) + 20].strip()}"
    address = f"text.p{spoken.at}_{start}_n"
    yield Finding(address, "Text", what, outcome, (entry.address,))
