"""The words of steps about the same thing before and after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from analyses.schema.step import GroupedStep
from analyses.schema.words import Words
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class PairSection(Words):
    """The same thing before and after."""

    before: str
    after: str
    label: str = ""
    summary: Literal["mean", "median"] | None = None
    test: Literal["by type", "means", "ranks", "counts", "symmetry"] = "by type"


class PairedStep(GroupedStep):
    """Changes within patients, in everybody and in each group."""

    kind: Literal["paired"]
    pairs: tuple[PairSection, ...] = Field(min_length=1)
    summary: Literal["mean", "median"] = "median"

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, both variables of every pair."""
        pairs = (name for pair in self.pairs for name in (pair.before, pair.after))
        return (*super().uses(file), *pairs)

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, pairs that cannot be compared with each other."""
        from analyses.checks.changes import paired_problems

        yield from super().problems(names, where)
        yield from paired_problems(names, where, self.pairs)


class TransitionStep(GroupedStep):
    """An ordered scale before by after: improved, unchanged, worse; compared between groups."""

    kind: Literal["transition"]
    before: str
    after: str
    better: Literal["high", "low"]
    test: Literal["counts", "ranks"] = "counts"
    figure: Literal["sankey", "bars", "none"] = "sankey"

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the scale before and after."""
        return super().needs(file) | {self.before: "before", self.after: "after"}

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether both are the same ordered scale."""
        from analyses.checks.changes import transition_problems

        yield from super().problems(names, where)
        yield from transition_problems(names, where, self.before, self.after)
