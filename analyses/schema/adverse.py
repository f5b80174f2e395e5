"""The words of a step about adverse events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from analyses.schema.step import GroupedStep
from analyses.schema.words import refuse_repeated
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class AdverseEventsStep(GroupedStep):
    """Patients with each adverse event, of any grade and of a severe one; compared by group."""

    kind: Literal["adverse_events"]
    events: tuple[str, ...] = Field(min_length=1)
    severe: int = Field(default=3, ge=2, le=5)
    each_grade: bool = False

    @model_validator(mode="after")
    def _each_event_once(self) -> AdverseEventsStep:
        refuse_repeated("events", zip(self.events), "each variable only once")
        return self

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, the variables of its events."""
        return (*super().uses(file), *self.events)

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, events that are no grades."""
        from analyses.checks.adverse import adverse_problems

        yield from super().problems(names, where)
        yield from adverse_problems(names, where, self.events)
