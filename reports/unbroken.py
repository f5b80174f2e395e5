"""Where a line may not end: between a number and what it belongs to."""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"
#: Spaces at which a line may end: not those that hold words, or the digits of a number, together.
BREAKABLE = re.compile(r"[^\S\u00a0\u202f]+")
_UNITS = (
    "c?Gy|HU|[cmµ]?m|[cm]?m[²³]|mmHg|[mdµ]?L|[md]l|[kmµnp]?g|[mµ]mol|m?IU|U|kDa|°C|"
    "h|min|hours?|days?|weeks?|months?|years?"
)
#: Spaces between what belongs together: 95% CI; p = and = 0.03; 12 months; Table 2.
_WITHIN = re.compile(
    r"(?<=95%) (?=CI)"
    r"|(?<=\b[A-Za-z]) (?=[=<>≤≥] ?[−<>]?[.·]?\d)"
    r"|(?<=²) (?=[=<>≤≥] ?[−<>]?[.·]?\d)"
    r"|(?<=\bdf) (?=[=<>≤≥] ?\d)"
    r"|(?<=[=<>≤≥±]) (?=[−<>]?[.·]?\d)"
    rf"|(?<=\d) (?=(?:{_UNITS})(?![\w-]))"
    r"|(?<=\bTable) (?=\d)|(?<=\bFigure) (?=\d)"
    r"|(?<=\bn) (?=\(%\))|(?<=\b[Nn]o\.) (?=\(%\))"
)


def unbroken(words: str) -> str:
    """Words whose numbers stay on one line with their sign, unit and name.

    Parameters
    ----------
    words
        As they are printed where lines do not matter.
    """
    return _WITHIN.sub(NO_BREAK, words)
