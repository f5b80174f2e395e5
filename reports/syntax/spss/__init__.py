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
from reports.syntax.spss.models import (
    cox_spss,
    kaplan_meier_spss,
    logistic_spss,
    ordinal_spss,
    roc_spss,
)
from reports.syntax.study import Study

#: Kind of step -> its section of the SPSS syntax.
MAKERS: Mapping[str, Callable[[Any, Study], list[str]]] = {
    "compare": compare_spss,
    "proportion": proportion_spss,
    "paired": paired_spss,
    "transition": transition_spss,
    "kaplan_meier": kaplan_meier_spss,
    "cox": cox_spss,
    "logistic": logistic_spss,
    "ordinal": ordinal_spss,
    "roc": roc_spss,
}
PICTURE = "a picture; its numbers stand in results.csv"
#: Kind of step -> why the SPSS syntax has no section for it.
REASONS: Mapping[str, str] = {
    "missingness": "MVA (module Missing Values) has patterns and Little's test",
    "rates": "SPSS has no rates with exact intervals: GENLIN with DISTRIBUTION=POISSON has Wald's",
    "cumulative_incidence": "SPSS has no competing risks; R has (analysis.R)",
    "fine_gray": "SPSS has no Fine-Gray regression; R has (analysis.R)",
    "time_roc": "SPSS has no time-dependent ROC curves",
    "survival_cutoff": "SPSS has no maximally selected rank statistics",
    "decision_curve": "SPSS has no decision curves",
    "reclassification": "SPSS has no reclassification indices",
    "match": "matching: SPSS's own differs in its algorithm; the sets are a column of the file",
    "weight": "weights by the propensity score: a column of the file",
    "pool": "meta-analysis: META ESSIZE CONTINUOUS (SPSS 28), by its menus",
    "subgroups": "a Cox or logistic model in each subgroup: SPLIT FILE BY, and COXREG",
    "adverse_events": "counts by grade: CROSSTABS of events by grade",
    "distribution": PICTURE,
    "bars": PICTURE,
    "waterfall": PICTURE,
    "swimmer": PICTURE,
    "risk_of_bias": PICTURE,
}
