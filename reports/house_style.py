"""The house styles of journals: how each wants its numbers written.

What is confirmed by which source, and what is not, stands in docs/tables.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from reports.unbroken import joined, unbroken
from reports.wording import typographic


@dataclass(frozen=True)
class HouseStyle:
    """How a journal writes numbers.

    Parameters
    ----------
    name
        As a plan writes it.
    p_name
        The letter of a p-value.
    p_rule
        ``three``: three decimals, at least 0.001. ``two``: two decimals, three below 0.01 and
        where two would hide on which side of 0.05 it lies, at least 0.001. ``figures``: two
        significant figures, at most four decimals.
    p_zero
        Whether a zero stands before its decimal mark.
    p_spaces
        Whether spaces stand around its equals sign.
    p_italic
        Whether its letter is italic where a writer can.
    decimal
        The decimal mark.
    thousands
        What stands between the thousands of a whole number of five digits or more.
    dash
        What joins the limits of an interval or range; limits with a sign are joined by a word.
    interval
        What stands before the limits in a sentence.
    mean_sd
        A mean with its standard deviation.
    count_percent
        What heads a count with its percentage.
    percent_sign
        Whether such a cell carries the sign.
    percent_twice
        Whether both limits of a percentage carry it.
    not_estimable, not_reached
        What stands for a number that is not there.
    font, size
        Of tables in Word, in points.
    """

    name: str
    p_name: str = "p"
    p_rule: Literal["three", "two", "figures"] = "three"
    p_zero: bool = True
    p_spaces: bool = True
    p_italic: bool = False
    decimal: str = "."
    thousands: str = ","
    dash: str = "–"
    interval: str = "95% CI "
    mean_sd: str = "{} ± {}"
    count_percent: str = "n (%)"
    percent_sign: bool = True
    percent_twice: bool = False
    not_estimable: str = "n.e."
    not_reached: str = "n.r."
    font: str = "Times New Roman"
    size: float = 9.0


STYLES: Mapping[str, HouseStyle] = {
    style.name: style
    for style in (
        HouseStyle("plain"),
        HouseStyle(
            "ama",
            p_name="P",
            p_rule="two",
            p_zero=False,
            p_italic=True,
            thousands="\u202f",
            dash="-",
            interval="95% CI, ",
            mean_sd="{} ({})",
            count_percent="No. (%)",
            percent_sign=False,
            percent_twice=True,
            not_estimable="NE",
            not_reached="NR",
            font="Arial",
        ),
        HouseStyle(
            "nejm",
            p_name="P",
            p_rule="two",
            p_spaces=False,
            interval="95% CI, ",
            mean_sd="{}±{}",
            count_percent="no. (%)",
            percent_sign=False,
            not_estimable="NE",
            not_reached="NR",
            font="Arial",
        ),
        HouseStyle(
            "lancet",
            p_rule="figures",
            p_spaces=False,
            decimal="·",
            thousands="\u202f",
            mean_sd="{} ({})",
            not_estimable="NE",
            not_reached="NR",
        ),
        HouseStyle(
            "mdpi", p_italic=True, not_estimable="NE", not_reached="NR", font="Palatino Linotype"
        ),
        HouseStyle("elsevier", p_italic=True, not_estimable="NE", not_reached="NR"),
    )
}
_STYLE: ContextVar[HouseStyle] = ContextVar("house style", default=STYLES["plain"])
#: The p of a p-value, alone or in a word; not of a protein such as p.R175H.
_P = re.compile(r"\bp(?=$|[ ,;:)]|\.(?!\w)|-values?\b)")
#: The same as a letter of its own, to be set in italics.
_LETTER = re.compile(r"\b[pP](?=$|[ \xa0,;:)=<>]|\.(?!\w)|-values?\b)")
#: A bound of a p-value that stands in words: ``p < 0.05``, ``p is below 0.05``.
_BOUND = re.compile(r"\bp(?: (?:is|was|of|at|least|below|above|under|[<>=≤≥]))+ (?=0\.\d)")
#: A whole number, or that part of one, of five digits or more; not a code, a page or a seed.
_LONG = re.compile(
    r"(?<![\w.,·:;/#-])(?<!seed )(?<!fingerprint )(?<!numbers was )(?<!PMID )"
    r"\d{5,}(?![\w:/-]|\.\d+\.)"
)
#: A decimal number in words; not part of a version such as 2.3.1.
_DECIMAL = re.compile(r"(?<![\d.])(\d+)\.(\d+)(?!\.?\d)")


def house_style() -> HouseStyle:
    """The style that is printed in; plain unless :func:`printing_in` says otherwise."""
    return _STYLE.get()


@contextmanager
def printing_in(name: str) -> Iterator[HouseStyle]:
    """Print in a house style, whatever is written while this lasts.

    Parameters
    ----------
    name
        A name of :data:`STYLES`.
    """
    if name not in STYLES:
        raise ValueError(f"name must be one of {', '.join(STYLES)}; got {name!r}")
    before = _STYLE.set(STYLES[name])
    try:
        yield STYLES[name]
    finally:
        _STYLE.reset(before)


def in_style(words: str) -> str:
    """Words with typographic quotation marks; numbers, abbreviations as the house style has them.

    To be applied to everything that is read; words that were through it stay as they are.
    """
    style = house_style()
    words = _LONG.sub(lambda found: _grouped(found[0], style.thousands), typographic(words))
    if style.name == "plain":
        return words
    words = words.replace("n.e.", style.not_estimable).replace("n.r.", style.not_reached)
    words = re.sub(r"95% CI (?=[\d−<n])", style.interval, words)
    words = _bounds(words, style)
    if style.p_name != "p":
        words = _P.sub(style.p_name, words)
    return _DECIMAL.sub(rf"\1{style.decimal}\2", words)


def _grouped(digits: str, mark: str) -> str:
    """The digits of a whole number, its thousands set apart."""
    return f"{int(digits):,}".replace(",", mark) if digits[0] != "0" else digits


def _bounds(words: str, style: HouseStyle) -> str:
    """Words whose bounds of p-values are written as p-values are."""
    if not style.p_zero:
        words = re.sub(rf"({_BOUND.pattern})0", r"\1", words)
    return words if style.p_spaces else re.sub(r"\bp ([<>=≤≥]) (?=\d)", r"p\1", words)


def italic_parts(words: str) -> list[tuple[str, bool]]:
    """Words as a document prints them, cut where italics begin and end.

    Italic is the letter of a p-value, if the style wants it so; no line ends within a number and
    what belongs to it.
    """
    words = joined(unbroken(words))
    if not house_style().p_italic:
        return [(words, False)] if words else []
    parts: list[tuple[str, bool]] = []
    end = 0
    for found in _LETTER.finditer(words):
        parts += [(words[end : found.start()], False), (found[0], True)]
        end = found.end()
    return [part for part in [*parts, (words[end:], False)] if part[0]]
