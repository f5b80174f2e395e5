"""A condition on one variable, as eligibility rules and subgroups use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.problem import must_be_one_of

Comparison = Literal["is", "is_not", "in", "below", "at_most", "above", "at_least", "missing"]


@dataclass(frozen=True)
class Condition:
    """A comparison of one variable with a value.

    Parameters
    ----------
    variable
        Name of the variable.
    comparison
        ``is``, ``is_not``, ``in`` (levels), ``below``, ``at_most``, ``above``, ``at_least``
        (numbers) or ``missing``.
    value
        A level label, a tuple of them, a number, or True for ``missing``.
    """

    variable: str
    comparison: Comparison
    value: object

    def __post_init__(self) -> None:
        must_be_one_of("comparison", self.comparison, get_args(Comparison))

    def holds(self, frame: pd.DataFrame) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """For whom the condition holds, and for whom it cannot be known.

        Parameters
        ----------
        frame
            Must have the variable as a column.

        Returns
        -------
        (met, unknown)
            Boolean arrays of one entry a row; no row is both.

        Raises
        ------
        ValueError
            When the variable is no column, or a number is asked of one that holds levels.
        """
        if self.variable not in frame.columns:
            raise ValueError(f"variable must be a column of the frame; got {self.variable!r}")
        column = frame[self.variable]
        blank = column.isna().to_numpy()
        if self.comparison == "missing":
            return (blank if self.value else ~blank), np.zeros(len(frame), dtype=bool)
        met = np.asarray(self._compare(column), dtype=bool)
        return met & ~blank, blank

    def _compare(self, column: pd.Series) -> npt.ArrayLike:
        if self.comparison in ("is", "is_not", "in"):
            wanted = self.value if isinstance(self.value, tuple | list) else (self.value,)
            among = column.isin(list(wanted))
            return ~among if self.comparison == "is_not" else among
        if not pd.api.types.is_numeric_dtype(column):
            raise ValueError(f"{self.comparison} needs numbers; {self.variable!r} holds levels")
        limit = float(self.value)  # type: ignore[arg-type]
        values = column.to_numpy(dtype=float)
        compare = {
            "below": np.less,
            "at_most": np.less_equal,
            "above": np.greater,
            "at_least": np.greater_equal,
        }
        return np.asarray(compare[self.comparison](values, limit))

    def words(self, label: str, unit: str = "") -> str:
        """The condition in words, given the variable's label and unit."""
        if self.comparison == "missing":
            return f"{label} {'not known' if self.value else 'known'}"
        value = self.value
        text = " or ".join(map(str, value)) if isinstance(value, tuple | list) else f"{value}"
        text = f"{value:g}" if isinstance(value, float) else text
        sign = {"is": "", "in": "", "is_not": "not ", "below": "< ", "at_most": "≤ "}
        sign |= {"above": "> ", "at_least": "≥ "}
        return f"{label}: {sign[self.comparison]}{text} {unit}".rstrip()
