"""The words of steps that describe patients in a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from analyses.schema.step import EndpointStep, GroupedStep
from analyses.schema.words import OutcomeSection, Words
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


def _as_list(given: Any) -> Any:
    """The name of one variable stands for a list of it."""
    return [given] if isinstance(given, str) else given


class WaterfallStep(PictureStep):
    """The best change of each patient, in order."""

    kind: Literal["waterfall"]
    change: str = ""
    before: str = ""
    after: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    best: Literal["low", "high"] = "low"
    scale: Literal["percent", "absolute"] = "percent"
    lines: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _one_way_to_a_change(self) -> WaterfallStep:
        if bool(self.change) == bool(self.before):
            raise ValueError("change: a variable, or before and after instead")
        if self.change:
            for key in ("after", "best", "scale"):
                if key in self.model_fields_set:
                    raise ValueError(f"{key}: only with before")
        elif not self.after:
            raise ValueError("after: one or several variables")
        if 0 in self.lines or len({*self.lines}) < len(self.lines):
            raise ValueError("lines: changes other than 0, each once")
        return self

    @property
    def percent(self) -> bool:
        """Whether the change is in per cent of the first value."""
        return not self.change and self.scale == "percent"

    def needs(self, file: PlanFile) -> dict[str, str]:
        """Beside the rest, the change or the first value."""
        return super().needs(file) | {self.change or self.before: "change"}

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, the later values."""
        return (*super().uses(file), *self.after)

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether the variables are numbers of one unit."""
        from analyses.checks.pictures import waterfall_problems

        yield from super().problems(names, where)
        yield from waterfall_problems(names, where, self)


class MarkSection(Words):
    """A point on a patient's bar."""

    label: str
    at: str
    when: OutcomeSection | None = None


class SpanSection(Words):
    """A stretch of a patient's bar, such as a treatment."""

    label: str
    from_: str = Field(default="", alias="from")
    to: str


class SwimmerStep(EndpointStep, PictureStep):
    """One bar a patient along the time of an endpoint."""

    kind: Literal["swimmer"]
    marks: tuple[MarkSection, ...] = ()
    spans: tuple[SpanSection, ...] = ()
    numbers: str = ""

    @property
    def variables(self) -> dict[str, str]:
        """Where a variable is named -> its name."""
        found = {f"marks[{k}].at": mark.at for k, mark in enumerate(self.marks, start=1)}
        for k, span in enumerate(self.spans, start=1):
            found |= {f"spans[{k}].from": span.from_, f"spans[{k}].to": span.to}
        return {where: name for where, name in found.items() if name}

    def uses(self, file: PlanFile) -> tuple[str, ...]:
        """Beside the rest, the times of its marks and spans."""
        conditions = (mark.when.variable for mark in self.marks if mark.when is not None)
        own = (*self.variables.values(), *conditions, *filter(None, (self.numbers,)))
        return (*super().uses(file), *own)

    def problems(self, names: Names, where: str) -> Iterator[Problem]:
        """Beside the rest, whether its times are numbers in the endpoint's unit."""
        from analyses.checks.pictures import swimmer_problems

        yield from super().problems(names, where)
        yield from swimmer_problems(names, where, self)
