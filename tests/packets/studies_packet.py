"""A review: studies as rows, their judgements, and counts as another review prints them."""

from __future__ import annotations

import tomllib

import pandas as pd

from analyses.plan import StudyPlan, plan_from
from analyses.running import run
from cohort_stats.cohort import Cohort, Flow
from reports.view import View

#: Tables that are compared word for word.
GOLDEN = ("bias", "bias_studies", "as_printed", "size")
LEVELS = ["Low", "Unclear", "High"]
HEAD = """
[study]
key = "review"
title = "A review"
question = "How were the studies done?"
design = "Systematic review"
rows = "studies"

[variables.study]
label = "Study"
type = "text"

[variables.patients]
label = "Size"
type = "integer"

[variables.participants]
label = "Participants"
type = "ordered"
levels = ["Low", "Unclear", "High"]

[variables.analysis]
label = "Analysis"
type = "ordered"
levels = ["Low", "Unclear", "High"]

[variables.other]
label = "Other"
type = "ordered"
levels = ["Good", "Bad"]
"""
COUNTS = """
[[steps]]
id = "as_printed"
kind = "risk_of_bias"
title = "Risk of bias, as printed"

[steps.counts]
Participants = { Low = 32, "Some concerns" = 15, High = 0 }
Analysis = { Low = 3, "Some concerns" = 15, High = 29 }
"""
ONLY_COUNTS = HEAD + COUNTS
PLAN = (
    HEAD
    + """
[[steps]]
id = "bias"
kind = "risk_of_bias"
title = "Risk of bias"
study = "study"
domains = ["participants", "analysis"]

[[steps]]
id = "size"
kind = "compare"
title = "Size of the studies"
rows = ["patients"]
"""
    + COUNTS
)


def frame() -> pd.DataFrame:
    """Five made-up studies, two of one name; one was not judged in a domain."""
    judged = {
        "participants": ["Low", "Low", "Unclear", "Unclear", "High"],
        "analysis": ["Low", "High", "High", "High", None],
    }
    columns = {name: pd.Categorical(v, LEVELS, ordered=True) for name, v in judged.items()}
    studies = ["Ames 2019", "Bohr 2020", "Curie 2021", "Curie 2021", "Dirac 2022"]
    return pd.DataFrame({"study": studies, "patients": [30, 88, 120, 45, 269], **columns})


def plan_of(text: str) -> StudyPlan:
    """A plan from its text."""
    return plan_from(tomllib.loads(text))


def view_of(text: str, rows: pd.DataFrame) -> View:
    """The studies analysed."""
    plan = plan_of(text)
    cohort = Cohort(rows, plan.dictionary, "studies.xlsx", "0" * 64, False, flow=Flow(len(rows)))
    return View(run(cohort, plan))
