"""The R script of a study, one module a family of steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reports.syntax.r.changes import paired_r, transition_r
from reports.syntax.r.comparing import compare_r
from reports.syntax.r.competing import cumulative_incidence_r, fine_gray_r
from reports.syntax.r.counts import adverse_events_r, missingness_r
from reports.syntax.r.markers import roc_r
from reports.syntax.r.ordinal import ordinal_r
from reports.syntax.r.pooling import pool_r
from reports.syntax.r.predictions import (
    decision_curve_r,
    reclassification_r,
    survival_cutoff_r,
    time_roc_r,
)
from reports.syntax.r.regression import cox_r, logistic_r
from reports.syntax.r.samples import match_r, weight_r
from reports.syntax.r.shares import proportion_r, rates_r
from reports.syntax.r.subgroups import subgroups_r
from reports.syntax.r.survival import kaplan_meier_r
from reports.syntax.study import PICTURES, Study

#: Kind of step -> its section of the R script.
MAKERS: Mapping[str, Callable[[Any, Study], list[str]]] = {
    "missingness": missingness_r,
    "compare": compare_r,
    "proportion": proportion_r,
    "paired": paired_r,
    "transition": transition_r,
    "adverse_events": adverse_events_r,
    "kaplan_meier": kaplan_meier_r,
    "rates": rates_r,
    "cumulative_incidence": cumulative_incidence_r,
    "cox": cox_r,
    "fine_gray": fine_gray_r,
    "logistic": logistic_r,
    "ordinal": ordinal_r,
    "subgroups": subgroups_r,
    "roc": roc_r,
    "time_roc": time_roc_r,
    "survival_cutoff": survival_cutoff_r,
    "decision_curve": decision_curve_r,
    "reclassification": reclassification_r,
    "match": match_r,
    "weight": weight_r,
    "pool": pool_r,
}
#: Kind of step -> why the R script has no section for it.
REASONS: Mapping[str, str] = PICTURES
