"""Who is at risk at each event time: sorted once, everything after is running sums.

Sums are taken first over the stretches of patients between two event times, and only then run
over the event times: with times in days a million patients make a few thousand stretches.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.pieces import in_pieces

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

HIGHEST_DAY = 1 << 15  # ninety years
CHUNK = 8192  # patients whose weighted covariates are held at one time: they fit the cache


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
        Covariates, sorted, shape (n, p).
    order
        The row, as given, of each sorted patient. Of one time, those with events come last.
    dead
        Sorted positions of the patients with events, in order of time index.
    dead_time
        Index of the event time of each of them, ascending.
    last_at_risk
        For each event time (descending within its stratum), the position of the last
        patient whose time reaches it.
    first_of_stretch
        For each stretch of patients, the first event time (in descending order) at which they
        are at risk; equal to the number of event times where they never are.
    deaths
        Events at each event time.
    firsts
        Number of the first event of each event time among the events.
    tied
        For each event, its number within its time (0, 1, …), over the events there (Efron),
        or 0 (Breslow).
    weight
        Case weights, sorted; None when all are 1.
    share
        For each event, the mean case weight of the events at its time.
    bounds, time_bounds
        Start of each stratum among the patients and among the event times, and the end.
    cuts
        Start of each stretch of patients: those with events at one time, and those between.
    dead_cut
        The stretch of those with events at each event time.
    entries
        Late entries; None when everybody is observed from the start.
    """

    matrix: Floats
    order: Places
    dead: Places
    dead_time: Places
    last_at_risk: Places
    first_of_stretch: Places
    deaths: Floats
    firsts: Places
    tied: Floats
    weight: Floats | None
    share: Floats
    bounds: Places
    time_bounds: Places
    cuts: Places
    dead_cut: Places
    entries: Entries | None

    @cached_property
    def first_time(self) -> Places:
        """The same for each patient."""
        return self.per_row(self.first_of_stretch)

    @cached_property
    def own(self) -> Floats:
        """Weighted sum of the covariates of those who have the event, shape (p,)."""
        dead = np.zeros(len(self.order))
        dead[self.dead] = 1.0 if self.weight is None else self.weight[self.dead]
        return np.asarray(dead @ self.matrix)

    def sums(self, weight: Floats, values: Floats | None = None) -> tuple[Floats, Floats]:
        """Sums of weight × value over those at risk, and over those with the event, by time.

        Parameters
        ----------
        weight
            Of each sorted patient.
        values
            One row a sorted patient; 1 when not given.
        """
        if values is None:
            stretches = np.add.reduceat(weight, self.cuts)
        else:
            stretches = _by_stretch(weight, values, self.cuts)
        dead = stretches[self.dead_cut]
        bounds = np.searchsorted(self.cuts, self.bounds)
        at_risk = running(stretches, bounds)[self.dead_cut]
        if self.entries is None:
            return at_risk, dead
        product = weight if values is None else weight[:, None] * values
        waiting = running(product[self.entries.order], self.bounds)[self.entries.not_yet]
        waiting[self.entries.none] = 0.0
        return at_risk - waiting, dead

    def over_follow_up(self, values: Floats, less: Floats) -> Floats:
        """Sums of `values` over the event times at which each patient is at risk.

        Parameters
        ----------
        values
            One row an event time.
        less
            What is taken off for those who have the event, one row an event time.
        """
        later = running(values[::-1], len(values) - self.time_bounds[::-1])[::-1]
        later = np.concatenate([later, np.zeros((1, *values.shape[1:]))])
        by_stretch = later[self.first_of_stretch]
        by_stretch[self.dead_cut] -= less
        sums = self.per_row(by_stretch)
        if self.entries is not None:
            sums -= later[self.entries.gone]
        return sums

    def per_row(self, by_stretch: npt.NDArray) -> npt.NDArray:
        """A value of each stretch, for each patient."""
        return np.repeat(by_stretch, np.diff(self.cuts, append=len(self.order)), axis=0)

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


def _by_stretch(weight: Floats, values: Floats, cuts: Places) -> Floats:
    if len(values) <= CHUNK:
        return np.asarray(np.add.reduceat(weight[:, None] * values, cuts, axis=0))
    found = np.empty((len(cuts), values.shape[1]))
    ends = np.append(cuts, len(values))
    whole = np.searchsorted(cuts, np.arange(0, len(values), CHUNK))
    steps = np.unique(np.append(whole, len(cuts)))

    def summed(from_row: int, to_row: int) -> None:
        begins = np.searchsorted(ends[steps], [from_row, to_row])
        for first, last in pairwise(steps[begins[0] : begins[1] + 1].tolist()):
            start, end = ends[first], ends[last]
            product = weight[start:end, None] * values[start:end]
            np.add.reduceat(product, cuts[first:last] - start, axis=0, out=found[first:last])

    in_pieces(summed, len(values))
    return found


