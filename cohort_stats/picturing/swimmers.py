"""One bar a patient along time, with what befell him or her on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.comparing.rows import OVERALL
from cohort_stats.conventions import RECOMMENDED, Conventions
from cohort_stats.endpoint import Endpoint
from cohort_stats.picturing.parts import parts_of
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]

OBSERVED, EVENT, COMPETING = 0, 1, 2


def swimmers(
    endpoint: Endpoint,
    groups: pd.Series | None = None,
    *,
    marks: Mapping[str, Floats] | None = None,
    spans: Mapping[str, tuple[Floats, Floats]] | None = None,
    numbers: Floats | None = None,
) -> Result:
    """Bars from time zero (or entry) to the end of follow-up, the longest first in each group.

    Parameters
    ----------
    endpoint
        Time, event and entry of each patient.
    groups
        A level for each patient; None for everybody together.
    marks
        Label to the time of each patient, nan for none.
    spans
        Label to when it begins and ends; an unknown end is the end of follow-up.
    numbers
        Study numbers to print; None prints none.

    Returns
    -------
    Result
        For each group n; of each patient (`level`, the place from the top) bar_from, bar_to,
        bar_end (0 under observation, 1 event, 2 competing event), study_number if given,
        mark_at, span_from and span_to.
    """
    frame = pd.DataFrame({"time": endpoint.time, "place": np.arange(len(endpoint))})
    parts, warnings = parts_of(frame, groups)
    found: list[dict[str, object]] = []
    level = 0
    for group, part in parts.items():
        known = part.dropna(subset="time")
        lacking = len(part) - len(known)
        found += rows({"n": len(known), "missing": lacking}, group=group, n_used=len(known))
        if group == OVERALL and groups is not None:
            continue
        for place in known.sort_values(["time", "place"], ascending=[False, True])["place"]:
            level += 1
            where: dict[str, Any] = {"group": group, "level": str(level), "n_used": len(known)}
            found += _bar(endpoint, int(place), numbers, where)
            found += _within(endpoint, int(place), marks or {}, spans or {}, where)
    lacking = int(parts[OVERALL]["time"].isna().sum())
    if lacking:
        warnings = (*warnings, f"without a known follow-up: {counted(lacking)}")
    warnings = (*warnings, *_outside(endpoint, marks or {}))
    conventions: Conventions = RECOMMENDED
    return Result(as_numbers(found), "", level, len(endpoint) - level, conventions, warnings)


def _bar(
    endpoint: Endpoint, place: int, numbers: Floats | None, where: dict[str, Any]
) -> list[dict[str, object]]:
    end = EVENT if endpoint.event[place] else OBSERVED
    if endpoint.competing is not None and endpoint.competing[place]:
        end = COMPETING
    entry = 0.0 if endpoint.entry is None else float(np.nan_to_num(endpoint.entry[place]))
    values = {"bar_from": entry, "bar_to": float(endpoint.time[place]), "bar_end": end}
    if numbers is not None:
        values["study_number"] = float(numbers[place])
    return rows(values, **where)


def _within(
    endpoint: Endpoint,
    place: int,
    marks: Mapping[str, Floats],
    spans: Mapping[str, tuple[Floats, Floats]],
    where: dict[str, Any],
) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for label, (starts, ends) in spans.items():
        start, end = float(starts[place]), float(ends[place])
        if not np.isnan(start):
            end = float(endpoint.time[place]) if np.isnan(end) else end
            found += rows({"span_from": start, "span_to": end}, term=label, **where)
    for label, times in marks.items():
        if not np.isnan(times[place]):
            found += rows({"mark_at": float(times[place])}, term=label, **where)
    return found


def _outside(endpoint: Endpoint, marks: Mapping[str, Floats]) -> tuple[str, ...]:
    """Marks that lie before time zero or after the end of follow-up, counted by label."""
    counts = {
        label: int(((times < 0) | (times > endpoint.time)).sum()) for label, times in marks.items()
    }
    return tuple(
        f"‘{label}’ lies before time zero or after the end of follow-up: {counted(n)}"
        for label, n in counts.items()
        if n
    )
