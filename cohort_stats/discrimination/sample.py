"""Patients with a known outcome and a known marker: what every ROC analysis begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series, must_be_finite
from cohort_stats.problem import must_be_one_of
from cohort_stats.regression.coefficients import as_binary

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]
Direction = Literal["high", "low"]


@dataclass(frozen=True)
class Sample:
    """A marker beside an outcome.

    Parameters
    ----------
    outcome
        Shape (n,).
    marker
        On its own scale, shape (n,).
    direction
        ``high`` or ``low`` values speak for the outcome.
    left_out
        Patients without a known outcome or marker.
    """

    outcome: Bools
    marker: Floats
    direction: Direction
    left_out: int = 0

    @property
    def sign(self) -> float:
        """1 where high values speak for the outcome, else −1."""
        return 1.0 if self.direction == "high" else -1.0

    @property
    def cases(self) -> Floats:
        """Marker of those with the outcome, turned so that high speaks for it; ascending."""
        return np.sort(self.sign * self.marker[self.outcome])

    @property
    def controls(self) -> Floats:
        """Marker of those without the outcome, likewise."""
        return np.sort(self.sign * self.marker[~self.outcome])

    @property
    def shared(self) -> dict[str, Any]:
        """What all numbers of this sample have in common."""
        return {"n_used": len(self.outcome), "n_missing": self.left_out}

    @property
    def counts(self) -> dict[str, int]:
        """Patients, and those with the outcome."""
        return {"n": len(self.outcome), "events": int(self.outcome.sum())}

    def without_curve(self) -> str:
        """Why there is no curve; empty when there is one."""
        if not len(self.outcome):
            return "nobody has a known outcome and a known marker"
        if not self.outcome.any():
            return "no patient has the outcome"
        if self.outcome.all():
            return "every patient has the outcome"
        return "the marker does not vary" if np.ptp(self.marker) == 0 else ""

    def warnings(self, area: dict[str, float]) -> list[str]:
        """What to know of an area and its interval."""
        if min(self.outcome.sum(), (~self.outcome).sum()) == 1:
            return ["only one patient on one side of the outcome: the area has no interval"]
        if area["auc"] in (0.0, 1.0):
            way = "perfectly" if area["auc"] > 0.5 else "perfectly, but in the other direction"
            return [f"the marker separates the outcomes {way}: the area’s interval has no width"]
        if area["auc"] < 0.5:
            return ["the area is below 0.5: in these data the marker points in the other direction"]
        return []


def as_sample(outcome: pd.Series, marker: pd.Series, direction: Direction) -> Sample:
    """Those whose outcome and marker are known.

    Raises
    ------
    ValueError
        When `direction` is neither ``high`` nor ``low``, `outcome` holds anything but yes and
        no, `marker` is not numbers, or their lengths differ.
    """
    outcome, marker = as_series("outcome", outcome), as_series("marker", marker)
    must_be_one_of("direction", direction, ("high", "low"))
    if len(outcome) != len(marker):
        raise ValueError(f"marker must have {len(outcome)} values; got {len(marker)}")
    must_be_numbers("marker", marker)
    keep = outcome.notna().to_numpy() & marker.notna().to_numpy()
    y, x = as_binary("outcome", outcome)[keep], marker[keep].to_numpy(dtype=float)
    return Sample(y, x, direction, int((~keep).sum()))


def must_be_numbers(argument: str, given: pd.Series) -> None:
    """Raise ValueError unless a column is numbers, none infinite."""
    if not pd.api.types.is_numeric_dtype(given):
        raise ValueError(f"{argument} must be numbers; got {given.dtype}")
    must_be_finite(argument, given)


def must_be_whole(argument: str, given: object, least: int) -> None:
    """Raise ValueError unless `given` is a whole number, at least so large."""
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < least:
        raise ValueError(f"{argument} must be a whole number, at least {least}; got {given!r}")
