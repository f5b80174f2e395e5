"""What type a column has, guessed from its cells and its heading.

The rules, in this order; "the cells" are those left when empty cells, errors, declared missing
codes and words such as NA (:mod:`cohort_stats.describing.suspected_missing`) are taken out:

1. No cell left: ``text``.
2. The file itself labels at least 90% of the cells (SPSS, Stata): ``yesno`` when the labels
   are yes and no, else ``ordered`` or ``category``, in the file's order.
3. The id (:mod:`cohort_stats.describing.profile` chooses at most one): ``id``.
4. Every cell is yes or no in the loader's words: ``yesno``. Cells that are all 0 or 1 only
   when the heading names no unit, count, sex, grade or score.
   Crosses and ticks beside empty cells alone are a ``category`` of No and Yes.
5. At least 75% of the cells are dates, or have the shape of one: ``date``. Numbers only where
   the heading says that they are dates.
6. At least 75% of the cells are numbers, and the heading is not of a grade of which others are
   parts, such as 1c. Whole numbers with at most 6 different values are
   ``ordered`` when the heading names a grade, score, stage or class, and ``category`` when it
   names a sex, group, arm, type, status or treatment; other whole numbers are ``integer``
   unless the heading gives a unit, or names an age, time, weight, size, dose or the like:
   what is measured, not counted, is a ``number``.
7. Words, none longer than 60 letters. At most 20 different ones which on average stand twice
   or more, or at most 40 which stand five times or more: ``ordered`` when they are numerals,
   Roman numerals, grades, ranges or a known scale (none, mild, moderate, severe), else
   ``category``. One word throughout is ``text``.
8. Everything else: ``text``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cohort_stats.describing.heading_words import label_and_unit, says, unit_in_cells
from cohort_stats.describing.level_order import GRADED, level_order
from cohort_stats.describing.sex_levels import sex_levels, sexes
from cohort_stats.describing.trial import Habits, TypedCells, has_day_shape, readings, texts
from cohort_stats.dictionary import YES_NO, Level, VariableType, fold_level
from cohort_stats.rawtable import Labelled

ENOUGH = 0.75  # share of cells that makes a column one of dates or numbers
LABELLED = 0.9
FEW = 6
MOST_LEVELS = 20
MANY_LEVELS = 40  # such as vertebrae, where each stands often
LONGEST_LEVEL = 60
REPEATS = 2.0
OFTEN = 5.0
MARKS = frozenset(["x", "o", "v", "✓", "✔", "√", "●", "○", "✗", "*"])
ONLY_YES = "only '{}' is typed; an empty cell means not known, not 'no'"

GROUPED = re.compile(
    r"\b(sex|gender|groups?|arm|type|treatment|trt|treat|status|site|centre|center|institution"
    r"|inst|race|ethnicity|cohort|category|geschlecht|sexe)\b|성별|군$|性别|分组|组别"
)
SEX = re.compile(r"\b(sex|gender|geschlecht|sexe|sexo|sesso|geslacht)\b|성별|性别|пол$")
MEASURED = re.compile(
    r"\b(age|time|duration|follow ?up|survival|weight|height|size|diameter|length|volume|loss|dose"
    r"|alter|gewicht|dauer)\b|나이|연령|기간|체중|키$|年龄|时间$|体重|身高"
)
COUNTED = re.compile(
    r"\b(number|no|n|count|nr|num|anzahl|nombre)\b( of)?|\bhow many\b|개수|횟수|갯수|个数|数$|次数"
)
DATED = re.compile(
    r"\b(dates?|datum|day of|fecha|data|dt|dob)\b|date$"
    r"|날짜|일자|일시|생년월일|[술원사단]일|日期|日$|时间$"
)
ALREADY_DAYS = re.compile(r"\bdays since\b")  # what de-identification makes of dates
SUBGRADE = re.compile(r"\d\s?[A-Da-d]")
FIRST_SERIAL, LAST_SERIAL = 10_000, 73_050


@dataclass(frozen=True)
class Guess:
    """A column's type, and its cells read accordingly.

    Parameters
    ----------
    type
        The type.
    values
        For each different cell a float, a datetime or a string; None where it does not fit.
    levels
        Levels in order, for a category.
    reason
        Words for a user who should look again; may be empty.
    unit
        The unit that stands in the cells themselves; may be empty.
    """

    type: VariableType
    values: tuple[Any, ...]
    levels: tuple[Level, ...] = ()
    reason: str = ""
    unit: str = ""


def guess(
    names: Sequence[str], cells: TypedCells, labels: Mapping[Any, str], habits: Habits
) -> Guess:
    """Guess the type of a column that is not the id; see the rules above.

    Parameters
    ----------
    names
        Heading and other names.
    cells
        Its cells, without those that mean "not known".
    labels
        The labels that the file gives to codes.
    habits
        How the file writes dates and numbers.
    """
    words = texts(cells.values)
    if not words:
        return Guess("text", ())
    tries: tuple[Callable[[], Guess | None], ...] = (
        lambda: _labelled(names, cells, labels, words),
        lambda: _yes_no(names, cells, words, habits),
        lambda: _crosses(cells, words),
        lambda: _days(names, cells, habits),
        lambda: _numbers(names, cells, habits),
        lambda: _levels(names, cells, words),
    )
    found = (attempt() for attempt in tries)
    return next((g for g in found if g is not None), Guess("text", tuple(words)))


def _share(cells: TypedCells, fits: Sequence[bool]) -> float:
    return sum(n for n, fit in zip(cells.counts, fits, strict=True) if fit) / cells.filled


def _labelled(
    names: Sequence[str], cells: TypedCells, labels: Mapping[Any, str], words: list[str]
) -> Guess | None:
    fits = [isinstance(value, Labelled) for value in cells.values]
    if not fits or _share(cells, fits) < LABELLED:
        return None
    pairs: dict[str, str] = {_code(code): label for code, label in labels.items()}
    pairs |= {
        _code(v.code): v.label
        for v in cells.values
        if isinstance(v, Labelled) and v.code not in labels
    }
    if {fold_level(label) for label in pairs.values()} <= {"yes", "no"}:
        return Guess(
            "yesno", tuple(w if f else None for w, f in zip(words, fits, strict=True)), YES_NO
        )
    levels = _distinct(tuple(Level(code, label) for code, label in pairs.items()))
    if len(levels) < 2:
        return None
    ordered = (
        says(names, GRADED) or level_order([fold_level(x.label) for x in levels], names) is not None
    )
    values = tuple(w if f else None for w, f in zip(words, fits, strict=True))
    return Guess("ordered" if ordered else "category", values, levels)


def _code(code: Any) -> str:
    return f"{code:g}" if isinstance(code, float) and code.is_integer() else str(code)


def _distinct(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    seen: dict[str, int] = {}
    for level in levels:
        seen[level.label] = seen.get(level.label, 0) + 1
    return tuple(
        Level(x.code, x.label if seen[x.label] == 1 else f"{x.label} ({x.code})") for x in levels
    )


def _yes_no(
    names: Sequence[str], cells: TypedCells, words: list[str], habits: Habits
) -> Guess | None:
    values = readings(cells.values, "yesno", habits)
    if any(value is None for value in values):
        return None
    folded = {fold_level(word) for word in words}
    if folded <= {"0", "1"} and (
        any(label_and_unit(name)[1] for name in names)
        or any(says(names, pattern) for pattern in (COUNTED, GRADED, SEX, ALREADY_DAYS))
    ):
        return None
    alone = len(folded) == 1 and folded <= {"+", "1", "y", "yes"} and bool(cells.empty)
    reason = ONLY_YES.format(words[0]) if alone else ""
    return Guess("yesno", tuple(values), YES_NO, reason)


def _crosses(cells: TypedCells, words: list[str]) -> Guess | None:
    # The loader takes a cross alone for neither yes nor no; a draft may, where its user sees it.
    different = {fold_level(word) for word in words}
    if not cells.empty or len(different) > 1 or not different <= MARKS:
        return None
    levels = (Level("no", "No"), Level(words[0], "Yes"))
    return Guess("category", tuple(words), levels, ONLY_YES.format(words[0]))


def _days(names: Sequence[str], cells: TypedCells, habits: Habits) -> Guess | None:
    dated = says(names, DATED) and not says(names, ALREADY_DAYS)
    values = readings(cells.values, "date", habits)
    perhaps = readings(cells.values, "date", habits, partial="middle")
    fits = [
        _may_be_a_day(typed, dated) and (day is not None or has_day_shape(typed))
        for day, typed in zip(perhaps, cells.values, strict=True)
    ]
    return Guess("date", tuple(values)) if _share(cells, fits) >= ENOUGH else None


def _may_be_a_day(typed: Any, dated: bool) -> bool:
    # Of numbers, only a spreadsheet's number of a day from 1927 on, or 20240131, and only
    # where the heading says that they are dates.
    try:
        number = float(typed)
    except (TypeError, ValueError, OverflowError):
        return True
    return dated and (FIRST_SERIAL <= number <= LAST_SERIAL or has_day_shape(typed))


def _numbers(names: Sequence[str], cells: TypedCells, habits: Habits) -> Guess | None:
    unit = next(filter(None, (label_and_unit(name)[1] for name in names)), "")
    typed = "" if unit else unit_in_cells(cells.values)
    values = readings(cells.values, "number", habits, unit=unit or typed)
    if _share(cells, [value is not None for value in values]) < ENOUGH:
        return None
    unread = [w for w, v in zip(texts(cells.values), values, strict=True) if v is None]
    if says(names, GRADED) and any(map(SUBGRADE.fullmatch, unread)):
        return None
    numbers = sorted({v for v in values if v is not None})
    whole = all(v == int(v) for v in numbers)
    measured = says(names, MEASURED) or bool(unit or typed)
    if whole and not measured and 2 <= len(numbers) <= FEW and not says(names, COUNTED):
        levelled = _number_levels(names, values, numbers)
        if levelled is not None:
            return levelled
    kind: VariableType = "integer" if whole and not measured else "number"
    return Guess(kind, tuple(values), unit=typed)


def _number_levels(
    names: Sequence[str], values: Sequence[Any], numbers: Sequence[float]
) -> Guess | None:
    codes = tuple(None if v is None else f"{v:g}" for v in values)
    low, high = int(numbers[0]), int(numbers[-1])
    if says(names, GRADED) and high - low <= FEW:
        levels = tuple(Level(str(k), str(k)) for k in range(low, high + 1))
        return Guess("ordered", codes, levels)
    if says(names, GROUPED):
        levels = tuple(Level(f"{v:g}", f"{v:g}") for v in numbers)
        listed = ", ".join(level.code for level in levels)
        return Guess("category", codes, levels, f"say what the codes {listed} mean")
    return None


def _levels(names: Sequence[str], cells: TypedCells, words: list[str]) -> Guess | None:
    groups: dict[str, dict[str, int]] = {}
    for word, n in zip(words, cells.counts, strict=True):
        spellings = groups.setdefault(fold_level(word), {})
        spellings[word] = spellings.get(word, 0) + n
    fits = (
        2 <= len(groups) <= MANY_LEVELS
        and cells.filled >= (REPEATS if len(groups) <= MOST_LEVELS else OFTEN) * len(groups)
        and max(map(len, words)) <= LONGEST_LEVEL
    )
    if not fits:
        return None
    values = tuple(fold_level(word) for word in words)
    if says(names, SEX) and (sex := sexes(groups)):
        levels, reason = sex_levels(groups)
        return Guess("category", tuple(sex[word] for word in values), levels, reason)
    order = level_order(list(groups), names)
    spelt = {key: max(s, key=s.__getitem__) for key, s in groups.items()}
    if order is not None:
        return _graded(order, groups, values)
    return Guess("category", values, tuple(Level(spelt[k], spelt[k]) for k in sorted(groups)))


def _graded(
    order: Sequence[Sequence[str]], groups: Mapping[str, Mapping[str, int]], values: Sequence[str]
) -> Guess:
    # Of several spellings of a grade (III, grade 3) the most frequent one is its level.
    def often(key: str) -> int:
        return sum(groups[key].values())

    usual = {key: max(same, key=often) for same in order for key in same}
    spelt = {key: max(s, key=s.__getitem__) for key, s in groups.items()}
    codes = [spelt[usual[same[0]]] for same in order]
    levels = tuple(Level(code, code) for code in codes)
    return Guess("ordered", tuple(usual[key] for key in values), levels)
