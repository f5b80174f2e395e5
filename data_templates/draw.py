"""What a column of a synthetic cohort is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analyses.published.schema import DrawSection
from cohort_stats.dictionary import DataDictionary, Variable
from data_templates.margins import Margins

CELL = "cell of the synthetic cohort"


@dataclass(frozen=True)
class Draw:
    """One column being drawn.

    Parameters
    ----------
    name, section
        What is drawn and how.
    dictionary
        The plan's columns; one that is not there only helps to draw others.
    margins
        Sizes and printed margins of the cells.
    frame
        The columns drawn so far.
    rng
        Of this column alone.
    """

    name: str
    section: DrawSection
    dictionary: DataDictionary
    margins: Margins
    frame: pd.DataFrame
    rng: np.random.Generator

    @property
    def variable(self) -> Variable | None:
        """The plan's column; None for one that only helps."""
        return self.dictionary.get(self.name)

    @property
    def is_number(self) -> bool:
        """Whether the plan's column holds numbers."""
        return self.variable is not None and self.variable.type in ("number", "integer")

    @cached_property
    def known(self) -> pd.Series:
        """Who has a value: not those without one, nor those whom the column is not about."""
        known = pd.Series(True, index=self.frame.index)
        for other, level in self.section.only.items():
            known &= self.frame[other] == level
        for cell, n in self.section.unknown.items():
            here = self.frame.index[self.frame[CELL] == cell]
            known[self.rng.permutation(here)[:n]] = False
        return known
