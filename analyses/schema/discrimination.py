"""The words of steps about markers and cut-offs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from analyses.schema.step import (
    EndpointStep,
    GroupedStep,
    OutcomeStep,
    StepSection,
    as_row,
)
from analyses.schema.words import Words, refuse_repeated
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile

Direction = Literal["high", "low"]
Share = Annotated[float, Field(gt=0, le=1)]
#: A comparison of areas, and of groups' areas.
COMPARISON, GROUPS = "comparison", "groups"


class MarkerSection(Words):
    """A marker, with its direction where it differs from that of the step."""

    variable: str
    direction: Direction | None = None


class AtLeastSection(Words):
    """The most specific cut-off with a sensitivity, or the most sensitive with a specificity."""

    sensitivity: Share | None = None
    specificity: Share | None = None

    @model_validator(mode="after")
    def _one(self) -> AtLeastSection:
        if (self.sensitivity is None) == (self.specificity is None):
            raise ValueError("either sensitivity or specificity, a share such as 0.9")
        return self

    @property
    def rule(self) -> tuple[Literal["sensitivity", "specificity"], float]:
        """As the statistics take it."""
        if self.sensitivity is not None:
            return "sensitivity", self.sensitivity
        return "specificity", self.specificity or 1.0


class PartialSection(Words):
    """A part of the curve: between two specificities, or two sensitivities."""

    between: tuple[float, float]
    of: Literal["specificity", "sensitivity"] = "specificity"

    @model_validator(mode="after")
    def _a_range(self) -> PartialSection:
        if not 0 <= self.between[0] < self.between[1] <= 1:
            raise ValueError("between: two shares from 0 to 1, the smaller first")
        return self


CutoffSection = float | Literal["youden", "closest"] | AtLeastSection


class MarkersStep(StepSection):
    """A step that looks at one marker, or at several beside each other."""

    marker: str = ""
    markers: tuple[Annotated[MarkerSection, BeforeValidator(as_row)], ...] = ()
    direction: Direction

    @model_validator(mode="after")
    def _some_marker(self) -> MarkersStep:
        if bool(self.marker) == bool(self.markers):
            raise ValueError("marker: one variable (or markers, a list of several)")
        refuse_repeated("markers", ((m.variable,) for m in self.marked), "each marker only once")
        return self

    @property
    def marked(self) -> tuple[MarkerSection, ...]:
        """Every marker."""
        return self.markers or (MarkerSection(variable=self.marker),)

    def direction_of(self, marker: MarkerSection) -> Direction:
        """Which values of a marker speak for the outcome."""
        return marker.direction or self.direction

    def part(self, marker: MarkerSection) -> str:
        """Name of the results of one marker."""
        return f"{self.id}/{marker.variable}" if len(self.marked) > 1 else self.id

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the markers."""
        return super().needs(file) | {m.variable: "marker" for m in self.marked}

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether the markers are numbers or ordered scales."""
        yield from super().problems(names, where)
        if self.marker:
            yield from names.marker(f"{where}.marker", self.marker)
        for k, marker in enumerate(self.markers, start=1):
            yield from names.marker(f"{where}.markers[{k}]", marker.variable)


class RocStep(OutcomeStep, MarkersStep, GroupedStep):
    """ROC curves of markers, with cut-offs; areas compared."""

    kind: Literal["roc"]
    cutoff: float | None = None
    cutoffs: tuple[CutoffSection, ...] = ("youden",)
    at_cutoff: Literal["positive", "negative"] = "negative"
    comparison: Literal["delong", "bootstrap"] | None = None
    partial: PartialSection | None = None
    bootstrap: int = Field(default=2000, ge=100)

    @model_validator(mode="after")
    def _words_fit(self) -> RocStep:
        if self.cutoff is not None and "cutoffs" in self.model_fields_set:
            raise ValueError("cutoffs: either cutoff or cutoffs, not both")
        if self.cutoff is None and "at_cutoff" in self.model_fields_set:
            raise ValueError("at_cutoff: nothing, without a cutoff (one number, from outside)")
        one = len(self.marked) == 1
        if not one and any(isinstance(c, float) for c in (self.cutoff, *self.cutoffs)):
            raise ValueError("cutoffs: rules, as a number cannot be the cut-off of every marker")
        if self.comparison and one and not self.by:
            raise ValueError("markers: two or more, as comparison compares their areas")
        if self.by and not one:
            raise ValueError("by: nothing, with several markers")
        return self

    def sign_of(self, marker: MarkerSection) -> str:
        """What stands between a marker and its cut-off in those who test positive: ``≥``."""
        high = self.direction_of(marker) == "high"
        if self.at_cutoff == "positive":
            return "≥" if high else "≤"
        return ">" if high else "<"


class TimeRocStep(EndpointStep, MarkersStep):
    """Time-dependent ROC curves of markers; areas compared."""

    kind: Literal["time_roc"]
    times: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=1)
    comparison: bool = False

    @model_validator(mode="after")
    def _several_to_compare(self) -> TimeRocStep:
        if self.comparison and len(self.marked) == 1:
            raise ValueError("markers: two or more, as comparison compares their areas")
        return self

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, entry times, for which the weights allow none."""
        yield from super().problems(names, where)
        yield from _without_entry(self, names, where)


