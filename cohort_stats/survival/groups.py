"""What the survival verbs share: who is analysed, by group, and who was left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
    left_out = int((~known).sum())
    return Followed(endpoint.where(known), names, codes, layers, left_out, tuple(warnings))


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
    count = int(patients.sum())
    return [f"left out {why}: {counted(count)}"] if count else []


def _codes(column: pd.Series | None, known: Bools) -> tuple[tuple[str, ...], npt.NDArray[np.intp]]:
    if column is None:
        return (), np.zeros(int(known.sum()), dtype=np.intp)
    factor = pd.Categorical(column[known]).remove_unused_categories()
    return tuple(str(c) for c in factor.categories), factor.codes.astype(np.intp)


def table_of(part: Endpoint) -> LifeTable:
    """Counts at each distinct time of an endpoint."""
    return lifetable.life_table(part.time, part.event, part.entry)


def emptied_early(part: Endpoint, name: str) -> list[str]:
    """The warning that S(t) fell to 0 though patients entered later; [] when it did not."""
    if part.entry is None or not len(part):
        return []
    table = table_of(part)
    gone = np.flatnonzero((table.events == table.at_risk) & (table.events > 0))
    if not len(gone) or not np.any(part.entry >= table.time[gone[0]]):
        return []
    return [
        f"{name}: everybody under observation at {table.time[gone[0]]:g} had the event, so that "
        "survival is 0 from there on although other patients entered later"
    ]
