"""Plans that pool studies, and the workbooks they read, as frames."""

from __future__ import annotations

import tomllib

import pandas as pd

from analyses.plan import StudyPlan, plan_from
from analyses.running import StudyResults, run
from cohort_stats.cohort import Cohort, Flow

#: Ten external validations at 90 days, ten at a year, as Table 5 of Sanker et al. 2025 prints
#: them (doi in analyses/studies); Zhao's row has no interval there.
AREAS = """Fenn 2024|90 days|0.85|0.83|0.87
Huang 2024|90 days|0.84|0.79|0.90
Pan 2024|90 days|0.72|0.66|0.77
Li 2023|90 days|0.743|0.666|0.817
Zhong 2023|90 days|0.714|0.589|0.839
Yen 2022|90 days|0.78|0.76|0.80
Shah 2021|90 days|0.84|0.79|0.89
Yang 2021|90 days|0.73|0.67|0.78
Bongers 2020|90 days|0.81|0.74|0.87
Karhade 2020|90 days|0.81|0.70|0.89
Fenn 2024|1 year|0.87|0.85|0.89
Huang 2024|1 year|0.77|0.73|0.80
Pan 2024|1 year|0.70|0.61|0.78
Li 2023|1 year|0.787|0.730|0.838
Zhong 2023|1 year|0.832|0.758|0.906
Yen 2022|1 year|0.76|0.74|0.78
Shah 2021|1 year|0.90|0.86|0.93
Yang 2021|1 year|0.74|0.69|0.79
Bongers 2020|1 year|0.84|0.77|0.89
Karhade 2020|1 year|0.78|0.67|0.87"""

PLAN = """
[study]
key = "pooled"
title = "Studies pooled"
question = "How well do the models discriminate?"
design = "Meta-analysis"

[variables.study]
label = "Study"
type = "text"

[variables.output]
label = "Time of the prediction"
type = "category"
levels = ["90 days", "1 year"]

[variables.auc]
label = "Area under the curve"
type = "number"

[variables.low]
label = "Lower limit"
type = "number"

[variables.high]
label = "Upper limit"
type = "number"

[variables.patients]
label = "Patients"
type = "integer"

[variables.events]
label = "Recurrences"
type = "integer"

[variables.year]
label = "Year of publication"
type = "integer"

[[steps]]
id = "areas"
kind = "pool"
title = "Discrimination"
measure = "area under the curve"
study = "study"
estimate = "auc"
low = "low"
high = "high"
patients = "patients"
by = "output"
moderators = ["year"]

[[steps]]
id = "recurrence"
kind = "pool"
title = "Recurrence"
measure = "proportion"
study = "study"
events = "events"
patients = "patients"
only = { variable = "output", is = "90 days" }
"""


def plan_with(old: str = "", new: str = "") -> StudyPlan:
    """The plan, with one piece of its text replaced."""
    assert old in PLAN
    return plan_from(tomllib.loads(PLAN.replace(old, new, 1) if old else PLAN))


def studies() -> pd.DataFrame:
    """One row a study; patients and events are made up."""
    rows = [line.split("|") for line in AREAS.splitlines()]
    frame = pd.DataFrame(rows, columns=["study", "output", "auc", "low", "high"])
    frame = frame.astype({"auc": float, "low": float, "high": float})
    levels = ["90 days", "1 year"]
    frame["output"] = pd.Categorical(frame["output"], categories=levels, ordered=True)
    frame["patients"] = [40 + 13 * i for i in range(20)]
    frame["events"] = [(7 * i) % 11 for i in range(20)]
    frame["year"] = frame["study"].str[-4:].astype(int)
    return frame


def results_of(plan: StudyPlan, frame: pd.DataFrame) -> StudyResults:
    """The plan applied to the studies."""
    flow = Flow(len(frame))
    cohort = Cohort(frame, plan.dictionary, "studies.xlsx", "0" * 64, synthetic=True, flow=flow)
    return run(cohort, plan)
