"""Words against numbers: a lower risk with a ratio above 1, a longer survival that is shorter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyses.manuscripts.passages import plain
from analyses.manuscripts.source import Source
from analyses.manuscripts.text import RATIO
from analyses.printed.number import read_printed
from analyses.printed.outcome import Finding, Outcome, Verdict

_OF = r"\s+(?:[\w-]+\s+){0,2}?"
_BAD = r"(?:risks?|odds|hazards?|likelihood|probability|mortality|incidence)\b"
_GOOD = r"(?:survival|prognosis)\b"
_DOWN = rf"\b(?:lower|reduced|decreased|smaller){_OF}{_BAD}|"
_DOWN += rf"\b(?:longer|better|improved|prolonged){_OF}{_GOOD}"
_UP = rf"\b(?:higher|increased|greater|elevated|raised){_OF}{_BAD}|"
_UP += rf"\b(?:shorter|worse|poorer|inferior|reduced|decreased){_OF}{_GOOD}"
DOWN, UP = re.compile(_DOWN, re.IGNORECASE), re.compile(_UP, re.IGNORECASE)
#: What may turn a ratio round, or means that nothing was seen.
TURNED = re.compile(
    r"(?i)\b(than|compared|versus|vs|relative|referen\w+|against|not|no|neither|without|absence|"
    r"low|lower|less|fewer|smaller|shorter|younger|decreas\w+|reduc\w+|poor\w*|worse|lack|loss|"
    r"protect\w+|inverse\w*|if|whether|may|might|expected|hypothesi\w+)\b"
)
_LONGER = re.compile(
    r"(?i)\b(?:(?P<up>longer|better|superior|higher|improved)|(?P<down>shorter|worse|poorer|inferior|"
    r"lower))\b[^.;()]*\bthan\b[^.;()]*\((?:[^()\d]*?)(?P<a>\d+(?:[.,·]\d+)?)\s*(?:%|[a-z]+)?\s*"
    r"(?:vs\.?|versus)\s*(?P<b>\d+(?:[.,·]\d+)?)"
)
CHECK = "words against the ratio"
ORDER = "words against the order of two numbers"


def directions(source: Source, decimal: str) -> list[Finding]:
    """Compare what sentences say with the numbers behind it.

    Parameters
    ----------
    source
        A manuscript.
    decimal
        The decimal sign.

    Returns
    -------
    list of Finding
        Of ratios whose interval does not include 1, and of two numbers ``(12 vs 20 months)``
        behind a comparison of survival; each where the sentence can be read in one way alone.
    """
    found: list[Finding] = []
    for at, paragraph in enumerate(source.paragraphs, start=1):
        words = plain(paragraph)
        for start, what, outcome in (*_ratios(words, decimal), *_orders(words, decimal)):
            found.append(Finding(f"text.p{at}_{start}", "Text", f"… {what}", outcome))
    return found


def _ratios(words: str, decimal: str) -> Iterator[tuple[int, str, Outcome]]:
    for ratio in RATIO.finditer(words):
        clause = re.split(r"[.;](?:\s|$)|\)", words[: ratio.start()])[-1]
        said = [
            (m, up) for pattern, up in ((DOWN, False), (UP, True)) for m in pattern.finditer(clause)
        ]
        if len(said) != 1:
            continue
        ((phrase, up),) = said
        rest = clause[: phrase.start()] + clause[phrase.end() :]
        low, high = (read_printed(ratio[k], decimal) for k in ("low", "high"))
        if TURNED.search(rest) or low.value <= 1 <= high.value:
            continue
        agrees = (low.value > 1) == up
        wanted = ">" if up else "<"
        how = f"“{phrase[0]}” beside {ratio['estimate']} ({low}–{high})"
        line = f"{ratio['estimate'].replace(',', '.')} {wanted} 1"
        outcome = _outcome(CHECK, agrees, ratio["estimate"], how, line)
        if not agrees:
            outcome = outcome.assuming("the ratio is of what the sentence names, against the rest")
        yield ratio.start(), f"{clause.strip()} {ratio[0]}", outcome


def _orders(words: str, decimal: str) -> Iterator[tuple[int, str, Outcome]]:
    for found in _LONGER.finditer(words):
        sentence = found[0]
        if not re.search(r"(?i)surviv|prognos", words[max(0, found.start() - 60) : found.end()]):
            continue
        a, b = (read_printed(found[k], decimal) for k in "ab")
        agrees = a.value == b.value or (a.value > b.value) == bool(found["up"])
        how = f"“{found['up'] or found['down']}” beside {a} against {b}"
        line = f"{a.value:g} {'>' if found['up'] else '<'} {b.value:g}"
        outcome = _outcome(ORDER, agrees, a.text, how, line)
        if not agrees:
            outcome = outcome.assuming("the numbers stand in the order of the groups named")
        yield found.start(), sentence, outcome


def _outcome(check: str, agrees: bool, printed: str, how: str, line: str) -> Outcome:
    verdict = Verdict.REPRODUCED if agrees else Verdict.INCONSISTENT
    return Outcome(check, verdict, printed, how=how, r=line)
