"""Who has not yet entered at each event time, where patients are observed from an entry time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Entries:
    """Where late entries stand, for patients observed over (entry, time].

    Parameters
    ----------
    order
        The sorted patients in order of stratum and descending entry.
    not_yet
        For each event time, the position in `order` of the last patient who has not entered
        before it; one before the stratum's start when everybody has.
    none
        For each event time, whether everybody of the stratum has entered before it.
    gone
        For each patient, the first event time (in descending order) at which he or she had
        not yet entered.
    """

    order: Places
    not_yet: Places
    none: Bools
    gone: Places


def entries(entry: Floats, event_time: Floats, bounds: Places, time_bounds: Places) -> Entries:
    """Find who has entered when.

    Parameters
    ----------
    entry
        Of each sorted patient.
    event_time
        The event times, descending within each stratum.
    bounds, time_bounds
        Start of each stratum among the patients and among the event times, and the end.
    """
    n, times = len(entry), len(event_time)
    order, not_yet = np.empty(n, dtype=np.intp), np.empty(times, dtype=np.intp)
    none, gone = np.empty(times, dtype=bool), np.full(n, times)
    pieces = zip(bounds[:-1], bounds[1:], time_bounds[:-1], time_bounds[1:], strict=True)
    for start, end, first, last in pieces:
        local = np.argsort(-entry[start:end], kind="stable")
        order[start:end] = start + local
        descending = -entry[start:end][local]
        own = event_time[first:last]
        # Who enters at t is not yet at risk at t.
        count = np.searchsorted(descending, -own, side="right")
        none[first:last] = count == 0
        not_yet[first:last] = start + np.maximum(count, 1) - 1
        at = first + np.searchsorted(-own, -entry[start:end], side="left")
        gone[start:end] = np.where(at < last, at, times)
    return Entries(order, not_yet, none, gone)
