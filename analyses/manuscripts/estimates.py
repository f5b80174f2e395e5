"""Estimates of a line of text with limits: 8.6 months (95% CI 5.5–11.7), 63 (range 31–88)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyses.manuscripts.passages import TELLING, Together, together_in
from analyses.manuscripts.text import RATIO
from analyses.printed import arithmetic
from analyses.printed.number import Printed, read_printed
from analyses.printed.outcome import Outcome

_V = r"\d*[.,·]?\d+"
_INTERVAL = re.compile(r"(?i)\b(?:CI|KI|IC|confidence interval|Konfidenzintervall)\b")
_SPREAD = re.compile(r"(?i)\b(?:range|IQR|quartiles?|Q1|Spannweite)\b")
_MEDIAN = re.compile(r"(?i)\bmedian\b[^\d.;()]*$")
_AT = re.compile(r"(?i)\b(?:at|after|within|to|by)\s*$")
_UNIT = re.compile(r"\s*(%|[a-zµ]+(?:/[a-z]+)?)")
#: Limits without a word: of a percentage, or behind the name of what has no other.
_BARE = re.compile(
    rf"(?:(?P<name>\b(?:AUC|AUROC|[cC]-(?:index|statistic)|ICC|kappa)\b)(?: (?:was|of)|:|\s?=)? )?"
    rf"(?<![\d.,·<>≤≥±–-])(?P<estimate>{_V}\s?%?)\s?[(\[](?P<low>{_V})\s?%?\s?(?:–|-|to)\s?"
    rf"(?P<high>{_V})\s?%?\s?[)\];]"
)
ASSUMED = "the interval is that of the number before it"
RANGE = "the range is that of the median before it"


def estimates(words: str, decimal: str) -> Iterator[tuple[int, int, Outcome]]:
    """A p of at most 1; an estimate between the limits behind it, ratios apart.

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
    one, zero = Printed("1", 1.0, 9), Printed("0", 0.0, 9)
    ratios = [found.span() for found in RATIO.finditer(words)]
    for each in together_in(words, decimal):
        if any(a <= each.start < b for a, b in ratios):
            continue
        if each.is_p:
            (p,) = each.numbers
            power = re.match(r"\s*[×xe*^·]", words[each.end :])
            if p.decimals and p.value > 1 and not power:
                yield each.start, each.end, arithmetic.within(p, zero, one)
        elif assumed := _assumed(each, words):
            estimate, low, high = each.numbers
            yield each.start, each.end, _within(estimate, low, high, assumed)
    yield from _bare(words, decimal)


def _within(estimate: Printed, low: Printed, high: Printed, assumed: str) -> Outcome:
    outcome = arithmetic.within(estimate, low, high)
    return outcome if outcome.verdict.holds else outcome.assuming(assumed)


def _assumed(each: Together, words: str) -> str:
    """What these are taken for: an estimate with its limits, a median with its range; or empty."""
    if len(each.numbers) != TELLING or each.numbers[1].value > each.numbers[2].value:
        return ""
    inside, before = words[each.start : each.end], words[: each.start]
    estimate, _, high = each.numbers
    if _INTERVAL.search(inside):
        alike = estimate.percent or not high.percent
        fine = estimate.decimals > 0 or estimate.percent
        named = not _AT.search(before) and (fine or not before.rstrip().endswith(" of"))
        return ASSUMED * (alike and named and estimate.decimals == high.decimals)
    median = _MEDIAN.search(before) and _SPREAD.search(inside)
    return RANGE * bool(median and _one_unit(each, words))


def _one_unit(each: Together, words: str) -> bool:
    """Whether no other unit stands behind the limits than behind the estimate."""
    estimate, _, high = each.numbers
    own = _UNIT.match(words, words.find(estimate.text, each.start) + len(estimate.text))
    theirs = _UNIT.match(words, each.end)
    unit = own[1] if own else ""
    return estimate.percent == high.percent and (not theirs or not unit or theirs[1] == unit)


def _bare(words: str, decimal: str) -> Iterator[tuple[int, int, Outcome]]:
    """``40.9% (33.9–47.8)``, ``AUC 0.82 (0.75–0.90)``: with decimals, as many in all three."""
    for found in _BARE.finditer(words):
        if not found["name"] and "%" not in found["estimate"]:
            continue
        numbers = [read_printed(found[k], decimal) for k in ("estimate", "low", "high")]
        estimate, low, high = numbers
        if len({n.decimals for n in numbers}) == 1 and low.decimals and low.value <= high.value:
            yield found.start("estimate"), found.end(), _within(estimate, low, high, ASSUMED)
