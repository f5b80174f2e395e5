"""Numbers as people type them: units, comparison signs, decimal commas, full-width digits."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from cohort_stats.cells.reading import Read, Unreadable
from cohort_stats.cells.words import expected_words
from cohort_stats.dictionary import Variable
from cohort_stats.rawtable import Labelled, Percent
from cohort_stats.units import same_unit

#: One or two numbers: 1500, or one and a half.
_EITHER = re.compile(r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$", re.MULTILINE)
_SURE_POINT = re.compile(
    r"^[+-]?(?:0*\.[0-9]+|[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|(?:0[0-9]*|[0-9]{4,})\.[0-9]+)$",
    re.MULTILINE,
)
PLAIN = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_PARTS = re.compile(
    r"(?P<sign>[<>≤≥]=?)?\s*"
    r"(?P<number>[+-]?(?:[0-9][0-9.,'’ ]*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"\s*(?P<unit>.*)"
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?P<mark>[.,'’ ])[0-9]{3})(?:(?P=mark)[0-9]{3})*")
POINT, COMMA = ".", ","
#: Full-width letters, digits and signs, the spaces of typesetters and kinds of minus. Not
#: Unicode's own normal form: that makes 103 of 10³.
PLAIN_FORMS: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0x3000, 0x00A0, 0x202F, 0x2009), " "),
    **dict.fromkeys((0x2212, 0x2013), "-"),
}
SIGNS = {"<": "below", ">": "above", "≤": "at or below", "≥": "at or above"}


def decimal_marks(texts: Iterable[str]) -> frozenset[str]:
    """The decimal marks that cells use without doubt.

    Parameters
    ----------
    texts
        Cells of one column, or of several of the same file.

    Returns
    -------
    frozenset of str
        Of ``.`` and ``,``. ``1,234`` says nothing; ``2,5`` and ``1.234,5`` say a comma.
    """
    found = set()
    for text in texts:
        parts = _parts(text)
        if parts is not None:
            found |= _surely(parts["number"])
    return frozenset(found)


def file_marks(columns: Iterable[Sequence[Any]]) -> frozenset[str]:
    """The decimal marks that the text cells of several columns use without doubt."""
    found: frozenset[str] = frozenset()
    for cells in columns:
        texts = [cell for cell in cells if isinstance(cell, str)]
        joined = "\n".join(texts)
        if COMMA in joined:
            found |= decimal_marks(text for text in texts if COMMA in text)
        if _SURE_POINT.search(joined):
            found |= {POINT}
    return found


def plainly_decimal(texts: str, variable: Variable, marks: frozenset[str]) -> bool:
    """Whether no point in plain numbers, one a line, can stand between thousands.

    Parameters
    ----------
    texts
        Numbers of digits, points, signs and exponents only.
    variable
        Its upper limit may rule thousands out.
    marks
        Decimal marks of the rest of the file.
    """
    if COMMA in marks:
        return POINT not in texts
    high = variable.limits[1]
    below = high is not None and high < 1000  # type: ignore[operator]
    return bool(below or marks or not _EITHER.search(texts) or _SURE_POINT.search(texts))


def read_number(value: Any, variable: Variable, marks: frozenset[str] = frozenset()) -> Read:
    """A number within the variable's limits.

    Parameters
    ----------
    value
        The cell.
    variable
        Its unit says which units may stand behind a number, its limits what is possible.
    marks
        What :func:`decimal_marks` found in the cell's column, or else in its file.

    Raises
    ------
    Unreadable
        When it is no number, one in another unit, one that could be two numbers, or one
        outside the limits.
    """
    if isinstance(value, Labelled):
        value = value.code
    if isinstance(value, Percent):
        found = _of_percent(float(value) * 100, variable)
    elif isinstance(value, str):
        found = _from_text(value, variable, marks)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = Read(float(value))
    else:
        raise Unreadable(expected_words(variable), _not_a_number(value))
    if not possible(found.value, variable):
        raise Unreadable(expected_words(variable))
    return found


def possible(number: float, variable: Variable) -> bool:
    """Whether a number is within the hard limits, and whole if it has to be."""
    low, high = variable.limits
    return (
        math.isfinite(number)
        and (variable.type != "integer" or number == int(number))
        and not (low is not None and number < low)  # type: ignore[operator]
        and not (high is not None and number > high)  # type: ignore[operator]
    )


def _not_a_number(value: Any) -> str:
    dated = hasattr(value, "year") or hasattr(value, "hour")
    return "the cell is formatted as a date or time" if dated else ""


def _normal(text: str) -> str:
    return text.translate(PLAIN_FORMS).strip()


def _parts(text: str) -> dict[str, str] | None:
    match = _PARTS.fullmatch(_normal(text))
    if match is None:
        return None
    return {name: (part or "").strip() for name, part in match.groupdict().items()}


def _from_text(text: str, variable: Variable, marks: frozenset[str]) -> Read:
    stripped = text.strip()
    # A point before three digits may stand between thousands.
    sure = marks == {POINT} or (not _EITHER.match(stripped) and COMMA not in marks)
    if PLAIN.fullmatch(stripped) and stripped.isascii() and sure:
        return Read(float(stripped))
    parts = _parts(text)
    if parts is None:
        raise Unreadable(expected_words(variable), _hint(text))
    number, how = _number(parts["number"], variable, marks)
    notes = [how] if how else []
    if parts["sign"]:
        side = SIGNS[parts["sign"][0]]
        notes.append(f"the sign '{parts['sign']}' dropped: the true value lies {side}")
    if parts["unit"] == "%" and not same_unit(variable.unit, "%"):
        return Read(_of_percent(number, variable).value, "a percentage as a share of 1")
    if parts["unit"]:
        if re.match(r"[-–]?\s*[0-9]", parts["unit"]):
            raise Unreadable(expected_words(variable), "is it one number?")
        if not (variable.unit and same_unit(parts["unit"], variable.unit)):
            raise Unreadable(expected_words(variable), _unit_hint(parts["unit"], variable))
        notes.append(f"unit '{parts['unit']}' dropped")
    if not notes and not stripped.isascii():
        notes.append("digits of another script")
    return Read(number, "; ".join(notes))


def _hint(text: str) -> str:
    found = re.search(r"\d", text)
    return "write the number alone, without a remark" if found else ""


def _unit_hint(unit: str, variable: Variable) -> str:
    if variable.unit:
        return f"'{unit}' is not the unit of this column, {variable.unit}"
    return "write the number alone, without unit or remark"


def _of_percent(percent: float, variable: Variable) -> Read:
    percent = round(percent, 10)
    if same_unit(variable.unit, "%"):
        return Read(percent, "a cell shown as a percentage")
    low, high = variable.limits
    if not variable.unit and low is not None and low >= 0 and high == 1:  # type: ignore[operator]
        return Read(percent / 100)
    raise Unreadable(expected_words(variable), "a percentage, but the unit of this column is not %")


def _surely(number: str) -> set[str]:
    points, commas = number.count(POINT), number.count(COMMA)
    if points and commas:
        return {POINT} if number.rfind(POINT) > number.rfind(COMMA) else {COMMA}
    if points + commas == 0 or _GROUPED.fullmatch(number.lstrip("+-")):
        several = points > 1 or commas > 1
        return ({COMMA} if points else {POINT}) if several else set()
    return {POINT} if points == 1 else {COMMA} if commas == 1 else set()


def _number(text: str, variable: Variable, marks: frozenset[str]) -> tuple[float, str]:
    points, commas = text.count(POINT), text.count(COMMA)
    if points + commas == 1 and _GROUPED.fullmatch(text.lstrip("+-")):
        return _either(text, POINT if points else COMMA, variable, marks)
    decimal = max(POINT, COMMA, key=text.rfind) if points and commas else None
    if decimal is None and points + commas == 1:
        decimal = POINT if points else COMMA
    whole, _, fraction = text.rpartition(decimal) if decimal else (text, "", "")
    bare = whole.lstrip("+-")
    if set(bare) & set(".,'’ ") and not _GROUPED.fullmatch(bare):
        raise Unreadable(expected_words(variable), "is it one number?")
    digits = re.sub(r"[.,'’ ]", "", whole)
    try:
        found = float(f"{digits or '0'}.{fraction}" if decimal else digits)
    except ValueError:
        raise Unreadable(expected_words(variable), "is it one number?") from None
    notes = ["marks between thousands"] if digits != whole else []
    notes += ["decimal comma"] if decimal == COMMA else []
    return found, " and ".join(notes)


def _either(text: str, mark: str, variable: Variable, marks: frozenset[str]) -> tuple[float, str]:
    """``1,234`` or ``1.234``: a decimal mark, or one between thousands."""
    grouped = float(text.replace(mark, ""))
    decimal = float(text.replace(mark, POINT))
    as_grouped = (grouped, "marks between thousands")
    as_decimal = (decimal, "decimal comma" if mark == COMMA else "")
    if marks == {mark}:
        return as_decimal
    if len(marks) == 1:
        return as_grouped
    fits = [found for found in (as_grouped, as_decimal) if possible(found[0], variable)]
    if len(fits) == 1:
        return fits[0]
    if mark == COMMA and variable.type == "integer" and not marks:
        return as_grouped
    hint = f"{grouped:g} or {decimal:g}? write it without a mark between thousands"
    raise Unreadable(expected_words(variable), hint)
