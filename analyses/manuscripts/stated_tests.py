"""Tests that the notes of a table name without a mark, or the text: by what a row prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from analyses.manuscripts.columns import Columns
from analyses.manuscripts.marks import marks_of
from analyses.manuscripts.shapes import TESTS, hints_in
from analyses.manuscripts.source import SourceTable
from analyses.printed import tests_of_counts, tests_of_means
from analyses.published.registry import PrintedTable, Row, Value

_RANKS = ("mann-whitney", "kruskal-wallis", "wilcoxon")
_PAIRED = {"counts": ("mcnemar",), "means": ("paired t", "wilcoxon"), "ranks": ("wilcoxon",)}
#: Which tests may have given the p of a row.
_FOR = {
    "counts": (*tests_of_counts.WORDS, "mcnemar"),
    "means": (*tests_of_means.WORDS, "paired t", *_RANKS),
    "ranks": _RANKS,
}
#: Headings of one group of patients, seen twice.
_BEFORE = re.compile(
    r"(?i)\b(before|pre[- ]?(op\w*|treatment|test|intervention)?|baseline|admission|initial|t0)\b"
)
_AFTER = re.compile(
    r"(?i)\b(after|post[- ]?(op\w*|treatment|test|intervention)?|(last |final )?follow[- ]?up|"
    r"discharge|t1|\d+[- ](days?|weeks?|months?|years?)|final)\b"
)
#: Headings of patients before and after a year.
_YEAR = re.compile(r"\b(19|20)\d\d\b")
_SENTENCE = re.compile(r"[^.;]*(?:\.\d[^.;]*)*[.;]?")
_OTHER_USE = re.compile(r"(?i)correlation|consent|proportional hazards|goodness")
_COMPARES = re.compile(r"(?i)\btests?\b|compar|analys[ei]s of variance|anova|test\b")


@dataclass
class StatedTests:
    """Tests by row, and what was taken for granted.

    Parameters
    ----------
    tests
        By the id of a row.
    assumed
        Address of a p to words, where only the text names its test.
    """

    tests: dict[str, tuple[str, ...]] = field(default_factory=dict)
    assumed: dict[str, str] = field(default_factory=dict)


def tests_in(words: str) -> tuple[str, ...]:
    """Every test that words name, each passage for one test alone."""
    found = []
    for name, pattern in TESTS:
        words, times = re.subn(pattern, " ", words, flags=re.IGNORECASE)
        if times:
            found.append(name)
    return tuple(found)


def stated_tests(
    table: PrintedTable, source: SourceTable, columns: Columns, paragraphs: Sequence[str]
) -> StatedTests:
    """The tests of the rows whose p has no mark that names one.

    Parameters
    ----------
    table, source, columns
        As read, and as printed.
    paragraphs
        Of the text.

    Notes
    -----
    What a note names is named for the table. What only the text names is one of several, so it
    is assumed. One group of patients seen twice is compared by tests that need the patients,
    unless a note names another.
    """
    found = StatedTests()
    noted = tests_in(" ; ".join(note for note in source.notes if not marks_of([note])))
    told = tests_in(" ; ".join(_comparing(paragraphs)))
    twice = _seen_twice(table, columns)
    for row in (each for head in table.rows for each in (head, *head.levels)):
        p = _p_of(row, table.marks)
        if p is None:
            continue
        subject = _subject(row)
        if subject == "means" and not _says_deviations(row, source, columns):
            found.assumed[p.address] = "what is printed beside a mean is its standard deviation"
        own = [test for test in noted if test in _FOR[subject]]
        if not own and noted and not {*noted} - {"log-rank"}:
            own = [*noted]
        if not own and twice:
            own = [*_PAIRED[subject]]
        if not own:
            own = [t for t in told if t in _FOR[subject] and t not in _PAIRED[subject]]
            if own:
                words = f"one of the tests that the text names: {_words(own)}"
                before = found.assumed.get(p.address, "")
                found.assumed[p.address] = f"{before}; {words}" if before else words
        if own:
            found.tests[row.id] = tuple(own)
            parent = row.id.rpartition(".")[0]
            if parent:
                found.tests.setdefault(parent, tuple(own))
    return found


def _comparing(paragraphs: Sequence[str]) -> Iterator[str]:
    for words in paragraphs:
        for sentence in _SENTENCE.findall(words):
            if _COMPARES.search(sentence) and not _OTHER_USE.search(sentence):
                yield sentence


def _seen_twice(table: PrintedTable, columns: Columns) -> bool:
    groups = [columns.groups[name] for name in table.compares if name in columns.groups]
    if len(groups) != 2 or any(_YEAR.search(group.label) for group in groups):
        return False
    first, second = (group.label for group in groups)
    return bool(_BEFORE.search(first) and _AFTER.search(second))


def _p_of(row: Row, marks: Mapping[str, str]) -> Value | None:
    """The p of a row, unless a mark behind it names its test."""
    p = row.cells.get("p")
    if p is None or any(mark and p.text.endswith(mark) for mark in marks):
        return None
    return p


def _subject(row: Row) -> str:
    cells = [*row.cells.values(), *(v for level in row.levels for v in level.cells.values())]
    if any("mean" in value.parts for value in cells):
        return "means"
    return "ranks" if any("median" in value.parts for value in cells) else "counts"


def _says_deviations(row: Row, source: SourceTable, columns: Columns) -> bool:
    heads = [heading.words for heading in columns.headings]
    return "sd" in hints_in(" ".join((row.what, source.words, *heads)))


def _words(tests: Sequence[str]) -> str:
    known = {**tests_of_counts.WORDS, **tests_of_means.WORDS}
    return ", ".join(known.get(test, test) for test in tests)
