"""A plan with a competing event, and the cohort it is applied to: primary biliary cholangitis."""

from __future__ import annotations

import tomllib

import pandas as pd
from r_values import data

from analyses.plan import StudyPlan, plan_from
from analyses.running import StudyResults, run
from cohort_stats.cohort import Cohort, Flow

PLAN = """
[study]
key = "pbc"
title = "Death before transplantation in primary biliary cholangitis"
question = "Who dies before a transplantation?"
design = "Patients of a trial, R package survival"

[variables.id]
label = "Patient"
type = "id"

[variables.days]
label = "Follow-up"
type = "number"
unit = "days"

[variables.status]
label = "Status"
type = "category"
levels = { 0 = "Censored", 1 = "Transplantation", 2 = "Dead" }

[variables.age]
label = "Age"
type = "number"
unit = "years"

[variables.sex]
label = "Sex"
type = "category"
levels = { f = "Female", m = "Male" }

[variables.bilirubin]
label = "Bilirubin"
type = "number"
unit = "mg/dL"

[variables.stage]
label = "Histological stage"
type = "ordered"
levels = ["1", "2", "3", "4"]

[derived.dead_5y]
label = "Dead within five years"
event_by = { endpoint = "death", time = 1826 }

[groups.late]
variable = "stage"
levels = ["2", "3", "4"]

[endpoints.death]
label = "Death without transplantation"
time = "days"
event = { variable = "status", is = "2" }
competing = { variable = "status", is = "1" }

[[steps]]
id = "incidence"
kind = "cumulative_incidence"
title = "Death without transplantation by stage"
endpoint = "death"
by = "late"
times = [1826, 3652]

[[steps]]
id = "incidence_all"
kind = "cumulative_incidence"
title = "Death without transplantation"
endpoint = "death"
times = [3652]

[[steps]]
id = "fine_gray"
kind = "fine_gray"
title = "Risk factors of death without transplantation"
endpoint = "death"
covariates = [{ variable = "age", per = 10 }, "sex", "bilirubin", "stage"]
selection = { rule = "univariable", p_below = 0.2 }
"""


def plan_with(old: str = "", new: str = "") -> StudyPlan:
    """The plan, with one piece of its text replaced."""
    assert old in PLAN
    return plan_from(tomllib.loads(PLAN.replace(old, new, 1) if old else PLAN))


def patients() -> pd.DataFrame:
    """The cohort as the loader would give it."""
    frame = data("pbc.csv")
    kept = frame[["id", "time", "age", "bili"]].set_axis(["id", "days", "age", "bilirubin"], axis=1)
    labels = ["Censored", "Transplantation", "Dead"]
    stages = frame["stage"].map({k: str(k) for k in (1, 2, 3, 4)})
    return kept.assign(
        status=pd.Categorical(frame["status"].map(dict(enumerate(labels))), categories=labels),
        sex=pd.Categorical(frame["sex"].astype(str).map({"f": "Female", "m": "Male"})),
        stage=pd.Categorical(stages, categories=["1", "2", "3", "4"], ordered=True),
    )


def results(plan: StudyPlan | None = None, frame: pd.DataFrame | None = None) -> StudyResults:
    """The plan applied."""
    plan, frame = plan or plan_with(), patients() if frame is None else frame
    flow = Flow(len(frame))
    return run(
        Cohort(frame, plan.dictionary, "pbc.xlsx", "0" * 64, synthetic=False, flow=flow), plan
    )
