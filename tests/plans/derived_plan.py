"""A small plan with every kind of derived variable, and patients for it."""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd

from analyses.plan import StudyPlan, plan_from
from cohort_stats.cohort import Cohort, Flow

PLAN = """
[study]
key = "derived"
title = "Every kind of derived variable"
question = "Is each computed as written?"
design = "Made up for tests"

[variables.id]
label = "Patient"
type = "id"

[variables.arm]
label = "Arm"
type = "category"
levels = ["A", "B"]

[variables.ecog]
label = "ECOG"
type = "ordered"
levels = ["0", "1", "2", "3", "4", "Unknown"]

[variables.histology]
label = "Histology"
type = "text"

[variables.frankel_before]
label = "Frankel before"
type = "ordered"
levels = ["A", "B", "C", "D", "E"]

[variables.frankel_after]
label = "Frankel after"
type = "ordered"
levels = { 1 = "A", 2 = "B", 3 = "C", 4 = "D", 5 = "E" }

[variables.wound]
label = "Wound infection"
type = "yesno"

[variables.leak]
label = "Leak"
type = "yesno"

[variables.blood_loss]
label = "Blood loss"
type = "number"
unit = "mL"

[variables.levels_above]
label = "Levels above"
type = "integer"

[variables.levels_below]
label = "Levels below"
type = "integer"

[variables.height]
label = "Height"
type = "number"
unit = "m"

[variables.weight]
label = "Weight"
type = "number"
unit = "kg"

[variables.albumin]
label = "Serum albumin"
type = "number"
unit = "g/l"

[variables.lymphocytes]
label = "Lymphocytes"
type = "number"
unit = "10^9/L"

[variables.dose]
label = "Dose per fraction"
type = "number"
unit = "Gy"

[variables.fractions]
label = "Fractions"
type = "integer"

[variables.surgery]
label = "Surgery"
type = "date"

[variables.last_contact]
label = "Last contact"
type = "date"

[variables.dead]
label = "Died"
type = "yesno"

[derived.bmi_class]
label = "BMI class"
score = { name = "bmi_class_asia_pacific", bmi = "bmi" }

[derived.bmi]
label = "BMI"
score = { name = "body_mass_index", weight = "weight", height = "height" }

[derived.months]
label = "Survival"
interval = { from = "surgery", to = "last_contact", unit = "months" }

[derived.dead_year]
label = "Died within a year"
event_by = { endpoint = "os", time = 12 }

[derived.ecog_class]
label = "ECOG class"

[derived.ecog_class.recode]
variable = "ecog"
levels = { "0–1" = ["0", "1"], "2–4" = ["2", "3", "4"] }
missing = ["Unknown"]

[derived.primary]
label = "Primary"

[derived.primary.recode]
variable = "histology"
levels = { Lung = ["lung", "NSCLC"], Breast = ["breast"] }
others = "Other"

[derived.strict_primary]
label = "Primary, lung or breast"

[derived.strict_primary.recode]
variable = "histology"
levels = { Lung = ["lung", "NSCLC"], Breast = ["breast"] }

[derived.complications]
label = "Complications"
count = { of = ["wound", "leak", { variable = "blood_loss", above = 1000 }] }

[derived.two_complications]
label = "Two complications or more"
cut = { variable = "complications", at = [2], labels = ["0–1", "≥ 2"] }

[derived.any_complication]
label = "Any complication"
any = { of = ["wound", "leak", { variable = "blood_loss", above = 1000 }] }

[derived.every_complication]
label = "Every complication"
all = { of = ["wound", "leak"] }

[derived.levels_fixed]
label = "Levels fixed"
sum = { of = ["levels_above", "levels_below"] }

[derived.pni]
label = "PNI"
score = { name = "prognostic_nutritional_index", albumin = "albumin", lymphocytes = "lymphocytes" }

[derived.frankel]
label = "Change of Frankel grade"
score = { name = "frankel_change", before = "frankel_before", after = "frankel_after" }

[derived.bed]
label = "BED10"

[derived.bed.score]
name = "biologically_effective_dose"
dose_per_fraction = "dose"
fractions = "fractions"
alpha_beta = 10

[endpoints.os]
label = "Overall survival"
time = "months"
event = "dead"

[[steps]]
id = "baseline"
kind = "compare"
title = "Characteristics"
by = "arm"
rows = ["bmi", "pni", "ecog_class", "any_complication"]

[[steps]]
id = "by_class"
kind = "compare"
title = "By BMI class"
by = "bmi_class"
rows = ["pni"]
"""


def plan_with(old: str = "", new: str = "") -> StudyPlan:
    """The plan, with one piece of its text replaced."""
    assert old in PLAN, old
    return plan_from(tomllib.loads(PLAN.replace(old, new, 1) if old else PLAN))


def patients() -> pd.DataFrame:
    """Five patients: complete, with gaps, and with values that no score takes."""
    plan = plan_with()

    def levels(name: str, values: list[str | None]) -> pd.Categorical:
        return pd.Categorical(values, list(plan.dictionary[name].labels), ordered=True)

    gap = np.nan
    return pd.DataFrame(
        {
            "id": ["P1", "P2", "P3", "P4", "P5"],
            "arm": levels("arm", ["A", "A", "B", "B", "B"]),
            "ecog": levels("ecog", ["0", "3", "Unknown", None, "2"]),
            "histology": ["lung", "breast", "NSCLC", "thymus", None],
            "frankel_before": levels("frankel_before", ["C", "D", "E", None, "A"]),
            "frankel_after": levels("frankel_after", ["E", "D", "D", "E", "C"]),
            "wound": levels("wound", ["Yes", "No", "No", None, None]),
            "leak": levels("leak", ["Yes", "No", "Yes", "No", "Yes"]),
            "blood_loss": [1500.0, 200, 800, 300, gap],
            "levels_above": [2.0, 1, 2, gap, 3],
            "levels_below": [2.0, 2, 1, 2, 3],
            "height": [1.70, 1.60, 17.0, gap, 1.80],
            "weight": [65.0, 80, 70, 60, 75],
            "albumin": [35.0, 41, 3.8, 40, gap],
            "lymphocytes": [1.2, 0.8, 1.5, 2, 1],
            "dose": [3.0, 8, 300, gap, 24],
            "fractions": [10.0, 1, 10, 5, 1],
            "surgery": pd.to_datetime(["2020-01-01"] * 5),
            "last_contact": pd.to_datetime(
                ["2020-07-01", "2022-01-01", "2021-06-01", "2020-03-01", None]
            ),
            "dead": levels("dead", ["Yes", "No", "No", "No", "Yes"]),
        }
    )


def cohort(plan: StudyPlan, frame: pd.DataFrame) -> Cohort:
    """The patients as a cohort of the plan."""
    return Cohort(
        frame, plan.dictionary, "made_up.xlsx", "0" * 64, synthetic=True, flow=Flow(len(frame))
    )
