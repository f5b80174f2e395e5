"""Numbers of running text that bring their own relations: 45/217 (20.7%), HR 1.9 (1.2–3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyses.manuscripts.columns import limits_in
from analyses.manuscripts.passages import CI_95
from analyses.manuscripts.text_shares import shares_in, totals_of
from analyses.published.kinds import read_cell
from analyses.published.registry import Value

_D = r"(?:\d+(?:[.,·]\d+)?|\.\d+)"
_FOR = r"(?:\s+(?:for|of)(?: (?!was|were|of|is)[^\W\d][\w’'-]*){1,5})?"
_NAME = r"s?HR|s?hr|a?HR|a?OR|RR|(?i:hazard ratio|odds ratio|risk ratio)"
RATIO = re.compile(
    rf"\b(?P<name>{_NAME})\b{_FOR}[^\d.;%]{{0,14}}"
    rf"(?P<estimate>{_D})[\s,;]*[(\[]?\s*{CI_95}[\s:,;=]*[(\[]?"
    rf"(?P<low>{_D})\s*(?:[-–−,]|to)\s*(?P<high>{_D})"
    rf"(?:\s*[)\]]?\s*[,;]?\s*[(\[]?[pP]\s*(?P<p>[=<]\s*{_D}))?"
)
#: Where values were imputed several times, a p is of a t distribution: no z gives it.
_IMPUTED = re.compile(r"(?i)multipl[ey][ -]imput|imput\w* (?:by|with|using) chained|Rubin.s rules")
#: The model that odds ratios of the text are about, where its limits are not Wald's.
TEXT_MODEL = "text_model"
_EFFECTS = {"hazard": "hr", "odds": "or", "risk": "rr"}


@dataclass(frozen=True)
class TextRead:
    """What a text prints.

    Parameters
    ----------
    values
        By address.
    limits
        Of which kind the limits of odds ratios are, where the text says that they are not Wald's.
        Such values are about :data:`TEXT_MODEL`.
    assumed
        Address to what was taken for granted there.
    """

    values: dict[str, Value]
    limits: str
    assumed: dict[str, str]


def text_values(paragraphs: Sequence[str], decimal: str) -> TextRead:
    """The numbers of paragraphs that can be checked by themselves.

    Parameters
    ----------
    paragraphs
        Of the text.
    decimal
        The decimal sign.
    """
    found: dict[str, Value] = {}
    assumed: dict[str, str] = {}
    limits = next((kind for kind in map(limits_in, paragraphs) if kind), "")
    totals = totals_of(paragraphs, decimal)
    imputed = any(_IMPUTED.search(words) for words in paragraphs)
    for at, words in enumerate(paragraphs, start=1):
        shares = {s.start: s for s in shares_in(words, decimal, totals)}
        told = [("count_percent", s.cell, start, s.end) for start, s in shares.items()]
        for kind, text, start, end in (*told, *_ratios(words, with_p=not imputed)):
            address = f"text.p{at}_{start}"
            try:
                parts = read_cell(kind, text, decimal)
            except ValueError:
                continue
            about = TEXT_MODEL if kind.startswith("or") and limits else ""
            what = f"… {words[max(0, start - 40) : end].strip()}"
            found[address] = Value(address, "Text", what, kind, text, parts, about)
            if start in shares and shares[start].assumed:
                assumed[address] = shares[start].assumed
    return TextRead(found, limits, assumed)


def _ratios(words: str, *, with_p: bool) -> Iterator[tuple[str, str, int, int]]:
    for ratio in RATIO.finditer(words):
        name = ratio["name"].lower()
        effect = next((e for w, e in _EFFECTS.items() if name.startswith(w)), name[-2:])
        told = ratio["p"] if with_p else ""
        kind = f"{effect}_ci_p" if told else f"{effect}_ci"
        p = f"; {told.lstrip('= ')}" if told else ""
        text = f"{ratio['estimate']} ({ratio['low']}–{ratio['high']})"
        yield kind, f"{text}{p}", ratio.start(), ratio.end("p" if told else "high")
