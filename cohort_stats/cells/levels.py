"""Levels as people type them: codes, labels, grades in words, vertebrae, yes and no."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from cohort_stats.cells.numbers import PLAIN_FORMS
from cohort_stats.cells.reading import Read, Unreadable, plain
from cohort_stats.cells.sexes import label_of_sex
from cohort_stats.cells.words import expected_words
from cohort_stats.dictionary import Variable, fold_level
from cohort_stats.rawtable import Labelled

YES, NO = "yes", "no"
PLAINLY = {
    **dict.fromkeys(("yes", "y", "1", "true"), YES),
    **dict.fromkeys(("no", "n", "0", "false"), NO),
}
#: The usual words for yes and no; the marks x, o, + and - are read by their column.
IN_OTHER_WORDS = {
    **dict.fromkeys(
        ["positive", "present", "ja", "oui", "si", "sí", "sì", "sim", "예", "네", "유", "있음",
         "是", "有", "阳性", "はい", "あり", "陽性", "양성", "checked", "✓", "✔", "√", "☑"],
        YES,
    ),
    **dict.fromkeys(
        ["negative", "absent", "nein", "non", "nee", "não", "nao", "아니오", "아니요", "아니", "무",
         "없음", "否", "无", "無", "阴性", "いいえ", "なし", "陰性", "음성", "unchecked", "☐"],
        NO,
    ),
}  # fmt: skip
MARKS = ("x", "o", "+", "-")
MANY_VERTEBRAE = 5
SHORTEST = 3  # of what is worth a guess
CLOSE = 0.75  # 'pain' is not near 'Pain-free'
_NUMERAL = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10,
}  # fmt: skip
_GRADE = re.compile(
    r"(?:(?:grade|grad|gr|g|stage|stadium|class|klasse|type|typ|level|score|등급|级|度)[\s.:-]*)?"
    r"(?P<numeral>\d{1,2}|[ivx]{1,4})(?P<part>[a-d]?)\s*(?:°|기|급|등급|度|级|期)?"
)
_VERTEBRA = re.compile(
    r"(?P<region>cervical|thoracic|lumbar|sacral|hwk|bwk|lwk|swk|th|c|t|d|l|s)[\s.-]*0*(?P<number>\d{1,2})\.?"
)
_REGION = {"cervical": "c", "thoracic": "t", "th": "t", "d": "t", "lumbar": "l", "sacral": "s",
           "hwk": "c", "bwk": "t", "lwk": "l", "swk": "s"}  # fmt: skip


def level_reader(variable: Variable) -> Callable[[Any], str]:
    """A function from a level's code or label, as a plan writes it, to its label."""
    known = _spellings(variable)

    def read(value: Any) -> str:
        label = known.get(fold_level(plain(value)))
        if label is None:
            raise Unreadable(expected_words(variable), _likely(plain(value), variable))
        return label

    return read


def cell_reader(variable: Variable, column: Iterable[Any] = ()) -> Callable[[Any], Read]:
    """A function from a cell to one of the variable's labels.

    Parameters
    ----------
    variable
        A categorical variable.
    column
        The distinct cells of its column: they say what a mark such as ``x`` means.

    Returns
    -------
    function
        Gives a :class:`Read`; raises :class:`Unreadable` for a cell that is no level.
    """
    known = _spellings(variable)
    marks = _marks(column) if variable.type == "yesno" else {}
    bare = {
        code: x.label
        for x in variable.levels
        if (code := fold_level(x.code)) == fold_level(x.label)
    }
    keys = _keys(variable)
    beside = {fold_level(plain(cell)) for cell in column if isinstance(cell, str)}

    def read(value: Any) -> Read:
        text = value.label if isinstance(value, Labelled) else plain(value)
        if fold_level(text) in known:
            return Read(known[fold_level(text)])
        if isinstance(value, Labelled):
            # "Other (5)" where a file gives one label to several codes; else the bare code.
            code = fold_level(plain(value.code))
            label = known.get(fold_level(plain(value))) or bare.get(code)
            if label is not None:
                return Read(label)
        if isinstance(value, date):
            days = {f"{value.month}-{value.day}", f"{value.day}-{value.month}"} & known.keys()
            if len(days) == 1:
                return Read(known[days.pop()], "a spreadsheet had turned it into a date")
        whole = re.fullmatch(r"(-?\d+)\.0+", text.strip())
        if whole and whole[1] in known:
            return Read(known[whole[1]])
        bare_text = _without_heading(text, variable)
        if fold_level(bare_text) in known:
            return Read(known[fold_level(bare_text)], "the column's name repeated in the cell")
        word = _mark(text)
        means = IN_OTHER_WORDS.get(word) or marks.get(word)
        if variable.type == "yesno" and means is not None:
            no, yes = variable.labels
            return Read(yes if means == YES else no, "yes or no in other words")
        sex = label_of_sex(variable, text, beside)
        if sex is not None:
            return Read(sex, "male or female in other words")
        for key, how in keys:
            found = _by_key(text, variable, key)
            if found is not None:
                return Read(found, how)
        raise Unreadable(expected_words(variable), _hint(value, text, variable, marks))

    return read


