"""The words of steps about markers and cut-offs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from analyses.schema.step import GroupedStep, OutcomeStep, as_row
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


class RocStep(OutcomeStep, GroupedStep):
    """ROC curves of markers, with cut-offs; areas compared."""

    kind: Literal["roc"]
    marker: str = ""
    markers: tuple[Annotated[MarkerSection, BeforeValidator(as_row)], ...] = ()
    direction: Direction
    cutoff: float | None = None
    cutoffs: tuple[CutoffSection, ...] = ("youden",)
    comparison: Literal["delong", "bootstrap"] | None = None
    partial: PartialSection | None = None
    bootstrap: int = Field(default=2000, ge=100)

    @model_validator(mode="after")
    def _words_fit(self) -> RocStep:
        if bool(self.marker) == bool(self.markers):
            raise ValueError("marker: one variable (or markers, a list of several)")
        if self.cutoff is not None and "cutoffs" in self.model_fields_set:
            raise ValueError("cutoffs: either cutoff or cutoffs, not both")
        one = len(self.marked) == 1
        if not one and any(isinstance(c, float) for c in (self.cutoff, *self.cutoffs)):
            raise ValueError("cutoffs: rules, as a number cannot be the cut-off of every marker")
        if self.comparison and one and not self.by:
            raise ValueError("markers: two or more, as comparison compares their areas")
        if self.by and not one:
            raise ValueError("by: nothing, with several markers")
        refuse_repeated("markers", ((m.variable,) for m in self.marked))
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
        """Beside the rest, whether the markers are numbers."""
        yield from super().problems(names, where)
        if self.marker:
            yield from names.number(f"{where}.marker", self.marker)
        for k, marker in enumerate(self.markers, start=1):
            yield from names.number(f"{where}.markers[{k}]", marker.variable)
