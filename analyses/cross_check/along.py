"""Whole curves beside those of another program, group by group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyses.cross_check.findings import Compared
from cohort_stats.comparing.rows import OVERALL
from cohort_stats.endpoint import Endpoint
from cohort_stats.results import Result, pick

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def along(
    analysis: str,
    statistic: str,
    result: Result,
    group: str,
    theirs: Callable[[Floats], Any],
    library: str,
    last: float,
) -> Iterator[Compared]:
    """A whole curve up to the last follow-up: the number farthest from theirs stands for all.

    Where they have none (nan), as of limits where S(t) is 0 or 1, nothing is compared.
    """
    mine = pick(result.numbers, statistic, group=group)
    mine = mine[mine["time"] <= last]  # nothing is known of later times
    if mine.empty:
        return
    times, values = mine["time"].to_numpy(float), mine["value"].to_numpy(float)
    other = np.asarray(theirs(times), dtype=float).reshape(-1)
    there = ~np.isnan(other)
    if not there.any():
        return
    times, values, other = times[there], values[there], other[there]
    apart = np.where(np.isnan(values), np.inf, np.abs(values - other))
    farthest = int(np.argmax(apart))
    where = {"group": group, "time": times[farthest]}
    pair = float(values[farthest]), float(other[farthest])
    yield Compared(analysis, statistic, library, *pair, where)


def parts(
    endpoint: Endpoint, groups: pd.Series | None, result: Result
) -> Iterator[tuple[str, Bools]]:
    """The groups of a result, and which patients are theirs."""
    for group in dict.fromkeys(result.numbers["group"]):
        mine = endpoint.known
        if groups is not None:
            inside = groups.notna() if group in ("", OVERALL) else groups.astype(str) == group
            mine = mine & inside.to_numpy()
        yield group, mine


def just_after(entry: Floats, time: Floats) -> Floats:
    """Entry times moved between two times, as programs differ on who enters at an event's."""
    times = np.unique(np.concatenate([entry, time]))
    return np.asarray(entry + np.diff(times).min(initial=1.0) / 2)
