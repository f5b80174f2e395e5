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

    def state(self, variable: str, row: int) -> State:
        """What became of one cell, `row` being its position among the table's rows."""
        return State(int(self.states[variable][row]))
