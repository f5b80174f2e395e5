"""What the survival verbs share: who is analysed, by group, and who was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import lifetable
from cohort_stats.kernels.lifetable import LifeTable
from cohort_stats.wording import counted

Bools = npt.NDArray[np.bool_]


NO_FOLLOW_UP = "every follow-up time is 0: nobody was observed for any time"


@dataclass(frozen=True)
class Counted:
    """The life tables of a group of patients.

    Parameters
    ----------
    table
        With the event.
    reverse
        With the end of follow-up as the event: reverse Kaplan–Meier.
    part
        The patients, where they came under observation at different times; else None.
    """

    table: LifeTable
    reverse: LifeTable
    part: Endpoint | None = None

    @property
    def n(self) -> int:
        """Patients."""
        return int(self.table.events.sum() + self.table.censored.sum())

    def counts_at(self, time: float) -> dict[str, float]:
        """At risk just before a time; events up to it, and censored before it."""
        table = self.table
        before, to_date = (int(np.searchsorted(table.time, time, side))
                           for side in ("left", "right"))  # fmt: skip
        gone = float(table.events[:before].sum() + table.censored[:before].sum())
        there = self.n - gone
        if self.part is not None and self.part.entry is not None:
            entered = (self.part.entry < time) | (self.part.entry == 0)
            there = float((entered & (self.part.time >= time)).sum())
        return {
            "at_risk": there,
            "events_to_date": float(table.events[:to_date].sum()),
            "censored_to_date": float(table.censored[:before].sum()),
        }


@dataclass(frozen=True)
class Followed:
    """The patients of a survival analysis.

    Parameters
    ----------
    endpoint
        Of those whose time, group and stratum are all known.
    names, codes
        The groups in order, and the number of each patient's group; no names without groups.
    strata
        The number of each patient's stratum; all 0 without strata.
    n_missing
        Patients left out.
    warnings
        Why they were.
    """

    endpoint: Endpoint
    names: tuple[str, ...]
    codes: npt.NDArray[np.intp]
    strata: npt.NDArray[np.intp]
    n_missing: int
    warnings: tuple[str, ...]

    def parts(self) -> Iterator[tuple[str, Endpoint]]:
        """All patients as one group, then each group: (name, endpoint)."""
        yield OVERALL, self.endpoint
        yield from self.groups()

    @cached_property
    def counted(self) -> Mapping[str, Counted]:
        """The life tables of all patients as one group, and of each group."""
        if self.endpoint.entry is not None:
            return {
                name: Counted(table_of(part), table_of(part.reversed()), part)
                for name, part in self.parts()
            }
        found = self.endpoint
        groups = self.codes if len(self.names) > 1 else None
        state, states = found.event, 2
        if found.competing is not None:
            state, states = np.where(found.competing, 2, found.event), 3
        counts = lifetable.tally(found.time, state, groups, max(1, len(self.names)), states)
        whole = {OVERALL: Counted(counts.table(), counts.table(event=0))}
        return whole | {
            name: Counted(counts.table(g), counts.table(g, event=0))
            for g, name in enumerate(self.names)
        }

    def groups(self) -> Iterator[tuple[str, Endpoint]]:
        """Each group: (name, endpoint)."""
        for g, name in enumerate(self.names):
            yield name, self.endpoint.where(self.codes == g)


def followed(
    endpoint: Endpoint, groups: pd.Series | None = None, strata: pd.Series | None = None
) -> Followed:
    """Patients with a follow-up time, a group and a stratum, and an account of the others.

    Raises
    ------
    ValueError
        When an argument is of the wrong kind, or not of one length.
    """
    must_be("endpoint", endpoint, Endpoint, "an Endpoint")
    known = endpoint.known
    warnings = _why_unknown(endpoint)
    for argument, column in (("groups", groups), ("strata", strata)):
        must_be(argument, column, (pd.Series, type(None)), "a Series, one entry a patient")
        if column is None:
            continue
        if len(column) != len(endpoint):
            raise ValueError(
                f"{argument} must have one entry a patient ({len(endpoint)}); got {len(column)}"
            )
        here = column.notna().to_numpy()
        what = "a group" if argument == "groups" else "a stratum"
        warnings += _left_out(f"for want of {what}", known & ~here)
        known = known & here
    names, codes = _codes(groups, known)
    _, layers = _codes(strata, known)
    left_out = len(known) - int(np.count_nonzero(known))
    mine = endpoint if known.all() else endpoint.where(known)
    if len(mine) and not mine.time.any():
        warnings.append(NO_FOLLOW_UP)
    return Followed(mine, names, codes, layers, left_out, tuple(warnings))


def _why_unknown(endpoint: Endpoint) -> list[str]:
    timeless = np.isnan(endpoint.time)
    found = _left_out("for want of a follow-up time", timeless)
    if endpoint.entry is not None:
        unknown = np.isnan(endpoint.entry)
        found += _left_out("for want of an entry time", unknown & ~timeless)
        never = ~endpoint.known & ~timeless & ~unknown
        found += _left_out("because they entered at or after their last contact", never)
    return found


def _left_out(why: str, patients: Bools) -> list[str]:
    count = int(np.count_nonzero(patients))
    return [f"left out {why}: {counted(count)}"] if count else []


def _codes(column: pd.Series | None, known: Bools) -> tuple[tuple[str, ...], npt.NDArray[np.intp]]:
    if column is None:
        return (), np.zeros(int(np.count_nonzero(known)), dtype=np.intp)
    column = column if known.all() else column[known]
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = pd.Series(pd.Categorical(column))
    codes = column.cat.codes.to_numpy().astype(np.intp)
    categories = column.cat.categories
    there = np.bincount(codes, minlength=len(categories)) > 0
    names = tuple(str(c) for c, used in zip(categories, there, strict=True) if used)
    return names, codes if there.all() else (np.cumsum(there) - 1)[codes]


def table_of(part: Endpoint) -> LifeTable:
    """Counts at each distinct time of an endpoint."""
    return lifetable.life_table(part.time, part.event, part.entry)


def emptied_early(mine: Counted, name: str) -> list[str]:
    """The warning that S(t) fell to 0 though patients entered later; [] when it did not."""
    table, part = mine.table, mine.part
    if part is None or part.entry is None or not len(part):
        return []
    gone = np.flatnonzero((table.events == table.at_risk) & (table.events > 0))
    if not len(gone) or not np.any(part.entry >= table.time[gone[0]]):
        return []
    return [
        f"{name}: everybody under observation at {table.time[gone[0]]:g} had the event, so that "
        "survival is 0 from there on although other patients entered later"
    ]
