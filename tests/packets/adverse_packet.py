"""Made-up patients with adverse events: graded, numbers, yes/no."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from analyses.plan import StudyPlan, plan_from
from analyses.running import StudyResults, run
from cohort_stats.cohort import Cohort, Flow
from reports.view import View

GRADES = ["None", "Grade 1", "Grade 2", "Grade 3", "Grade 4", "Grade 5"]
PLAN = f"""
[study]
key = "adverse"
title = "Adverse events"
question = "Which arm is tolerated better?"
design = "Made up for tests"

[variables.id]
label = "Patient"
type = "id"

[variables.arm]
label = "Arm"
type = "category"
levels = ["Surgery", "Radiotherapy"]

[variables.nausea]
label = "Nausea"
type = "ordered"
levels = {GRADES}

[variables.pain]
label = "Pain"
type = "integer"

[variables.leak]
label = "Leak of cerebrospinal fluid"
type = "yesno"

[variables.fatal]
label = "Haemorrhage"
type = "ordered"
levels = {GRADES}

[variables.rash]
label = "Rash"
type = "integer"

[[steps]]
id = "harm"
kind = "adverse_events"
title = "Adverse events by arm"
events = ["nausea", "pain", "leak", "fatal", "rash"]
by = "arm"

[[steps]]
id = "harm_overall"
kind = "adverse_events"
title = "Adverse events of grade 2 or higher"
events = ["pain"]
severe = 2

[[steps]]
id = "harm_each"
kind = "adverse_events"
title = "Adverse events by grade"
events = ["nausea", "pain", "leak"]
by = "arm"
each_grade = true
"""


def patients(n: int = 60) -> pd.DataFrame:
    """Nobody had a haemorrhage, of rash nothing is known."""
    rng = np.random.default_rng(4)
    nausea = rng.choice(6, n, p=[0.4, 0.2, 0.2, 0.1, 0.05, 0.05])
    arm = rng.integers(2, size=n)
    nausea[:3] = -1
    pain = np.where(rng.random(n) < 0.4 + 0.3 * arm, rng.integers(1, 4, n), 0).astype(float)
    pain[5:9] = np.nan
    levels = {"categories": GRADES, "ordered": True}
    return pd.DataFrame(
        {
            "id": [f"P{k}" for k in range(n)],
            "arm": pd.Categorical.from_codes(arm, ["Surgery", "Radiotherapy"]),
            "nausea": pd.Categorical.from_codes(nausea, **levels),
            "pain": pain,
            "leak": pd.Categorical.from_codes(rng.integers(2, size=n), ["No", "Yes"]),
            "fatal": pd.Categorical.from_codes(np.zeros(n, dtype=int), **levels),
            "rash": np.full(n, np.nan),
        }
    )


def plan(**changed: object) -> StudyPlan:
    """The plan, its first step with other keys."""
    content = tomllib.loads(PLAN)
    content["steps"][0] |= changed
    return plan_from(content)


def results(frame: pd.DataFrame | None = None, study: StudyPlan | None = None) -> StudyResults:
    """What the plan gives for patients."""
    study, frame = study or plan(), patients() if frame is None else frame
    n = len(frame)
    cohort = Cohort(frame, study.dictionary, "adverse.xlsx", "0" * 64, synthetic=True, flow=Flow(n))
    return run(cohort, study)


@cache
def view() -> View:
    """Of the plan as it is."""
    return View(results())


def frame_of(columns: Mapping[str, object], n: int) -> pd.DataFrame:
    """The first patients with other columns."""
    return patients().head(n).assign(**columns)
