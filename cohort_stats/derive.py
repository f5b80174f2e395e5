"""New variables from old ones: cuts at thresholds, intervals between dates, events by a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from cohort_stats.conventions import DAYS_PER_MONTH, DAYS_PER_YEAR
from cohort_stats.problem import must_be_one_of

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
