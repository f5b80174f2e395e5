"""The words of a plan's steps: ``[[steps]]``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from analyses.schema_words import Identifier, OutcomeSection, Words
from cohort_stats.comparing.rows import PairChoice, TestChoice


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
    """Survival curves with numbers at risk, and how the groups differ."""

    kind: Literal["kaplan_meier"]
    endpoint: str
    by: str = ""
    times: tuple[float, ...] = ()
    quantiles: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = ()
    risk_every: float | None = Field(default=None, gt=0)
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

    @model_validator(mode="after")
    def _groups_for_what_compares_them(self) -> KaplanMeierStep:
        tests = ("weights", "strata", "trend", "pairwise", "differences")
        asked = [name for name in tests if name in self.model_fields_set]
        if asked and not self.by:
            raise ValueError(f"by: a group or a variable, as {asked[0]} compares groups")
        if self.differences and not self.times:
            raise ValueError("times: at least one time, as differences are taken at times")
        return self


class RatesStep(StepSection):
    """Events per person-time."""

    kind: Literal["rates"]
    endpoint: str
    by: str = ""
    per: float = Field(default=100, gt=0)
    unit: Literal["days", "weeks", "months", "years"] | None = None


class CumulativeIncidenceStep(StepSection):
    """Cumulative incidence beside a competing event, with numbers at risk, and Gray's test."""

    kind: Literal["cumulative_incidence"]
    endpoint: str
    by: str = ""
    times: tuple[float, ...] = ()
    risk_every: float | None = Field(default=None, gt=0)


class FineGrayStep(StepSection):
    """Fine–Gray regression, univariable and multivariable, beside cause-specific Cox."""

    kind: Literal["fine_gray"]
    endpoint: str
    covariates: Covariates = Field(min_length=1)
    selection: SelectionSection


class CoxStep(StepSection):
    """Cox regression, univariable and multivariable."""

    kind: Literal["cox"]
    endpoint: str
    covariates: Covariates = Field(min_length=1)
    selection: SelectionSection
    strata: tuple[str, ...] = ()


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


class PairSection(Words):
    """The same thing before and after."""

    before: str
    after: str
    label: str = ""
    summary: Literal["mean", "median"] | None = None
    test: Literal["by type", "means", "ranks", "counts", "symmetry"] = "by type"


class PairedStep(StepSection):
    """Changes within patients, in everybody and in each group."""

    kind: Literal["paired"]
    pairs: tuple[PairSection, ...] = Field(min_length=1)
    by: str = ""
    summary: Literal["mean", "median"] = "median"


class TransitionStep(StepSection):
    """An ordered scale before by after: improved, unchanged, worse; compared between groups."""

    kind: Literal["transition"]
    before: str
    after: str
    better: Literal["high", "low"]
    by: str = ""
    test: Literal["counts", "ranks"] = "counts"


class ProportionStep(StepSection):
    """The share of patients with an outcome, with its interval; compared between groups."""

    kind: Literal["proportion"]
    outcome: OutcomeSection
    by: str = ""


Measure = Literal[
    "proportion", "area under the curve", "hazard ratio", "odds ratio", "risk ratio", "difference"
]
#: The scales a measure may be pooled on, the usual one first.
SCALES: dict[str, tuple[str, ...]] = {
    "proportion": ("logit", "freeman-tukey"),
    "area under the curve": ("logit", "identity"),
    "hazard ratio": ("log",),
    "odds ratio": ("log",),
    "risk ratio": ("log",),
    "difference": ("identity",),
}


class PoolStep(StepSection):
    """Studies pooled: meta-analysis of a workbook with one row a study."""

    kind: Literal["pool"]
    measure: Measure
    study: str
    events: str = ""
    patients: str = ""
    estimate: str = ""
    low: str = ""
    high: str = ""
    se: str = ""
    level: float = Field(default=0.95, gt=0, lt=1)
    scale: Literal["", "identity", "log", "logit", "freeman-tukey"] = ""
    by: str = ""
    moderators: Covariates = ()

    @model_validator(mode="after")
    def _words_fit_the_measure(self) -> PoolStep:
        counts = self.measure == "proportion"
        needed = ("events", "patients") if counts else ("estimate",)
        idle = ("estimate", "low", "high", "se") if counts else ("events",)
        for key in needed:
            if not getattr(self, key):
                raise ValueError(f"{key}: a variable, for the measure '{self.measure}'")
        for key in idle:
            if getattr(self, key):
                raise ValueError(f"{key}: nothing, for the measure '{self.measure}'")
        for key, other in (("low", "high"), ("high", "low")):
            if not getattr(self, key) and (getattr(self, other) or not (counts or self.se)):
                raise ValueError(f"{key}: a variable (or no limits, but se, the standard error)")
        if self.scale and self.scale not in SCALES[self.measure]:
            raise ValueError(f"scale: one of {', '.join(SCALES[self.measure])}")
        return self


Step = Annotated[
    CompareStep
    | KaplanMeierStep
    | RatesStep
    | CumulativeIncidenceStep
    | CoxStep
    | FineGrayStep
    | LogisticStep
    | RocStep
    | MatchStep
    | PairedStep
    | TransitionStep
    | ProportionStep
    | PoolStep,
    Field(discriminator="kind"),
]
#: Steps that compare groups of patients, rest on an endpoint, or build a model.
GroupedStep = (
    CompareStep
    | KaplanMeierStep
    | RatesStep
    | CumulativeIncidenceStep
    | PairedStep
    | TransitionStep
    | ProportionStep
    | PoolStep
)
CurveStep = KaplanMeierStep | CumulativeIncidenceStep
CompetingStep = CumulativeIncidenceStep | FineGrayStep
ModelStep = CoxStep | FineGrayStep | LogisticStep
EndpointStep = KaplanMeierStep | RatesStep | CoxStep | CompetingStep