class SurvivalCutoffStep(EndpointStep):
    """The cut of a marker where survival differs most, with a corrected p."""

    kind: Literal["survival_cutoff"]
    marker: str
    minprop: float = Field(default=0.1, gt=0, lt=0.5)
    p: Literal["permutation", "lausen 1994", "lausen 1992"] = "permutation"

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the marker."""
        return super().needs(file) | {self.marker: "marker"}

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether the marker is a number or an ordered scale, and entry times."""
        yield from super().problems(names, where)
        yield from names.marker(f"{where}.marker", self.marker)
        yield from _without_entry(self, names, where)


def _without_entry(step: EndpointStep, names: Names, where: str) -> Iterator[Problem]:
    endpoint = names.file.endpoints.get(step.endpoint)
    if endpoint is not None and endpoint.entry:
        expected = "an endpoint without entry times"
        yield Problem(f"{where}.endpoint", "", expected, f"'{step.endpoint}'")


Risk = Annotated[float, Field(gt=0, lt=1)]


class DecisionCurveStep(OutcomeStep):
    """Net benefit of treating by predicted risks, against treating all or none."""

    kind: Literal["decision_curve"]
    risks: tuple[str, ...] = Field(min_length=1)
    thresholds: tuple[Risk, Risk] = (0.01, 0.99)
    at: tuple[Risk, ...] = (0.1, 0.2, 0.3)

    @model_validator(mode="after")
    def _a_range(self) -> DecisionCurveStep:
        if not self.thresholds[0] < self.thresholds[1]:
            raise ValueError("thresholds: the smallest and the largest risk of the curve")
        refuse_repeated("risks", ((name,) for name in self.risks))
        return self

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the predicted risks."""
        return super().needs(file) | dict.fromkeys(self.risks, "predicted risk")

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether the risks are numbers."""
        yield from super().problems(names, where)
        for k, name in enumerate(self.risks, start=1):
            yield from names.number(f"{where}.risks[{k}]", name)


class ReclassificationStep(OutcomeStep):
    """Whether a new model moves patients the right way: NRI and IDI."""

    kind: Literal["reclassification"]
    old: str
    new: str
    cutoffs: tuple[Risk, ...] = ()

    @model_validator(mode="after")
    def _ascending(self) -> ReclassificationStep:
        if list(self.cutoffs) != sorted(set(self.cutoffs)):
            raise ValueError("cutoffs: risks in ascending order")
        return self

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the two predicted risks."""
        return super().needs(file) | {self.old: "risk, old model", self.new: "risk, new model"}

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether the risks are numbers."""
        yield from super().problems(names, where)
        yield from names.number(f"{where}.old", self.old)
        yield from names.number(f"{where}.new", self.new)
