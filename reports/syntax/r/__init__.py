"""The R script of a study, one module a family of steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reports.syntax.r.comparing import compare_r
from reports.syntax.r.markers import roc_r
from reports.syntax.r.regression import cox_r, logistic_r
from reports.syntax.r.shares import proportion_r, rates_r
from reports.syntax.r.survival import kaplan_meier_r
from reports.syntax.study import Study

#: Kind of step -> its section of the R script.
MAKERS: Mapping[str, Callable[[Any, Study], list[str]]] = {
    "compare": compare_r,
    "kaplan_meier": kaplan_meier_r,
    "cox": cox_r,
    "logistic": logistic_r,
    "roc": roc_r,
    "rates": rates_r,
    "proportion": proportion_r,
}
PICTURE = "a picture; its numbers stand in results.csv"
#: Kind of step -> why the R script has no section for it.
REASONS: Mapping[str, str] = {
    "missingness": "missing values: naniar::mcar_test, mice::md.pattern",
    "cumulative_incidence": "cumulative incidence: cmprsk::cuminc",
    "fine_gray": "Fine-Gray regression: cmprsk::crr, or survival::finegray and coxph",
    "ordinal": "proportional odds: MASS::polr",
    "time_roc": "areas over time: timeROC::timeROC",
    "survival_cutoff": "a cut-off of survival: maxstat::maxstat.test",
    "decision_curve": "net benefit: dcurves::dca",
    "reclassification": "reclassification: nricens, PredictABEL",
    "match": "matching: the matched sets are a column of cohort.csv",
    "weight": "weights: a column of cohort.csv",
    "paired": "changes: t.test, wilcox.test and mcnemar.test, each paired",
    "transition": "transitions: table(before, after)",
    "pool": "meta-analysis: metafor::rma",
    "subgroups": "models in subgroups: coxph or glm with subset =",
    "adverse_events": "counts by grade: table(event, grade)",
    "distribution": PICTURE,
    "bars": PICTURE,
    "waterfall": PICTURE,
    "swimmer": PICTURE,
    "risk_of_bias": PICTURE,
}
