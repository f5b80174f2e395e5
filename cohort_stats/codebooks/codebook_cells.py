"""How the parts of a variable are typed in one cell: lists, levels, limits, types."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, get_args

from cohort_stats.cells.reading import Unreadable
from cohort_stats.dictionary import (
    CATEGORICAL,
    YES_NO,
    Level,
    Limit,
    Role,
    Variable,
    VariableType,
    fold_heading,
    fold_level,
)

#: Type -> the word a codebook has for it.
TYPE_WORDS: dict[VariableType, str] = {
    "number": "number",
    "integer": "whole number",
    "category": "category",
    "ordered": "ordered category",
    "yesno": "yes/no",
    "date": "date",
    "text": "text",
    "id": "id",
}
_OTHER_WORDS: dict[str, VariableType] = {
    "numeric": "number", "decimal": "number", "continuous": "number",
    "whole": "integer", "count": "integer",
    "categories": "category", "categorical": "category", "levels": "category",
    "nominal": "category",
    "ordinal": "ordered", "orderedlevels": "ordered", "orderedcategories": "ordered",
    "yesorno": "yesno", "binary": "yesno", "boolean": "yesno",
    "freetext": "text", "string": "text",
    "identifier": "id", "patientid": "id",
}  # fmt: skip
TYPES: dict[str, VariableType] = {
    **_OTHER_WORDS,
    **{fold_heading(word): kind for kind, word in TYPE_WORDS.items()},
    **{kind: kind for kind in get_args(VariableType)},
}
MISSING_MARKS = ";,\n"  # headings may hold a comma, codes hardly do
YES_CELLS = ("yes", "y", "true", "1", "x")
NO_CELLS = ("no", "n", "false", "0", "")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Not the sign in '>= 3' or '<=2', which are labels.
_CODE_AND_LABEL = re.compile(r"(?P<code>[^=]*[^=<>\s])\s*=(?P<label>.*)", re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"')


class Mistake(Unreadable):
    """A cell of a codebook that does not say what it should."""


def cell_text(value: Any) -> str:
    """A cell as text: whole numbers without a point, days without a time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    return str(value).strip()


def read_type(text: str) -> VariableType:
    """The type that a word of a codebook means."""
    kind = TYPES.get(fold_heading(text))
    if kind is None:
        raise Mistake("one of " + ", ".join(TYPE_WORDS.values()))
    return kind


def read_yes(text: str) -> bool:
    """Whether a cell says yes; an empty one says no."""
    if fold_level(text) not in (*YES_CELLS, *NO_CELLS):
        raise Mistake("yes or no")
    return fold_level(text) in YES_CELLS


def read_limit(value: Any, kind: VariableType) -> Limit:
    """A limit of a range: a number, or a date for a variable that is one."""
    if kind == "date":
        return _date_limit(value)
    text = cell_text(value).replace("−", "-")
    try:
        number = float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Mistake("a number")
    return number


def _date_limit(value: Any) -> date:
    text = cell_text(value)
    if isinstance(value, datetime):
        return value.date()
    if _ISO_DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Mistake("a date that exists (year-month-day)") from None
    raise Mistake("a date (year-month-day)")


def limit_cell(limit: Limit) -> float | str:
    """A limit as it is typed; a number that a workbook would round is kept as text."""
    if limit is None:
        return ""
    if isinstance(limit, date):
        return limit.isoformat()
    return limit if float(f"{limit:.16G}") == limit else repr(limit)


def read_list(text: str, marks: str = ";\n") -> tuple[str, ...]:
    """The parts of a cell that lists several; a part in quotation marks may hold a mark."""
    return tuple(_unquoted(part) for part in _split(text, marks))


def list_cell(parts: Sequence[str], marks: str = ";\n") -> str:
    """Several texts as one cell."""
    # A single quotation mark in one part would reach into the next.
    plain = {p for p in parts if '"' not in p and read_list(p, marks) == (p,)}
    return "; ".join(p if p in plain else _quoted(p) for p in parts)


def read_levels(text: str) -> tuple[Level, ...]:
    """The levels of a cell: one a line, ``code = label`` or the label alone.

    A single line may hold several, with semicolons, bars or commas between them.
    """
    lines = _split(text, "\n")
    for mark in ";|,":
        lines = _split(text, mark) if len(lines) == 1 else lines
    levels = tuple(_level(line) for line in lines)
    _refuse_ambiguous(levels)
    return levels


