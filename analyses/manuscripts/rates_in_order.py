"""Rates at several times, as sentences list them: 1-, 2- and 3-year survival 81%, 69%, 55%."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from analyses.printed import arithmetic
from analyses.printed.number import read_printed
from analyses.printed.outcome import Outcome

_V = r"\d+(?:[.,·]\d+)?"
_AND = r"\s*(?:,\s*and|,|and|/|&)\s*"
_TIMES = rf"(?P<times>\d+(?:-?{_AND}\d+)+)[\s-]?(?:years?|months?|days?)\b"
_FALLS = r"(?:[a-z-]+ )?(?:[a-z]+-free )?survival|\b(?:OS|PFS|DFS|RFS|EFS|MFS|CSS|DSS)\b"
_RISES = r"(?:[a-z-]+ )?mortality|cumulative incidence(?: of [a-z]+)?"
_RATE = rf"{_V}\s?%(?:\s?[(\[][^()\[\]]*[)\]])?"
_LISTED = re.compile(
    rf"(?i)(?<![\d.,-]){_TIMES} (?:(?P<falls>{_FALLS})|(?P<rises>{_RISES}))"
    rf"(?P<gap>[^\d.;%()]{{0,40}}?)\b(?P<rates>{_RATE}(?:{_AND}{_RATE})+)"
)
#: Words with which the numbers may be of several groups and not of several times.
_GROUPS = re.compile(r"(?i)\b(?:and|or|vs\.?|versus|than|by|between)\b")
#: Words of the sentence with which the numbers are no rates of survival, or may rise.
_NO_RATES = re.compile(
    r"(?i)\bAUC|area under|accura|sensitiv|specific|concordan|predict|nomogram|conditional|relative"
    r"|\bnet\b|excess|differen|increas|improv|gain|reduc|benefit|ratio"
)
_MORE = re.compile(
    r"(?i)\s*,?\s*(?:(?:and|or|vs\.?|versus|than)\b|/|,?\s*\d)"
    r"|,?\s*(?:respectively,?\s*)?(?:in|for|among|with|by)\b[^\d.;]*\b(?:and|or|vs\.?|versus)\b(?!\s*\d)"
)
ASSUMED = "the rates stand in the order of the times, and are of the same patients"


def in_order(words: str, decimal: str) -> Iterator[tuple[int, int, Outcome]]:
    """Survival that rises from a time to a later one, mortality that falls.

    Parameters
    ----------
    words
        A line, see :func:`~analyses.manuscripts.passages.plain`.
    decimal
        The decimal sign.

    Yields
    ------
    (start, end, outcome)
    """
    for found in _LISTED.finditer(words):
        times = [int(t) for t in re.findall(r"\d+", found["times"])]
        bare = re.sub(r"[(\[][^()\[\]]*[)\]]", "", found["rates"])
        rates = [read_printed(r, decimal) for r in re.findall(rf"{_V}\s?%", bare)]
        if len(times) != len(rates) or times != sorted({*times}) or _GROUPS.search(found["gap"]):
            continue
        sentence = re.split(r"[.;] (?=[A-Z])", words[: found.end("gap")])[-1]
        if _NO_RATES.search(sentence) or _MORE.match(words, found.end()):
            continue
        for (t, earlier), (_, later) in pairwise(zip(times, rates, strict=True)):
            falls = bool(found["falls"])
            limits = (None, earlier) if falls else (earlier, None)
            outcome = arithmetic.within(later, *limits)
            if not outcome.verdict.holds:
                side = "above" if falls else "below"
                how = f"{later}% at the later time: {side} {earlier}% at {t}"
                outcome = replace(outcome, how=how).assuming(ASSUMED)
            yield found.start(), found.end(), outcome
