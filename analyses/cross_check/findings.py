"""What a second opinion says of our numbers, and how far apart the two are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

#: Two numbers agree when they differ by less: relative to the larger, of p-values as they are.
TOLERANCE = 1e-6
UNSETTLED = "the other program did not converge"
SINGULAR = "the model is singular for the other program"
AGREES, EXPLAINED, DIFFERS = "agrees", "explained", "DIFFERS"


@dataclass(frozen=True)
class Compared:
    """One number of ours beside theirs.

    Parameters
    ----------
    analysis, statistic
        As in results.csv.
    library
        Whose second opinion it is.
    ours, theirs
        The two numbers.
    where
        Group, term, level and time, as far as they tell the number apart.
    tolerance
        Up to where the two agree; larger than :data:`TOLERANCE` where the other program stops its
        search earlier.
    why
        Why the two may differ, where they follow different conventions.
    """

    analysis: str
    statistic: str
    library: str
    ours: float
    theirs: float
    where: Mapping[str, object] = field(default_factory=dict)
    tolerance: float = TOLERANCE
    why: str = ""

    @property
    def is_p(self) -> bool:
        """Whether it is a p-value, of which the plain difference counts."""
        return self.statistic == "p" or self.statistic.endswith("_p")

    @property
    def difference(self) -> float:
        """Relative to the larger of the two; of p-values the plain one."""
        a, b = self.ours, self.theirs
        if a == b or (math.isnan(a) and math.isnan(b)):
            return 0.0
        if not (math.isfinite(a) and math.isfinite(b)):
            return math.inf
        apart = abs(a - b)
        if self.is_p or apart < 1e-12:
            return apart
        return apart / max(abs(a), abs(b))

    @property
    def verdict(self) -> str:
        """``agrees``, ``explained`` by a convention, or ``DIFFERS``."""
        if self.difference <= self.tolerance:
            return AGREES
        return EXPLAINED if self.why else DIFFERS

    def row(self) -> dict[str, object]:
        """As a row of ``cross_check.csv``."""
        return {
            "analysis": self.analysis,
            **{k: self.where.get(k, "") for k in ("group", "term", "level", "time")},
            "statistic": self.statistic,
            "ours": self.ours,
            "theirs": self.theirs,
            "library": self.library,
            "difference": self.difference,
            "kind": "absolute" if self.is_p else "relative",
            "verdict": self.verdict,
            "why": self.why if self.verdict == EXPLAINED else "",
        }


class NoOpinion(Exception):
    """A second opinion that cannot be had, and why in plain words."""

    def __init__(self, why: str = UNSETTLED) -> None:
        super().__init__(f"the second opinion is not to be had: {why}")

    @classmethod
    def of(cls, failure: Exception) -> NoOpinion:
        """What another program raised, without its own words."""
        said = f"{type(failure).__name__} {failure}".lower()
        singular = any(word in said for word in ("singular", "inversion", "collinear"))
        return cls(SINGULAR) if singular else cls()


@dataclass(frozen=True)
class Without:
    """A part of a step that has no second opinion.

    Parameters
    ----------
    analysis
        Which.
    reason
        Why not.
    """

    analysis: str
    reason: str


@dataclass(frozen=True)
class Family:
    """The comparisons of one kind of step with one library.

    Parameters
    ----------
    name, library
        Kind of step, and who gave the second opinion.
    compared
        How many numbers.
    explained, differing
        How many differ by convention, and otherwise.
    largest
        The largest difference of those that follow one convention.
    """

    name: str
    library: str
    compared: int
    explained: int
    differing: int
    largest: float


@dataclass(frozen=True)
class CrossCheck:
    """Everything that was recomputed in a run.

    Parameters
    ----------
    compared
        By kind of step.
    without
        Id of each step without a second opinion -> why.
    """

    compared: Mapping[str, tuple[Compared, ...]]
    without: Mapping[str, str]

    def __len__(self) -> int:
        return sum(map(len, self.compared.values()))

    def families(self) -> Iterator[Family]:
        """Largest differences by kind of step and library."""
        for kind, all_ in self.compared.items():
            for library in dict.fromkeys(one.library for one in all_):
                mine = [one for one in all_ if one.library == library]
                same = [one for one in mine if one.verdict != EXPLAINED]
                yield Family(
                    kind,
                    library,
                    len(mine),
                    len(mine) - len(same),
                    sum(one.verdict == DIFFERS for one in mine),
                    max((one.difference for one in same), default=0.0),
                )

    def frame(self) -> pd.DataFrame:
        """One row a number, as in ``cross_check.csv``."""
        rows = [
            {"kind of step": kind, **one.row()}
            for kind, all_ in self.compared.items()
            for one in all_
        ]
        columns = ["kind of step", *Compared("", "", "", 0.0, 0.0).row()]
        return pd.DataFrame(rows, columns=columns)
