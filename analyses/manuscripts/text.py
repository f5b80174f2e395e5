"""Numbers of running text that bring their own relations: 45/217 (20.7%), HR 1.9 (1.2–3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analyses.manuscripts.columns import limits_in
from analyses.published.kinds import read_cell
from analyses.published.registry import Value

_D = r"\d+(?:[.,·]\d+)?"
_SHARE = re.compile(
    rf"(?<![\d.,/])(\d+)\s*(?:/|of(?: the)?|out of)\s*(\d+)(?: (?:patients|lesions|cases))?"
    rf"\s*\(\s*({_D})\s?%\s*\)"
)
RATIO = re.compile(
    rf"(?i)\b(?P<name>s?hr|a?hr|a?or|rr|hazard ratio|odds ratio|risk ratio)\b[^\d.;%]{{0,14}}"
    rf"(?P<estimate>{_D})[\s,;]*[(\[]?\s*(?:95\s?%\s*(?:ci|confidence interval)[\s:,=]*)"
    rf"(?P<low>{_D})\s*(?:[-–−,]|to)\s*(?P<high>{_D})"
    rf"(?:\s*[)\]]?\s*[,;]?\s*[(\[]?p\s*(?P<p>[=<]\s*{_D}|[=<]\s*\.\d+))?"
)
#: The model that odds ratios of the text are about, where its limits are not Wald's.
TEXT_MODEL = "text_model"
_EFFECTS = {"hazard": "hr", "odds": "or", "risk": "rr"}


def text_values(paragraphs: Sequence[str], decimal: str) -> tuple[dict[str, Value], str]:
    """The numbers of paragraphs that can be checked by themselves.

    Parameters
    ----------
    paragraphs
        Of the text.
    decimal
        The decimal sign.

    Returns
    -------
    (values, limits)
        By address; and of which kind the limits of odds ratios are, where the text says that they
        are not Wald's. Such values are about :data:`TEXT_MODEL`.
    """
    found: dict[str, Value] = {}
    limits = next((kind for kind in map(limits_in, paragraphs) if kind), "")
    for at, words in enumerate(paragraphs, start=1):
        for kind, text, start, end in _found(words):
            address = f"text.p{at}_{start}"
            what = f"… {words[max(0, start - 40) : end].strip()}"
            try:
                parts = read_cell(kind, text, decimal)
            except ValueError:
                continue
            about = TEXT_MODEL if kind.startswith("or") and limits else ""
            found[address] = Value(address, "Text", what, kind, text, parts, about)
    return found, limits


def _found(words: str) -> Iterator[tuple[str, str, int, int]]:
    """Kind, numbers as a cell has them, and from where to where they are printed."""
    for share in _SHARE.finditer(words):
        yield "count_percent", f"{share[1]}/{share[2]} ({share[3]}%)", *share.span()
    for ratio in RATIO.finditer(words):
        name = ratio["name"].lower()
        effect = next((e for w, e in _EFFECTS.items() if name.startswith(w)), name[-2:])
        kind = f"{effect}_ci_p" if ratio["p"] else f"{effect}_ci"
        p = f"; {ratio['p'].lstrip('= ')}" if ratio["p"] else ""
        text = f"{ratio['estimate']} ({ratio['low']}–{ratio['high']})"
        yield kind, f"{text}{p}", *ratio.span()
