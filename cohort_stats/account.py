"""What became of every cell of a cohort file: kept, repaired, missing or rejected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.rawtable import LeftOut, RawTable, Repair


class State(IntEnum):
    """What became of a cell.

    ``KEPT``: read as typed. ``REPAIRED``: read as something else, which the log shows.
    ``MISSING``: empty, or a declared missing code. ``REJECTED``: a problem.
    """

    KEPT = 0
    REPAIRED = 1
    MISSING = 2
    REJECTED = 3


@dataclass(frozen=True)
class Account:
    """What became of every cell.

    Parameters
    ----------
    table
        The table as it was read.
    states
        Variable -> one :class:`State` for each row of the table.
    position
        Variable -> its column in the table.
    repairs
        Every repaired cell, before and after, in reading order.
    left_out
        Every other cell of the file that is not empty, by what it was taken for.
    """

    table: RawTable
    states: Mapping[str, npt.NDArray[np.uint8]]
    position: Mapping[str, int]
    repairs: tuple[Repair, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def counts(self) -> pd.DataFrame:
        """Cells by variable and state: columns kept, repaired, missing, rejected."""
        tallies = {name: np.bincount(s, minlength=len(State)) for name, s in self.states.items()}
        names = [state.name.lower() for state in State]
        return pd.DataFrame.from_dict(tallies, orient="index", columns=names).astype(int)

    def totals(self) -> dict[str, int]:
        """Cells by state, over all variables; and the filled cells that were left out."""
        totals = {str(name): int(n) for name, n in self.counts().sum().items()}
        return {**totals, "left out": sum(part.cells for part in self.left_out)}

    def repaired(self) -> pd.DataFrame:
        """How many cells of each column were repaired in which way: what, how, cells."""
        pairs = pd.DataFrame([(r.what, r.how) for r in self.repairs], columns=["what", "how"])
        return pairs.groupby(["what", "how"], sort=False).size().reset_index(name="cells")

    def log(self) -> pd.DataFrame:
        """What became of every cell, one a row, in the order of the columns.

        Returns
        -------
        pandas.DataFrame
            Columns where, variable, state, typed, read_as, how. What was typed is not shown for
            cells that were kept, so that a log holds no more of the patients than it must;
            cells outside the table come last, by range.
        """
        repairs = {(r.where.row, r.where.column): r for r in self.repairs}
        rows = []
        for name, states in self.states.items():
            j = self.position[name]
            for i, state in enumerate(states):
                where = self.table.address(i, j)
                repair = repairs.get((where.row, where.column))
                typed = self.table.values[j][i]
                before = "" if state == State.KEPT or typed is None else str(typed)
                shown = (repair.before, repair.after, repair.how) if repair else (before, "", "")
                rows.append((str(where), name, State(state).name.lower(), *shown))
        rows += [(str(x.where), "", "left out", "", "", x.reason) for x in self.left_out]
        return pd.DataFrame(rows, columns=["where", "variable", "state", "typed", "read_as", "how"])
