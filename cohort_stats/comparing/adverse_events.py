"""Adverse events by grade: how many patients had each, and whether groups differ."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be
from cohort_stats.comparing.groups import Row, compare_groups, rule_of_counts
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.results import Result

Grades = Mapping[str, npt.NDArray[np.float64]]

ANY_GRADE, SEVERE = "any grade", "severe"
#: The term of patients with any of the events.
ANY_EVENT = "any event"
KEPT = ("n", "missing", "count", "percent", "p", "test_statistic", "df")
_BY = "group"
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_GRADE = re.compile(r"(?<![\w.])(?:\d+|I{1,3}|IV|V)(?![\w.])")


def grades_of(labels: Sequence[str]) -> tuple[float, ...] | None:
    """The grade in the name of each level: ``Grade 2`` is 2, ``III`` is 3.

    Parameters
    ----------
    labels
        In order. The first is grade 0, and may name no grade (``None``).

    Returns
    -------
    tuple or None
        Ascending from 0, at most 5. None where the levels are no grades: one of them names none or
        several (``3–4``), or no level says that there was no event.
    """
    found: list[float] = []
    for i, label in enumerate(labels):
        named = _GRADE.findall(label)
        if len(named) != 1 and (named or i > 0):
            return None
        found.append(float(_ROMAN.get(named[0]) or int(named[0])) if named else 0.0)
    ascending = all(low < high for low, high in pairwise(found))
    return tuple(found) if ascending and found[:1] == [0] and found[-1] <= 5 else None


def adverse_events(
    grades: Grades,
    by: pd.Series | None = None,
    *,
    severe: int = 3,
    each_grade: bool = False,
    ungraded: Sequence[str] = (),
    conventions: Conventions | str = RECOMMENDED,
    seed: int = 1,
) -> Result:
    """Patients with each event, of any grade and of a severe one, overall and by group.

    Parameters
    ----------
    grades
        For each event the highest grade of every patient from 0 (no event) to 5, nan where it is
        not known; shape (n,).
    by
        The group of each patient, a categorical; None describes only.
    severe
        The grade from which an event is severe.
    each_grade
        Whether the patients of each single grade that occurs are counted too; without a test.
    ungraded
        Events known only as yes or no (1 or 0), of which no severe ones are counted.
    conventions, seed
        As of :func:`compare_groups`, whose test of categories compares the groups.

    Returns
    -------
    Result
        For each event, at the levels ``any grade`` and ``severe``: n, missing, count, percent
        of each group; with two groups or more p with its test. Of several events, the term
        ``any event`` counts patients with one or more. With `each_grade` also the levels
        ``grade 1`` to ``grade 5``, as far as any event has them.

    Raises
    ------
    ValueError
        When a grade is none of 0 to 5, or `ungraded` names no event.

    Notes
    -----
    A patient has *any event* if one is known to have happened, has none if all are known not
    to have, and is missing otherwise. The p-values are not adjusted for how many events
    there are. R: ``chisq.test`` or ``fisher.test`` of each row.
    """
    conventions = as_conventions(conventions)
    must_be("severe", severe, (int, np.integer), "a whole number")
    _must_be_grades(grades, ungraded)
    graded = {name: values for name, values in grades.items() if name not in ungraded}
    frame: dict[str, pd.Series] = {}
    names: dict[str, tuple[str, str]] = {}
    for level, least, known in ((ANY_GRADE, 1, grades), (SEVERE, severe, graded)):
        reached = {name: _at_least(values, least) for name, values in known.items()}
        if len(grades) > 1 and reached:
            reached = {ANY_EVENT: _one_of(list(reached.values())), **reached}
        for name, values in reached.items():
            column = f"event {len(names)}"
            names[column], frame[column] = (name, level), _yes_no(values)
    for grade in occurring(graded) if each_grade else ():
        for name, values in graded.items():
            column = f"event {len(names)}"
            names[column], frame[column] = (name, single(grade)), _yes_no(_exactly(values, grade))
    table = pd.DataFrame(frame)
    if by is not None:
        table[_BY] = by.array
    result = compare_groups(
        table, [Row(column) for column in names], by=None if by is None else _BY,
        conventions=conventions, seed=seed,
    )  # fmt: skip
    # That nobody had an event, and that nothing was tested then, is seen in the table.
    told = tuple(w for w in result.warnings if not w.startswith("`event "))
    numbers, method = _named(result.numbers, names), _method(severe, by is not None, conventions)
    return replace(result, numbers=numbers, method=method, warnings=told)


def _must_be_grades(grades: Grades, ungraded: Sequence[str]) -> None:
    if not grades:
        raise ValueError("grades must hold an event; got none")
    for name in ungraded:
        if name not in grades:
            raise ValueError(f"ungraded must name events of grades; got {name!r}")
    for name, values in grades.items():
        known = values[~np.isnan(values)]
        wrong = known[~np.isin(known, range(2 if name in ungraded else 6))]
        if len(wrong):
            allowed = "0 or 1" if name in ungraded else "whole numbers from 0 to 5"
            raise ValueError(f"grades of {name!r} must be {allowed}; got {wrong[0]:g}")


def _at_least(values: npt.NDArray[np.float64], least: int) -> npt.NDArray[np.float64]:
    return np.where(np.isnan(values), np.nan, (values >= least).astype(float))


def _exactly(values: npt.NDArray[np.float64], grade: int) -> npt.NDArray[np.float64]:
    return np.where(np.isnan(values), np.nan, (values == grade).astype(float))


def occurring(graded: Grades) -> tuple[int, ...]:
    """The grades from 1 that any patient has in any of the events, ascending.

    Parameters
    ----------
    graded
        As :func:`adverse_events` takes them.
    """
    return tuple(g for g in range(1, 6) if any((v == g).any() for v in graded.values()))


def single(grade: int | str) -> str:
    """The level of the patients whose highest grade is just this: ``grade 2``.

    Parameters
    ----------
    grade
        1 to 5.
    """
    return f"grade {grade}"


def _one_of(events: Sequence[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """1 where one is 1, 0 where all are 0, nan otherwise."""
    together = np.stack(events)
    happened = (together == 1).any(axis=0)
    return np.where(happened, 1.0, np.where(np.isnan(together).any(axis=0), np.nan, 0.0))


def _yes_no(values: npt.NDArray[np.float64]) -> pd.Series:
    codes = np.nan_to_num(values, nan=-1).astype(int).tolist()
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(["No", "Yes"])))


def _named(numbers: pd.DataFrame, names: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """The numbers of the columns as those of an event and a level."""
    kept = numbers[numbers["statistic"].isin(KEPT) & numbers["level"].isin(["", "Yes"])].copy()
    whole = ("", "")
    kept["level"] = [names.get(term, whole)[1] for term in kept["term"]]
    kept["term"] = [names.get(term, whole)[0] for term in kept["term"]]
    tested = ~kept["level"].str.startswith(single("")) | kept["statistic"].isin(KEPT[:4])
    return kept[tested].reset_index(drop=True)


def _method(severe: int, tested: bool, conventions: Conventions) -> str:
    words = (
        "Adverse events are counted once a patient, by the highest grade, of any grade and of "
        f"grade {severe} or higher; a patient has any event when one is known to have happened, "
        "and none when all are known not to have."
    )
    if not tested:
        return words
    return (
        f"{words} Groups were compared event by event by {rule_of_counts(conventions)}, without "
        "adjustment for the number of events."
    )
