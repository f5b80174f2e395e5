"""Numbers that a state or an insurer gives to one person, told by their form and check digit."""

from __future__ import annotations

import re

_KOREAN = re.compile(
    r"(?<![\d.])\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\s?-\s?[1-8](?:\d{6}|[*xX]{6})|[1-8]\d{6})(?!\d)"
)
_CHINESE = re.compile(r"(?<![\d.])\d{17}[\dXx](?!\d)")
_AMERICAN = re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d-])")
_GERMAN = re.compile(r"[A-Z]\d{9}")
_CHINESE_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def holds_national_number(text: str) -> str:
    """The kind of national number in a text; empty when there is none.

    Korean resident registration number (six digits of the birth date and seven more, the last
    six of which may be masked), Chinese identity number (18 digits, ISO 7064 check), US social
    security number (3-2-4 digits, without the ranges never issued).
    """
    if _KOREAN.search(text):
        return "Korean resident registration number"
    if any(_chinese_check(found) for found in _CHINESE.findall(text)):
        return "Chinese identity number"
    return "US social security number" if _AMERICAN.search(text) else ""


def _chinese_check(number: str) -> bool:
    total = sum(w * int(d) for w, d in zip(_CHINESE_WEIGHTS, number, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def is_german_insurance_number(text: str) -> bool:
    """Whether a text is a German health insurance number (a letter, eight digits, a check)."""
    if not _GERMAN.fullmatch(text):
        return False
    digits = f"{ord(text[0]) - 64:02d}{text[1:9]}"
    products = (int(d) * (1 + k % 2) for k, d in enumerate(digits))
    return sum(p // 10 + p % 10 for p in products) % 10 == int(text[9])
