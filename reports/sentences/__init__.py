"""Results in sentences, one module a family of steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reports.derived import cut_from_data
from reports.sentences.adverse import adverse_text
from reports.sentences.changes import paired_text, proportion_text, transition_text
from reports.sentences.comparing import compare_text
from reports.sentences.discrimination import (
    decision_text,
    reclassification_text,
    roc_text,
    survival_cutoff_text,
    time_roc_text,
)
from reports.sentences.incidence import incidence_text
from reports.sentences.matching import propensity_text
from reports.sentences.missing import missingness_text
from reports.sentences.patient_bars import swimmer_text, waterfall_text
from reports.sentences.pictures import bars_text, distribution_text
from reports.sentences.pooling import pooling_sentences
from reports.sentences.regression import model_text
from reports.sentences.risk_of_bias import risk_of_bias_text
from reports.sentences.subgroups import subgroups_text
from reports.sentences.survival import rates_text, survival_text
from reports.view import View

#: Kind of step -> its paragraph of the results.
MAKERS: Mapping[str, Callable[[Any, View], str]] = {
    "compare": compare_text,
    "missingness": missingness_text,
    "kaplan_meier": survival_text,
    "rates": rates_text,
    "cumulative_incidence": incidence_text,
    "cox": model_text,
    "fine_gray": model_text,
    "logistic": model_text,
    "ordinal": model_text,
    "roc": roc_text,
    "time_roc": time_roc_text,
    "survival_cutoff": survival_cutoff_text,
    "decision_curve": decision_text,
    "reclassification": reclassification_text,
    "match": propensity_text,
    "weight": propensity_text,
    "paired": paired_text,
    "transition": transition_text,
    "proportion": proportion_text,
    "adverse_events": adverse_text,
    "pool": pooling_sentences,
    "subgroups": subgroups_text,
    "distribution": distribution_text,
    "bars": bars_text,
    "waterfall": waterfall_text,
    "swimmer": swimmer_text,
    "risk_of_bias": risk_of_bias_text,
}


def step_sentences(step: Any, view: View) -> str:
    """The paragraph of a step; empty where there is none."""
    maker = MAKERS.get(step.kind)
    words = maker(step, view) if maker else ""
    return " ".join([words, *cut_from_data(step, view)]) if words else ""
