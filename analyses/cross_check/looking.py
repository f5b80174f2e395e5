"""Our numbers of a step, one after the other."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from cohort_stats.results import Result, pick

WHERE = ("group", "term", "level", "time")


def each(
    result: Result, statistic: str, **where: object
) -> Iterator[tuple[dict[str, object], float]]:
    """Every number of a statistic, with where it stands."""
    for _, row in pick(result.numbers, statistic, **where).iterrows():
        place = {k: row[k] for k in WHERE if not _blank(row[k])}
        yield place, float(row["value"])


def one(result: Result, statistic: str, **where: object) -> float:
    """One number; nan when there is none, or more than one."""
    found = pick(result.numbers, statistic, **where)["value"]
    return float(found.iloc[0]) if len(found) == 1 else math.nan


def method(result: Result, statistic: str, **where: object) -> str:
    """How it was computed, in the result's words."""
    found = pick(result.numbers, statistic, **where)["method"]
    return str(found.iloc[0]) if len(found) else ""


def samples(column: pd.Series, groups: pd.Series) -> dict[str, pd.Series]:
    """Known values of each group that has patients, in the groups' order."""
    levels = list(pd.Categorical(groups).categories)
    parts = {str(level): column[(groups == level).to_numpy()].dropna() for level in levels}
    patients = {str(level): int((groups == level).sum()) for level in levels}
    return {level: part for level, part in parts.items() if patients[level]}


def _blank(value: object) -> bool:
    return value == "" or (isinstance(value, float) and math.isnan(value))
