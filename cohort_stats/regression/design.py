"""From the columns of a cohort to the columns of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be

CHUNK = 8192  # rows copied at one time: they fit the cache


@dataclass(frozen=True)
class Covariate:
    """A variable as it enters a model.

    Parameters
    ----------
    variable
        Name of a column.
    per
        The ratio is printed for a difference of this many units (numbers only).
    reference
        Reference level (categories only); the first level unless given.
    score
        Enter an ordered variable as the numbers 0, 1, 2 … of its levels.
    """

    variable: str
    per: float = 1.0
    reference: str = ""
    score: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.per < np.inf:
            raise ValueError(f"per of {self.variable!r} must be above 0; got {self.per!r}")


@dataclass(frozen=True)
class Design:
    """The columns of a model.

    Parameters
    ----------
    matrix
        Shape (n, p); nan where a covariate is missing.
    terms
        The variable of each column.
    levels
        The level of each column; empty for a number.
    references
        Reference level of each categorical variable, by name.
    """

    matrix: npt.NDArray[np.float64]
    terms: tuple[str, ...]
    levels: tuple[str, ...]
    references: dict[str, str]

    def positions(self, term: str) -> list[int]:
        """Columns that belong to a variable."""
        return [j for j, name in enumerate(self.terms) if name == term]

    def names(self, chosen: npt.NDArray[np.bool_]) -> list[str]:
        """Some of the columns as a warning names them: the variable, and the level if any."""
        pairs = zip(self.terms, self.levels, chosen, strict=True)
        return [f"`{term}` {level}".strip() for term, level, wanted in pairs if wanted]


def as_covariates(covariates: Sequence[Covariate | str]) -> tuple[Covariate, ...]:
    """Covariates from covariates or plain names."""
    must_be("covariates", covariates, (list, tuple), "a list of names or covariates")
    return tuple(c if isinstance(c, Covariate) else Covariate(c) for c in covariates)


def design(frame: pd.DataFrame, covariates: Sequence[Covariate | str]) -> Design:
    """Build the columns of a model: numbers as they are, levels as 0/1 against a reference.

    Levels that no patient has are left out, as R does with ``droplevels``.

    Parameters
    ----------
    frame
        One row a patient. Categorical, boolean and text columns are factors.
    covariates
        Names or :class:`Covariate`.

    Raises
    ------
    ValueError
        When a column does not exist, or a reference level is not among its levels.
    """
    columns, terms, levels = [], [], []
    references: dict[str, str] = {}
    for covariate in as_covariates(covariates):
        name = covariate.variable
        if name not in frame.columns:
            raise ValueError(f"covariates must be columns of the frame; got {name!r}")
        column = frame[name]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            numbers = column.to_numpy(dtype=float)
            columns.append(numbers if covariate.per == 1 else numbers / covariate.per)
            terms.append(name)
            levels.append("")
            continue
        factor = as_factor(column)
        if covariate.score:
            codes = factor.codes.astype(float)
            columns.append(np.where(codes < 0, np.nan, codes))
            terms.append(name)
            levels.append("")
            continue
        missing = factor.codes < 0
        present = [str(factor.categories[code]) for code in np.unique(factor.codes[~missing])]
        reference = covariate.reference or (present[0] if present else "")
        if present and reference not in present:
            raise ValueError(f"reference of {name!r} must be one of {present}; got {reference!r}")
        references[name] = reference
        texts = np.array([*map(str, factor.categories), ""])[factor.codes]
        for level in present:
            if level != reference:
                columns.append(np.where(missing, np.nan, texts == level))
                terms.append(name)
                levels.append(level)
    matrix = np.empty((len(frame), len(columns)), order="F")
    for start in range(0, len(frame), CHUNK):
        rows = slice(start, start + CHUNK)
        for j, values in enumerate(columns):
            matrix[rows, j] = values[rows]
    return Design(matrix, tuple(terms), tuple(levels), references)


def as_factor(column: pd.Series) -> pd.Categorical:
    """A categorical, boolean or text column as levels."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Categorical(column)
    return pd.Categorical(column.astype(object))
