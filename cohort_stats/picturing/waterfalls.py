"""The best change of each patient, from the largest rise to the largest fall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import pandas as pd

from cohort_stats.comparing.groups import numeric_summary
from cohort_stats.comparing.rows import OVERALL
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.picturing.parts import parts_of
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Best = Literal["low", "high"]
Scale = Literal["percent", "absolute"]
COLUMN = "change"


def best_change(
    before: pd.Series, after: pd.DataFrame, *, best: Best = "low", scale: Scale = "percent"
) -> pd.Series:
    """The best change of each patient over one or several later values.

    Parameters
    ----------
    before
        The first value.
    after
        One column a later value, in the same unit.
    best
        ``low``: the lowest later value is the best; ``high``: the highest.
    scale
        ``percent`` of the first value, or ``absolute``.

    Returns
    -------
    pandas.Series
        Missing where the first or every later value is, and in per cent of zero or less.
    """
    must_be_one_of("best", best, get_args(Best))
    must_be_one_of("scale", scale, get_args(Scale))
    later = after.astype(float).min(axis=1) if best == "low" else after.astype(float).max(axis=1)
    first = before.astype(float)
    if scale == "absolute":
        return later - first
    return 100 * (later - first) / first.where(first > 0)


def waterfall(
    change: pd.Series,
    groups: pd.Series | None = None,
    *,
    lines: Sequence[float] = (),
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Order patients by their change, and count those beyond lines.

    Parameters
    ----------
    change
        One number a patient.
    groups
        A level for each patient; None for everybody together.
    lines
        Changes of note, such as −30 and 20: of one below zero the patients at or below it are
        counted, of another those at or above it.
    conventions
        ``quartiles``.

    Returns
    -------
    Result
        For everybody and each group: n, missing, mean, sd, median, q1, q3, min, max; for each
        line (`time`) beyond_line and beyond_line_percent. Of each patient patient_change, with
        the place in order and the group alone.

    Notes
    -----
    Patients stand in the order of their changes, which says nothing of who they are; equal
    changes stand in the order of the groups.
    """
    conventions = as_conventions(conventions)
    parts, warnings = parts_of(pd.DataFrame({COLUMN: change.astype(float)}), groups)
    found: list[dict[str, object]] = []
    drawn: list[tuple[float, int, str]] = []
    for place, (group, part) in enumerate(parts.items()):
        values = part[COLUMN].dropna().to_numpy(dtype=float)
        n, missing = len(values), len(part) - len(values)
        numbers = {"n": n, "missing": missing} | numeric_summary(values, conventions)
        found += rows(numbers, group=group, n_used=n, n_missing=missing)
        for line in lines:
            beyond = int((values <= line).sum() if line < 0 else (values >= line).sum())
            share = 100 * beyond / n if n else float("nan")
            counts = {"beyond_line": beyond, "beyond_line_percent": share}
            found += rows(counts, group=group, time=line, n_used=n, n_missing=missing)
        if group != OVERALL or groups is None:
            drawn += [(-value, place, group) for value in values.tolist()]
    for k, (value, _, group) in enumerate(sorted(drawn), start=1):
        found += rows({"patient_change": -value}, group=group, level=str(k), n_used=len(drawn))
    left = len(change) - len(drawn)
    lacking = int(parts[OVERALL][COLUMN].isna().sum())
    if lacking:
        warnings = (*warnings, f"without a known change: {counted(lacking)}")
    return Result(as_numbers(found), "", len(drawn), left, conventions, warnings)
