"""Landmark analysis: only those still under observation at a time, followed from there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cohort_stats.arguments import must_be
from cohort_stats.endpoint import Endpoint
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted, timed


@dataclass(frozen=True)
class Landmark:
    """The patients of a landmark analysis.

    Parameters
    ----------
    kept
        Which patients were still at risk after the landmark. Shape (n,).
    endpoint
        Their endpoint, time counted from the landmark.
    result
        The landmark, how many were kept and who was left out, and why, with the words for a
        methods section.
    """

    kept: npt.NDArray[np.bool_]
    endpoint: Endpoint
    result: Result


def landmark(endpoint: Endpoint, at: float) -> Landmark:
    """Restrict an endpoint to the patients at risk at a landmark, and restart the clock there.

    Parameters
    ----------
    endpoint
        Time and event, n patients.
    at
        The landmark, above 0, in the endpoint's unit. Groups compared afterwards must rest on
        what was known by then.

    Returns
    -------
    Landmark
        Left out: an event or censoring up to and including the landmark; entry after it.

    Notes
    -----
    Anderson, Cain and Gelber 1983; Dafni 2011. R: ``survfit(Surv(time - at, event) ~ group,
    subset = time > at)``.
    """
    must_be("endpoint", endpoint, Endpoint, "an Endpoint")
    if not (isinstance(at, int | float) and 0 < at < np.inf):
        raise ValueError(f"at must be a number above 0; got {at!r}")
    known = endpoint.known
    gone = known & (endpoint.time <= at)
    late = np.zeros(len(endpoint), dtype=bool)
    if endpoint.entry is not None:
        late = known & ~gone & (endpoint.entry > at)
    kept = known & ~gone & ~late
    # Everybody kept is under observation from the landmark on: no entry times any more.
    after = replace(endpoint.where(kept), time=endpoint.time[kept] - at, entry=None)
    counts = {
        "landmark": float(at),
        "n": int(kept.sum()),
        "events_before": int((gone & endpoint.event).sum()),
        "censored_before": int((gone & ~endpoint.event).sum()),
        "entered_after": int(late.sum()),
    }
    n, left_out = len(after), int((~known).sum())
    numbers = as_numbers(rows(counts, method="landmark", n_used=n, n_missing=left_out))
    warnings = () if n else (f"nobody is left at risk after {timed(at, endpoint.unit)}",)
    words = _words(counts, endpoint.unit)
    return Landmark(kept, after, Result(numbers, words, n, left_out, warnings=warnings))


def _words(counts: dict[str, float], unit: str) -> str:
    before, late = int(counts["events_before"]), int(counts["entered_after"])
    return (
        f"Landmark analysis at {timed(counts['landmark'], unit)}: time runs from the landmark; "
        f"left out were {counted(before)} with the event and {counts['censored_before']} censored "
        "by then" + (f", and {late} who came under observation later." if late else ".")
    )
