"""How many of the numbers that a manuscript prints stand in a comparison."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analyses.manuscripts.passages import LEVEL, plain
from analyses.manuscripts.source import Source
from analyses.printed.number import numbers_in
from analyses.printed.outcome import Finding, Verdict
from analyses.published.registry import Published

_PARAGRAPH = re.compile(r"text\.p(\d+)_")


@dataclass(frozen=True)
class Coverage:
    """Numbers of the tables and of the text, and those of each that were compared.

    Parameters
    ----------
    in_tables, of_tables
        Compared, and printed, in cells below headings and behind the names of rows.
    in_text, of_text
        The same of paragraphs; levels of intervals (95% CI) are not counted.
    """

    in_tables: int
    of_tables: int
    in_text: int
    of_text: int

    def __str__(self) -> str:
        return (
            f"{self.in_tables} of {self.of_tables} numbers in tables and {self.in_text} of "
            f"{self.of_text} in the text could be checked"
        )


def coverage(source: Source, published: Published, found: Sequence[Finding]) -> Coverage:
    """Count the numbers that stand in a comparison from which something follows.

    Parameters
    ----------
    source
        A manuscript.
    published
        What was read of it.
    found
        Every comparison.
    """
    checked = [one for one in found if one.verdict is not Verdict.NOT_CHECKABLE]
    named = {each for one in checked for each in (one.address, *one.others)}
    named |= {address.rpartition(".")[0] for address in named}
    values = [value for address, value in published.values.items() if address in named]
    cells = (c.words for t in source.tables for row in t.rows for c in row[1:])
    decimal = published.file.paper.decimal
    of_tables = sum(len([*numbers_in(words, decimal)]) for words in cells)
    in_tables = sum(len(v.parts) for v in values if not _PARAGRAPH.match(v.address))
    printed = {i: _numbers(words, decimal) for i, words in enumerate(source.paragraphs, start=1)}
    told: dict[int, Counter[str]] = {}
    for value in values:
        _add(told, value.address, [part.text for part in value.parts.values()])
    for one in checked:
        if one.address not in published.values:
            _add(told, one.address, _texts(one.outcome.printed, decimal))
    in_text = sum(((told.get(i, Counter())) & numbers).total() for i, numbers in printed.items())
    of_text = sum(numbers.total() for numbers in printed.values())
    return Coverage(min(in_tables, of_tables), of_tables, in_text, of_text)


def _add(told: dict[int, Counter[str]], address: str, texts: Sequence[str]) -> None:
    """Numbers of a paragraph that were compared, each as often as one comparison has it."""
    paragraph = _PARAGRAPH.match(address)
    if paragraph:
        at = int(paragraph[1])
        told[at] = told.get(at, Counter()) | Counter(texts)


def _texts(words: str, decimal: str) -> list[str]:
    return [number.text for number, _ in numbers_in(words, decimal)]


def _numbers(words: str, decimal: str) -> Counter[str]:
    """The numbers of a paragraph, without the levels of its intervals."""
    text = plain(words)
    found = []
    for number, start in numbers_in(text, decimal):
        digits = number.text.lstrip("<>≤≥−")
        if not LEVEL.match(text, text.find(digits, start) + len(digits)):
            found.append(number.text)
    return Counter(found)
