"""Every kind of step: ``[[steps]]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, get_args

from pydantic import Field

from analyses.schema.adverse import AdverseEventsStep
from analyses.schema.changes import PairedStep, TransitionStep
from analyses.schema.comparing import CompareStep, ProportionStep
from analyses.schema.discrimination import (
    DecisionCurveStep,
    ReclassificationStep,
    RocStep,
    SurvivalCutoffStep,
    TimeRocStep,
)
from analyses.schema.imputing import MissingnessStep
from analyses.schema.matching import MatchStep, WeightStep
from analyses.schema.pictures import BarsStep, DistributionStep, SwimmerStep, WaterfallStep
from analyses.schema.pooling import PoolStep
from analyses.schema.regression import CoxStep, FineGrayStep, LogisticStep, OrdinalStep
from analyses.schema.risk_of_bias import RiskOfBiasStep
from analyses.schema.step import StepSection
from analyses.schema.subgroups import SubgroupsStep
from analyses.schema.survival import CumulativeIncidenceStep, KaplanMeierStep, RatesStep

_Steps = (
    CompareStep
    | MissingnessStep
    | KaplanMeierStep
    | RatesStep
    | CumulativeIncidenceStep
    | CoxStep
    | FineGrayStep
    | LogisticStep
    | OrdinalStep
    | RocStep
    | TimeRocStep
    | SurvivalCutoffStep
    | DecisionCurveStep
    | ReclassificationStep
    | MatchStep
    | WeightStep
    | PairedStep
    | TransitionStep
    | ProportionStep
    | AdverseEventsStep
    | PoolStep
    | SubgroupsStep
    | DistributionStep
    | BarsStep
    | WaterfallStep
    | SwimmerStep
    | RiskOfBiasStep
)
Step = Annotated[_Steps, Field(discriminator="kind")]

#: Kind of step -> its words.
KINDS: Mapping[str, type[StepSection]] = {
    get_args(step.model_fields["kind"].annotation)[0]: step for step in get_args(_Steps)
}
