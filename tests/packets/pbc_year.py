"""Before-and-after steps on a real cohort: the PBC trial at entry and after one year."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pandas as pd

from analyses.plan import StudyPlan, plan_from
from analyses.running import StudyResults, run
from cohort_stats.cohort import Cohort, Flow
from reports.view import View

DATA = Path(__file__).parent.parent / "reference" / "data" / "pbc_year.csv"

PLAN = """
[study]
key = "pbc_year"
title = "One year in the PBC trial"
question = "How do patients change within a year?"
design = "Randomised trial; first visit and the visit nearest to one year"

[variables.id]
label = "Patient"
type = "id"

[variables.arm]
label = "Arm"
type = "category"
levels = ["Placebo", "D-penicillamine"]

[variables.stage_0]
label = "Stage at entry"
type = "ordered"
levels = ["1", "2", "3", "4"]

[variables.stage_1]
label = "Stage at one year"
type = "ordered"
levels = ["1", "2", "3", "4"]

[variables.edema_0]
label = "Edema at entry"
type = "category"
levels = ["none", "treated", "resistant"]

[variables.edema_1]
label = "Edema at one year"
type = "category"
levels = ["none", "treated", "resistant"]

[variables.liver_0]
label = "Enlarged liver at entry"
type = "yesno"

[variables.liver_1]
label = "Enlarged liver at one year"
type = "yesno"

[variables.albumin_0]
label = "Albumin at entry"
type = "number"
unit = "g/dL"

[variables.albumin_1]
label = "Albumin at one year"
type = "number"
unit = "g/dL"

[variables.bilirubin_0]
label = "Bilirubin at entry"
type = "number"
unit = "mg/dL"

[variables.bilirubin_1]
label = "Bilirubin at one year"
type = "number"
unit = "mg/dL"

[[steps]]
id = "year"
kind = "paired"
title = "Changes within a year"
pairs = [
  { before = "albumin_0", after = "albumin_1", label = "Albumin", summary = "mean" },
  { before = "bilirubin_0", after = "bilirubin_1" },
  { before = "stage_0", after = "stage_1", label = "Stage" },
  { before = "edema_0", after = "edema_1", label = "Edema" },
  { before = "liver_0", after = "liver_1", label = "Enlarged liver" },
]

[[steps]]
id = "year_by_arm"
kind = "paired"
title = "Changes within a year, by arm"
by = "arm"
pairs = [
  { before = "albumin_0", after = "albumin_1", label = "Albumin" },
  { before = "stage_0", after = "stage_1", label = "Stage", test = "symmetry" },
  { before = "liver_0", after = "liver_1", label = "Enlarged liver" },
]

[[steps]]
id = "stage"
kind = "transition"
title = "Stage within a year, by arm"
before = "stage_0"
after = "stage_1"
better = "low"
by = "arm"

[[steps]]
id = "liver"
kind = "proportion"
title = "Enlarged liver at one year, by arm"
outcome = "liver_1"
by = "arm"
"""


def patients() -> pd.DataFrame:
    raw = pd.read_csv(DATA)
    frame = pd.DataFrame({"id": raw["id"].astype(str)})
    frame["arm"] = _levels(raw["trt"], {0: "Placebo", 1: "D-penicillamine"})
    for end, column in (("_0", ""), ("_1", "_1y")):
        stages = {k: str(k) for k in range(1, 5)}
        frame[f"stage{end}"] = _levels(raw[f"stage{column}"], stages)
        words = {0.0: "none", 0.5: "treated", 1.0: "resistant"}
        frame[f"edema{end}"] = _levels(raw[f"edema{column}"], words)
        frame[f"liver{end}"] = _levels(raw[f"hepato{column}"], {0: "No", 1: "Yes"})
        frame[f"albumin{end}"] = raw[f"albumin{column}"]
        frame[f"bilirubin{end}"] = raw[f"bili{column}"]
    return frame


def _levels(column: pd.Series, words: dict) -> pd.Series:
    labels = list(words.values())
    return pd.Series(pd.Categorical(column.map(words), categories=labels, ordered=True))


def plan(old: str = "", new: str = "") -> StudyPlan:
    """The plan, with one piece of its text replaced."""
    assert old in PLAN
    return plan_from(tomllib.loads(PLAN.replace(old, new, 1) if old else PLAN))


def results_of(frame: pd.DataFrame, study: StudyPlan) -> StudyResults:
    return run(
        Cohort(
            frame, study.dictionary, "pbc.csv", "0" * 64, synthetic=False, flow=Flow(len(frame))
        ),
        study,
    )


@cache
def view(preset: str = "recommended") -> View:
    design = next(line for line in PLAN.splitlines() if line.startswith("design = "))
    chosen = f'{design}\n\n[conventions]\npreset = "{preset}"'
    study = plan() if preset == "recommended" else plan(design, chosen)
    return View(results_of(patients(), study))
