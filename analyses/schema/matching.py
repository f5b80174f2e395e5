"""The words of steps that make patients comparable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from analyses.schema.step import Covariates, StepSection
from analyses.schema.words import OutcomeSection
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class MatchStep(StepSection):
    """Propensity score matching; later steps may run on the matched patients."""

    kind: Literal["match"]
    treated: OutcomeSection
    covariates: Covariates = Field(min_length=1)
    ratio: int = Field(default=1, ge=1)
    caliper: Annotated[float, Field(gt=0)] | Literal["none"] = 0.2

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the treatment and every covariate."""
        covariates = {c.variable: "covariate" for c in self.covariates}
        return super().needs(file) | {self.treated.variable: "treatment"} | covariates

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, the covariates and the condition that makes a patient treated."""
        yield from super().problems(names, where)
        yield from names.covariates(where, self.covariates)
        yield from names.condition(f"{where}.treated", self.treated)
