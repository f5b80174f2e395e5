"""What steps share: a title, patients, groups, an endpoint, covariates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from analyses.schema.words import Identifier, OutcomeSection, Words
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class StepSection(Words):
    """What every step has.

    A kind of step overrides `needs`, `uses` and `problems`, each beginning with its parents'.
    """

    id: Identifier
    kind: str
    title: str
    on: str = ""
    only: OutcomeSection | None = None
    assumption: str = ""
    missing: Literal["complete", "imputed"] = "complete"

    #: Why its results are not pooled over imputed sets; empty where they are.
    not_imputed: ClassVar[str] = "results of this kind are not pooled over imputed sets"

    def needs(self, file: PlanFile) -> dict[str, str]:
        """The variables without which the step cannot be done, and what for."""
        return {self.only.variable: "subgroup"} if self.only is not None else {}

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Every variable the step looks at, needed or not."""
        return tuple(self.needs(file))

    def ignores_weights(self, file: PlanFile) -> str:
        """Why it cannot be done where patients differ in weight; empty when it can."""
        return "this step does not take weights into account"

    def how_sets(self, file: PlanFile) -> str:
        """What it makes of matched sets, a value of `sets`; ``independent`` ignores them."""
        return "independent"

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Names that point nowhere, or at a variable of the wrong type."""
        from analyses.checks.imputing import imputed_problems

        if self.only is not None:
            yield from names.condition(f"{where}.only", self.only)
        if self.missing == "imputed":
            yield from imputed_problems(names, where, self)

    def unpooled(self) -> dict[str, str]:
        """Keys whose results are not pooled over imputed sets, with the reason."""
        return {}


class GroupedStep(StepSection):
    """A step that may compare groups of patients."""

    by: str = ""

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the variable behind the groups."""
        group = file.groups.get(self.by)
        own = {group.variable if group else self.by: "group"} if self.by else {}
        return super().needs(file) | own

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether `by` is a group or a variable with levels."""
        yield from super().problems(names, where)
        yield from names.groups(f"{where}.by", self.by)


class EndpointStep(StepSection):
    """A step that rests on an endpoint."""

    #: What its endpoint is called in a message.
    endpoint_words: ClassVar[str] = "an endpoint"

    endpoint: str

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, what the endpoint is made of."""
        endpoint = file.endpoints.get(self.endpoint)
        own = endpoint.variables if endpoint else ()
        return super().needs(file) | dict.fromkeys(own, "endpoint")

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether there is such an endpoint."""
        yield from super().problems(names, where)
        known = self.endpoints_known(names.file)
        yield from names.one_of(f"{where}.endpoint", self.endpoint_words, self.endpoint, known)

    def endpoints_known(self, file: PlanFile) -> dict[str, Any]:
        """The endpoints it can rest on."""
        return dict(file.endpoints)


class CompetingStep(EndpointStep):
    """A step that rests on an endpoint with a competing event."""

    endpoint_words: ClassVar[str] = "an endpoint with a competing event (the key 'competing')"

    def endpoints_known(self, file: PlanFile) -> dict[str, Any]:
        """Endpoints that name a competing event."""
        return {name: e for name, e in file.endpoints.items() if e.competing is not None}


class OutcomeStep(StepSection):
    """A step that rests on a yes/no outcome."""

    outcome: OutcomeSection

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the variable of the outcome."""
        return super().needs(file) | {self.outcome.variable: "outcome"}

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether the outcome is a condition that can hold."""
        yield from super().problems(names, where)
        yield from names.condition(f"{where}.outcome", self.outcome)


class CovariateSection(Words):
    """A covariate of a model."""

    variable: str
    per: float = Field(default=1.0, gt=0)
    reference: str = ""
    score: bool = False
    knots: int | tuple[float, ...] = 0

    @model_validator(mode="after")
    def _knots_can_be(self) -> CovariateSection:
        if isinstance(self.knots, int):
            allowed = self.knots == 0 or 3 <= self.knots <= 7
        else:
            allowed = len(self.knots) >= 3 and list(self.knots) == sorted({*self.knots})
        if not allowed:
            raise ValueError("knots: a number from 3 to 7, or three or more ascending values")
        if self.knots and (self.per != 1 or self.score):
            raise ValueError("knots: not beside per or score")
        return self


def as_row(given: Any) -> Any:
    """A variable's name alone stands for the whole table."""
    return {"variable": given} if isinstance(given, str) else given


Covariates = tuple[Annotated[CovariateSection, BeforeValidator(as_row)], ...]
