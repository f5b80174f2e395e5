"""Chained equations: every incomplete variable imputed from the others, in turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from cohort_stats.kernels import imputation_draws as draws

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Kind = Literal["predictive mean matching", "normal", "logistic", "polytomous", "proportional odds"]
NUMERIC = ("predictive mean matching", "normal")


@dataclass(frozen=True)
class Column:
    """A variable as chained equations see it.

    Parameters
    ----------
    values
        Numbers, or the places 0, 1, 2 … of levels; nan where missing. Shape (n,).
    levels
        How many levels there are; 0 for a number.
    kind
        How its missing values are drawn.
    """

    values: Floats
    levels: int
    kind: Kind

    @property
    def missing(self) -> Bools:
        """Which patients lack it."""
        return np.isnan(self.values)

    def encoded(self, values: Floats) -> Floats:
        """Values as predictors: standardised numbers, or 0/1 columns against the first level."""
        if self.levels:
            return np.asarray(values[:, None] == np.arange(1, self.levels), dtype=np.float64)
        known = self.values[~self.missing]
        spread = float(known.std()) if len(known) else 0.0
        return np.asarray(((values - known.mean()) / (spread or 1.0))[:, None])


@dataclass(frozen=True)
class Completed:
    """One completed set.

    Parameters
    ----------
    values
        By column: its values, none missing.
    means, spreads
        Of the values imputed, by iteration and column; shapes (iterations, columns); nan
        where nothing is missing.
    """

    values: tuple[Floats, ...]
    means: Floats
    spreads: Floats


def complete(
    columns: Sequence[Column],
    predicts: Bools,
    iterations: int,
    rng: np.random.Generator,
    tick: Callable[[], None] = lambda: None,
    donors: int = draws.DONORS,
) -> Completed:
    """Impute every missing value once.

    Parameters
    ----------
    columns
        Every variable of the imputation models; each has known values.
    predicts
        Whether column j (second axis) predicts column i (first axis).
    iterations
        How often every variable is visited.
    rng
        Source of chance.
    tick
        Called after each iteration.
    donors
        Of predictive mean matching.

    Notes
    -----
    At first missing values are drawn from the known ones. Variables are visited from the one
    with the fewest missing values to the one with the most. R: ``mice``; van Buuren 2018,
    section 4.5.
    """
    values = [_begun(column, rng) for column in columns]
    blocks = [c.encoded(v) for c, v in zip(columns, values, strict=True)]
    order = [int(i) for i in np.argsort([c.missing.sum() for c in columns], kind="stable")]
    order = [i for i in order if columns[i].missing.any()]
    trace = np.full((2, iterations, len(columns)), np.nan)
    for t in range(iterations):
        for i in order:
            chosen = [blocks[j] for j in np.flatnonzero(predicts[i]) if j != i]
            values[i] = _imputed(columns[i], chosen, rng, donors)
            blocks[i] = columns[i].encoded(values[i])
            filled = values[i][columns[i].missing]
            trace[:, t, i] = filled.mean(), filled.std(ddof=1) if len(filled) > 1 else np.nan
        tick()
    return Completed(tuple(values), trace[0], trace[1])


def _begun(column: Column, rng: np.random.Generator) -> Floats:
    values, missing = column.values.copy(), column.missing
    values[missing] = rng.choice(values[~missing], int(missing.sum()))
    return values


def _imputed(
    column: Column, blocks: Sequence[Floats], rng: np.random.Generator, donors: int
) -> Floats:
    values, missing = column.values.copy(), column.missing
    matrix = np.column_stack([np.ones(len(values)), *blocks])
    known, here, wanted = values[~missing], matrix[~missing], matrix[missing]
    if column.kind == "predictive mean matching":
        values[missing] = draws.predictive_means(known, here, wanted, rng, donors)
    elif column.kind == "normal":
        values[missing] = draws.normal(known, here, wanted, rng)
    else:
        values[missing] = _levels(column.kind, known, here, wanted, rng)
    return values


def _levels(
    kind: Kind, known: Floats, here: Floats, wanted: Floats, rng: np.random.Generator
) -> Floats:
    """Levels drawn among those that occur."""
    present, codes = np.unique(known, return_inverse=True)
    if len(present) == 1:
        return np.full(len(wanted), present[0])
    ordered = kind == "proportional odds" and len(present) > 2
    draw = draws.levels_in_order if ordered else draws.levels_polytomous
    return present[draw(codes.ravel().astype(np.intp), here, wanted, len(present), rng)]