def levels_cell(levels: Sequence[Level]) -> str:
    """Levels as one cell, each on its line."""
    if tuple(levels) == YES_NO:
        return ""
    plain = [x.label if x.code == x.label else f"{x.code} = {x.label}" for x in levels]
    quoted = [f"{_quoted(x.code)} = {_quoted(x.label)}" for x in levels]
    single = len(levels) == 1
    chosen = (
        p if _reads_as(p, x, single) else q for p, q, x in zip(plain, quoted, levels, strict=True)
    )
    return "\n".join(chosen)


def levels_of(kind: VariableType, text: str) -> tuple[Level, ...]:
    """The levels of a variable of that type, as its cell says."""
    levels = read_levels(text)
    if kind == "yesno":
        return _no_then_yes(levels) if levels else YES_NO
    if levels and kind not in CATEGORICAL:
        raise Mistake("an empty cell, because the type has no levels")
    if kind in CATEGORICAL and not levels:
        raise Mistake("levels, one a line: code = label")
    return levels


def reference_of(text: str, levels: Sequence[Level]) -> str:
    """The label of the level that a cell names by its label or code."""
    if not text:
        return ""
    exact = [x.label for x in levels if text == x.label]
    key = fold_level(text)
    folded = [x.label for x in levels if key in (fold_level(x.label), fold_level(x.code))]
    if not folded:
        labels = ", ".join(f"'{x.label}'" for x in levels)
        raise Mistake(f"one of the levels {labels}" if labels else "an empty cell")
    return (exact or folded)[0]


def heading_keys(variable: Variable) -> set[str]:
    """Every heading that means the variable, as headings are compared."""
    names = (variable.name, variable.label, variable.heading, *variable.aliases)
    return {fold_heading(name) for name in names}


def name_from(label: str, taken: set[str], place: int) -> str:
    """A name for plans made of a label: ``tumour_grade``; ``var7`` where no letter is left."""
    words = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    name = words if words[:1].isalpha() else f"v{words}" if words else f"var{place}"
    same = [name, *(f"{name}_{k}" for k in range(2, len(taken) + 3))]
    return next(n for n in same if n not in taken)


def _split(text: str, marks: str) -> list[str]:
    # What stands in quotation marks is one piece, whatever marks it holds.
    piece = rf'(?:"(?:[^"\\\n]|\\.)*"|[^{re.escape(marks)}])+'
    return [part for part in (found.strip() for found in re.findall(piece, text)) if part]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _unquoted(text: str) -> str:
    text = text.strip()
    if _QUOTED.fullmatch(text):
        try:
            return str(json.loads(text))
        except json.JSONDecodeError:
            return text
    return text


def _level(line: str) -> Level:
    quoted = _QUOTED.match(line)
    if quoted and line[quoted.end() :].lstrip().startswith("="):
        code, label = quoted.group(), line[quoted.end() :].lstrip()[1:]
    else:
        match = None if _QUOTED.fullmatch(line) else _CODE_AND_LABEL.fullmatch(line)
        code, label = (match["code"], match["label"]) if match else (line, line)
    code, label = _unquoted(code), _unquoted(label)
    if not label:
        raise Mistake(f"a label behind '{code} ='")
    return Level(code, label)


def _reads_as(text: str, level: Level, single: bool) -> bool:
    try:
        lines = read_levels(text) if single else tuple(map(_level, _split(text, "\n")))
    except Mistake:
        return False
    return lines == (level,)


def _refuse_ambiguous(levels: Sequence[Level]) -> None:
    meaning: dict[str, Level] = {}
    for level in levels:
        for text in {fold_level(level.code), fold_level(level.label)}:
            other = meaning.setdefault(text, level)
            if other is not level:
                raise Mistake("levels of which no two share a code or label", f"'{text}' is in two")


def _no_then_yes(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    def says(level: Level, words: tuple[str, ...]) -> bool:
        return bool({fold_level(level.code), fold_level(level.label)} & set(words))

    no = [x for x in levels if says(x, NO_CELLS)]
    yes = [x for x in levels if says(x, YES_CELLS)]
    if len(levels) != 2 or len(no) != 1 or len(yes) != 1:
        hint = "leave the cell empty, or make the type 'category'"
        raise Mistake("two levels for a yes/no, one of them 'no' and one 'yes'", hint)
    return no[0], yes[0]


def role_of(value: Any) -> Role:
    """The role that a word of a codebook means."""
    role: Role
    for role in get_args(Role):
        if role and cell_text(value).casefold() == role:
            return role
    raise Mistake("one of " + ", ".join(role for role in get_args(Role) if role))
