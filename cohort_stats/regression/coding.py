"""From a column of a cohort to columns of a model, of other patients too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.kernels.splines import basis, knots_of
from cohort_stats.regression.covariate import FEWEST_KNOTS, Covariate

Floats = npt.NDArray[np.float64]


class TooAlike(ValueError):
    """Values of a variable are too alike for the knots of a spline.

    Parameters
    ----------
    variable
        Its name.
    """

    def __init__(self, variable: str):
        self.variable = variable
        super().__init__(
            f"knots of {variable!r} must lie at three different values; its values are too alike: "
            "enter it as a straight line, or give the knots"
        )


@dataclass(frozen=True)
class Coding:
    """How one variable becomes columns, of other patients too.

    Parameters
    ----------
    covariate
        The variable, as asked for.
    labels
        Level of each column; empty for a number.
    reference
        Reference level of a factor.
    levels
        All levels of a factor or of an ordered variable entered as numbers, in order.
    knots
        Of a spline.
    """

    covariate: Covariate
    labels: tuple[str, ...]
    reference: str = ""
    levels: tuple[str, ...] = ()
    knots: tuple[float, ...] = ()

    @classmethod
    def of(cls, column: pd.Series, covariate: Covariate) -> Coding:
        """From the patients that the model is made from."""
        name = covariate.variable
        if is_number(column):
            if not covariate.knots:
                return cls(covariate, ("",))
            knots = _knots(column, covariate)
            curved = (f"spline {k}" for k in range(1, len(knots) - 1))
            return cls(covariate, ("linear", *curved), knots=knots)
        if covariate.knots:
            raise ValueError(f"knots of {name!r} must be 0: it is no number; got {covariate.knots}")
        factor = as_factor(column)
        levels = tuple(map(str, factor.categories))
        if covariate.score:
            return cls(covariate, ("",), levels=levels)
        present = [levels[code] for code in np.unique(factor.codes[factor.codes >= 0])]
        reference = covariate.reference or (present[0] if present else "")
        if present and reference not in present:
            raise ValueError(f"reference of {name!r} must be one of {present}; got {reference!r}")
        others = tuple(level for level in present if level != reference)
        return cls(covariate, others, reference, tuple(present))

    def columns(self, column: pd.Series) -> list[Floats]:
        """The columns of some patients, nan where the variable is missing.

        Raises
        ------
        ValueError
            When a patient has a level that no patient of the model has.
        """
        if not self.levels:
            if not is_number(column):
                return [np.full(len(column), np.nan) for _ in self.labels]
            numbers = column.to_numpy(dtype=float)
            if self.knots:
                return list(basis(numbers, np.array(self.knots)).T)
            return [numbers if self.covariate.per == 1 else numbers / self.covariate.per]
        factor = as_factor(column)
        texts = [*map(str, factor.categories)]
        place = {level: float(k) for k, level in enumerate(self.levels)}
        unknown = [texts[c] for c in np.unique(factor.codes) if c >= 0 and texts[c] not in place]
        if unknown:
            name = self.covariate.variable
            raise ValueError(f"{name!r} must be one of {list(self.levels)}; got {unknown[0]!r}")
        places = np.array([*(place.get(text, np.nan) for text in texts), np.nan])[factor.codes]
        if self.covariate.score:
            return [places]
        missing = np.isnan(places)
        return [np.where(missing, np.nan, places == place[level]) for level in self.labels]


def _knots(column: pd.Series, covariate: Covariate) -> tuple[float, ...]:
    if not isinstance(covariate.knots, int):
        return covariate.knots
    found = knots_of(column.dropna().to_numpy(dtype=float), covariate.knots)
    if len(found) < FEWEST_KNOTS:
        raise TooAlike(covariate.variable)
    return tuple(found.tolist())


def is_number(column: pd.Series) -> bool:
    """Whether a column holds numbers, and not levels."""
    kind = pd.api.types
    return kind.is_numeric_dtype(column) and not kind.is_bool_dtype(column)


def as_factor(column: pd.Series) -> pd.Categorical:
    """A categorical, boolean or text column as levels."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.Categorical(column)
    return pd.Categorical(column.astype(object))
