"""Whether patients whose value is missing differ from those whose value is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from cohort_stats.arguments import must_be, must_be_columns
from cohort_stats.comparing.groups import Row, compare_groups
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.endpoint import Endpoint
from cohort_stats.results import Result, joined
from cohort_stats.survival.curves import logrank

KNOWN, MISSING = "Known", "Missing"
WHICH = "whether the value is missing"


def compare_missing(
    frame: pd.DataFrame,
    variable: str,
    others: Sequence[Row | str],
    *,
    endpoint: Endpoint | None = None,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Compare the patients whose value of a variable is missing with the others.

    Where they differ, complete cases are not a random part of the cohort.

    Parameters
    ----------
    frame
        One row a patient.
    variable
        The column with missing values.
    others
        The columns compared, as rows of :func:`~cohort_stats.comparing.groups.compare_groups`.
    endpoint
        Compared as well, by the log-rank test; n patients.
    conventions
        Which tests.

    Returns
    -------
    Result
        As :func:`~cohort_stats.comparing.groups.compare_groups` gives it for the groups
        ``Known`` and ``Missing``: summaries, p and smd of each column. Of the endpoint, its
        label (or ``Survival``) as `term`: chi_square, df and p, observed and expected events
        by group.

    Raises
    ------
    ValueError
        When a column does not exist, or `variable` is missing in nobody or in everybody.
    """
    conventions = as_conventions(conventions)
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    must_be_columns("variable", [variable], frame)
    missing = frame[variable].isna()
    if missing.all() or not missing.any():
        who = "everybody" if len(frame) and missing.all() else "nobody"
        raise ValueError(f"variable must be missing in some patients; {variable!r} is in {who}")
    groups = pd.Series(
        pd.Categorical(missing.map({False: KNOWN, True: MISSING}), [KNOWN, MISSING]),
        index=frame.index,
    )
    chosen = [o if isinstance(o, Row) else Row(o) for o in others]
    chosen = [row for row in chosen if row.variable != variable]
    compared = compare_groups(
        frame.assign(**{WHICH: groups}), chosen, by=WHICH, conventions=conventions
    )
    method = (
        "Patients with and without missing values were compared in their other characteristics "
        "(standardised differences, and the tests of a comparison of two groups)"
    )
    compared = replace(compared, method=f"{method}.")
    if endpoint is None:
        return compared
    tested = logrank(endpoint, groups, conventions=conventions)
    term = endpoint.label or "Survival"
    tested = replace(tested, numbers=tested.numbers.assign(term=term), method="")
    return joined(compared, tested)
