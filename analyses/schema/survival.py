"""The words of steps about time to an event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from analyses.schema.step import CompetingStep, EndpointStep, GroupedStep
from analyses.schema.words import refuse_repeated
from cohort_stats.conventions import DAYS_IN
from cohort_stats.problem import Problem
from cohort_stats.units import unit_key

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


def _each_once(counts: tuple[str, ...]) -> tuple[str, ...]:
    refuse_repeated("risk_table", zip(counts), "counts, each once")
    return counts


RiskTable = Annotated[
    tuple[Literal["at risk", "censored", "events"], ...],
    Field(min_length=1),
    AfterValidator(_each_once),
]
IncidenceRiskTable = Annotated[
    tuple[Literal["at risk", "censored", "events", "competing events"], ...],
    Field(min_length=1),
    AfterValidator(_each_once),
]


class KaplanMeierStep(EndpointStep, GroupedStep):
    """Survival curves with numbers at risk, and how the groups differ."""

    not_imputed = ""

    kind: Literal["kaplan_meier"]
    times: tuple[float, ...] = ()
    quantiles: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = ()
    risk_every: float | None = Field(default=None, gt=0)
    risk_table: RiskTable = ("at risk",)
    landmark: float | None = Field(default=None, gt=0)
    rmst: Annotated[float, Field(gt=0)] | Literal["common"] | None = None
    weights: (
        Literal["log-rank", "gehan-breslow", "tarone-ware", "peto-peto"]
        | tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]]
    ) = "log-rank"
    strata: str = ""
    trend: bool = False
    pairwise: Literal["holm", "bonferroni", "benjamini-hochberg", "none"] | None = None
    differences: bool = False
    sets: Literal["robust", "strata", "independent"] | None = None

    def ignores_weights(self, file: PlanFile) -> str:
        """Curves, medians and the log-rank test are weighted; what else may be asked is not."""
        unweighted = ("rmst", "trend", "pairwise", "differences", "strata", "weights")
        asked = [word for word in unweighted if word in self.model_fields_set]
        endpoint = file.endpoints.get(self.endpoint)
        if endpoint is not None and endpoint.entry:
            asked.append("entry")
        return f"'{asked[0]}' is for patients who count alike" if asked else ""

    def how_sets(self, file: PlanFile) -> str:
        """As `sets` says; else robust where the plain log-rank test is all that is asked for."""
        if not self.by:
            return ""
        return self.sets or ("independent" if self.ignores_weights(file) else "robust")

    @model_validator(mode="after")
    def _groups_for_what_compares_them(self) -> KaplanMeierStep:
        tests = ("weights", "strata", "trend", "pairwise", "differences")
        asked = [name for name in tests if name in self.model_fields_set]
        if asked and not self.by:
            raise ValueError(f"by: a group or a variable, as {asked[0]} compares groups")
        if self.sets in ("robust", "strata"):
            refused = ["differences", "strata", "rmst"]
            refused += ["trend", "pairwise", "weights"] if self.sets == "robust" else []
            both = [word for word in refused if word in self.model_fields_set]
            if both:
                raise ValueError(f"sets: 'independent' beside '{both[0]}'")
        if self.differences and not self.times:
            raise ValueError("times: at least one time, as differences are taken at times")
        return self

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the variable of the strata."""
        return super().needs(file) | ({self.strata: "stratum"} if self.strata else {})

    def unpooled(self) -> dict[str, str]:
        """Quantiles other than the median."""
        why = "of quantiles only the median is pooled over imputed sets"
        return {"quantiles": why} if self.quantiles else {}

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether the strata are levels."""
        yield from super().problems(names, where)
        if self.strata:
            yield from names.with_levels(f"{where}.strata", self.strata)


class RatesStep(EndpointStep, GroupedStep):
    """Events per person-time."""

    kind: Literal["rates"]
    per: float = Field(default=100, gt=0)
    unit: Literal["days", "weeks", "months", "years"] | None = None

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, a unit of time that cannot be turned into the one asked for."""
        yield from super().problems(names, where)
        endpoint = names.file.endpoints.get(self.endpoint)
        if not self.unit or endpoint is None or endpoint.time not in names.types:
            return
        unit = names.unit(endpoint.time)
        if unit_key(unit) not in DAYS_IN:
            expected = f"an endpoint in {', '.join(DAYS_IN)}, to be turned into {self.unit}"
            found = f"'{self.endpoint}', in {unit or 'no unit'}"
            yield Problem(f"{where}.endpoint", "", expected, found)


class CumulativeIncidenceStep(CompetingStep, GroupedStep):
    """Cumulative incidence beside a competing event, with numbers at risk, and Gray's test."""

    not_imputed = ""

    kind: Literal["cumulative_incidence"]
    times: tuple[float, ...] = ()
    risk_every: float | None = Field(default=None, gt=0)
    risk_table: IncidenceRiskTable = ("at risk",)
