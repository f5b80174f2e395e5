"""The words of steps that look at one effect within subgroups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from analyses.schema.step import CovariateSection, StepSection, as_row
from analyses.schema.words import OutcomeSection, refuse_repeated
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class SubgroupsStep(StepSection):
    """The ratio of one exposure in all patients and within the levels of other variables."""

    kind: Literal["subgroups"]
    endpoint: str = ""
    outcome: OutcomeSection | None = None
    exposure: Annotated[CovariateSection, BeforeValidator(as_row)]
    by: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_outcome(self) -> SubgroupsStep:
        if bool(self.endpoint) == (self.outcome is not None):
            raise ValueError("endpoint, outcome: one of the two")
        refuse_repeated("by", zip(self.by), "variables, each once")
        if self.exposure.variable in self.by:
            raise ValueError("by: variables other than the exposure")
        if self.exposure.knots:
            raise ValueError("exposure: without knots, as one ratio a subgroup is given")
        return self

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the outcome and the exposure."""
        endpoint = file.endpoints.get(self.endpoint)
        own = dict.fromkeys(endpoint.variables if endpoint else (), "endpoint")
        if self.outcome is not None:
            own = {self.outcome.variable: "outcome"}
        return super().needs(file) | own | {self.exposure.variable: "exposure"}

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, the variables of the subgroups."""
        return (*super().uses(file), *self.by)

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, the outcome, the exposure, and subgroups without levels."""
        yield from super().problems(names, where)
        if self.outcome is not None:
            yield from names.condition(f"{where}.outcome", self.outcome)
        else:
            known = dict(names.file.endpoints)
            yield from names.one_of(f"{where}.endpoint", "an endpoint", self.endpoint, known)
        yield from names.covariates(where, (self.exposure,))
        for k, name in enumerate(self.by, start=1):
            yield from names.with_levels(f"{where}.by[{k}]", name)
