"""The words of a step that shows judgements of the studies of a review."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from analyses.schema.prisma import Count
from analyses.schema.step import StepSection
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class RiskOfBiasStep(StepSection):
    """Judgements of risk of bias or applicability, domain by domain."""

    kind: Literal["risk_of_bias"]
    domains: tuple[str, ...] = ()
    study: str = ""
    counts: dict[str, dict[str, Count]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _rows_or_counts(self) -> RiskOfBiasStep:
        if bool(self.domains) == bool(self.counts):
            raise ValueError("domains: variables, or counts instead")
        if self.counts and self.study:
            raise ValueError("study: only beside domains")
        levels = [[*judged] for judged in self.counts.values()]
        if self.counts and (len(levels[0]) < 2 or any(own != levels[0] for own in levels)):
            raise ValueError("counts: the same two or more judgements, in order, in every domain")
        return self

    def how_sets(self, file: PlanFile) -> str:
        """Without a test there is nothing to make of matched sets."""
        return ""

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the name of the study if it is to be listed."""
        return super().needs(file) | ({self.study: "study"} if self.study else {})

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, the domains."""
        return (*super().uses(file), *self.domains)

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether the domains have the same levels."""
        from analyses.checks.pictures import same_levels_problems

        yield from super().problems(names, where)
        if self.study:
            yield from names.variable(f"{where}.study", self.study)
        yield from same_levels_problems(names, f"{where}.domains", self.domains)
