"""Who is at risk at each event time: sorted once, everything after is running sums."""

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


@dataclass(frozen=True)
class RiskSets:
    """Patients in order of stratum and descending time, and where each event time stands.

    Parameters
    ----------
    matrix
        Centred and scaled covariates, sorted, shape (n, p).
    order
        The row, as given, of each sorted patient.
    dead
        Sorted positions of the patients with events, in order of time index.
    dead_time
        Index of the event time of each of them, ascending.
    last_at_risk
        For each event time (descending within its stratum), the position of the last
        patient whose time reaches it.
    first_time
        For each patient, the first event time (in descending order) at which he or she is
        at risk; equal to the number of event times for a patient never at risk at one.
    deaths
        Events at each event time.
    tied
        For each event, its number within its time (0, 1, …), over the events there (Efron),
        or 0 (Breslow).
    weight
        Case weights, sorted; None when all are 1.
    share
        For each event, the mean case weight of the events at its time.
    bounds, time_bounds
        Start of each stratum among the patients and among the event times, and the end.
    entries
        Late entries; None when everybody is observed from the start.
    """

    matrix: Floats
    order: Places
    dead: Places
    dead_time: Places
    last_at_risk: Places
    first_time: Places
    deaths: Floats
    tied: Floats
    weight: Floats | None
    share: Floats
    bounds: Places
    time_bounds: Places
    entries: Entries | None

    def at_risk(self, values: Floats) -> Floats:
        """Sums of `values`, one row a sorted patient, over those at risk at each event time."""
        sums = running(values, self.bounds)[self.last_at_risk]
        if self.entries is None:
            return sums
        waiting = running(values[self.entries.order], self.bounds)[self.entries.not_yet]
        waiting[self.entries.none] = 0.0
        return sums - waiting

    def over_follow_up(self, values: Floats) -> Floats:
        """Sums of `values`, one row an event time, over the times each patient is at risk at."""
        later = running(values[::-1], len(values) - self.time_bounds[::-1])[::-1]
        later = np.concatenate([later, np.zeros((1, *values.shape[1:]))])
        if self.entries is None:
            return np.asarray(later[self.first_time])
        return np.asarray(later[self.first_time] - later[self.entries.gone])

    def per_patient(self, by_stratum: Floats) -> Floats:
        """A value of each stratum, for each patient; as it is when there is one stratum."""
        if len(self.bounds) == 2:
            return by_stratum
        return np.repeat(by_stratum, np.diff(self.bounds))

    def per_event(self, by_stratum: Floats) -> Floats:
        """A value of each stratum, for each event; as it is when there is one stratum."""
        if len(self.bounds) == 2:
            return by_stratum
        return np.repeat(by_stratum, np.diff(self.time_bounds))[self.dead_time]


def running(values: Floats, bounds: Places) -> Floats:
    """Cumulative sums along the first axis that begin anew at each of `bounds`."""
    if len(bounds) == 2:
        return np.asarray(np.cumsum(values, axis=0))
    sums = np.empty_like(values)
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        np.cumsum(values[start:end], axis=0, out=sums[start:end])
    return sums


def risk_sets(
    time: Floats,
    event: Bools,
    matrix: Floats,
    ties: str,
    *,
    stratum: Places | None = None,
    entry: Floats | None = None,
    weight: Floats | None = None,
) -> RiskSets:
    """Sort once; everything a Newton step needs is then cumulative sums.

    Parameters
    ----------
    time, event
        Shape (n,).
    matrix
        Shape (n, p).
    ties
        ``efron`` or ``breslow``.
    stratum
        Number of each patient's stratum, shape (n,): only patients of one stratum are ever
        at risk together.
    entry
        Time from which each patient is observed: at risk over (entry, time]. Shape (n,).
    weight
        Case weights, positive, shape (n,).
    """
    order = np.argsort(-time, kind="stable") if stratum is None else np.lexsort((-time, stratum))
    time, event, matrix = time[order], event[order], matrix[order]
    weight = None if weight is None else weight[order]
    new_stratum = np.zeros(len(time), dtype=bool)
    if stratum is not None:
        stratum = stratum[order]
        new_stratum[1:] = stratum[1:] != stratum[:-1]
    run = np.cumsum(new_stratum | (np.diff(time, prepend=time[:1]) != 0))
    bounds = np.concatenate([[0], np.flatnonzero(new_stratum), [len(time)]])
    dead = np.flatnonzero(event)
    runs, dead_time = np.unique(run[dead], return_inverse=True)
    last_at_risk = np.searchsorted(run, runs, side="right") - 1
    time_bounds = np.searchsorted(last_at_risk, bounds)
    first_time = np.searchsorted(runs, run, side="left")
    if stratum is not None:
        own_end = np.repeat(time_bounds[1:], np.diff(bounds))
        first_time = np.where(first_time < own_end, first_time, len(runs))
    deaths = np.bincount(dead_time, minlength=len(runs)).astype(float)
    starts = np.cumsum(deaths) - deaths
    tied = np.zeros(len(dead))
    if ties == "efron":
        tied = (np.arange(len(dead)) - starts[dead_time]) / deaths[dead_time]
    share = np.ones(len(dead))
    if weight is not None:
        share = (np.bincount(dead_time, weights=weight[dead], minlength=len(runs)) / deaths)[
            dead_time
        ]
    entries = None
    if entry is not None:
        entries = _entries(entry[order], time[last_at_risk], bounds, time_bounds)
    return RiskSets(
        matrix=matrix,
        order=order,
        dead=dead,
        dead_time=dead_time,
        last_at_risk=last_at_risk,
        first_time=first_time,
        deaths=deaths,
        tied=tied,
        weight=weight,
        share=share,
        bounds=bounds,
        time_bounds=time_bounds,
        entries=entries,
    )


def _entries(entry: Floats, event_time: Floats, bounds: Places, time_bounds: Places) -> Entries:
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
