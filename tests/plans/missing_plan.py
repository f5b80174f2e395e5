"""A plan on the PBC trial, in which a third of the patients lack a value."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pandas as pd

from analyses.plan import StudyPlan, plan_from
from analyses.running import StudyResults, run
from cohort_stats.cohort import Cohort, Flow

DATA = Path(__file__).parent.parent / "reference" / "data" / "pbc.csv"

PLAN = """
[study]
key = "pbc_missing"
title = "Missing values in the PBC trial"
question = "Which patients die, when some values are missing?"
design = "Randomised trial, and patients who were followed beside it"
seed = 4

[variables.id]
label = "Patient"
type = "id"

[variables.arm]
label = "Arm"
type = "category"
levels = ["Placebo", "D-penicillamine"]

[variables.age]
label = "Age"
type = "number"
unit = "years"

[variables.sex]
label = "Sex"
type = "category"
levels = ["Female", "Male"]

[variables.ascites]
label = "Ascites"
type = "yesno"

[variables.stage]
label = "Stage"
type = "ordered"
levels = ["1", "2", "3", "4"]

[variables.edema]
label = "Edema"
type = "category"
levels = ["none", "treated", "resistant"]

[variables.copper]
label = "Urine copper"
type = "number"
unit = "µg/day"

[variables.cholesterol]
label = "Cholesterol"
type = "number"
unit = "mg/dL"

[variables.platelets]
label = "Platelets"
type = "number"
unit = "10⁹/L"

[variables.bilirubin]
label = "Bilirubin"
type = "number"
unit = "mg/dL"

[variables.died]
label = "Died"
type = "yesno"

[variables.days]
label = "Follow-up"
type = "number"
unit = "days"

[derived.much_copper]
label = "Urine copper above 100 µg/day"
cut = { variable = "copper", at = [100], labels = ["≤ 100", "> 100"] }

[derived.early]
label = "Died within three years"
event_by = { endpoint = "death", time = 1096 }

[endpoints.death]
label = "Death"
time = "days"
event = "died"

[imputation]
with = ["platelets"]
m = 5
iterations = 3
method = { cholesterol = "normal" }

[[steps]]
id = "missing"
kind = "missingness"
title = "Missing values"
variables = ["arm", "age", "ascites", "stage", "copper", "cholesterol", "platelets", "much_copper"]
compared = ["age", "sex", "bilirubin", "edema"]
endpoint = "death"

[[steps]]
id = "baseline"
kind = "compare"
title = "Characteristics by ascites"
missing = "imputed"
by = "ascites"
difference = true
rows = ["age", { variable = "copper", summary = "mean" }, "stage", "cholesterol"]

[[steps]]
id = "km"
kind = "kaplan_meier"
title = "Survival by urine copper"
missing = "imputed"
endpoint = "death"
by = "much_copper"
times = [365, 1826]
pairwise = "holm"
differences = true
rmst = 1826

[[steps]]
id = "cox"
kind = "cox"
title = "Risk factors of death"
missing = "imputed"
endpoint = "death"
covariates = [
  { variable = "age", per = 10 }, "sex", "stage", { variable = "copper", per = 100 }, "ascites",
  "edema",
]
selection = { rule = "univariable", p_below = 0.1 }

[[steps]]
id = "early"
kind = "logistic"
title = "Death within three years"
missing = "imputed"
outcome = "early"
covariates = ["bilirubin", "stage", "much_copper"]
selection = { rule = "given", covariates = ["bilirubin", "much_copper"] }

[[steps]]
id = "plain"
kind = "cox"
title = "Complete cases alone"
endpoint = "death"
covariates = ["age", "copper"]
selection = { rule = "all" }
"""


def plan_with(old: str = "", new: str = "") -> StudyPlan:
    """The plan, with one piece of its text replaced."""
    assert old in PLAN
    return plan_from(tomllib.loads(PLAN.replace(old, new, 1) if old else PLAN))


def patients() -> pd.DataFrame:
    """The cohort as the loader would give it: every category with an order."""
    raw = pd.read_csv(DATA)
    frame = pd.DataFrame({"id": raw["id"].astype(str), "age": raw["age"].round(1)})
    frame["arm"] = _levels(raw["trt"], {2: "Placebo", 1: "D-penicillamine"})
    frame["sex"] = _levels(raw["sex"], {"f": "Female", "m": "Male"})
    frame["ascites"] = _levels(raw["ascites"], {0: "No", 1: "Yes"})
    frame["stage"] = _levels(raw["stage"], {k: str(k) for k in range(1, 5)})
    frame["edema"] = _levels(raw["edema"], {0.0: "none", 0.5: "treated", 1.0: "resistant"})
    names = {"copper": "copper", "cholesterol": "chol", "platelets": "platelet"}
    names |= {"bilirubin": "bili", "days": "time"}
    for ours, theirs in names.items():
        frame[ours] = raw[theirs].astype(float)
    frame["died"] = _levels(raw["status"] == 2, {False: "No", True: "Yes"})
    return frame


def _levels(column: pd.Series, words: dict) -> pd.Series:
    labels = list(words.values())
    return pd.Series(pd.Categorical(column.map(words), categories=labels, ordered=True))


def cohort(study: StudyPlan, frame: pd.DataFrame | None = None) -> Cohort:
    frame = patients() if frame is None else frame
    flow = Flow(len(frame))
    return Cohort(frame, study.dictionary, "pbc.csv", "0" * 64, synthetic=False, flow=flow)


@cache
def results() -> StudyResults:
    study = plan_with()
    return run(cohort(study), study)
