"""Whether a cell under a heading names a unit, such as ``[mmHg]``, or says how to fill it in."""

from __future__ import annotations

import re
from typing import Any

from cohort_stats.units import SPELLINGS

_WORDS = (
    "years year yrs yr months month mos weeks week wks wk days hours hour hrs minutes mins "
    "seconds secs sec msec ms percent % ‰ ° °c °f degrees degree kg mg µg ug mcg ng pg lb lbs cm "
    "mm µm um nm km cm2 cm² cm3 cm³ mm2 mm² mm3 mm³ m2 m² m3 m³ cc ml µl ul dl fl gy cgy mgy sv "
    "msv points pts score mmhg cmh2o kpa bpm kcal kj meq mmol µmol umol nmol pmol mol iu mu ku "
    "cells copies fractions packs pack-years segments levels vertebrae screws "
    "개월 시간 점수 "
    "岁 個月 个月 小时 歳 ヶ月 か月 "
    "jahre monate tage wochen stunden minuten punkte ans mois jours semaines heures "
    "años meses días semanas horas anni mesi giorni settimane anos dias"
)
#: Alone, these may as well be a value: male, left, grade, day of the week, a count.
_AMBIGUOUS = "m l g s h d y k u 세 년 월 일 주 점 분 年 月 日 周 週 分 天 mo min day"
_KNOWN = frozenset(_WORDS.casefold().split())
_PARTS = _KNOWN | frozenset(_AMBIGUOUS.split())
_SHARED = frozenset(spelling for group in SPELLINGS for spelling in group)
_BRACKETED = re.compile(r"\((.+)\)|\[(.+)\]|（(.+)）|［(.+)］")
_POWER = re.compile(r"[x×*]?\s?10(\^-?\d{1,2}|[⁰¹²³⁴-⁹⁻]+|e\d+)")
_DATE = re.compile(r"(y{2,4}|m{2,3}|d{2})([-./ ](y{2,4}|m{2,3}|d{2})){1,2}")
#: Words between which a hint lets choose; not + and -, which two receptors may be.
_CHOICES = (
    "y n yes no j ja nein o x oui non sí si sì não sim true false t f m w male female männlich "
    "weiblich na unknown 예 네 아니오 아니요 유 무 남 여 남자 여자 有 无 無 是 否 男 女 はい いいえ"
)
_CODED = re.compile(r"\d{1,2}\s*[=:]\s*\D+?\W\s*\d{1,2}\s*[=:]\s*\D.*", re.DOTALL)
_NUMBERS = re.compile(r"\d{1,3}(\s*[-–~/,|]\s*\d{1,3})+")


def unit_in(cell: Any) -> str:
    """The unit that a cell names, without brackets; empty when it may be anything else."""
    if not isinstance(cell, str):
        return ""
    inner = _unbracketed(cell)
    return inner if _is_unit(inner.casefold()) else ""


def may_be_a_value(cell: str) -> bool:
    """Whether a unit is also what a patient's cell could say, such as ``m``."""
    text = cell.strip().casefold()
    return text in _AMBIGUOUS.split() or (len(text) <= 3 and text in _SHARED - _KNOWN)


def hint_in(cell: Any) -> str:
    """How a cell says a column is filled in, ``y/n`` or ``(0-10)``; empty if it does not."""
    if not isinstance(cell, str):
        return ""
    inner = _unbracketed(cell)
    parts = [part.strip() for part in re.split(r"[/|,]", inner.casefold())]
    chosen = len(set(parts)) == len(parts) > 1 and set(parts) <= set(_CHOICES.split())
    return inner if chosen or _CODED.fullmatch(inner) or is_range(inner) else ""


def is_range(cell: Any) -> bool:
    """Whether a cell holds rising numbers from 0 or 1 on: ``0/1``, ``0-10``."""
    inner = _unbracketed(cell) if isinstance(cell, str) else ""
    if not _NUMBERS.fullmatch(inner):
        return False
    numbers = [int(number) for number in re.findall(r"\d+", inner)]
    return numbers[0] < 2 and numbers == sorted(set(numbers))


def bracketed_words(cell: Any) -> str:
    """The words of a cell that stands in brackets as a whole; empty if it does not."""
    if not isinstance(cell, str):
        return ""
    inner = _unbracketed(cell)
    words = inner != " ".join(cell.split()) and sum(map(str.isalpha, inner)) > 1
    return inner if words and inner.casefold() not in _CHOICES.split() else ""


def _unbracketed(cell: str) -> str:
    text = " ".join(cell.split())
    found = _BRACKETED.fullmatch(text)
    return (next(filter(None, found.groups())) if found else text).strip()


def _is_unit(text: str) -> bool:
    if text in _PARTS or text.replace(" ", "") in _SHARED or _DATE.fullmatch(text):
        return True
    above, *below = text.split("/")
    if not below:
        return _POWER.fullmatch(text) is not None
    return len(below) <= 2 and _is_part(above, empty=True) and all(map(_is_part, below))


def _is_part(text: str, *, empty: bool = False) -> bool:
    text = text.strip().removeprefix("1.73").strip()  # m² of body surface, per which GFR is given
    bare = _POWER.sub("", text).strip()
    return (bare in _PARTS) or (not bare and (empty or bare != text))
