"""Where a line may not end: between a number and what it belongs to."""

from __future__ import annotations

import re

NO_BREAK, JOINER = "\u00a0", "\u2060"
#: Spaces at which a line may end: not those that hold words, or the digits of a number, together.
BREAKABLE = re.compile(r"[^\S\u00a0\u202f]+")
_UNITS = (
    "c?Gy|HU|[cmµ]?m|[cm]?m[²³]|mmHg|[mdµ]?L|[md]l|[kmµnp]?g|[mµ]mol|m?IU|U|kDa|°C|"
    "h|min|hours?|days?|weeks?|months?|years?"
)
#: Spaces between what belongs together: 95% CI; p = and = 0.03; 12 months; Table 2; Stage II.
_WITHIN = re.compile(
    r"(?<=95%) (?=CI)"
    r"|(?<=\b[A-Za-z]) (?=[=<>≤≥] ?[−<>]?[.·]?\d)"
    r"|(?<=²) (?=[=<>≤≥] ?[−<>]?[.·]?\d)"
    r"|(?<=\bdf) (?=[=<>≤≥] ?\d)"
    r"|(?<=[=<>≤≥]) (?=[−<>]?[.·]?\d)"
    r"|(?<=\S) (?=±)|(?<=±) (?=\S)"
    rf"|(?<=\d) (?=(?:{_UNITS})(?![\w-]))"
    r"|(?<=\bTable) (?=\d)|(?<=\bFigure) (?=\d)"
    r"|(?:(?<=\b[Ss]tage)|(?<=\b[Gg]rade)|(?<=\b[Gg]roup)|(?<=\b[Cc]lass)) (?=(?:\d|[IVX])+\b)"
    r"|(?<=\bn) (?=\(%\))|(?<=\b[Nn]o\.) (?=\(%\))"
)

#: Dashes between two limits, behind which Word would end a line; not those of codes and dates.
_LIMITS = re.compile(
    r"(?<=[\d%.)RE]–)(?=[.·<>≥≤]?\d|∞|n\.|not\b|N[ER]\b|Q\d)"
    r"|(?<![\w/.:;-])([\d.·]+%?-)(?=[.·]?\d[\d.·]*%?(?![\w-]))"
)


def unbroken(words: str) -> str:
    """Words whose numbers stay on one line with their sign, unit and name.

    Parameters
    ----------
    words
        As they are printed where lines do not matter.
    """
    return _WITHIN.sub(NO_BREAK, words)


def joined(words: str) -> str:
    """Words whose limits of intervals stay on one line; for documents, not for figures.

    Parameters
    ----------
    words
        As they are printed where lines do not matter.
    """
    return _LIMITS.sub(lambda found: f"{found[1] or ''}{JOINER}", words)
