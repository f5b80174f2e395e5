"""The words of a plan file, and which values they take."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from analyses.schema_derived import DerivedSection
from analyses.schema_words import ConditionSection, Identifier, OutcomeSection, Words
from cohort_stats.compare_rows import PairChoice, TestChoice
from cohort_stats.dictionary import Role, limit_words


class StudySection(Words):
    """``[study]``: what the study asks, and where it comes from."""

    key: Identifier
    title: str
    question: str
    design: str
    source: str = ""
    citation: str = ""
    sheet: str = "Cohort"
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


class EndpointSection(Words):
    """``[endpoints.NAME]``: an outcome over time."""

    label: str
    time: str
    event: OutcomeSection
    follow_up: str = ""


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


def _as_row(given: Any) -> Any:
    return {"variable": given} if isinstance(given, str) else given


class RowSection(Words):
    """A row of a comparison."""

    variable: str
    summary: Literal["mean", "median"] | None = None
    test: TestChoice = "by type"
    pairs: PairChoice = "same test"


class CovariateSection(Words):
    """A covariate of a model."""

    variable: str
    per: float = Field(default=1.0, gt=0)
    reference: str = ""
    score: bool = False


class SelectionSection(Words):
    """How covariates enter the multivariable model."""

    rule: Literal["univariable", "given", "all"]
    p_below: float = Field(default=0.05, gt=0, le=1)
    covariates: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _given_are_named(self) -> SelectionSection:
        if (self.rule == "given") != bool(self.covariates):
            raise ValueError("covariates: named with the rule 'given', and with no other")
        return self


Rows = tuple[Annotated[RowSection, BeforeValidator(_as_row)], ...]
Covariates = tuple[Annotated[CovariateSection, BeforeValidator(_as_row)], ...]


class StepSection(Words):
    """What every step has."""

    id: Identifier
    title: str
    on: str = ""
    only: OutcomeSection | None = None
    assumption: str = ""


class CompareStep(StepSection):
    """Describe patients, and compare groups of them."""

    kind: Literal["compare"]
    rows: Rows = Field(min_length=1)
    by: str = ""
    summary: Literal["mean", "median"] = "median"
    posthoc: Literal["holm", "bonferroni", "benjamini-hochberg"] | None = None
    difference: bool = False
    smd: Literal["largest", "mean"] | None = None
    distribution_checks: bool = False


class KaplanMeierStep(StepSection):
    """Survival curves with numbers at risk, and the log-rank test."""

    kind: Literal["kaplan_meier"]
    endpoint: str
    by: str = ""
    times: tuple[float, ...] = ()
    risk_every: float | None = Field(default=None, gt=0)


class CoxStep(StepSection):
    """Cox regression, univariable and multivariable."""

    kind: Literal["cox"]
    endpoint: str
    covariates: Covariates = Field(min_length=1)
    selection: SelectionSection


class LogisticStep(StepSection):
    """Logistic regression, univariable and multivariable."""

    kind: Literal["logistic"]
    outcome: OutcomeSection
    covariates: Covariates = Field(min_length=1)
    selection: SelectionSection


class RocStep(StepSection):
    """A marker's ROC curve and cut-off."""

    kind: Literal["roc"]
    outcome: OutcomeSection
    marker: str
    direction: Literal["high", "low"]
    cutoff: float | None = None


class MatchStep(StepSection):
    """Propensity score matching; later steps may run on the matched patients."""

    kind: Literal["match"]
    treated: OutcomeSection
    covariates: Covariates = Field(min_length=1)
    ratio: int = Field(default=1, ge=1)
    caliper: Annotated[float, Field(gt=0)] | Literal["none"] = 0.2


Step = Annotated[
    CompareStep | KaplanMeierStep | CoxStep | LogisticStep | RocStep | MatchStep,
    Field(discriminator="kind"),
]


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
    steps: tuple[Step, ...] = Field(min_length=1)
