"""The words of regression models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from analyses.schema.step import (
    CompetingStep,
    Covariates,
    EndpointStep,
    OutcomeStep,
    StepSection,
)
from analyses.schema.words import Words
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class SelectionSection(Words):
    """How covariates enter the multivariable model."""

    rule: Literal["univariable", "given", "all"]
    p_below: float = Field(default=0.05, gt=0, le=1)
    covariates: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _given_are_named(self) -> SelectionSection:
        if (self.rule == "given") != bool(self.covariates):
            raise ValueError("covariates: named with the rule 'given', and with no other")
        return self


class ModelStep(StepSection):
    """A regression, univariable and multivariable."""

    covariates: Covariates = Field(min_length=1)
    selection: SelectionSection

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the covariates that the rule 'given' names."""
        given = dict.fromkeys(self.selection.covariates, "specified covariate")
        return super().needs(file) | given

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, every covariate."""
        return (*super().uses(file), *(c.variable for c in self.covariates))

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, covariates and those that the selection names."""
        yield from super().problems(names, where)
        yield from names.covariates(where, self.covariates)
        candidates = {c.variable: c for c in self.covariates}
        for k, name in enumerate(self.selection.covariates, start=1):
            place = f"{where}.selection.covariates[{k}]"
            yield from names.one_of(place, "a covariate of this step", name, candidates)

    def e_value_problems(
        self, names: Names, where: str, asked: tuple[str, ...]
    ) -> Iterator[Problem]:
        """E-values of what is no covariate of the step."""
        candidates = {c.variable: c for c in self.covariates}
        for k, name in enumerate(asked, start=1):
            place = f"{where}.e_values[{k}]"
            yield from names.one_of(place, "a covariate of this step", name, candidates)


class CoxStep(EndpointStep, ModelStep):
    """Cox regression, univariable and multivariable."""

    kind: Literal["cox"]
    strata: tuple[str, ...] = ()
    sets: Literal["robust", "strata", "independent"] = "robust"
    e_values: tuple[str, ...] = ()

    def ignores_weights(self, file: PlanFile) -> str:
        """It takes weights as case weights, with robust standard errors."""
        return ""

    def how_sets(self, file: PlanFile) -> str:
        """As `sets` says."""
        return self.sets

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the variables of the strata."""
        return super().needs(file) | dict.fromkeys(self.strata, "stratum")

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, strata without levels or that are covariates too, and entry times."""
        yield from super().problems(names, where)
        endpoint = names.file.endpoints.get(self.endpoint)
        if endpoint is not None and endpoint.entry:
            expected = "an endpoint without entry times, for a Cox model"
            yield Problem(f"{where}.endpoint", "", expected, f"'{self.endpoint}'")
        yield from self.e_value_problems(names, where, self.e_values)
        covariates = {c.variable for c in self.covariates}
        for k, name in enumerate(self.strata, start=1):
            yield from names.with_levels(f"{where}.strata[{k}]", name)
            if name in covariates:
                expected = "a variable that is no covariate of this step"
                yield Problem(f"{where}.strata[{k}]", "", expected, f"'{name}'")


class FineGrayStep(CompetingStep, ModelStep):
    """Fine–Gray regression, univariable and multivariable, beside cause-specific Cox."""

    kind: Literal["fine_gray"]


class LogisticStep(OutcomeStep, ModelStep):
    """Logistic regression, univariable and multivariable."""

    kind: Literal["logistic"]
    sets: Literal["robust", "independent"] = "robust"
    e_values: tuple[str, ...] = ()

    def ignores_weights(self, file: PlanFile) -> str:
        """It takes weights as case weights, with robust standard errors."""
        return ""

    def how_sets(self, file: PlanFile) -> str:
        """As `sets` says."""
        return self.sets

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, E-values of what is no covariate."""
        yield from super().problems(names, where)
        yield from self.e_value_problems(names, where, self.e_values)
