"""How many patients are at each level, in everybody and in each group."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cohort_stats.comparing.rows import OVERALL
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.picturing.parts import described, parts_of
from cohort_stats.results import Result


def shares(
    frame: pd.DataFrame,
    variables: Sequence[str],
    groups: pd.Series | None = None,
    *,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Count the levels of categories.

    Parameters
    ----------
    frame
        One row a patient.
    variables
        Categorical columns.
    groups
        A level for each patient; None for everybody together.
    conventions
        Carried by the result; no choice alters these numbers.

    Returns
    -------
    Result
        For each variable (`term`), everybody and each group: n, missing, and count and percent
        of each level, of those whose value is known. Nothing is tested.
    """
    conventions = as_conventions(conventions)
    parts, warnings = parts_of(frame, groups)
    numbers = described(parts, variables, conventions)
    known = int(parts[OVERALL][[*variables]].notna().any(axis=1).sum())
    words = "Percentages are of those whose value is known."
    return Result(numbers, words, known, len(frame) - known, conventions, warnings)
