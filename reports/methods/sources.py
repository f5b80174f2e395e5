"""Publications of the methods that a text names, numbered as it names them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "sources.toml"
#: What a plan says in its own words: titles, labels and levels.
QUOTED = re.compile(r"‘[^‘]*?’(?!\w)")
#: Passages in the plan's own words, in which no method is named.
OWN_WORDS = (
    "Study design and patients", "Design and studies", "Variables", "Outcomes", "Assumptions",
)  # fmt: skip


@cache
def sources() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Each source: the words that name the method, and the citation."""
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))["source"]
    return tuple((tuple(one["words"]), one["citation"]) for one in written)


def cited(passages: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], str]:
    """Passages with the numbers of their sources, and the numbered list of these.

    Parameters
    ----------
    passages
        (heading, sentences) in order.
    """
    ends = sorted(filter(None, (_first(words, passages) for words, _ in sources())))
    named = {_first(words, passages): citation for words, citation in sources()}
    marked = [words for _, words in passages]
    for number, (where, end) in reversed(list(enumerate(ends, start=1))):
        marked[where] = f"{marked[where][:end]} [{number}]{marked[where][end:]}"
    lines = [f"[{number}] {named[end]}" for number, end in enumerate(ends, start=1)]
    headings = (heading for heading, _ in passages)
    return list(zip(headings, marked, strict=True)), " ".join(lines)


def _first(words: Sequence[str], passages: Sequence[tuple[str, str]]) -> tuple[int, int] | None:
    """Passage and end of the first of some words outside of quotation marks."""
    for where, (heading, text) in enumerate(passages):
        if heading in OWN_WORDS:
            continue
        bare = QUOTED.sub(lambda found: " " * len(found[0]), text)
        ends = [bare.find(word) + len(word) for word in words if word in bare]
        if ends:
            return where, min(ends)
    return None
