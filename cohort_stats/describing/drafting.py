"""A data dictionary drafted from the profile of an unknown table, and dictionaries as TOML."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cohort_stats.describing.heading_words import free_name, plain_name
from cohort_stats.describing.profile import ColumnProfile
from cohort_stats.describing.suspected_missing import FENCE
from cohort_stats.describing.toml_text import toml_comment, toml_key, toml_value
from cohort_stats.dictionary import (
    YES_NO,
    DataDictionary,
    Level,
    Variable,
    fold_heading,
    without_unit,
)
from cohort_stats.headings import is_days_since
from cohort_stats.problem import column_letters
from cohort_stats.wording import counted


@dataclass(frozen=True)
class Draft:
    """A dictionary to look over, and what to look at.

    Parameters
    ----------
    dictionary
        The drafted variables.
    comments
        Variable -> what needs a user's eye.
    left_out
        Sentences on columns that the draft leaves out, and why.
    """

    dictionary: DataDictionary
    comments: Mapping[str, tuple[str, ...]]
    left_out: tuple[str, ...]


def draft(profiles: Sequence[ColumnProfile], known: DataDictionary | None = None) -> Draft:
    """Draft a dictionary.

    Suspected identifiers and second columns of one heading are left out. Words that look like
    missing codes are declared, with a comment, so that the user sees them declared. The usual
    range of a number reaches 3 interquartile ranges beyond its quartiles, rounded outward.

    Parameters
    ----------
    profiles
        What :func:`cohort_stats.describing.profile.profile` says of the table.
    known
        A dictionary that exists already, such as a codebook of the workbook: its variables are
        taken as they are; only columns that it does not know are drafted.

    Returns
    -------
    Draft
    """
    variables: dict[str, Variable] = {}
    comments: dict[str, tuple[str, ...]] = {}
    left_out: list[str] = []
    by_key = {key: v for v in (known or {}).values() for key in _keys(v)}
    seen: set[str] = set()
    for found in profiles:
        given = next((by_key[k] for k in _answers_to(found) if k in by_key), None)
        why = _why_left_out(found, seen)
        if not why and given is None and _is_day_zero(found):
            why = "day 0 of every patient, which other dates are counted from."
        seen.add(fold_heading(found.heading))
        if why:
            place = f"column {column_letters(found.column)}"
            left_out.append(f"'{found.heading}' ({place}): {why}")
            continue
        if given is not None and given.name not in variables:
            variables[given.name] = given
        else:
            taken = _taken(found, profiles, [*variables.values(), *(known or {}).values()])
            variable = _variable(found, taken)
            variables[variable.name] = variable
            comments[variable.name] = tuple(_comments(found))
    rules = known.rules if known is not None else ()
    return Draft(DataDictionary(variables, rules), comments, tuple(left_out))


def _why_left_out(found: ColumnProfile, seen: set[str]) -> str:
    if found.suspicion is not None and found.identifies:
        advice = " Replace it by a study number: --deidentify."
        return f"{found.suspicion.why}.{advice * (found.suspicion.kind == 'record number')}"
    if fold_heading(found.heading) in seen:
        return "an earlier column has this heading; give them different ones."
    return ""


def _is_day_zero(found: ColumnProfile) -> bool:
    always = bool(found.quartiles) and not any(found.quartiles) and not found.misfits
    return is_days_since(found.heading) and found.is_numeric and always


def _keys(variable: Variable) -> set[str]:
    names = (variable.name, variable.label, variable.heading, *variable.aliases)
    return {fold_heading(name) for name in names}


def _answers_to(found: ColumnProfile) -> tuple[str, ...]:
    bare = tuple(map(without_unit, found.names))
    days = tuple(without_unit(name) for name in bare) if is_days_since(found.heading) else ()
    return tuple(dict.fromkeys(fold_heading(name) for name in (*found.names, *bare, *days)))


def _taken(
    found: ColumnProfile, profiles: Sequence[ColumnProfile], variables: Sequence[Variable]
) -> set[str]:
    own = fold_heading(found.heading)
    others = (p for p in profiles if fold_heading(p.heading) != own)
    return {key for p in others for key in _answers_to(p)} | {
        key for v in variables for key in _keys(v)
    }


def _variable(found: ColumnProfile, taken: set[str]) -> Variable:
    names = (plain_name(found.label, found.column), plain_name(found.heading, found.column))
    levels = tuple(Level(level.code, level.label) for level in found.levels)
    variable = Variable(
        name=free_name(names, found.column, taken),
        label=found.label,
        type=found.type,
        unit=found.unit,
        levels=YES_NO if found.type == "yesno" else levels,
        usual=_usual(found),
        required=found.type == "id" and found.filled == found.rows and not found.missing,
        missing=tuple(code for code, _ in found.missing),
        role="cluster" if found.cluster else "",
    )
    own = fold_heading(found.heading)
    return variable if own in _keys(variable) else replace(variable, aliases=(found.heading,))


def _usual(found: ColumnProfile) -> tuple[float | None, float | None]:
    if not found.is_numeric or not found.quartiles:
        return None, None
    lowest, q1, _, q3, _ = found.quartiles
    reach = FENCE * (q3 - q1)
    low, high = q1 - reach, q3 + reach
    if not (0 < high - low < math.inf):
        return None, None
    digits = 1 - math.floor(math.log10(high - low))
    if not -300 < digits < 300:
        return None, None
    low, high = _rounded(low, digits, math.floor), _rounded(high, digits, math.ceil)
    return (max(0.0, low) if lowest >= 0 else low), high


def _rounded(value: float, digits: int, towards: Any) -> float:
    step = 10.0**-digits
    return float(round(towards(value / step) * step, digits))


def _comments(found: ColumnProfile) -> Iterator[str]:
    for code, n in found.missing:
        says = "says" if n == 1 else "say"
        yield f"{counted(n, 'cell')} {says} '{code}', here declared to mean not known"
    yield from map(str, found.misfits)
    if found.outliers is not None:
        yield str(found.outliers)
    yield from found.remarks
    if found.suspicion is not None:
        places = ", ".join(map(str, found.suspicion.where[:3]))
        yield f"{found.suspicion.why} ({places})"


def dictionary_toml(
    dictionary: DataDictionary,
    comments: Mapping[str, Sequence[str]] | None = None,
    facts: Mapping[str, str] | None = None,
) -> str:
    """Write a dictionary as the ``[variables]`` of a plan.

    Parameters
    ----------
    dictionary
        The variables; rules across columns follow from a plan's endpoints and are not written.
    comments
        Variable -> what needs a user's eye, written as ``# review: …``.
    facts
        Variable -> what it was guessed from, written as ``# guessed: …``.
    """
    blocks = []
    for name, variable in dictionary.items():
        review = [toml_comment(f"guessed: {facts[name]}")] if facts and name in facts else []
        review += [toml_comment(f"review: {words}") for words in (comments or {}).get(name, ())]
        lines = [f"{key} = {toml_value(value)}" for key, value in _fields(variable)]
        blocks.append("\n".join([f"[variables.{toml_key(name)}]", *review, *lines]) + "\n")
    return "\n".join(blocks)


def _fields(variable: Variable) -> Iterator[tuple[str, Any]]:
    yield "label", variable.label
    yield "type", variable.type
    low, high = variable.limits
    optional = {
        "unit": variable.unit,
        "levels": _levels(variable),
        "reference": variable.reference,
        "minimum": low,
        "maximum": high,
        "usual": variable.usual if None not in variable.usual else None,
        "required": variable.required,
        "missing": variable.missing,
        "aliases": variable.aliases,
        "description": variable.description,
        "role": variable.role,
        "partial": variable.partial if variable.partial != "refuse" else "",
    }
    for key, value in optional.items():
        if value is not None and value is not False and value not in ("", ()):
            yield key, value


def _levels(variable: Variable) -> tuple[str, ...] | dict[str, str]:
    if variable.type == "yesno":
        return ()
    if all(level.code == level.label for level in variable.levels):
        return variable.labels
    return {level.code: level.label for level in variable.levels}
