"""The words of steps that describe patients in a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from analyses.schema.step import GroupedStep
from cohort_stats.problem import Problem

if TYPE_CHECKING:
    from analyses.checks.names import Names
    from analyses.schema.file import PlanFile


class PictureStep(GroupedStep):
    """A step that describes and tests nothing."""

    def how_sets(self, file: PlanFile) -> str:
        """Without a test there is nothing to make of matched sets."""
        return ""


class DistributionStep(PictureStep):
    """How numbers are distributed, in everybody or by group."""

    kind: Literal["distribution"]
    variables: tuple[str, ...] = Field(min_length=1)
    figure: Literal["histogram", "box", "violin"] = "histogram"
    bins: Literal["freedman-diaconis", "sturges"] = "freedman-diaconis"
    width: float | None = Field(default=None, gt=0)
    points: bool = True

    @model_validator(mode="after")
    def _words_fit_the_figure(self) -> DistributionStep:
        given, histogram = self.model_fields_set, self.figure == "histogram"
        idle = ("points",) if histogram else ("bins", "width")
        for key in idle:
            if key in given:
                raise ValueError(f"{key}: not beside figure = '{self.figure}'")
        if "bins" in given and self.width is not None:
            raise ValueError("width: not beside bins")
        return self

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, the numbers it describes."""
        return (*super().uses(file), *self.variables)

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether its variables are numbers, each once."""
        yield from super().problems(names, where)
        for k, name in enumerate(self.variables, start=1):
            place = f"{where}.variables[{k}]"
            yield from names.number(place, name)
            if name in self.variables[: k - 1]:
                yield Problem(place, "", "each variable only once", f"'{name}' again")


class BarsStep(PictureStep):
    """Levels, or yes/no variables of which several may hold, as bars."""

    kind: Literal["bars"]
    variables: tuple[str, ...] = Field(min_length=1)
    layout: Literal["beside", "stacked", "percent"] = "beside"
    order: Literal["frequency", "given"] = "given"

    @model_validator(mode="after")
    def _layouts_that_can_be(self) -> BarsStep:
        if self.layout == "stacked" and not self.by:
            raise ValueError("by: a group or a variable, as the layout 'stacked' stacks groups")
        if self.layout == "percent" and self.order == "frequency":
            raise ValueError("order: 'given' beside the layout 'percent'")
        return self

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, the variables it counts."""
        return (*super().uses(file), *self.variables)

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether its variables can share a chart."""
        from analyses.checks.pictures import bars_problems

        yield from super().problems(names, where)
        yield from bars_problems(names, where, self)
