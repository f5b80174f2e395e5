"""What each kind of step does with its patients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analyses.scene import Sample, Scene
from analyses.steps import (
    adverse,
    change,
    compare,
    competing,
    decision,
    kaplan_meier,
    logistic,
    match,
    missingness,
    models,
    ordinal,
    patient_bars,
    pictures,
    pool,
    proportion,
    rates,
    risk_of_bias,
    roc,
    subgroups,
    time_roc,
)
from cohort_stats.results import Result

#: Kind of step -> what it does. A step returns its results, each named ``id`` or ``id/part``.
STEPS: Mapping[str, Callable[[Any, Scene], tuple[Result, ...]]] = {
    "compare": compare.compare_step,
    "missingness": missingness.missingness_step,
    "kaplan_meier": kaplan_meier.kaplan_meier_step,
    "rates": rates.rates_step,
    "cumulative_incidence": competing.cumulative_incidence_step,
    "cox": models.cox_step,
    "fine_gray": competing.fine_gray_step,
    "logistic": logistic.logistic_step,
    "ordinal": ordinal.ordinal_step,
    "roc": roc.roc_step,
    "time_roc": time_roc.time_roc_step,
    "survival_cutoff": time_roc.survival_cutoff_step,
    "decision_curve": decision.decision_curve_step,
    "reclassification": decision.reclassification_step,
    "paired": change.paired_step,
    "transition": change.transition_step,
    "proportion": proportion.proportion_step,
    "adverse_events": adverse.adverse_events_step,
    "pool": pool.pool_step,
    "subgroups": subgroups.subgroups_step,
    "distribution": pictures.distribution_step,
    "bars": pictures.bars_step,
    "waterfall": patient_bars.waterfall_step,
    "swimmer": patient_bars.swimmer_step,
    "risk_of_bias": risk_of_bias.risk_of_bias_step,
}

#: Kind of step that leaves a sample to later ones -> what it does.
SAMPLES: Mapping[str, Callable[[Any, Scene], tuple[tuple[Result, ...], Sample]]] = {
    "match": match.match_step,
    "weight": match.weight_step,
}
