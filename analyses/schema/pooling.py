"""The words of pooling studies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from analyses.schema.step import Covariates, GroupedStep
from cohort_stats.conventions import Conventions
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile

Measure = Literal[
    "proportion", "area under the curve", "hazard ratio", "odds ratio", "risk ratio", "difference"
]
#: The scales a measure may be pooled on, the usual one first.
SCALES: dict[str, tuple[str, ...]] = {
    "proportion": ("logit", "freeman-tukey", "glmm"),
    "area under the curve": ("logit", "identity"),
    "hazard ratio": ("log",),
    "odds ratio": ("log",),
    "risk ratio": ("log",),
    "difference": ("identity",),
}


class PoolStep(GroupedStep):
    """Studies pooled: meta-analysis of a workbook with one row a study."""

    kind: Literal["pool"]
    measure: Measure
    study: str
    events: str = ""
    patients: str = ""
    estimate: str = ""
    low: str = ""
    high: str = ""
    se: str = ""
    level: float = Field(default=0.95, gt=0, lt=1)
    scale: Literal["", "identity", "log", "logit", "freeman-tukey", "glmm"] = ""
    between_studies: Literal["", "reml", "dersimonian-laird", "paule-mandel", "ml", "none"] = ""
    without_interval: Literal["left out", "mean"] = "left out"
    moderators: Covariates = ()

    @model_validator(mode="after")
    def _words_fit_the_measure(self) -> PoolStep:
        counts = self.measure == "proportion"
        needed = ("events", "patients") if counts else ("estimate",)
        idle = ("estimate", "low", "high", "se") if counts else ("events",)
        for key in needed:
            if not getattr(self, key):
                raise ValueError(f"{key}: a variable, for the measure '{self.measure}'")
        for key in idle:
            if getattr(self, key):
                raise ValueError(f"{key}: nothing, for the measure '{self.measure}'")
        for key, other in (("low", "high"), ("high", "low")):
            if not getattr(self, key) and (getattr(self, other) or not (counts or self.se)):
                raise ValueError(f"{key}: a variable (or no limits, but se, the standard error)")
        if counts and self.without_interval != "left out":
            raise ValueError(f"without_interval: nothing, for the measure '{self.measure}'")
        if self.scale and self.scale not in SCALES[self.measure]:
            raise ValueError(f"scale: one of {', '.join(SCALES[self.measure])}")
        return self

    def conventions(self, of_the_plan: Conventions) -> Conventions:
        """Those of the plan, with the step's own model where it says one."""
        if not self.between_studies:
            return of_the_plan
        return of_the_plan.overriding(between_studies=self.between_studies)

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the studies and the numbers that the measure rests on."""
        own = {self.study: "study", self.events or self.estimate: "estimate"}
        if self.events:
            own[self.patients] = "patients"
        elif not self.se:
            own |= {self.low: "interval", self.high: "interval"}
        elif not self.low:
            own[self.se] = "standard error"
        return super().needs(file) | own

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, moderators and whatever numbers are named."""
        named = filter(None, (self.patients, self.low, self.high, self.se))
        return (*super().uses(file), *(m.variable for m in self.moderators), *named)

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether the study is a variable and the rest are numbers."""
        yield from super().problems(names, where)
        yield from names.variable(f"{where}.study", self.study)
        for word in ("events", "patients", "estimate", "low", "high", "se"):
            name = getattr(self, word)
            if name:
                yield from names.number(f"{where}.{word}", name)
        yield from names.covariates(where, self.moderators)
