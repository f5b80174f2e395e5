"""The numbers of one analysis, looked up by what they are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from cohort_stats.glossary import GLOSSARY
from cohort_stats.results import COLUMNS

NAN = float("nan")


def known(value: float) -> bool:
    """Whether a number is there: looked-up numbers that are not are nan."""
    return not math.isnan(value)


class Numbers:
    """The rows of the results that belong to one analysis.

    Parameters
    ----------
    frame
        Those rows of :meth:`analyses.running.StudyResults.stack`; None when there are none.
    """

    def __init__(self, frame: pd.DataFrame | None):
        self.frame = pd.DataFrame(columns=list(COLUMNS)) if frame is None else frame
        columns = ("statistic", "group", "term", "level", "time")
        keys = zip(*(self.frame[c] for c in columns), strict=True)
        self._rows = {self._key(*key): i for i, key in enumerate(keys)}
        self._values = self.frame["value"].to_numpy()
        self._levels: dict[tuple[str, str], dict[str, None]] = {}
        for statistic, _, term, level, _ in self._rows:
            self._levels.setdefault((statistic, term), {})[level] = None

    @staticmethod
    def _key(statistic: str, group: str, term: str, level: str, time: float) -> tuple:
        return (statistic, group, term, level, None if math.isnan(time) else time)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def get(
        self, statistic: str, *, group: str = "", term: str = "", level: str = "", time: float = NAN
    ) -> float:
        """One number; nan when the analysis does not have it.

        Raises
        ------
        ValueError
            When there is no statistic of that name: a slip of ours would print as missing.
        """
        if statistic not in GLOSSARY:
            raise ValueError(f"statistic must be a name of GLOSSARY; got {statistic!r}")
        at = self._rows.get(self._key(statistic, group, term, level, time))
        return NAN if at is None else float(self._values[at])

    def triple(self, statistic: str, **where: Any) -> tuple[float, float, float]:
        """An estimate with the limits of its interval."""
        names = (statistic, f"{statistic}_low", f"{statistic}_high")
        low, mid, high = (self.get(name, **where) for name in (names[1], names[0], names[2]))
        return mid, low, high

    def several(self, *statistics: str, **where: Any) -> tuple[float, ...]:
        """Several numbers about the same."""
        return tuple(self.get(statistic, **where) for statistic in statistics)

    def about(self, statistic: str, **where: str) -> dict[str, object]:
        """Method, n used and n missing of a number; empty when the analysis lacks it."""
        keep = (self.frame["statistic"] == statistic).to_numpy()
        for column, wanted in where.items():
            keep &= (self.frame[column] == wanted).to_numpy()
        found = self.frame[keep]
        return {} if found.empty else dict(found.iloc[0])

    def unique(self, column: str, statistic: str | None = None) -> list:
        """Distinct entries of a column, in order, blanks left out."""
        frame = self.frame
        if statistic is not None:
            frame = frame[frame["statistic"] == statistic]
        return [v for v in dict.fromkeys(frame[column]) if not pd.isna(v) and v != ""]

    def unique_levels_of(self, statistic: str, term: str) -> list[str]:
        """Levels at which a variable has a statistic, in order; ``""`` for a number."""
        return list(self._levels.get((statistic, term), ()))

    def curve(self, group: str, *statistics: str) -> Iterator[np.ndarray]:
        """Times, then the values of each statistic, of one group; all of one length."""
        mine = self.frame[self.frame["group"] == group]
        wide = mine[mine["statistic"].isin(statistics)].pivot(
            index="time", columns="statistic", values="value"
        )
        yield wide.index.to_numpy(dtype=float)
        for statistic in statistics:
            yield wide.get(statistic, pd.Series(np.nan, wide.index)).to_numpy(dtype=float)
