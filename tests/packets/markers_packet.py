"""Markers, cut-offs and predicted risks on a real cohort: the PBC trial."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pandas as pd

from analyses.plan import StudyPlan, plan_from
from analyses.running import StudyResults, run
from cohort_stats.cohort import Cohort, Flow
from reports.view import View

DATA = Path(__file__).parent.parent / "reference" / "data" / "pbc.csv"

PLAN = """
[study]
key = "pbc_markers"
title = "Markers of death in the PBC trial"
question = "Which marker tells best who dies?"
design = "Randomised trial"
seed = 7

[variables.id]
label = "Patient"
type = "id"

[variables.time]
label = "Follow-up"
type = "number"
unit = "days"

[variables.status]
label = "Status"
type = "category"
levels = ["Alive", "Transplant", "Dead"]

[variables.sex]
label = "Sex"
type = "category"
levels = ["f", "m"]

[variables.age]
label = "Age"
type = "number"
unit = "years"

[variables.bili]
label = "Bilirubin"
type = "number"
unit = "mg/dl"

[variables.albumin]
label = "Albumin"
type = "number"
unit = "g/dl"

[variables.protime]
label = "Prothrombin time"
type = "number"
unit = "s"

[endpoints.death]
label = "Death"
time = "time"
event = { variable = "status", is = "Dead" }
competing = { variable = "status", is = "Transplant" }

[derived.dead_3]
label = "Died within three years"
event_by = { endpoint = "death", time = 1095.75 }

[derived.bili_group]
label = "Bilirubin by its cut-off"
cut = { variable = "bili", at_step = "best_cut", labels = ["< {at}", "≥ {at}"] }

[derived.albumin_group]
label = "Albumin by its cut-off"
cut = { variable = "albumin", at_step = "roc", labels = ["< {at}", "≥ {at}"] }

[derived.risk_age]
label = "Risk by age and sex"
predicted = { at_step = "model_age" }

[derived.risk_all]
label = "Risk by age, bilirubin and albumin"
predicted = { at_step = "model_all" }

[derived.hazard]
label = "Cox model’s linear predictor"
predicted = { at_step = "cox_all" }

[[steps]]
id = "roc"
title = "Markers of death within three years"
kind = "roc"
outcome = "dead_3"
markers = ["bili", { variable = "albumin", direction = "low" }, "protime"]
direction = "high"
cutoffs = ["youden", { sensitivity = 0.9 }]
comparison = "delong"
partial = { between = [0.8, 1.0] }

[[steps]]
id = "roc_sex"
title = "Bilirubin and death within three years, by sex"
kind = "roc"
outcome = "dead_3"
marker = "bili"
direction = "high"
cutoffs = ["youden", "closest", 2.0]
by = "sex"

[[steps]]
id = "best_cut"
title = "Bilirubin where survival differs most"
kind = "survival_cutoff"
endpoint = "death"
marker = "bili"

[[steps]]
id = "km_bili"
title = "Survival by bilirubin"
kind = "kaplan_meier"
endpoint = "death"
by = "bili_group"

[[steps]]
id = "timed"
title = "Markers of death over time"
kind = "time_roc"
endpoint = "death"
markers = ["bili", { variable = "albumin", direction = "low" }]
direction = "high"
times = [365, 1095, 2190]
comparison = true

[[steps]]
id = "model_age"
title = "Model of age and sex"
kind = "logistic"
outcome = "dead_3"
covariates = [{ variable = "age", per = 10 }, "sex"]
selection = { rule = "all" }

[[steps]]
id = "model_all"
title = "Model of age, bilirubin and albumin"
kind = "logistic"
outcome = "dead_3"
covariates = [{ variable = "age", per = 10 }, "bili", "albumin"]
selection = { rule = "all" }

[[steps]]
id = "cox_all"
title = "Cox model"
kind = "cox"
endpoint = "death"
covariates = ["age", "sex", "bili"]
selection = { rule = "all" }

[[steps]]
id = "roc_models"
title = "Predicted risks and death within three years"
kind = "roc"
outcome = "dead_3"
markers = ["risk_age", "risk_all", "hazard"]
direction = "high"
comparison = "bootstrap"
bootstrap = 500

[[steps]]
id = "benefit"
title = "Net benefit of the models"
kind = "decision_curve"
outcome = "dead_3"
risks = ["risk_age", "risk_all"]
thresholds = [0.01, 0.6]
at = [0.1, 0.2, 0.4]

[[steps]]
id = "moved"
title = "Reclassification by the new model"
kind = "reclassification"
outcome = "dead_3"
old = "risk_age"
new = "risk_all"
cutoffs = [0.1, 0.3]
"""

#: Steps whose tables are kept word for word.
GOLDEN = (
    "roc",
    "roc_cutoffs",
    "roc_sex",
    "roc_sex_cutoffs",
    "best_cut",
    "timed",
    "benefit",
    "moved",
)
COLUMNS = ["id", "time", "sex", "age", "bili", "albumin", "protime"]


def plan(old: str = "", new: str = "") -> StudyPlan:
    """The plan, with one piece of its text replaced."""
    assert old in PLAN
    return plan_from(tomllib.loads(PLAN.replace(old, new, 1) if old else PLAN))


def patients() -> pd.DataFrame:
    given = pd.read_csv(DATA)
    given = given[given["trt"].notna()].reset_index(drop=True)
    words = {0: "Alive", 1: "Transplant", 2: "Dead"}
    return given[COLUMNS].assign(
        id=given["id"].astype(str),
        sex=pd.Categorical(given["sex"], categories=["f", "m"]),
        status=pd.Categorical(given["status"].map(words), categories=list(words.values())),
    )


def results_of(study: StudyPlan) -> StudyResults:
    frame, flow = patients(), Flow(len(patients()))
    cohort = Cohort(frame, study.dictionary, "pbc.csv", "0" * 64, synthetic=False, flow=flow)
    return run(cohort, study)


@cache
def view() -> View:
    return View(results_of(plan()))
