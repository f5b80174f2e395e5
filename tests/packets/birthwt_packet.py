"""Logistic and ordinal models on a real cohort: birth weights of 189 newborns."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from analyses.plan import StudyPlan, plan_from
from analyses.running import StudyResults, run
from cohort_stats.cohort import Cohort, Flow
from reports.view import View

DATA = Path(__file__).parent.parent / "reference" / "data" / "birthwt.csv"
PLAN = """
[study]
key = "birthwt"
title = "Risk factors of a low birth weight"
question = "Which mothers have small newborns?"
design = "Births at one hospital in 1986"

[variables.id]
label = "Newborn"
type = "id"

[variables.low]
label = "Birth weight below 2,500 g"
type = "yesno"

[variables.weight]
label = "Birth weight"
type = "number"
unit = "g"

[variables.lwt]
label = "Mother's weight"
type = "number"
unit = "lb"

[variables.smoke]
label = "Smoking"
type = "yesno"

[variables.ht]
label = "Hypertension"
type = "yesno"

[variables.ptl]
label = "Premature labours before"
type = "category"
levels = ["None", "One", "Two", "Three"]

[derived.class]
label = "Class of birth weight"
cut = { variable = "weight", at = [2500, 3000, 3500], labels = ["I", "II", "III", "IV"] }

[[steps]]
id = "separated"
kind = "logistic"
title = "Low birth weight"
outcome = "low"
covariates = [{ variable = "lwt", per = 10 }, "smoke", "ptl"]
selection = { rule = "all" }

[[steps]]
id = "firth"
kind = "logistic"
title = "Low birth weight, penalised"
outcome = "low"
covariates = [{ variable = "lwt", per = 10 }, "smoke", "ptl"]
selection = { rule = "all" }
estimator = "firth"

[[steps]]
id = "class"
kind = "ordinal"
title = "Class of birth weight"
outcome = "class"
covariates = [{ variable = "lwt", per = 10 }, "smoke", "ht"]
selection = { rule = "univariable", p_below = 0.2 }
"""


def patients() -> pd.DataFrame:
    raw = pd.read_csv(DATA)
    frame = pd.DataFrame({"id": [f"N{i}" for i in range(len(raw))], "weight": raw["bwt"] * 1.0})
    frame["lwt"] = raw["lwt"] * 1.0
    for name in ("low", "smoke", "ht"):
        labels = np.where(raw[name] == 1, "Yes", "No")
        frame[name] = pd.Categorical(labels, ["No", "Yes"], ordered=True)
    words = ["None", "One", "Two", "Three"]
    frame["ptl"] = pd.Categorical(raw["ptl"].map(dict(enumerate(words))), words, ordered=True)
    return frame


def plan(old: str = "", new: str = "") -> StudyPlan:
    """The plan, with one piece of its text replaced."""
    assert old in PLAN
    return plan_from(tomllib.loads(PLAN.replace(old, new, 1) if old else PLAN))


def results_of(frame: pd.DataFrame, study: StudyPlan) -> StudyResults:
    flow = Flow(len(frame))
    cohort = Cohort(frame, study.dictionary, "birthwt.csv", "0" * 64, synthetic=False, flow=flow)
    return run(cohort, study)


@cache
def view() -> View:
    return View(results_of(patients(), plan()))
