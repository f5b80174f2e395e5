"""The words of steps about markers and cut-offs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from analyses.schema.step import OutcomeStep
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class RocStep(OutcomeStep):
    """A marker's ROC curve and cut-off."""

    kind: Literal["roc"]
    marker: str
    direction: Literal["high", "low"]
    cutoff: float | None = None

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the marker."""
        return super().needs(file) | {self.marker: "marker"}

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether the marker is a number."""
        yield from super().problems(names, where)
        yield from names.number(f"{where}.marker", self.marker)
