"""Which numbers of a paper's text are not in its registry, and the other way round.

``python -m analyses.published.coverage REGISTRY [TEXTFILE [--lines 12-40,55-98]]``
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analyses.plan import load_plan
from analyses.printed.number import Printed, numbers_in
from analyses.published.claimed import check_claims, plan_beside
from analyses.published.reading import load_published
from analyses.published.registry import Published
from cohort_stats.problem import InputError

#: What looks like a number and is none of the paper's: citations, labels of tables, superscripts.
_NO_NUMBERS = (
    re.compile(r"\[\d+(?:\s*[,–-]\s*\d+)*\]"),
    re.compile(r"(?i)\b(?:tables?|fig(?:ure)?s?\.?|section|grade|class|type)[^\S\t]*\d+(?!\.?\d)"),
    re.compile(r"^#*\s*\d+(?:\.\d+)*\.\s+[A-Z].*$"),
    re.compile(r"</?[a-z]+>"),
    re.compile(r"\b9[059]\s?%\s*(?:CI|confidence)"),
)


@dataclass(frozen=True)
class Coverage:
    """How the numbers of a paper and of its registry compare.

    Parameters
    ----------
    found
        Numbers of the text that are in the registry, each printing counted.
    left_out
        Those that the registry leaves out with a reason.
    missing
        (line, number, words around it) of those that are not in the registry at all.
    fewer
        Number -> (times in the text, times in the registry) where the text has more.
    not_in_text
        Numbers of the registry that the text does not have.
    """

    found: int
    left_out: int
    missing: tuple[tuple[int, str, str], ...]
    fewer: dict[str, tuple[int, int]]
    not_in_text: tuple[str, ...]


def coverage(published: Published, lines: Iterable[tuple[int, str]]) -> Coverage:
    """Count the numbers of a paper's text against its registry.

    Parameters
    ----------
    published
        The registry.
    lines
        Numbered lines of the text: Results, tables and captions.
    """
    decimal = published.file.paper.decimal
    known = Counter(_key(number) for number in published.printed())
    silent = {
        _key(number)
        for part in published.file.left_out
        for words in part.numbers
        for number, _ in numbers_in(words, decimal)
    }
    here: Counter[str] = Counter()
    missing = []
    for line, words in lines:
        for number, at in numbers_in(without_labels(words), decimal):
            key = _key(number)
            here[key] += 1
            if key not in known and key not in silent:
                around = without_labels(words)[max(0, at - 30) : at + 30].replace("\t", " ").strip()
                missing.append((line, number.text, around))
    return Coverage(
        found=sum(n for key, n in here.items() if key in known),
        left_out=sum(n for key, n in here.items() if key in silent and key not in known),
        missing=tuple(missing),
        fewer={k: (n, known[k]) for k, n in here.items() if k not in silent and 0 < known[k] < n},
        not_in_text=tuple(key for key in known if key not in here),
    )


def without_labels(words: str) -> str:
    """A line without citations, labels of tables and headings of sections."""
    words = words.replace("\\", "").replace("$", "")
    for pattern in _NO_NUMBERS:
        words = pattern.sub(lambda found: " " * len(found[0]), words)
    return words


def _key(number: Printed) -> str:
    return number.text.lstrip("<>≤≥−").lstrip(" ")


def report(published: Published, found: Coverage) -> list[str]:
    """The comparison in lines for a terminal."""
    numbers, relations = len(published), len(published.relations)
    lines = [
        f"{published.name}: {numbers} numbers in {len(published.values)} cells, "
        f"{len(published.tables)} tables, {relations} stated relations.",
        f"In the text: {found.found} numbers that are in the registry, {found.left_out} left out "
        f"with a reason, {len(found.missing)} missing.",
    ]
    lines += [f"  line {line}: {text}   … {around} …" for line, text, around in found.missing]
    if found.not_in_text:
        lines.append(f"In the registry, not in the text: {', '.join(found.not_in_text)}.")
    if found.fewer:
        words = ", ".join(f"{k} ({n} times, {m} here)" for k, (n, m) in found.fewer.items())
        lines.append(f"More often in the text than in the registry: {words}.")
    return lines


def main(arguments: list[str]) -> int:
    """Check a registry, and compare it with the text of its paper if that is given."""
    spans = [(1, 10**9)]
    if "--lines" in arguments:
        at = arguments.index("--lines")
        spans = [_span(words) for words in arguments[at + 1].split(",")]
        arguments = arguments[:at] + arguments[at + 2 :]
    try:
        published = load_published(arguments[0])
        if plan_beside(published).is_file():
            check_claims(published, load_plan(plan_beside(published)))
    except InputError as wrong:
        print(f"{len(wrong.problems)} to mend:", *wrong.problems, sep="\n  ", file=sys.stderr)
        return 1
    if len(arguments) < 2:
        print(f"{published.name}: {len(published)} numbers, no mistakes found.")
        return 0
    text = Path(arguments[1]).read_text(encoding="utf-8").splitlines()
    chosen = [(i, line) for i, line in enumerate(text, 1) if any(a <= i <= b for a, b in spans)]
    found = coverage(published, chosen)
    print(*report(published, found), sep="\n")
    return int(bool(found.missing))


def _span(words: str) -> tuple[int, int]:
    first, _, last = words.partition("-")
    return int(first), int(last or first)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
