"""One field of a REDCap data dictionary: what its row says of variables."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cohort_stats.codebooks.codebook import COLUMNS
from cohort_stats.codebooks.codebook_cells import (
    MISSING_MARKS,
    Mistake,
    read_limit,
    read_list,
    read_type,
    reference_of,
    role_of,
)
from cohort_stats.dictionary import YES_NO, Level, Limit, Variable, VariableType, fold_level

IDENTIFIER = "Marked as an identifier in REDCap."
USE_RAW = "Some labels are also codes of other choices: check raw exports, not labelled ones."
#: What a checkbox column holds in a labelled export; a raw one holds 0 and 1.
CHECKED = (Level("Unchecked", "No"), Level("Checked", "Yes"))
STATUS = (Level("0", "Incomplete"), Level("1", "Unverified"), Level("2", "Complete"))
NO_DATA = ("descriptive", "file", "signature")
_BY_VALIDATION: tuple[tuple[str, VariableType], ...] = (
    ("integer", "integer"),
    ("int", "integer"),
    ("number", "number"),
    ("float", "number"),
    ("date", "date"),  # datetime_… as well: its time of day is read with it
)
_BY_TYPE: dict[str, VariableType] = {
    "text": "text",
    "notes": "text",
    "textarea": "text",
    "radio": "category",
    "dropdown": "category",
    "select": "category",
    "yesno": "yesno",
    "truefalse": "yesno",
    "calc": "number",
    "slider": "integer",
    "sql": "text",
}
FIELD_TYPES = (*_BY_TYPE, "checkbox", *NO_DATA)
_BLOCK = re.compile(r"<\s*/?\s*(?:br|p|div|li|ul|ol|tr|td|h\d)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")


class FieldMistake(Exception):
    """A field of a REDCap data dictionary that makes no sense.

    Parameters
    ----------
    column
        Short name of the column to look at.
    mistake
        What was expected there.
    """

    def __init__(self, column: str, mistake: Mistake):
        super().__init__(mistake.expected)
        self.column = column
        self.mistake = mistake


def plain_text(label: str) -> str:
    """A label without HTML, in single spaces."""
    text = html.unescape(_TAG.sub("", _BLOCK.sub(" ", label)))
    return " ".join(text.split())


def variables_of(row: Mapping[str, str]) -> Iterator[Variable]:
    """The variables of a field: none, one, or one for each choice of a checkbox.

    Parameters
    ----------
    row
        The field's row, by the short names of
        :data:`cohort_stats.codebooks.redcap.COLUMNS_OF_REDCAP`.

    Raises
    ------
    FieldMistake
        When the type, the choices or the limits make no sense.
    """
    kind = row["field_type"].casefold()
    if kind not in FIELD_TYPES:
        raise FieldMistake("field_type", Mistake("one of " + ", ".join(FIELD_TYPES)))
    name, label = row["field_name"], plain_text(row["field_label"]) or row["field_name"]
    if kind in NO_DATA:
        return
    if kind == "checkbox":
        yield from _checkboxes(row, name, label)
        return
    variable = Variable(
        name=name,
        label=label,
        type=_type(kind, row),
        required=_required(row),
        description=_description(kind, row),
    )
    if variable.type == "category":
        variable = _with_levels(variable, _choices(row))
    elif variable.type == "yesno":
        variable = replace(variable, levels=YES_NO)
    else:
        variable = replace(variable, limits=_limits(kind, row, variable.type))
    yield _annotated(variable, row["annotation"])


def _choices(row: Mapping[str, str]) -> tuple[Level, ...]:
    try:
        return choices(row["choices"])
    except Mistake as mistake:
        raise FieldMistake("choices", mistake) from None


def status_variable(form: str, only: bool) -> Variable:
    """The column that says whether a form is complete, which every form has in an export."""
    return Variable(
        name=f"{form}_complete",
        label=f"{form.replace('_', ' ').capitalize()}: form complete?",
        type="category",
        levels=STATUS,
        # In a labelled export the columns of all forms have this one heading.
        aliases=("Complete?",) if only else (),
        description="Written by REDCap for the form.",
    )


def choices(text: str) -> tuple[Level, ...]:
    """The levels of a field with choices: ``1, Male | 2, Female``."""
    levels: list[Level] = []
    for part in filter(str.strip, text.split("|")):
        code, comma, label = part.strip().partition(",")
        levels.append(Level(code.strip(), plain_text(label if comma else code)))
        if not levels[-1].code or not levels[-1].label:
            raise Mistake("choices such as '1, Male | 2, Female'", f"'{part.strip()}' is none")
    if not levels:
        raise Mistake("choices such as '1, Male | 2, Female'")
    if len({level.code for level in levels}) < len(levels):
        raise Mistake("choices of which no two share a code")
    return _told_apart(levels)


def _told_apart(levels: Sequence[Level]) -> tuple[Level, ...]:
    # Of two choices 'Other' a labelled export does not say which it means: neither keeps the name.
    times = Counter(fold_level(level.label) for level in levels)
    return tuple(
        replace(x, label=f"{x.label} ({x.code})") if times[fold_level(x.label)] > 1 else x
        for x in levels
    )


def _with_levels(variable: Variable, levels: tuple[Level, ...]) -> Variable:
    description = variable.description
    others = {x.code: {fold_level(y.label) for y in levels if y is not x} for x in levels}
    if any(fold_level(code) in labels for code, labels in others.items()):
        # '0, 1 | 1, 2': a cell '1' is taken for a code.
        description = f"{description} {USE_RAW}".lstrip()
    return replace(variable, levels=levels, description=description)


def _type(kind: str, row: Mapping[str, str]) -> VariableType:
    validation = row["validation"].casefold() if kind == "text" else ""
    for beginning, found in _BY_VALIDATION:
        if re.fullmatch(rf"{beginning}(?:time)?(?:_\w+)?", validation):
            return found
    return _BY_TYPE[kind]


def _required(row: Mapping[str, str]) -> bool:
    # A required field with branching logic is asked of some patients only: the others' cells
    # are empty and right.
    return row["required"].casefold() in ("y", "yes") and not row["branching"]


def _checkboxes(row: Mapping[str, str], name: str, label: str) -> Iterator[Variable]:
    for level in _choices(row):
        code = re.sub(r"[^a-z0-9]", "_", level.code.lower())  # as REDCap names the column
        yield Variable(
            name=f"{name}___{code}",
            label=f"{label}: {level.label}",
            type="yesno",
            levels=CHECKED,
            aliases=(f"{label} (choice={level.label})",),
            description=_description("checkbox", row),
        )


def _description(kind: str, row: Mapping[str, str]) -> str:
    parts = [plain_text(row["note"])]
    if kind == "calc":
        parts.append(f"Calculated in REDCap: {row['choices']}")
    elif kind == "slider" and row["choices"]:
        parts.append(f"A slider: {plain_text(row['choices'])}")
    if row["branching"]:
        parts.append(f"Asked only if: {row['branching']}")
    moving = [row[k] for k in ("minimum", "maximum") if row[k] and not _is_fixed(row[k])]
    if moving:
        parts.append(f"Limit in REDCap: {', '.join(moving)}.")
    if row["identifier"].casefold() in ("y", "yes"):
        parts.append(IDENTIFIER)
    return " ".join(part for part in parts if part)


def _is_fixed(limit: str) -> bool:
    # 'today', 'now' and '[another_field]' are limits that move.
    return re.match(r"[+-]?[.,]?\d", limit) is not None and "[" not in limit


def _limits(kind: str, row: Mapping[str, str], of: VariableType) -> tuple[Limit, Limit]:
    if of not in ("integer", "number", "date"):
        return None, None
    given = {k: row[k] for k in ("minimum", "maximum") if _is_fixed(row[k])}
    if kind == "slider":
        given = {"minimum": "0", "maximum": "100"} | given  # REDCap's own
    limits = {k: _limit(k, text, of) for k, text in given.items()}
    return limits.get("minimum"), limits.get("maximum")


def _limit(column: str, text: str, of: VariableType) -> Limit:
    try:
        return read_limit(text[:10] if of == "date" else text, of)  # a date without its time
    except Mistake as mistake:
        raise FieldMistake(column, mistake) from None


def _annotated(variable: Variable, annotation: str) -> Variable:
    """The variable with what :func:`annotation_of` had noted of it."""
    noted = dict(line.partition(": ")[::2] for line in annotation.splitlines())
    for name, column in COLUMNS.items():
        if column.label in noted:
            try:
                variable = replace(variable, **_noted(name, noted[column.label], variable))
            except Mistake:
                continue  # somebody's own words, which only look like ours
    unit = f"({variable.unit})"
    if variable.unit and variable.label.endswith(unit):
        variable = replace(variable, label=variable.label.removesuffix(unit).rstrip())
    return variable


def _noted(name: str, text: str, variable: Variable) -> dict[str, Any]:
    low, high = variable.usual
    if name == "unit":
        return {"unit": text}
    if name == "type" and (read_type(text), variable.type) in (
        ("ordered", "category"),
        ("id", "text"),
    ):
        return {"type": read_type(text)}
    if name == "reference":
        return {"reference": reference_of(text, variable.levels)}
    if name == "usual_lowest":
        return {"usual": (read_limit(text, variable.type), high)}
    if name == "usual_highest":
        return {"usual": (low, read_limit(text, variable.type))}
    if name == "missing":
        return {"missing": read_list(text, MISSING_MARKS)}
    if name == "role":
        return {"role": role_of(text)}
    if name == "partial" and variable.type == "date":
        return {"partial": "middle"} if text == "middle" else {}
    return {"aliases": read_list(text)} if name == "aliases" else {}
