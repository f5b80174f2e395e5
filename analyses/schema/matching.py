"""The words of steps that make patients comparable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from analyses.schema.step import Covariates, StepSection
from analyses.schema.words import OutcomeSection
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class PropensityStep(StepSection):
    """A step that makes treated patients and controls comparable by a propensity score.

    Later steps stand on it (`on`): they see its patients, with their weights and matched sets.
    """

    treated: OutcomeSection
    covariates: Covariates = Field(min_length=1)
    score: str = ""

    def leaves_weights(self) -> bool:
        """Whether its patients are sure to differ in weight."""
        return True

    def leaves_sets(self) -> str:
        """What its patients are in: ``pairs``, ``sets``, or nothing."""
        return ""

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the treatment, the score if given, and every covariate."""
        covariates = {c.variable: "covariate" for c in self.covariates}
        score = {self.score: "propensity score"} if self.score else {}
        return super().needs(file) | {self.treated.variable: "treatment"} | score | covariates

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, the covariates, the score, and what makes a patient treated."""
        yield from super().problems(names, where)
        yield from names.covariates(where, self.covariates)
        yield from names.condition(f"{where}.treated", self.treated)
        if self.score:
            yield from names.number(f"{where}.score", self.score)


class MatchStep(PropensityStep):
    """Propensity score matching."""

    kind: Literal["match"]
    method: Literal["nearest", "optimal", "full"] = "nearest"
    ratio: int = Field(default=1, ge=1)
    caliper: Annotated[float, Field(gt=0)] | Literal["none"] = 0.2
    caliper_scale: Literal["sd", "raw"] = "sd"
    distance: Literal["logit", "probability"] = "logit"
    replacement: bool = False
    order: Literal["largest", "smallest", "random", "data"] = "largest"
    exact: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _goes_with_the_method(self) -> MatchStep:
        if self.method == "full" and self.ratio != 1:
            raise ValueError("ratio: none with the method 'full', which matches everybody")
        if self.replacement and self.method != "nearest":
            raise ValueError("replacement: only with the method 'nearest'")
        if "order" in self.model_fields_set and (self.replacement or self.method != "nearest"):
            raise ValueError("order: only with the method 'nearest', without replacement")
        return self

    def leaves_weights(self) -> bool:
        """Full matching and matching with replacement do; others may."""
        return self.method == "full" or self.replacement

    def leaves_sets(self) -> str:
        """Nothing where a control may belong to several treated patients."""
        if self.replacement:
            return ""
        return "pairs" if self.ratio == 1 and self.method != "full" else "sets"

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, what must be alike."""
        return super().needs(file) | dict.fromkeys(self.exact, "exact stratum")

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether what must be alike are levels."""
        yield from super().problems(names, where)
        for k, name in enumerate(self.exact, start=1):
            yield from names.with_levels(f"{where}.exact[{k}]", name)


class WeightStep(PropensityStep):
    """Weighting by the propensity score."""

    kind: Literal["weight"]
    estimand: Literal["ate", "att", "ato"] = "ate"
    stabilised: bool = False
    trim: tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(le=1)]] | None = None
    truncate: tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(le=100)]] | None = None

    @model_validator(mode="after")
    def _limits_in_order(self) -> WeightStep:
        if self.stabilised and self.estimand != "ate":
            raise ValueError("stabilised: only with the estimand 'ate'")
        for name, limits in (("trim", self.trim), ("truncate", self.truncate)):
            if limits is not None and not limits[0] < limits[1]:
                raise ValueError(f"{name}: the lower limit first")
        return self
