"""Columns and cells that look as if they told who a patient is.

Found by their headings, in several languages, and by the form of their values; the reason is
always given in words, a value never. A heading alone is enough where it can mean nothing
else (``Surname``, ``MRN``, ``주민등록번호``); a birth date must also hold days, not years or ages;
an id column must also hold long numbers that do not simply count on. Study ids (``P001``,
``S-12``, 1 to 200), clinical dates and measurements are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cohort_stats.describing.heading_words import says
from cohort_stats.describing.trial import (
    Habits,
    TypedCells,
    habits_of,
    has_day_shape,
    readings,
    texts,
    typed_cells,
)
from cohort_stats.privacy.identifier_words import (
    DIGITS_UNDER,
    HEADINGS,
    IN_WORDS,
    PATIENT_NUMBER,
    Kind,
)
from cohort_stats.privacy.national_numbers import holds_national_number, is_german_insurance_number
from cohort_stats.problem import Address, column_letters
from cohort_stats.rawtable import RawTable
from cohort_stats.wording import counted

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)*\.[A-Za-z]{2,}")
_PHONE = re.compile(
    r"(?<![\d.])(?:\+\d{1,3}[ ./-]?(?:\(\d{1,4}\)[ ./-]?)?\d{1,4}(?:[ ./-]?\d{2,4}){2,4}"
    r"|0\d{1,2}[-. ]\d{3,4}[-. ]\d{4}|\(\d{3}\) ?\d{3}-\d{4}|[2-9]\d\d-[2-9]\d\d-\d{4}"
    r"|0\d{2,4}[ /-]\d{6,8}|0?10\d{8}|1[3-9]\d{9})(?![\d.])"
)
_STUDY_ID = re.compile(r"S\d{3,9}", re.ASCII)
_LONG_NUMBER = re.compile(r"\d{6,12}")
_HANGUL_NAME = re.compile(
    r"[김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모][가-힣]{1,3}"
)
_CHINESE_NAME = re.compile(r"[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文][一-鿿]{1,3}")  # fmt: skip # noqa: E501
_LATIN_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]+,? [A-ZÀ-Þ][\w'’.-]*( [A-ZÀ-Þ][\w'’.-]*)?")
#: A heading under which names stand, whether or not they repeat.
_PATIENT = re.compile(r"^(the )?(patient(en|in)?|pat|pt|subject|case)s?$|^(환자|患者)$")
#: Under these headings, and with these words, two capitalized words are no name.
_CLINICAL = re.compile(
    r"diagnos|tumou?r|histolog|patholog|cancer|entity|\bdx\b|drug|medic|therap|treat|regimen|surg"
    r"|operation|procedure|implant|device|side|site|level|location|region|organ|comorb|complicat"
    r"|cause|symptom|hospital|cent(er|re)|city|country|진단|종양|수술|약|부위|병원|诊断|手术|药|部位|医院"
)
_CLINICAL_WORD = re.compile(
    r"\b(cell|cancer|carcinoma|sarcoma|tumou?r|disease|syndrome|lung|breast|renal|liver|grade|stage"
    r"|left|right|bilateral|acute|chronic|fracture|upper|lower|type|class|level|none|good|poor"
    r"|severe|moderate|mild|stable|partial|complete|response|group|arm)\b",
    re.IGNORECASE,
)
HELD = ", and its cells hold full dates"
MOST = 0.5  # share of cells with the form of an identifier that makes a column one
NEARLY_ALL = 0.8
FEWEST = 4  # cells before the form of names or long numbers is believed
FEWEST_UNNAMED = 8  # the same, where the heading says nothing of patients
MANY_DIGITS = 5  # of a number of a stay, a specimen, an insurance
SHORTEST_PHONE = 9  # digits


@dataclass(frozen=True)
class Suspicion:
    """A column, or cells of one, that may tell who a patient is.

    Parameters
    ----------
    position
        Position of the column in the table.
    heading
        Its heading.
    kind
        What it looks like.
    reason
        Why, in words; never a value.
    where
        Addresses, when single cells of another column are meant; else empty.
    """

    position: int
    heading: str
    kind: Kind
    reason: str
    where: tuple[Address, ...] = ()

    def __str__(self) -> str:
        return f"'{self.heading}' {self.why}"

    @property
    def why(self) -> str:
        """What it may be and why, in words that follow its heading."""
        return self.reason if self.where else f"may be {IN_WORDS[self.kind]}, {self.reason}"


def suspected_identifiers(table: RawTable) -> tuple[Suspicion, ...]:
    """Point out what may tell who a patient is.

    Parameters
    ----------
    table
        The cells as read.

    Returns
    -------
    tuple of Suspicion
        At most one for a column, in the order of the columns.
    """
    habits = habits_of(table)
    found = (_suspicion(table, j, habits) for j in range(len(table.headings)))
    return tuple(suspicion for suspicion in found if suspicion is not None)


def _suspicion(table: RawTable, j: int, habits: Habits) -> Suspicion | None:
    cells = typed_cells(table, j)
    words = texts(cells.values)
    if are_study_ids(words):
        return None
    by_heading = _by_heading(table.names(j), cells, habits)
    if by_heading is not None:
        reason = "by its heading" + HELD * (by_heading == "full birth date")
        return Suspicion(j, table.headings[j], by_heading, reason)
    by_digits = _by_digits(table.names(j), cells, words)
    if by_digits is not None:
        return Suspicion(j, table.headings[j], by_digits, "by its heading and its digits")
    by_form = _by_form(table.names(j), cells, words)
    if by_form is not None:
        kind, reason = by_form
        return Suspicion(j, table.headings[j], kind, reason)
    return _in_cells(table, j, cells, words)


def are_study_ids(words: list[str]) -> bool:
    """Whether codes are those that de-identification gives: S001, S002 … without a gap."""
    numbers = [int(word[1:]) for word in words if _STUDY_ID.fullmatch(word)]
    return bool(words) and len(numbers) == len(words) == max(numbers) == len(set(numbers))


def _by_heading(names: tuple[str, ...], cells: TypedCells, habits: Habits) -> Kind | None:
    for kind, pattern in HEADINGS.items():
        if says(names, pattern):
            fits = (
                _holds_days(cells) if kind == "full birth date" else not _are_answers(cells, habits)
            )
            return kind if fits else None
    return None


def _are_answers(cells: TypedCells, habits: Habits) -> bool:
    # "Phone visit: yes" and "Date of phone visit" tell no phone number.
    answers = readings(cells.values, "yesno", habits)
    return bool(answers) and all(
        a is not None or has_day_shape(v) for a, v in zip(answers, cells.values, strict=True)
    )


def _holds_days(cells: TypedCells) -> bool:
    # A column headed "Date of birth" that holds years or ages tells no birthday.
    return any(has_day_shape(v) or _is_short_day(v) for v in cells.values)


def _is_short_day(value: object) -> bool:
    # 560412 and Excel's number of a day have five or six digits; years and ages fewer.
    return re.fullmatch(r"\d{5,6}(\.0)?", str(value).strip()) is not None


def _by_digits(names: tuple[str, ...], cells: TypedCells, words: list[str]) -> Kind | None:
    long = _count(cells, words, lambda t: sum(c.isdigit() for c in t) >= MANY_DIGITS)
    days = sum(n for v, n in zip(cells.values, cells.counts, strict=True) if has_day_shape(v))
    if not long or long < MOST * cells.filled or 2 * days > cells.filled:
        return None
    return next((kind for kind, heading in DIGITS_UNDER.items() if says(names, heading)), None)


Form = Callable[[str], bool]
FORMS: tuple[tuple[Kind, Form, float], ...] = (
    ("e-mail", lambda t: _MAIL.fullmatch(t) is not None, MOST),
    ("national id", lambda t: holds_national_number(t) != "", MOST),
    ("national id", is_german_insurance_number, NEARLY_ALL),
    ("phone", lambda t: _PHONE.fullmatch(t) is not None and _is_long(t), MOST),
)


def _by_form(
    names: tuple[str, ...], cells: TypedCells, words: list[str]
) -> tuple[Kind, str] | None:
    if not words:
        return None
    for kind, form, share in FORMS:
        met = _count(cells, words, form)
        if met >= share * cells.filled and _different(cells, met):
            return kind, f"by the form of {met} of {counted(cells.filled, 'cell')}"
    patient = says(names, PATIENT_NUMBER)
    met = _names(names, cells, words, FEWEST if patient else FEWEST_UNNAMED)
    if met:
        return "name", f"by the form of {met} of {counted(cells.filled, 'cell')}"
    if patient and _long_numbers(words):
        return "record number", "being a long number that does not simply count on"
    return None


def _names(names: tuple[str, ...], cells: TypedCells, words: list[str], fewest: int) -> int:
    """How many cells look like names, where that makes the column one of names; else 0."""
    share = 0.0 if says(names, _PATIENT) else NEARLY_ALL
    for form in (_HANGUL_NAME, _CHINESE_NAME, _LATIN_NAME):
        if form is _LATIN_NAME and says(names, _CLINICAL):
            continue
        met = _count(
            cells,
            words,
            lambda t, p=form: p.fullmatch(t) is not None and not _CLINICAL_WORD.search(t),  # type: ignore[misc]
        )
        if met >= max(fewest, NEARLY_ALL * cells.filled) and _different(cells, met, share):
            return met
    return 0


def _count(cells: TypedCells, words: list[str], form: Form) -> int:
    return sum(n for text, n in zip(words, cells.counts, strict=True) if form(text))


def _different(cells: TypedCells, met: int, share: float = MOST) -> bool:
    # Tumours and drugs repeat from patient to patient; names and numbers hardly do.
    return met > 0 and len(cells.values) >= share * met


def _long_numbers(words: list[str]) -> bool:
    numbers = sorted(int(t) for t in words if _LONG_NUMBER.fullmatch(t))
    if len(numbers) < max(FEWEST, NEARLY_ALL * len(words)):
        return False
    return numbers[-1] - numbers[0] > 10 * len(numbers)


def _in_cells(table: RawTable, j: int, cells: TypedCells, words: list[str]) -> Suspicion | None:
    hits: list[tuple[Kind, tuple[int, ...]]] = []
    for value, text, rows in zip(cells.values, words, cells.rows, strict=True):
        kind = identifier_inside(text) if isinstance(value, str) else None
        if kind is not None:
            hits.append((kind, rows))
    if not hits:
        return None
    places = tuple(table.address(i, j) for i in sorted(i for _, rows in hits for i in rows))
    reason = f"{counted(len(places), 'cell')} with {_several(dict.fromkeys(k for k, _ in hits))}"
    return Suspicion(j, table.headings[j], hits[0][0], reason, places)


def identifier_inside(text: str) -> Kind | None:
    """The kind of identifier that a remark contains, if any."""
    if _MAIL.search(text):
        return "e-mail"
    if holds_national_number(text):
        return "national id"
    return "phone" if any(_is_long(m.group()) for m in _PHONE.finditer(text)) else None


def _is_long(phone: str) -> bool:
    return sum(c.isdigit() for c in phone) >= SHORTEST_PHONE


def _several(kinds: Mapping[Kind, None]) -> str:
    return " or ".join(IN_WORDS[kind] for kind in kinds) + " inside"


def pointing_out(table: RawTable, suspicions: tuple[Suspicion, ...]) -> Iterator[str]:
    """Sentences for the user, one a suspicion: columns and reasons, never a value."""
    for found in suspicions:
        letter = column_letters(table.columns[found.position])
        if found.where:
            places = ", ".join(map(str, found.where[:5])) + (" …" if len(found.where) > 5 else "")
            yield f"Column {letter}, '{found.heading}': {found.why} ({places})."
        else:
            yield f"Column {letter}, {found}."
