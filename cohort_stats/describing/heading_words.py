"""What a heading says beyond its name: words to look for, a unit, a name for plans."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import chain, count

from cohort_stats.dictionary import fold_heading
from cohort_stats.problem import column_letters
from cohort_stats.rawtable import Percent
from cohort_stats.units import SPELLINGS

#: Units that may stand in brackets, after a comma, or last in a heading.
_SPELT = (
    "years year yrs yr months month mos mo weeks week wks wk days day hours hour hrs hr minutes "
    "min sec seconds mm cm kg mg ng pg ml dl mmhg bpm hu gy cgy kcal cc µg μg ug µl μl ul iu miu "
    "mmol µmol μmol umol nmol pmol fmol meq jahre monate wochen tage stunden ans mois "
    "jours semaines años meses días 세 개월 岁 个月 天 시간 분 小时"
)
SPELT_UNITS = frozenset(_SPELT.split())
#: Units that are too short, or too like other words, to be believed without brackets.
_SHORT = (
    "y d h m s g l u % ‰ ° a j t mol deg degrees °c °f fl levels "
    "segments points cells 일 월 月 日 m2 m²"
)
_SHORT_UNITS = frozenset(_SHORT.split()) | {s for group in SPELLINGS for s in group}
_UNIT_PART = re.compile(r"^(?:[x×]?\s*10\s*(?:\^|\*\*)?\s*[\d⁰¹²³⁴-⁹]+)?\s*([^\d\s^]*)[\d²³^]*$")
_BRACKETS = re.compile(r"^(.*?)\s*[(\[]([^()\[\]]+)[)\]]\s*$", re.DOTALL)
_AFTER_COMMA = re.compile(r"^(.*?)\s*,\s*([^,]+)$", re.DOTALL)
_LAST_WORD = re.compile(r"^(.*?)(?:[\s_]+(?:in[\s_]+)?|\.)([^\s_.]+)$", re.DOTALL)
_WITH_UNIT = re.compile(r"[<>≤≥]?=?\s*[+-]?\d[\d.,]*\s*([^\d\s.,].*)")
_HOUNSFIELD = re.compile(r"(?<![A-Za-z])HU(?![A-Za-z])")
LONGEST_NAME = 40
#: Names for plans of headings that clinics use in other scripts.
CLINICAL_NAMES = {
    **dict.fromkeys(("성별", "性别"), "sex"),
    **dict.fromkeys(("나이", "연령", "年龄"), "age"),
    **dict.fromkeys(("진단", "진단명", "诊断"), "diagnosis"),
    **dict.fromkeys(("수술일", "수술일자", "수술 날짜", "手术日期"), "surgery_date"),
    **dict.fromkeys(("사망", "사망여부", "사망 여부", "死亡"), "death"),
    **dict.fromkeys(("추적기간", "추적 기간", "추적관찰기간", "随访", "随访时间"), "follow_up"),
    **dict.fromkeys(("재발", "재발여부", "재발 여부", "复发"), "recurrence"),
    **dict.fromkeys(("키", "身高"), "height"),
    **dict.fromkeys(("체중", "몸무게", "体重"), "weight"),
    **dict.fromkeys(("등급", "分级"), "grade"),
}


def spoken(heading: str) -> str:
    """A heading as words: lower case, no punctuation, ``OSMonths`` as ``os months``."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", heading))
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def says(names: Iterable[str], pattern: re.Pattern[str]) -> bool:
    """Whether any of a column's names holds a pattern, which is in :func:`spoken` words."""
    return any(pattern.search(spoken(name)) for name in names)


def is_unit(text: str) -> bool:
    """Whether words in brackets are a unit of measurement, alone or as a ratio."""
    if text.strip().casefold() in _SHORT_UNITS:
        return True
    parts = re.split(r"\s*/\s*|\s*per\s+", text.strip())
    if not all(parts) or len(parts) > 3:
        return False
    found = [_UNIT_PART.match(part.strip()) for part in parts]
    known = [m is not None and (m[1].casefold() in SPELT_UNITS | _SHORT_UNITS) for m in found]
    power = found[0] is not None and not found[0][1] and "10" in parts[0] and len(parts) > 1
    return all(known[1:]) and (known[0] or power)


def label_and_unit(heading: str) -> tuple[str, str]:
    """Part a heading into a label and a unit, which is empty when there is none.

    ``Age (years)``, ``PSA [ng/mL]``, ``Blood loss, mL`` and ``OS_months`` say their unit;
    so does ``HU``. ``Sex (M/F)`` and ``ECOG (0-4)`` say none.
    """
    for pattern in (_BRACKETS, _AFTER_COMMA):
        match = pattern.match(heading)
        if match and match[1] and is_unit(match[2]):
            return match[1].strip(), match[2].strip()
    match = _LAST_WORD.match(heading)
    if match and match[1].strip(" _") and match[2].casefold() in SPELT_UNITS and not is_hu(heading):
        return match[1].strip(" _"), match[2]
    if heading.strip() == "HU":
        return "Hounsfield units", "HU"
    return heading, "HU" if is_hu(heading) else ""


def is_hu(heading: str) -> bool:
    """Whether a heading names Hounsfield units."""
    return _HOUNSFIELD.search(heading) is not None


def unit_in_cells(values: Iterable[object]) -> str:
    """The unit that most cells carry behind their number; empty when there is none."""
    cells = list(values)
    if any(isinstance(cell, Percent) for cell in cells):
        return "%"
    matches = (_WITH_UNIT.fullmatch(cell.strip()) for cell in cells if isinstance(cell, str))
    units = Counter(m[1].strip() for m in matches if m is not None and is_unit(m[1]))
    return units.most_common(1)[0][0] if units else ""


def plain_name(heading: str, column: int) -> str:
    """A name for plans: ASCII letters, digits, underscores; ``column_b`` for other scripts.

    Common clinical headings in Korean and Chinese have names of their own.
    """
    clinical = CLINICAL_NAMES.get(spoken(heading))
    if clinical:
        return clinical
    apart = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", unicodedata.normalize("NFKD", heading))
    plain = apart.casefold().encode("ascii", "ignore").decode()
    letters = sum(c.isalpha() for c in unicodedata.normalize("NFC", heading))
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_NAME].strip("_")
    if 2 * sum(c.isalpha() for c in name) < max(letters, 1):
        return f"column_{column_letters(column).lower()}"
    return name if name[0].isalpha() else f"v{name}"


def free_name(candidates: Iterable[str], column: int, taken: set[str]) -> str:
    """The first candidate that no other column answers to, else the column's letter."""
    letter = f"column_{column_letters(column).lower()}"
    numbered = (f"{letter}_{k}" for k in count(2))
    names = chain(candidates, [letter], numbered)
    return next(name for name in names if fold_heading(name) not in taken)
