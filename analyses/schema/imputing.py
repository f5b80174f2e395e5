"""The words of missing values: the step that looks at them, and how they are imputed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from analyses.schema.comparing import Rows
from analyses.schema.step import StepSection
from analyses.schema.words import Words
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class ImputationSection(Words):
    """``[imputation]``: which missing values are imputed, from what, and how."""

    variables: tuple[str, ...] = ()
    with_: tuple[str, ...] = Field(default=(), alias="with")
    m: int = Field(default=20, ge=2)
    iterations: int = Field(default=10, ge=1)
    seed: int | None = None
    method: dict[
        str, Literal["predictive mean matching", "normal", "logistic", "polytomous",
                     "proportional odds"]
    ] = Field(default_factory=dict)  # fmt: skip


class MissingnessStep(StepSection):
    """Where values are missing, and whether those patients differ from the others."""

    kind: Literal["missingness"]
    variables: tuple[str, ...] = Field(min_length=1)
    compared: Rows = ()
    endpoint: str = ""
    summary: Literal["mean", "median"] = "median"

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, what the endpoint is made of."""
        endpoint = file.endpoints.get(self.endpoint)
        own = endpoint.variables if endpoint else ()
        return super().needs(file) | dict.fromkeys(own, "endpoint")

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, the variables looked at and those compared."""
        return (*super().uses(file), *self.variables, *(r.variable for r in self.compared))

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, names that are no variables, and what cannot be compared."""
        from analyses.checks.imputing import missingness_problems

        yield from super().problems(names, where)
        yield from missingness_problems(names, where, self)
