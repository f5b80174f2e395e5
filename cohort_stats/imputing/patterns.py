"""Where values are missing: by variable, in which patterns, in which pairs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be, must_be_columns
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.kernels.normal_em import patterns
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Bools = npt.NDArray[np.bool_]


def missing_pattern(
    frame: pd.DataFrame,
    variables: Sequence[str],
    *,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Count missing values: of each variable, of each pattern, and of every two variables.

    Parameters
    ----------
    frame
        One row a patient.
    variables
        Which columns.
    conventions
        Recorded only.

    Returns
    -------
    Result
        Patients, those who have every value (also per cent) and the number of patterns. For each
        variable n known, missing and missing_percent. For each pattern, most frequent first (its
        number as `group`): pattern_patients, pattern_missing, and by variable pattern_known.
        For every two variables (`term` and `level`) of which one is missing in some patient:
        both_known, only_first_known, only_second_known, both_missing.

    Notes
    -----
    R: ``mice::md.pattern`` and ``mice::md.pairs`` (rr, rm, mr, mm).
    """
    conventions = as_conventions(conventions)
    names = checked_names(frame, variables)
    known = frame[names].notna().to_numpy()
    n, complete = len(frame), int(known.all(axis=1).sum())
    shared: dict[str, Any] = {"n_used": complete, "n_missing": n - complete}
    share = 100 * complete / n if n else float("nan")
    found = rows({"n": n, "complete": complete, "complete_percent": share}, **shared)
    for j, name in enumerate(names):
        found += _variable_rows(name, known[:, j])
    found += _pattern_rows(names, known, shared)
    for a, b in combinations(range(len(names)), 2):
        found += _pair_rows((names[a], names[b]), known[:, [a, b]])
    method = "Missing values were counted by variable and by pattern."
    warnings = [
        f"`{name}` is missing in every patient"
        for j, name in enumerate(names)
        if n and not known[:, j].any()
    ]
    if not complete and n:
        warnings.append("no patient has a value of every variable")
    return Result(as_numbers(found), method, n, 0, conventions, tuple(warnings))


def checked_names(frame: pd.DataFrame, variables: Sequence[str], least: int = 1) -> list[str]:
    """Names of columns, each once.

    Raises
    ------
    ValueError
        When they are not columns, or fewer than are needed.
    """
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    must_be("variables", variables, (list, tuple), "a list of names")
    must_be_columns("variables", variables, frame)
    names = list(dict.fromkeys(variables))
    if len(names) < least:
        wanted = counted(least, "column")
        raise ValueError(f"variables must name at least {wanted}; got {len(names)}")
    return names


def _variable_rows(name: str, known: Bools) -> list[dict[str, object]]:
    n, there = len(known), int(known.sum())
    values: dict[str, object] = {"n": there, "missing": n - there}
    values["missing_percent"] = 100 * (n - there) / n if n else float("nan")
    return rows(values, term=name, n_used=there, n_missing=n - there)


def _pattern_rows(
    names: Sequence[str], known: Bools, shared: dict[str, Any]
) -> list[dict[str, object]]:
    kinds = [(here, len(at)) for here, at in patterns(known)] if len(known) else []
    kinds.sort(key=lambda kind: (-kind[1], int((~kind[0]).sum())))
    found = rows({"patterns": len(kinds)}, **shared)
    for k, (here, patients) in enumerate(kinds, start=1):
        values = {"pattern_patients": patients, "pattern_missing": int((~here).sum())}
        found += rows(values, group=str(k), n_used=patients)
        for name, there in zip(names, here, strict=True):
            found += rows({"pattern_known": int(there)}, group=str(k), term=name, n_used=patients)
    return found


def _pair_rows(pair: tuple[str, str], known: Bools) -> list[dict[str, object]]:
    first, second = known[:, 0], known[:, 1]
    if first.all() and second.all():
        return []
    values: dict[str, object] = {
        "both_known": int((first & second).sum()),
        "only_first_known": int((first & ~second).sum()),
        "only_second_known": int((~first & second).sum()),
        "both_missing": int((~first & ~second).sum()),
    }
    return rows(values, term=pair[0], level=pair[1], n_used=len(known))
