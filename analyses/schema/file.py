"""A whole plan file: the study, its variables, rules, exclusions, endpoints and steps."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from analyses.schema.derived import DerivedSection
from analyses.schema.imputing import ImputationSection
from analyses.schema.prisma import PrismaSection
from analyses.schema.report import ReportSection
from analyses.schema.steps import Step
from analyses.schema.words import (
    ConditionSection,
    Identifier,
    OutcomeSection,
    Words,
    refuse_repeated,
)
from cohort_stats.dictionary import Role, limit_words
from cohort_stats.wording import Rows


class StudySection(Words):
    """``[study]``: what the study asks, and where it comes from."""

    key: Identifier
    title: str
    question: str
    design: str
    source: str = ""
    citation: str = ""
    sheet: str = "Cohort"
    rows: Rows | Literal[""] = ""
    seed: int = 1
    assumptions: tuple[str, ...] = ()


class VariableSection(Words):
    """``[variables.NAME]``: one column of the workbook."""

    label: str
    type: Literal["number", "integer", "category", "ordered", "yesno", "date", "text", "id"]
    unit: str = ""
    levels: tuple[str, ...] | dict[str, str] = ()
    reference: str = ""
    minimum: float | date | None = None
    maximum: float | date | None = None
    usual: tuple[float, float] | tuple[date, date] | None = None
    required: bool = False
    missing: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    description: str = ""
    role: Role = ""
    partial: Literal["refuse", "middle"] = "refuse"

    @model_validator(mode="after")
    def _levels_differ(self) -> VariableSection:
        levels = self.levels
        refuse_repeated("levels", levels.items() if isinstance(levels, dict) else zip(levels))
        return self

    @model_validator(mode="after")
    def _levels_fit_the_type(self) -> VariableSection:
        if self.type in ("category", "ordered") and len(self.levels) < 2:
            raise ValueError("levels: at least two levels for a category")
        if self.type not in ("category", "ordered") and self.levels:
            raise ValueError(f"levels: no levels for the type '{self.type}'")
        wanted = date if self.type == "date" else float
        given = [*(self.usual or ()), self.minimum, self.maximum]
        if any(limit is not None and not isinstance(limit, wanted) for limit in given):
            kind = "dates such as 2020-01-31" if self.type == "date" else "numbers"
            raise ValueError(f"minimum, maximum and usual: {kind} for the type '{self.type}'")
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and low > high:  # type: ignore[operator]
            raise ValueError(f"maximum: at least the minimum, {limit_words(low)}")
        if self.partial != "refuse" and self.type != "date":
            raise ValueError("partial: only for the type 'date'")
        labels = tuple(self.levels.values() if isinstance(self.levels, dict) else self.levels)
        if self.reference and self.type != "yesno" and self.reference not in labels:
            raise ValueError(f"reference: one of {', '.join(labels)}")
        return self


class ExclusionSection(ConditionSection):
    """``[[exclusions]]``: who is left out, and why."""

    reason: str


class GroupSection(Words):
    """``[groups.NAME]``: levels of a variable that are compared, the first being the baseline."""

    variable: str
    levels: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _levels_differ(self) -> GroupSection:
        refuse_repeated("levels", zip(self.levels))
        return self


class EndpointSection(Words):
    """``[endpoints.NAME]``: an outcome over time."""

    label: str
    time: str
    event: OutcomeSection
    follow_up: str = ""
    entry: str = ""
    competing: OutcomeSection | None = None
    competing_time: str = ""

    @model_validator(mode="after")
    def _time_of_something(self) -> EndpointSection:
        if self.competing_time and self.competing is None:
            raise ValueError("competing_time: only beside the key 'competing'")
        return self

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable it is made of, each once."""
        competing = self.competing.variable if self.competing else ""
        own = (self.time, self.event.variable, self.follow_up, self.entry)
        names = (*own, competing, self.competing_time)
        return tuple(dict.fromkeys(filter(None, names)))


class SumRule(Words):
    """A total and its parts."""

    total: str
    parts: tuple[str, ...] = Field(min_length=2)


class NeedsRule(Words):
    """What must be filled in when a condition holds."""

    when: OutcomeSection
    variable: str


class RuleSection(Words):
    """``[[rules]]``: what must hold across the columns of a row."""

    order: tuple[str, ...] = ()
    sum: SumRule | None = None
    needs: NeedsRule | None = None
    at_most_one: tuple[OutcomeSection, ...] = ()
    words: str = ""
    warns: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> RuleSection:
        given = [self.order, self.sum, self.needs, self.at_most_one]
        if sum(bool(x) for x in given) != 1:
            raise ValueError("exactly one of order, sum, needs, at_most_one")
        if len(self.order) == 1 or len(self.at_most_one) == 1:
            raise ValueError("order, at_most_one: at least two entries")
        return self


class PlanFile(Words):
    """A whole plan file."""

    study: StudySection
    conventions: dict[str, str | int] = Field(default_factory=dict)
    variables: dict[Identifier, VariableSection]
    derived: dict[Identifier, DerivedSection] = Field(default_factory=dict)
    rules: tuple[RuleSection, ...] = ()
    exclusions: tuple[ExclusionSection, ...] = ()
    groups: dict[Identifier, GroupSection] = Field(default_factory=dict)
    endpoints: dict[Identifier, EndpointSection] = Field(default_factory=dict)
    imputation: ImputationSection | None = None
    prisma: PrismaSection | None = None
    report: ReportSection = Field(default_factory=ReportSection)
    abbreviations: dict[str, str] = Field(default_factory=dict)
    steps: tuple[Step, ...] = Field(min_length=1)

    @property
    def noun(self) -> Rows:
        """What the rows of the workbook are; studies where the plan does nothing but pool them."""
        of_studies = all(step.kind in ("pool", "risk_of_bias") for step in self.steps)
        return self.study.rows or ("studies" if of_studies else "patients")
