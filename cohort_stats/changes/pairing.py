"""What paired methods share: which patients are in which group, and a scale of two columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.comparing.groups import OVERALL, is_numeric

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int64]

MOST_LEVELS = 20


def parts_of(known: Bools, groups: pd.Series | None) -> tuple[dict[str, Bools], Bools]:
    """The known patients of everybody and of each group, and who is known at all.

    Parameters
    ----------
    known
        Whose values are known, shape (n,).
    groups
        A level for each patient, or None; levels that no patient has are left out. Patients
        without a group are not known.

    Raises
    ------
    ValueError
        When there is not one group a patient.
    """
    if groups is None:
        return {OVERALL: known}, known
    groups = as_series("groups", groups)
    if len(groups) != len(known):
        raise ValueError(f"groups must have one entry a patient ({len(known)}); got {len(groups)}")
    known = known & groups.notna().to_numpy()
    column = pd.Series(pd.Categorical(groups))
    parts = {str(level): (column == level).to_numpy() for level in column.cat.categories}
    return {
        OVERALL: known,
        **{level: part & known for level, part in parts.items() if part.any()},
    }, known


@dataclass(frozen=True)
class Scale:
    """Two columns on one scale of levels.

    Parameters
    ----------
    levels
        Their labels, in order.
    scores
        How far along the scale each level stands: its number, or its position; shape (k,).
    before, after
        Position of each patient's level, −1 where it is missing; shape (n,).
    """

    levels: tuple[str, ...]
    scores: Floats
    before: Codes
    after: Codes

    @property
    def known(self) -> Bools:
        """Who is known at both times."""
        return np.asarray((self.before >= 0) & (self.after >= 0))

    def scored(self, here: Bools) -> tuple[Floats, Floats]:
        """Scores before and after of some patients, all known at both times."""
        return self.scores[self.before[here]], self.scores[self.after[here]]

    def table(self, here: Bools) -> Counts:
        """Counts of some patients, before by after, shape (k, k)."""
        k = len(self.levels)
        cells = self.before[here] * k + self.after[here]
        return np.bincount(cells, minlength=k * k).reshape(k, k)


def pair_of(before: object, after: object) -> tuple[pd.Series, pd.Series]:
    """Two columns of one length, both numbers or both categories of the same levels.

    Raises
    ------
    ValueError
        When they are anything else.
    """
    first, second = as_series("before", before), as_series("after", after)
    if len(first) != len(second):
        raise ValueError(f"after must have {len(first)} values; got {len(second)}")
    kinds = [
        "numbers"
        if is_numeric(c)
        else "categories"
        if isinstance(c.dtype, pd.CategoricalDtype)
        else str(c.dtype)
        for c in (first, second)
    ]
    if kinds not in (["numbers"] * 2, ["categories"] * 2):
        raise ValueError(
            f"before and after must be both numbers or both categories; got {' and '.join(kinds)}"
        )
    if kinds[0] == "categories":
        levels = [list(map(str, c.cat.categories)) for c in (first, second)]
        if levels[0] != levels[1]:
            raise ValueError(f"after must have the levels of before, {levels[0]}; got {levels[1]}")
    return first.reset_index(drop=True), second.reset_index(drop=True)


def scale_of(before: pd.Series, after: pd.Series) -> Scale:
    """The scale of two columns that :func:`pair_of` gave; of numbers, the values that occur.

    Raises
    ------
    ValueError
        When numbers take more than 20 values.
    """
    if not is_numeric(before):
        codes = [np.asarray(c.cat.codes, dtype=np.int64) for c in (before, after)]
        levels = tuple(map(str, before.cat.categories))
        return Scale(levels, np.arange(len(levels), dtype=float), *codes)
    values = np.unique(pd.concat([before, after]).dropna().to_numpy(dtype=float))
    if len(values) > MOST_LEVELS:
        raise ValueError(f"before and after must take at most {MOST_LEVELS} values; {len(values)}")
    numbers = [c.to_numpy(dtype=float, na_value=np.nan) for c in (before, after)]
    found = [np.where(np.isnan(x), -1, np.searchsorted(values, x)) for x in numbers]
    codes = [x.astype(np.int64) for x in found]
    return Scale(tuple(f"{v:.12g}" for v in values), values, *codes)