def _without_heading(text: str, variable: Variable) -> str:
    """A cell without the name of its column in front: ``ECOG 2`` is 2."""
    words = fold_level(f"{variable.label} {variable.name}").replace("_", " ").split()
    parts = re.split(r"[\s:=-]+", fold_level(text))
    while len(parts) > 1 and parts[0] in words:
        parts = parts[1:]
    return " ".join(parts)


def _keys(variable: Variable) -> list[tuple[Callable[[str], Any], str]]:
    if variable.type == "yesno":
        return []
    keys: list[tuple[Callable[[str], Any], str]] = [(_loose, "punctuation")]
    if variable.type == "ordered" or any(_grade(label) for label in variable.labels):
        keys.insert(0, (_grade, "a grade in other words"))
    if sum(_vertebra(level.code) is not None for level in variable.levels) >= MANY_VERTEBRAE:
        keys.insert(0, (_vertebra, "name of a vertebra"))
    return keys


def _spellings(variable: Variable) -> dict[str, str]:
    known: dict[str, str] = {}
    unclear: set[str] = set()
    for level in variable.levels:
        for key in (fold_level(level.code), fold_level(level.label)):
            if known.setdefault(key, level.label) != level.label:
                unclear.add(key)
    # The code of one level that is the label of another means neither.
    known = {key: label for key, label in known.items() if key not in unclear}
    if variable.type == "yesno":
        no, yes = variable.labels
        known |= {word: yes if means == YES else no for word, means in PLAINLY.items()}
    return known


def _mark(text: str) -> str:
    """A word or mark as it is compared; circles and crosses as o and x."""
    return fold_level(text).strip("()").translate(str.maketrans("○〇◯×✕✗", "oooxxx"))


def _marks(column: Iterable[Any]) -> dict[str, str]:
    """What x, o, + and - mean in a column, as far as its other cells say."""
    words = {_mark(plain(cell)) for cell in column if cell is not None}
    means = {word: PLAINLY.get(word) or IN_OTHER_WORDS.get(word) for word in words}
    said = {m for m in means.values() if m}
    found = {"+": YES, "-": NO} if "+" in words else {}
    if {"o", "x"} <= words:
        return found | {"o": YES, "x": NO}
    if len(said) == 1:
        (other,) = said
        opposite = NO if other == YES else YES
        found |= {mark: opposite for mark in ("x",) if mark in words}
        found |= {"o": YES} if "o" in words and other == NO else {}
    return found


def _by_key(text: str, variable: Variable, key: Callable[[str], Any]) -> str | None:
    """The one level whose code or label has the same key as the text."""
    wanted = key(text)
    if wanted is None:
        return None
    found = {x.label for x in variable.levels if wanted in (key(x.code), key(x.label))}
    return found.pop() if len(found) == 1 else None


def _normal(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(PLAIN_FORMS)).strip().casefold()


def _grade(text: str) -> tuple[int, str] | None:
    match = _GRADE.fullmatch(_normal(text))
    if match is None:
        return None
    numeral = match["numeral"]
    number = int(numeral) if numeral.isdigit() else _NUMERAL.get(numeral)
    return None if number is None else (number, match["part"])


def _vertebra(text: str) -> str | None:
    match = _VERTEBRA.fullmatch(_normal(text))
    if match is None:
        return None
    region = match["region"]
    return f"{_REGION.get(region, region)}{match['number']}"


def _loose(text: str) -> str | None:
    # Signs such as < and + carry meaning and stay; so do the dashes of bare numbers.
    bare = re.sub(r"[\s._/()'\"‐‑‒–—-]+", "", _normal(text))
    return bare if sum(map(str.isalpha, bare)) >= 3 else None


def _likely(text: str, variable: Variable) -> str:
    if variable.type == "yesno" or len(text) < SHORTEST:
        return ""
    known = [x for level in variable.levels for x in (level.label, level.code)]
    likely = difflib.get_close_matches(fold_level(text), [*map(fold_level, known)], 1, CLOSE)
    found = [x for x in known if likely and fold_level(x) == likely[0]]
    return f"did you mean '{found[0]}'?" if found else ""


def _hint(value: Any, text: str, variable: Variable, marks: Mapping[str, str]) -> str:
    if isinstance(value, Labelled):
        return f"in this file, code {plain(value.code)} means '{value.label}'"
    mark = _mark(text)
    if variable.type == "yesno" and mark in MARKS and mark not in marks:
        return f"'{mark}' can mean yes, no or not known: write yes or no"
    return _likely(text, variable)
