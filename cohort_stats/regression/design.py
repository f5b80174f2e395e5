"""From the columns of a cohort to the columns of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be
from cohort_stats.kernels.splines import basis, knots_of

Floats = npt.NDArray[np.float64]

CHUNK = 8192  # rows copied at one time: they fit the cache
FEWEST_KNOTS, MOST_KNOTS = 3, 7
TIMES = " × "


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
    knots
        Enter a number as a restricted cubic spline with this many knots, from 3 to 7, at
        Harrell's quantiles, or with knots at these values; 0: as a straight line.
    product
        The two covariates of the same model whose product this is; see :func:`interaction`.
    """

    variable: str
    per: float = 1.0
    reference: str = ""
    score: bool = False
    knots: int | tuple[float, ...] = 0
    product: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        must_be("variable", self.variable, str, "the name of a column")
        if not _is_real(self.per) or not 0 < self.per < np.inf:
            raise ValueError(f"per of {self.variable!r} must be above 0; got {self.per!r}")
        must_be(f"reference of {self.variable!r}", self.reference, str, "the name of a level")
        must_be(f"score of {self.variable!r}", self.score, (bool, np.bool_), "True or False")
        if isinstance(self.knots, int):
            allowed = self.knots == 0 or FEWEST_KNOTS <= self.knots <= MOST_KNOTS
        else:
            values = self.knots if isinstance(self.knots, tuple | list) else ()
            allowed = len(values) >= FEWEST_KNOTS and all(map(_is_real, values))
            allowed = allowed and bool(np.all(np.diff(values) > 0))
        if not allowed:
            raise ValueError(
                f"knots of {self.variable!r} must be a number from {FEWEST_KNOTS} to "
                f"{MOST_KNOTS}, or three or more ascending values; got {self.knots!r}"
            )
        if self.knots and self.per != 1:
            raise ValueError(f"per of {self.variable!r} must be 1 with knots; got {self.per!r}")

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns it is made from."""
        return self.product or (self.variable,)


def _is_real(value: object) -> bool:
    """Whether a value is a number; True and False are none."""
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def interaction(first: str, second: str) -> Covariate:
    """The product of two covariates, to stand in a model beside them.

    Parameters
    ----------
    first, second
        Names of their columns. The effect of `first` is the one that papers give within the
        levels of `second`.
    """
    if first == second:
        raise ValueError(f"second must be another column than first; got {second!r}")
    return Covariate(f"{first}{TIMES}{second}", product=(first, second))


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


def as_covariates(covariates: Sequence[Covariate | str]) -> tuple[Covariate, ...]:
    """Covariates from covariates or plain names."""
    must_be("covariates", covariates, (list, tuple), "a list of names or covariates")
    return tuple(Covariate(c) if isinstance(c, str) else c for c in covariates)


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
