"""Whether a cell under a heading names a unit, such as ``years`` or ``[mmHg]``."""

from __future__ import annotations

import re
from typing import Any

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
_BRACKETED = re.compile(r"\((.+)\)|\[(.+)\]|（(.+)）|［(.+)］")
_POWER = re.compile(r"[x×*]?\s?10(\^-?\d{1,2}|[⁰¹²³⁴-⁹⁻]+|e\d+)")
_DATE = re.compile(r"(y{2,4}|m{2,3}|d{2})([-./ ](y{2,4}|m{2,3}|d{2})){1,2}")


def unit_in(cell: Any) -> str:
    """The unit that a cell names, without brackets; empty when it may be anything else."""
    if not isinstance(cell, str):
        return ""
    text = " ".join(cell.split())
    found = _BRACKETED.fullmatch(text)
    inner = next(filter(None, found.groups())) if found else text
    return inner.strip() if _is_unit(inner.strip().casefold()) else ""


def may_be_a_value(cell: str) -> bool:
    """Whether a unit is also what a patient's cell could say, such as ``m``."""
    return cell.strip().casefold() in _AMBIGUOUS.split()


def _is_unit(text: str) -> bool:
    if text in _PARTS or _DATE.fullmatch(text):
        return True
    above, *below = text.split("/")
    if not below:
        return _POWER.fullmatch(text) is not None
    return len(below) <= 2 and _is_part(above, empty=True) and all(map(_is_part, below))


def _is_part(text: str, *, empty: bool = False) -> bool:
    text = text.strip().removeprefix("1.73").strip()  # m² of body surface, per which GFR is given
    bare = _POWER.sub("", text).strip()
    return (bare in _PARTS) or (not bare and (empty or bare != text))
