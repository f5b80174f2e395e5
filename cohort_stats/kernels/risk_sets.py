"""Who is at risk at each event time: sorted once, everything after is running sums.

Sums are taken first over the stretches of patients between two event times, and only then run
over the event times: with times in days a million patients make a few thousand stretches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels.late_entry import Entries, entries
from cohort_stats.kernels.stretches import by_stretch, running, taken

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

HIGHEST_DAY = 1 << 15  # ninety years


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
        if self.weight is None:
            each = np.add.reduceat(self.matrix, self.cuts, axis=0)
        else:
            each = by_stretch(self.weight, self.matrix, self.cuts)
        return np.asarray(each[self.dead_cut].sum(axis=0))

    @cached_property
    def counts(self) -> Places:
        """Events at each event time, to repeat by."""
        return np.diff(self.firsts, append=len(self.dead))

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
            stretches = by_stretch(weight, values, self.cuts)
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


def risk_sets(
    time: Floats,
    event: Bools,
    matrix: Floats | Sequence[Floats],
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
        Shape (n, p), or each of its columns.
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
    n = len(time)
    order, starts, has_event, begins = _sorted(time, event, stratum)
    ends = np.append(starts[1:], n)
    bounds = np.append(starts[begins], n)
    last_at_risk = ends[has_event] - 1
    time_bounds = np.searchsorted(last_at_risk, bounds)
    counts = (ends - starts)[has_event]
    firsts = np.cumsum(counts) - counts
    deaths = counts.astype(float)
    dead = np.flatnonzero(np.repeat(has_event, ends - starts))
    dead_time = np.repeat(np.arange(len(counts)), counts)
    tied = np.zeros(len(dead))
    if ties == "efron":
        tied = (np.arange(len(dead)) - np.repeat(firsts, counts)) / np.repeat(deaths, counts)
    share = np.broadcast_to(np.float64(1), len(dead))
    if weight is not None:
        weight = weight[order]
        share = np.repeat(np.add.reduceat(weight[dead], firsts) / deaths, counts)
    # Neighbours without events are one stretch, whenever they were last seen.
    cut = begins | has_event
    cut[1:] |= has_event[:-1]
    cuts = starts[cut]
    first_time: Places = (np.cumsum(has_event) - has_event)[cut]
    if stratum is not None:
        own_end = time_bounds[np.searchsorted(bounds, cuts, side="right")]
        first_time = np.where(first_time < own_end, first_time, len(counts))
    late = None
    if entry is not None:
        late = entries(entry[order], time[order[last_at_risk]], bounds, time_bounds)
    return RiskSets(
        matrix=taken(matrix, order),
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
        dead_cut=np.flatnonzero(has_event[cut]),
        entries=late,
    )


def _sorted(
    time: Floats, event: Bools, stratum: Places | None
) -> tuple[Places, Places, Bools, Bools]:
    """Order by stratum, descending time and event.

    Then, for each run of patients who are equal in all three, where it starts, whether they
    have the event, and whether a stratum begins.
    """
    rank = _ranks(time)
    most = int(rank.max()) + 1
    strata = 1 if stratum is None else int(stratum.max()) + 1
    kind = np.uint16 if 2 * most * strata <= 1 << 16 else np.intp  # the short: by its digits
    key: npt.NDArray[np.integer] = (most - 1 - rank).astype(kind, copy=False)
    key *= 2
    key += event
    if stratum is not None:
        key += (2 * most * stratum).astype(kind)
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.append(0, np.flatnonzero(key[1:] != key[:-1]) + 1)
    key = key[starts].astype(np.intp)
    begins = np.diff(key // (2 * most), prepend=-1) != 0
    return order, starts, key % 2 == 1, begins


def _ranks(time: Floats) -> npt.NDArray[np.integer]:
    """Whole numbers in the order of the times: the times themselves where they are whole."""
    if time[0] == int(time[0]) and time.min() >= 0 and time.max() < HIGHEST_DAY:
        days = time.astype(np.uint16)
        if (days == time).all():
            return days
    return np.unique(time, return_inverse=True)[1].reshape(-1)
