"""One function for a patient, an array and a column: the form in which the answer is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

DECIMALS = 12
Value = Any  # a single value, a sequence, a numpy array or a pandas Series


@dataclass(frozen=True)
class Form:
    """What the inputs looked like, and therefore what the output will.

    Parameters
    ----------
    shape
        Empty for single values, else the number of patients.
    index
        Of the Series among the inputs, if there was one.
    """

    shape: tuple[int, ...]
    index: pd.Index | None = None

    def numbers(self, found: np.ndarray) -> Any:
        """Numbers as a float, an array or a Series."""
        # 24.999999999999996 is 25 on paper, and has to be in the class that begins at 25.
        found = np.round(np.broadcast_to(np.asarray(found, dtype=float), self.shape), DECIMALS)
        if not self.shape:
            return float(found)
        return found.copy() if self.index is None else pd.Series(found.copy(), index=self.index)

    def levels(self, positions: np.ndarray, labels: Sequence[str]) -> Any:
        """Labels as a string (None if missing), an array of them, or an ordered category."""
        positions = np.broadcast_to(np.asarray(positions, dtype=float), self.shape)
        codes = np.where(np.isnan(positions), -1, positions).astype(int)
        named = np.array([*labels, None], dtype=object)[codes]
        if self.index is None:
            return named
        ordered = pd.Categorical.from_codes(codes.tolist(), pd.Index(labels), ordered=True)
        return pd.Series(ordered, index=self.index)

    def cut(self, numbers: np.ndarray, at: Sequence[float], labels: Sequence[str]) -> Any:
        """Levels between thresholds; a number equal to a threshold is in the level above it."""
        numbers = np.asarray(numbers, dtype=float)
        places = np.searchsorted(np.asarray(at, dtype=float), numbers, side="right")
        return self.levels(np.where(np.isnan(numbers), np.nan, places), labels)


def form_of(**inputs: Value) -> Form:
    """The common form of the inputs.

    Raises
    ------
    ValueError
        When lengths, or the rows of two Series, differ.
    """
    shape: tuple[int, ...] = ()
    first, index, owner = "", None, ""
    for name, given in inputs.items():
        found = as_objects(given).shape
        if len(found) > 1:
            raise ValueError(f"{name} must be one value or one column; got {len(found)} dimensions")
        if found and not shape:
            shape, first = found, name
        elif found and found != shape:
            raise ValueError(f"{name} must be as long as {first}, {shape[0]}; got {found[0]}")
        if isinstance(given, pd.Series) and index is None:
            index, owner = given.index, name
        elif isinstance(given, pd.Series) and not given.index.equals(index):
            raise ValueError(f"{name} must have the rows of {owner}; got another index")
    return Form(shape, index)


def as_objects(given: Value) -> np.ndarray:
    """Values as an array of Python objects; a single value has no dimensions."""
    if isinstance(given, pd.Series):
        return given.astype(object).to_numpy()
    return np.asarray(given, dtype=object)
