"""The words of ``[derived.NAME]``: how one variable is computed from others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, StrictFloat, StrictInt, StrictStr, model_validator

from analyses.schema.words import OutcomeSection, Words, refuse_repeated


class CutSection(Words):
    """A division of numbers at thresholds, or at the cut-off which a step finds."""

    variable: str
    at: tuple[float, ...] = ()
    at_step: str = ""
    labels: tuple[str, ...]
    at_least: bool = True

    @model_validator(mode="after")
    def _one_source(self) -> CutSection:
        if bool(self.at) == bool(self.at_step):
            words = "a step of kind 'roc' or 'survival_cutoff'"
            raise ValueError(f"either at (thresholds) or at_step ({words})")
        thresholds = 1 if self.at_step else len(self.at)
        if len(self.labels) != thresholds + 1:
            raise ValueError(f"labels: {thresholds + 1} labels for {thresholds} threshold(s)")
        if list(self.at) != sorted(set(self.at)):
            raise ValueError("at: thresholds in ascending order")
        refuse_repeated("labels", zip(self.labels))
        return self

    @property
    def inputs(self) -> tuple[str, ...]:
        """The variable that is cut."""
        return (self.variable,)


class IntervalSection(Words):
    """The time between two dates."""

    from_: str = Field(alias="from")
    to: str
    unit: Literal["days", "months", "years"] = "months"

    @property
    def inputs(self) -> tuple[str, ...]:
        """The two dates."""
        return (self.from_, self.to)


class EventBySection(Words):
    """Whether an endpoint's event happened by a time."""

    endpoint: str
    time: float


class RecodeSection(Words):
    """Levels renamed or merged; what is listed under `missing` becomes missing."""

    variable: str
    levels: dict[str, tuple[str, ...]] = Field(min_length=1)
    others: str = ""
    missing: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _levels_differ(self) -> RecodeSection:
        refuse_repeated("levels", zip(self.labels))
        return self

    @property
    def inputs(self) -> tuple[str, ...]:
        """The variable that is recoded."""
        return (self.variable,)

    @property
    def labels(self) -> tuple[str, ...]:
        """The new levels, in the order in which they are written; the others last."""
        return tuple(dict.fromkeys([*self.levels, *filter(None, [self.others])]))


class ConditionsSection(Words):
    """Conditions that are counted, or of which one or all must hold."""

    of: tuple[OutcomeSection, ...] = Field(min_length=1)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The variables that the conditions are about."""
        return tuple(dict.fromkeys(condition.variable for condition in self.of))


class SumSection(Words):
    """The sum of numbers."""

    of: tuple[str, ...] = Field(min_length=2)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The variables that are added up."""
        return self.of


class ScoreSection(Words):
    """A published score or dose: its name, and for each argument a variable or a number."""

    name: str
    arguments: dict[str, StrictStr | StrictInt | StrictFloat] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, given: Any) -> Any:
        """Whatever stands beside `name` is an argument."""
        if not isinstance(given, Mapping):
            return given
        arguments = {key: value for key, value in given.items() if key != "name"}
        return {"arguments": arguments, **{k: v for k, v in given.items() if k == "name"}}

    @property
    def variables(self) -> dict[str, str]:
        """Argument -> name of the variable it takes its values from."""
        return {key: value for key, value in self.arguments.items() if isinstance(value, str)}

    @property
    def constants(self) -> dict[str, float]:
        """Argument -> the number that holds for every patient."""
        return {k: float(v) for k, v in self.arguments.items() if not isinstance(v, str)}

    @property
    def inputs(self) -> tuple[str, ...]:
        """The variables among the arguments."""
        return tuple(dict.fromkeys(self.variables.values()))


class PredictedSection(Words):
    """What the multivariable model of an earlier step predicts for each patient."""

    at_step: str

    @property
    def inputs(self) -> tuple[str, ...]:
        """None before the step is done."""
        return ()


Body = (
    CutSection | IntervalSection | EventBySection | RecodeSection | ConditionsSection | SumSection
    | ScoreSection | PredictedSection
)  # fmt: skip

#: Kind of derived variable -> the table that describes it.
KINDS: Mapping[str, type[Words]] = {
    "cut": CutSection,
    "interval": IntervalSection,
    "event_by": EventBySection,
    "recode": RecodeSection,
    "count": ConditionsSection,
    "any": ConditionsSection,
    "all": ConditionsSection,
    "sum": SumSection,
    "score": ScoreSection,
    "predicted": PredictedSection,
}


class DerivedSection(Words):
    """``[derived.NAME]``: a variable computed from others."""

    label: str
    cut: CutSection | None = None
    interval: IntervalSection | None = None
    event_by: EventBySection | None = None
    recode: RecodeSection | None = None
    count: ConditionsSection | None = None
    any_: ConditionsSection | None = Field(default=None, alias="any")
    all_: ConditionsSection | None = Field(default=None, alias="all")
    sum_: SumSection | None = Field(default=None, alias="sum")
    score: ScoreSection | None = None
    predicted: PredictedSection | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> DerivedSection:
        if len(self._given()) != 1:
            raise ValueError(f"exactly one of {', '.join(KINDS)}")
        return self

    def _given(self) -> dict[str, Body]:
        fields = {kind: getattr(self, kind, None) for kind in KINDS}
        fields |= {"any": self.any_, "all": self.all_, "sum": self.sum_}
        return {kind: body for kind, body in fields.items() if body is not None}

    @property
    def kind(self) -> str:
        """How it is computed: a name of :data:`KINDS`."""
        (kind,) = self._given()
        return kind

    @property
    def body(self) -> Body:
        """The table of its kind."""
        (body,) = self._given().values()
        return body
