"""What each column of a cohort means."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cohort_stats.rules import Rule

VariableType = Literal["number", "integer", "category", "ordered", "yesno", "date", "text", "id"]
Role = Literal["", "cluster", "exposure", "outcome", "covariate"]
Limit = float | date | None
NUMERIC = ("number", "integer")
CATEGORICAL = ("category", "ordered", "yesno")


def fold_heading(text: str) -> str:
    """A heading as it is compared: letters and digits only, without case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def fold_level(text: str) -> str:
    """A level as it is compared: without case, single spaces, one kind of dash."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", " ", re.sub("[‐‑‒–—−]", "-", text)).strip()


def without_unit(heading: str) -> str:
    """A heading without the unit in brackets at its end."""
    return re.sub(r"\s*[(\[][^()\[\]]*[)\]]\s*$", "", heading)


def limit_words(limit: float | date) -> str:
    """A limit as it is printed: ``120``, ``2020-01-31``."""
    return limit.isoformat() if isinstance(limit, date) else f"{limit:g}"


@dataclass(frozen=True)
class Level:
    """One value a categorical variable may take.

    Parameters
    ----------
    code
        What is typed in the workbook.
    label
        What is printed.
    """

    code: str
    label: str


YES_NO = (Level("no", "No"), Level("yes", "Yes"))


@dataclass(frozen=True)
class Variable:
    """One column: its type, unit, levels and limits.

    Parameters
    ----------
    name
        The name used in plans and results.
    label
        The name a reader sees.
    type
        ``number``, ``integer``, ``category``, ``ordered``, ``yesno``, ``date``, ``text`` or ``id``.
    unit
        Unit of measurement; empty when there is none.
    levels
        Allowed levels in order (categorical types only; ``yesno`` has No, Yes).
    reference
        Label of the reference level in models; the first level unless given.
    limits
        Lowest and highest possible value: outside is an error. Numbers, or dates for a date.
    usual
        Lowest and highest usual value: outside is a warning. Numbers, or dates for a date.
    required
        Whether the column must be there and each of its cells filled in.
    missing
        What is typed, besides nothing, for an unknown value.
    aliases
        Other headings under which the column is accepted.
    description
        A sentence for the codebook.
    role
        What the column is for: ``cluster`` where several rows belong together (a patient with
        several lesions), else ``exposure``, ``outcome``, ``covariate``, or empty.
    partial
        How a date of which only the month or the year is known is read: ``refuse`` makes it a
        problem; ``middle`` takes the 15th of the month, or 1 July of the year.
    source
        Where a derived variable comes from; empty for a column of the workbook.
    """

    name: str
    label: str
    type: VariableType
    unit: str = ""
    levels: tuple[Level, ...] = ()
    reference: str = ""
    limits: tuple[Limit, Limit] = (None, None)
    usual: tuple[Limit, Limit] = (None, None)
    required: bool = False
    missing: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    description: str = ""
    role: Role = ""
    partial: Literal["refuse", "middle"] = "refuse"
    source: str = ""

    @property
    def is_numeric(self) -> bool:
        """Whether values are numbers."""
        return self.type in NUMERIC

    @property
    def is_categorical(self) -> bool:
        """Whether values are levels."""
        return self.type in CATEGORICAL

    @property
    def labels(self) -> tuple[str, ...]:
        """Level labels in order."""
        return tuple(level.label for level in self.levels)

    @property
    def level_numbers(self) -> dict[str, float]:
        """Label of each level -> its code where codes are rising numbers, else its rank from 1."""
        try:
            codes = [float(level.code) for level in self.levels]
        except ValueError:
            codes = []
        rising = all(a < b for a, b in itertools.pairwise(codes)) and all(map(isfinite, codes))
        if not codes or not rising:
            codes = [float(k) for k in range(1, len(self.levels) + 1)]
        return dict(zip(self.labels, codes, strict=True))

    @property
    def reference_label(self) -> str:
        """Label of the reference level."""
        return self.reference or (self.levels[0].label if self.levels else "")

    @property
    def heading(self) -> str:
        """The label with its unit, as a template's heading."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class DataDictionary(Mapping[str, Variable]):
    """The variables of a cohort, by name, in order.

    Parameters
    ----------
    variables
        Name to variable.
    rules
        Rules across columns; see :mod:`cohort_stats.rules`.
    """

    variables: Mapping[str, Variable]
    rules: tuple[Rule, ...] = field(default=())

    def __getitem__(self, name: str) -> Variable:
        return self.variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.variables)

    def __len__(self) -> int:
        return len(self.variables)

    @property
    def id(self) -> str | None:
        """Name of the id variable, if there is one."""
        return next((n for n, v in self.variables.items() if v.type == "id"), None)

    @property
    def cluster(self) -> str | None:
        """Name of the variable whose rows belong together, such as a patient's lesions."""
        return next((n for n, v in self.variables.items() if v.role == "cluster"), None)

    def adding(self, variable: Variable) -> DataDictionary:
        """A dictionary with one more variable."""
        return DataDictionary({**self.variables, variable.name: variable}, self.rules)
