"""The columns of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.regression.coding import Coding
from cohort_stats.regression.covariate import TIMES, Covariate, as_covariates

Floats = npt.NDArray[np.float64]

CHUNK = 8192  # rows copied at one time: they fit the cache


@dataclass(frozen=True)
class Design:
    """The columns of a model.

    Parameters
    ----------
    patients
        How many there are, n.
    values
        Each of the p columns, shape (n,); nan where a covariate is missing. A number is no
        copy, but the frame's own column.
    terms
        The variable of each column.
    levels
        The level of each column; empty for a number.
    references
        Reference level of each categorical variable, by name.
    codings
        How each variable became columns, by name.
    interactions
        The products among the terms, by name.
    """

    patients: int
    values: tuple[Floats, ...]
    terms: tuple[str, ...]
    levels: tuple[str, ...]
    references: dict[str, str]
    codings: Mapping[str, Coding] = field(default_factory=dict)
    interactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def matrix(self) -> Floats:
        """The columns side by side, shape (n, p): a copy."""
        return _stacked(self.values, self.patients)

    def kept(self) -> Design:
        """The same with copies of its columns, whatever becomes of the frame."""
        return replace(self, values=tuple(self.matrix.T))

    @property
    def splines(self) -> dict[str, tuple[float, ...]]:
        """Knots of each spline, by name."""
        return {name: c.knots for name, c in self.codings.items() if c.knots}

    def positions(self, term: str) -> list[int]:
        """Columns that belong to a variable."""
        return [j for j, name in enumerate(self.terms) if name == term]

    def names(self, chosen: npt.NDArray[np.bool_]) -> list[str]:
        """Some of the columns as a warning names them: the variable, and the level if any."""
        pairs = zip(self.terms, self.levels, chosen, strict=True)
        return [f"`{term}` {level}".strip() for term, level, wanted in pairs if wanted]

    def of(self, frame: pd.DataFrame) -> Floats:
        """The same columns of other patients, shape (m, p).

        Raises
        ------
        ValueError
            When one of them has a level that no patient of the model has.
        """
        by_name = {name: c.columns(frame[name]) for name, c in self.codings.items()}
        for name, (first, second) in self.interactions.items():
            by_name[name] = _products(by_name[first], by_name[second])
        return _stacked([c for columns in by_name.values() for c in columns], len(frame))


def design(frame: pd.DataFrame, covariates: Sequence[Covariate | str]) -> Design:
    """Build the columns of a model: numbers as they are, levels as 0/1 against a reference.

    Levels that no patient has are left out, as R does with ``droplevels``.

    Parameters
    ----------
    frame
        One row a patient. Categorical, boolean and text columns are factors.
    covariates
        Names or :class:`Covariate`. Products of two of them come last, whatever their place.

    Raises
    ------
    ValueError
        When a column does not exist, a reference level is not among its levels, or an
        interaction is of a variable that is no covariate itself.
    """
    chosen = as_covariates(covariates)
    codings: dict[str, Coding] = {}
    by_name: dict[str, list[Floats]] = {}
    columns: list[Floats] = []
    terms: list[str] = []
    levels: list[str] = []
    for covariate in chosen:
        name = covariate.variable
        if covariate.product:
            continue
        if name not in frame.columns:
            raise ValueError(f"covariates must be columns of the frame; got {name!r}")
        coding = codings[name] = Coding.of(frame[name], covariate)
        by_name[name] = coding.columns(frame[name])
        columns += by_name[name]
        terms += [name] * len(coding.labels)
        levels += coding.labels
    products = {c.variable: c.product for c in chosen if c.product}
    for name, product in products.items():
        absent = [variable for variable in product if variable not in codings]
        if absent:
            raise ValueError(f"covariates must hold {absent[0]!r} itself beside {name!r}")
        columns += _products(*(by_name[variable] for variable in product))
        labels = _labels(*(codings[variable].labels for variable in product))
        terms += [name] * len(labels)
        levels += labels
    references = {name: c.reference for name, c in codings.items() if _is_factor(c)}
    names = tuple(terms), tuple(levels)
    return Design(len(frame), tuple(columns), *names, references, codings, products)


def _is_factor(coding: Coding) -> bool:
    return bool(coding.reference) or not coding.labels


def _products(first: Sequence[Floats], second: Sequence[Floats]) -> list[Floats]:
    return [a * b for a in first for b in second]


def _labels(first: Sequence[str], second: Sequence[str]) -> list[str]:
    return [TIMES.join(filter(None, (a, b))) for a in first for b in second]


def _stacked(columns: Sequence[Floats], n: int) -> Floats:
    matrix = np.empty((n, len(columns)), order="F")
    for start in range(0, n, CHUNK):
        rows = slice(start, start + CHUNK)
        for j, values in enumerate(columns):
            matrix[rows, j] = values[rows]
    return matrix
