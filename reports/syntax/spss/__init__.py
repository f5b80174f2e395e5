"""The SPSS syntax of a study, one module a family of steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reports.syntax.spss.comparing import (
    compare_spss,
    paired_spss,
    proportion_spss,
    transition_spss,
)
from reports.syntax.spss.competing import cumulative_incidence_spss, fine_gray_spss
from reports.syntax.spss.counting import (
    adverse_events_spss,
    missingness_spss,
    rates_spss,
    reclassification_spss,
)
from reports.syntax.spss.effects import pool_spss, subgroups_spss
from reports.syntax.spss.markers import (
    decision_curve_spss,
    survival_cutoff_spss,
    time_roc_spss,
)
from reports.syntax.spss.models import (
    cox_spss,
    kaplan_meier_spss,
    logistic_spss,
    ordinal_spss,
    roc_spss,
)
from reports.syntax.spss.samples import match_spss, weight_spss
from reports.syntax.study import PICTURES, Study

#: Kind of step -> its section of the SPSS syntax.
MAKERS: Mapping[str, Callable[[Any, Study], list[str]]] = {
    "missingness": missingness_spss,
    "compare": compare_spss,
    "proportion": proportion_spss,
    "paired": paired_spss,
    "transition": transition_spss,
    "adverse_events": adverse_events_spss,
    "kaplan_meier": kaplan_meier_spss,
    "rates": rates_spss,
    "cumulative_incidence": cumulative_incidence_spss,
    "cox": cox_spss,
    "fine_gray": fine_gray_spss,
    "logistic": logistic_spss,
    "ordinal": ordinal_spss,
    "subgroups": subgroups_spss,
    "roc": roc_spss,
    "time_roc": time_roc_spss,
    "survival_cutoff": survival_cutoff_spss,
    "decision_curve": decision_curve_spss,
    "reclassification": reclassification_spss,
    "match": match_spss,
    "weight": weight_spss,
    "pool": pool_spss,
}
#: Kind of step -> why the SPSS syntax has no section for it.
REASONS: Mapping[str, str] = PICTURES
