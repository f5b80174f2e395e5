"""Units of measurement as people spell them."""

from __future__ import annotations

import re
import unicodedata

#: Spellings of the same unit, in lower case and without spaces; the first is the usual one.
SPELLINGS = (
    ("years", "year", "yrs", "yr", "y", "yo", "y/o", "y.o.", "a", "jahre", "jahr", "ans", "an",
     "años", "anni", "anos", "세", "년", "岁", "歳", "年"),
    ("months", "month", "mos", "mo", "mon", "mths", "mth", "monate", "monat", "mois", "meses",
     "mesi", "개월", "달", "个月", "月", "ヶ月", "か月"),
    ("weeks", "week", "wks", "wk", "w", "wochen", "semaines", "semanas", "주", "周", "週"),
    ("days", "day", "d", "tage", "tag", "jours", "jour", "días", "giorni", "일", "天", "日"),
    ("hours", "hour", "hrs", "hr", "h", "stunden", "heures", "horas", "시간", "小时", "時間"),
    ("minutes", "minute", "mins", "min", "minuten", "minutos", "분", "分钟", "分"),
    ("%", "percent", "per cent", "pct", "퍼센트"),
    ("points", "point", "pts", "pt", "punkte", "점"),
    ("mm",), ("cm",), ("m",), ("kg", "kgs"), ("g", "gr", "gram", "grams"), ("mg",), ("gy",),
    ("hu",), ("mmhg",), ("l", "liter", "litre"), ("cgy",),
    ("ml", "cc", "cm³", "cm3"), ("g/dl", "gr/dl", "gm/dl", "g%"), ("g/l", "gr/l", "gm/l"),
    ("mg/dl",), ("mg/l",),
    ("kg/m²", "kg/m2", "kg/m^2", "kg/㎡"),
    ("/mm³", "/mm3", "/mm^3", "/ul", "/μl", "cells/mm³", "cells/mm3", "cells/ul", "cells/μl"),
    ("10⁹/l", "10^9/l", "x10^9/l", "×10^9/l", "×10⁹/l", "x10⁹/l", "109/l", "10e9/l", "g/nl",
     "/nl", "10³/μl", "10^3/μl", "10^3/ul", "×10³/μl", "x10³/μl", "×10^3/μl", "x10^3/μl",
     "x10^3/ul", "×10^3/ul", "k/μl", "k/ul", "10³/mm³", "10^3/mm^3", "10^3/mm3", "×10³/mm³"),
)  # fmt: skip
#: The usual spelling of every unit that is known.
KNOWN_UNITS = frozenset(group[0] for group in SPELLINGS)
_KEY = {spelling: group[0] for group in SPELLINGS for spelling in group}


def unit_key(unit: str) -> str:
    """A unit in one spelling, so that two of the same can be compared.

    Parameters
    ----------
    unit
        As typed; case, spaces and a final full stop do not matter. ``mL`` and ``cc`` are one
        unit, ``/mm³`` and ``/µL`` too.
    """
    folded = re.sub(r"\s+", "", unit.replace("µ", "μ").casefold())
    folded = folded if folded in _KEY else folded.rstrip(".")
    if folded not in _KEY:
        folded = unicodedata.normalize("NFKC", folded)
    return _KEY.get(folded, folded)


def same_unit(one: str, other: str) -> bool:
    """Whether two spellings mean the same unit."""
    return unit_key(one) == unit_key(other)
