"""A variable as it is asked to enter a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cohort_stats.arguments import must_be

FEWEST_KNOTS, MOST_KNOTS = 3, 7
TIMES = " × "


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


def as_covariates(covariates: Sequence[Covariate | str]) -> tuple[Covariate, ...]:
    """Covariates from covariates or plain names."""
    must_be("covariates", covariates, (list, tuple), "a list of names or covariates")
    return tuple(Covariate(c) if isinstance(c, str) else c for c in covariates)
