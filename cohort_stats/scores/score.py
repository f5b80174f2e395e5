"""A score with its arguments: what it reads, in which unit, and whom it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from cohort_stats.scores.definition import Definition
from cohort_stats.scores.elementwise import Refused
from cohort_stats.units import unit_key


@dataclass(frozen=True)
class Argument:
    """One input of a score.

    Parameters
    ----------
    name
        As the score's function calls it.
    labels, numbers
        Whether it takes labels (of a category, or text), and whether it takes numbers.
    unit
        The unit of its numbers; empty for counts, points and per cents.
    unit_needed
        Whether the unit is to be stated, because numbers in another unit look alike.
    converted
        Other units that are converted, with the factor.
    """

    name: str
    labels: bool = False
    numbers: bool = False
    unit: str = ""
    unit_needed: bool = False
    converted: Mapping[str, float] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The name as a reader sees it."""
        return "α/β" if self.name == "alpha_beta" else self.name.replace("_", " ")

    def factor(self, unit: str) -> float | None:
        """What numbers in another unit are multiplied by; None where that is not known."""
        if not self.unit or not unit or unit_key(unit) == unit_key(self.unit):
            return 1.0
        known = {unit_key(other): factor for other, factor in self.converted.items()}
        return known.get(unit_key(unit))


@dataclass(frozen=True)
class Score:
    """A published score, class or dose.

    Parameters
    ----------
    name
        Its name in plans.
    definition
        What it means and where it was published.
    compute
        The function, called with every argument by name.
    arguments
        What it needs, all of it.
    levels
        Its levels in ascending order; empty for a number.
    """

    name: str
    definition: Definition
    compute: Callable[..., Any]
    arguments: tuple[Argument, ...]
    levels: tuple[str, ...] = ()

    def argument(self, name: str) -> Argument:
        """An argument by its name."""
        return next(a for a in self.arguments if a.name == name)

    def reads(self, argument: str, label: str) -> str | float:
        """A label as the function is to be given it: itself, or the number it spells.

        Raises
        ------
        Refused
            When the argument takes neither.

        Examples
        --------
        >>> from cohort_stats.scores.catalogue import CATALOGUE
        >>> CATALOGUE["karnofsky_class"].reads("karnofsky", "90")
        90.0
        """
        try:
            self._try(argument, label)
            return label
        except Refused:
            number = _as_number(label)
            if number is None:
                raise
        self._try(argument, number)
        return number

    def check(self, argument: str, number: float) -> None:
        """Refuse a number that is out of an argument's range."""
        self._try(argument, number)

    def _try(self, argument: str, value: str | float) -> None:
        # Functions read each argument before they combine them, so the others may be missing.
        self.compute(**{a.name: value if a.name == argument else None for a in self.arguments})

    def of(self, inputs: Mapping[str, pd.Series | float]) -> tuple[pd.Series, dict[int, Refused]]:
        """The score of every patient, and who was refused for what.

        Parameters
        ----------
        inputs
            For each argument a column, or one number for all. At least one is a column.

        Returns
        -------
        (values, refused)
            Numbers, or an ordered category; missing where an input is, and where one is
            refused. Position of a patient -> the refusal.

        Examples
        --------
        >>> from cohort_stats.scores.catalogue import CATALOGUE
        >>> albumin = pd.Series([3.5, 38, None])
        >>> index = CATALOGUE["prognostic_nutritional_index"]
        >>> values, refused = index.of({"albumin": albumin, "lymphocytes": 1200})
        >>> values.tolist(), refused[1].hint
        ([41.0, nan, nan], 'looks like g/L: divide by 10')
        """
        try:
            return self.compute(**inputs), {}
        except Refused:
            return self._patient_by_patient(inputs)

    def _patient_by_patient(
        self, inputs: Mapping[str, pd.Series | float]
    ) -> tuple[pd.Series, dict[int, Refused]]:
        index = next(v.index for v in inputs.values() if isinstance(v, pd.Series))
        columns = [
            [None if pd.isna(value) else value for value in v]
            if isinstance(v, pd.Series)
            else [v] * len(index)
            for v in inputs.values()
        ]
        seen: dict[tuple[Any, ...], Any] = {}
        for key in set(zip(*columns, strict=True)):
            try:
                seen[key] = self.compute(**dict(zip(inputs, key, strict=True)))
            except Refused as reason:
                seen[key] = reason
        found = [seen[key] for key in zip(*columns, strict=True)]
        refused = {i: value for i, value in enumerate(found) if isinstance(value, Refused)}
        known = [None if isinstance(value, Refused) else value for value in found]
        if self.levels:
            levels = pd.Categorical(known, categories=list(self.levels), ordered=True)
            return pd.Series(levels, index=index), refused
        numbers = [np.nan if value is None else value for value in known]
        return pd.Series(np.array(numbers, dtype=float), index=index), refused


def _as_number(label: str) -> float | None:
    try:
        return float(label)
    except ValueError:
        return None