def crossed(weight: Floats, values: Floats) -> Floats:
    """Sum of weight × value valueᵀ over patients, shape (p, p).

    Parameters
    ----------
    weight, values
        Shapes (n,) and (n, p).
    """

    def product(first: int, last: int) -> Floats:
        found = np.zeros((values.shape[1], values.shape[1]))
        for start in range(first, last, CHUNK):
            rows = slice(start, min(start + CHUNK, last))
            found += (weight[rows, None] * values[rows]).T @ values[rows]
        return found

    return np.asarray(np.sum(in_pieces(product, len(values)), axis=0))


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
    order, run, new_stratum = _sorted(time, event, stratum)
    time, event, matrix = time[order], event[order], _taken(matrix, order)
    weight = None if weight is None else weight[order]
    bounds = np.concatenate([[0], np.flatnonzero(new_stratum), [len(time)]])
    dead = np.flatnonzero(event)
    new_time = np.diff(run[dead], prepend=-1) != 0
    dead_time = np.cumsum(new_time) - 1
    runs = run[dead[new_time]]
    last_at_risk = np.searchsorted(run, runs, side="right") - 1
    time_bounds = np.searchsorted(last_at_risk, bounds)
    firsts = np.flatnonzero(new_time)
    counts = np.diff(firsts, append=len(dead))
    deaths = counts.astype(float)
    tied = np.zeros(len(dead))
    if ties == "efron":
        tied = (np.arange(len(dead)) - firsts[dead_time]) / deaths[dead_time]
    share = np.ones(len(dead))
    if weight is not None:
        share = (np.add.reduceat(weight[dead], firsts) / deaths)[dead_time]
    starts = last_at_risk + 1 - counts
    cuts = np.unique(np.concatenate([bounds[:-1], starts, last_at_risk + 1]))
    cuts = cuts[cuts < len(time)]
    first_time = np.searchsorted(runs, run[cuts])
    if stratum is not None:
        own_end = time_bounds[np.searchsorted(bounds, cuts, side="right")]
        first_time = np.where(first_time < own_end, first_time, len(runs))
    entries = None
    if entry is not None:
        entries = _entries(entry[order], time[last_at_risk], bounds, time_bounds)
    return RiskSets(
        matrix=matrix,
        order=order,
        dead=dead,
        dead_time=dead_time,
        last_at_risk=last_at_risk,
        first_of_stretch=first_time,
        deaths=deaths,
        firsts=firsts,
        tied=tied,
        weight=weight,
        share=share,
        bounds=bounds,
        time_bounds=time_bounds,
        cuts=cuts,
        dead_cut=np.searchsorted(cuts, starts),
        entries=entries,
    )


def _sorted(time: Floats, event: Bools, stratum: Places | None) -> tuple[Places, Places, Bools]:
    """Order by stratum, descending time and event.

    Then, sorted, the number of each distinct time, and whether a stratum begins.
    """
    rank = _ranks(time)
    most = int(rank.max()) + 1
    key = 2 * (most - 1 - rank) + event
    if stratum is not None:
        key += 2 * most * stratum
    if key.max() < 1 << 16:
        key = key.astype(np.uint16)  # sorted by its digits
    order = np.argsort(key, kind="stable")
    key = key[order] >> 1
    run = np.cumsum(np.diff(key, prepend=key[:1]) != 0)
    new_stratum = np.zeros(len(time), dtype=bool)
    if stratum is not None:
        new_stratum[1:] = np.diff(stratum[order]) != 0
    return order, run, new_stratum


def _ranks(time: Floats) -> Places:
    """Whole numbers in the order of the times: the times themselves where they are whole."""
    if time[0] == int(time[0]) and time.max() < HIGHEST_DAY:
        days = time.astype(np.intp)
        if (days == time).all():
            return days
    return np.unique(time, return_inverse=True)[1].reshape(-1)


def _taken(matrix: Floats, order: Places) -> Floats:
    taken = np.empty(matrix.shape, order="F")

    def rows(first: int, last: int) -> None:
        for start in range(first, last, CHUNK):
            some = slice(start, min(start + CHUNK, last))
            taken[some] = matrix[order[some]]

    def columns(first: int, last: int) -> None:
        for j in range(matrix.shape[1]):
            column = taken[first:last, j]
            np.take(matrix[:, j], order[first:last], out=column, mode="clip")

    in_pieces(columns if matrix.flags.f_contiguous else rows, len(order))
    return taken


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
