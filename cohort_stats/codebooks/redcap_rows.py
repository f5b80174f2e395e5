"""Variables as rows of a REDCap data dictionary."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import replace

from cohort_stats.codebooks.codebook import COLUMNS
from cohort_stats.codebooks.codebook_cells import MISSING_MARKS, TYPE_WORDS, limit_cell, list_cell
from cohort_stats.codebooks.redcap_fields import IDENTIFIER, STATUS, plain_text
from cohort_stats.dictionary import DataDictionary, Level, Limit, Variable

FORM = "cohort"
RECORD_ID = Variable("record_id", "Record ID", "id", required=True)
LONGEST_NAME = 100
_FIELD_TYPE = {"category": "radio", "ordered": "radio", "yesno": "yesno"}
_VALIDATION = {"number": "number", "integer": "integer", "date": "date_ymd"}
_CODE = re.compile(r"[A-Za-z0-9_]+|-[0-9]+")


def rows_of(dictionary: DataDictionary) -> list[dict[str, str]]:
    """A row for each variable, by the short names of its columns; the id first.

    Parameters
    ----------
    dictionary
        Columns that REDCap itself writes (whether a form is complete) are left out.
    """
    written = [v for v in dictionary.values() if v.levels != STATUS]
    ids = [v for v in written if v.name == dictionary.id] or [RECORD_ID]
    rows: list[dict[str, str]] = []
    taken: set[str] = set()
    for variable in (*ids, *(v for v in written if v not in ids)):
        name = redcap_name(variable.name, taken)
        taken.add(name)
        rows.append({"field_name": name, **_row(variable, first=not rows)})
    return rows


def redcap_name(name: str, taken: set[str]) -> str:
    """A name as REDCap demands: lower-case letters, digits and single underscores."""
    name = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    name = (name if name[:1].isalpha() else f"v_{name}")[:LONGEST_NAME].strip("_")
    same = (name, *(f"{name}_{k}" for k in range(2, len(taken) + 3)))
    return next(n for n in same if n not in taken)


def _row(variable: Variable, first: bool) -> dict[str, str]:
    note = variable.description.removesuffix(IDENTIFIER).rstrip()
    marked = note != variable.description.rstrip()
    low, high = variable.limits
    return {
        "form": FORM,
        "field_type": _FIELD_TYPE.get(variable.type, "text"),
        "field_label": _escaped(variable.heading),
        "choices": _choices(variable) if variable.type in ("category", "ordered") else "",
        "note": _escaped(note),
        "validation": _VALIDATION.get(variable.type, ""),
        "minimum": _number(low),
        "maximum": _number(high),
        "identifier": "y" if marked else "",
        "required": "y" if variable.required else "",
        "annotation": _annotation(variable, first),
    }


def _escaped(text: str) -> str:
    # REDCap shows labels as HTML: only what would be read otherwise needs to be written so.
    return text if plain_text(text) == " ".join(text.split()) else html.escape(text, quote=False)


def _choices(variable: Variable) -> str:
    levels = _coded(variable.levels)
    labels = (_escaped(level.label).replace("|", "&#124;") for level in levels)
    return " | ".join(f"{x.code}, {label}" for x, label in zip(levels, labels, strict=True))


def _coded(levels: Sequence[Level]) -> list[Level]:
    """Levels whose codes REDCap accepts: their own, or else numbers that are no label."""
    codes = {level.code.casefold() for level in levels}
    if len(codes) == len(levels) and all(_CODE.fullmatch(level.code) for level in levels):
        return list(levels)
    numbers = [str(k) for k in range(1, len(levels) + 1)]
    if set(numbers) & {level.label for level in levels}:
        numbers = [f"level_{k}" for k in numbers]
    return [replace(level, code=code) for level, code in zip(levels, numbers, strict=True)]


def _number(limit: Limit) -> str:
    if isinstance(limit, float) and limit.is_integer():
        return str(int(limit))
    return str(limit_cell(limit))


def _annotation(variable: Variable, first: bool) -> str:
    """What REDCap has no column for, a line each, in the codebook's words."""
    low, high = variable.usual
    notes = {
        "unit": variable.unit,
        "type": _own_type(variable, first),
        "reference": variable.reference,
        "usual_lowest": _number(low),
        "usual_highest": _number(high),
        "missing": list_cell(variable.missing, MISSING_MARKS),
        "role": variable.role,
        "partial": "middle" if variable.partial == "middle" else "",
        "aliases": list_cell(variable.aliases),
    }
    lines = (f"{COLUMNS[name].label}: {text}" for name, text in notes.items() if text)
    # REDCap takes a word behind an @ for an order to its form.
    return "\n".join(line for line in lines if "@" not in line)


def _own_type(variable: Variable, first: bool) -> str:
    told_by_redcap = variable.type != "ordered" and (variable.type != "id" or first)
    return "" if told_by_redcap else TYPE_WORDS[variable.type]
