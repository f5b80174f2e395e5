"""New variables from old ones: cuts, intervals between dates, recodes, counts and sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import DAYS_PER_MONTH, DAYS_PER_YEAR
from cohort_stats.problem import must_be_one_of

YES_AND_NO = ("No", "Yes")
DAYS_PER = {"days": 1.0, "months": DAYS_PER_MONTH, "years": DAYS_PER_YEAR}


def cut(
    values: pd.Series,
    at: Sequence[float],
    labels: Sequence[str],
    *,
    at_least: bool = True,
) -> pd.Series:
    """Divide numbers into ordered levels at thresholds.

    Parameters
    ----------
    values
        Numbers; missing stays missing.
    at
        Thresholds, ascending.
    labels
        One more than there are thresholds, lowest first.
    at_least
        Whether a value equal to a threshold belongs to the level above it (True) or below.

    Raises
    ------
    ValueError
        When the thresholds do not ascend or the labels do not fit them.
    """
    if list(at) != sorted(set(at)):
        raise ValueError(f"at must ascend; got {list(at)}")
    if len(labels) != len(at) + 1:
        raise ValueError(f"labels must be {len(at) + 1}; got {len(labels)}")
    numbers = values.to_numpy(dtype=float)
    codes = np.searchsorted(np.asarray(at), numbers, side="right" if at_least else "left")
    codes = np.where(np.isnan(numbers), -1, codes)
    levels = pd.Categorical.from_codes(codes.tolist(), pd.Index(labels), ordered=True)
    return pd.Series(levels, index=values.index)


def interval(
    start: pd.Series, end: pd.Series, unit: Literal["days", "months", "years"] = "months"
) -> pd.Series:
    """Time from one date to another; a month is 30.4375 days, a year 365.25.

    Parameters
    ----------
    start, end
        Dates; the interval is missing where either is.
    unit
        ``days``, ``months`` or ``years``.

    Raises
    ------
    ValueError
        When the unit is another.
    """
    must_be_one_of("unit", unit, tuple(DAYS_PER))
    days = (end - start).dt.total_seconds() / 86400
    return days / DAYS_PER[unit]


def recode(
    values: pd.Series,
    levels: Mapping[str, Sequence[str]],
    *,
    others: str = "",
    missing: Sequence[str] = (),
) -> tuple[pd.Series, npt.NDArray[np.bool_]]:
    """Rename or merge levels.

    Parameters
    ----------
    values
        Labels of levels, or text; missing stays missing.
    levels
        New level -> the old ones it stands for; its order is that of the new levels.
    others
        New level of all that is not listed; without it, what is not listed becomes missing.
    missing
        Old levels that become missing.

    Returns
    -------
    (recoded, unlisted)
        An ordered category, and for whom a known value was neither listed nor caught.

    Examples
    --------
    >>> ecog = pd.Series(["0", "3", "?"])
    >>> found, unlisted = recode(ecog, {"0–1": ["0", "1"], "2–4": ["2", "3", "4"]})
    >>> found.astype(object).where(found.notna(), None).tolist(), unlisted.tolist()
    (['0–1', '2–4', None], [False, False, True])
    """
    new = {old: label for label, listed in levels.items() for old in listed}
    typed = values.astype(object)
    listed = typed.isin([*new, *missing]).to_numpy()
    unlisted = typed.notna().to_numpy() & ~listed
    found = typed.map(new)
    if others:
        found = found.mask(unlisted, others)
        unlisted = np.zeros(len(values), dtype=bool)
    labels = list(dict.fromkeys([*levels, *filter(None, [others])]))
    return pd.Series(pd.Categorical(found, labels, ordered=True), index=values.index), unlisted


def count_true(conditions: Sequence[pd.Series]) -> pd.Series:
    """How many conditions hold; missing where any of them is not known.

    Parameters
    ----------
    conditions
        Nullable booleans, one a condition, missing where it is not known.
    """
    return (
        pd.concat(list(conditions), axis=1)
        .astype("Float64")
        .sum(axis=1, skipna=False)
        .astype(float)
    )


def any_true(conditions: Sequence[pd.Series]) -> pd.Series:
    """Yes if one condition holds, no if all are known not to, else missing.

    Parameters
    ----------
    conditions
        As for :func:`count_true`.
    """
    found = conditions[0]
    for other in conditions[1:]:
        found = found | other
    return _yes_no(found)


def all_true(conditions: Sequence[pd.Series]) -> pd.Series:
    """Yes if all conditions hold, no if one is known not to, else missing.

    Parameters
    ----------
    conditions
        As for :func:`count_true`.
    """
    found = conditions[0]
    for other in conditions[1:]:
        found = found & other
    return _yes_no(found)


def total(columns: Sequence[pd.Series]) -> pd.Series:
    """The sum of numbers; missing where any of them is.

    Parameters
    ----------
    columns
        Numbers, one column a term.
    """
    return pd.concat(list(columns), axis=1).astype(float).sum(axis=1, skipna=False)


def _yes_no(found: pd.Series) -> pd.Series:
    words = found.astype(object).map({True: "Yes", False: "No"})
    return pd.Series(pd.Categorical(words, YES_AND_NO, ordered=True), index=found.index)
