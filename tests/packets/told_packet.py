"""A trial with a derived cut-off, matching, models of one covariate: read once for all tests."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pandas as pd

from analyses.plan import plan_from
from analyses.running import run
from cohort_stats.cohort import Cohort, Flow
from reports.table import Table
from reports.tables import study_tables
from reports.text import results_text
from reports.view import View

DATA = Path(__file__).parent.parent / "reference" / "data" / "pbc.csv"

PLAN = """
[study]
key = "pbc_told"
title = "The PBC trial"
question = "Who lives longer?"
design = "Randomised trial"

[variables]
id = { label = "Patient", type = "id" }
time = { label = "Follow-up", type = "number", unit = "days" }
status = { label = "Status", type = "category", levels = ["Alive", "Transplant", "Dead"] }
trt = { label = "Treatment", type = "category", levels = ["D-penicillamine", "Placebo"] }
sex = { label = "Sex", type = "category", levels = ["f", "m"] }
stage = { label = "Stage", type = "ordered", levels = ["1", "2", "3", "4"] }
edema = { label = "Oedema", type = "category", levels = ["None", "Some", "Much"] }
age = { label = "Age", type = "number", unit = "years" }
bili = { label = "Bilirubin", type = "number", unit = "mg/dl" }
albumin = { label = "Albumin", type = "number", unit = "g/dl" }

[endpoints.death]
label = "Death"
time = "time"
event = { variable = "status", is = "Dead" }

[endpoints.death_cr]
label = "Death without transplantation"
time = "time"
event = { variable = "status", is = "Dead" }
competing = { variable = "status", is = "Transplant" }

[derived.dead_3]
label = "Died within three years"
event_by = { endpoint = "death", time = 1095.75 }

[derived.bili_high]
label = "Bilirubin by its cut-off"
cut = { variable = "bili", at_step = "roc", labels = ["< {at}", "≥ {at}"] }

[derived.bili_given]
label = "Bilirubin by the usual limit"
cut = { variable = "bili", at_step = "roc_given", labels = ["< {at}", "≥ {at}"] }

[[report.tables]]
merge = ["edema", "baseline"]
title = "Merged"

[[steps]]
id = "baseline"
kind = "compare"
title = "By treatment"
by = "trt"
rows = [{ variable = "age", summary = "mean" }, "sex", "bili"]

[[steps]]
id = "by_stage"
kind = "compare"
title = "By stage"
by = "stage"
smd = "largest"
posthoc = "holm"
rows = ["sex", "edema", "albumin"]

[[steps]]
id = "edema"
kind = "compare"
title = "By treatment, without SMD"
by = "trt"
rows = ["sex", "bili", { variable = "albumin", summary = "mean" }]

[[steps]]
id = "plain_stage"
kind = "compare"
title = "By stage, without SMD"
by = "stage"
rows = ["age", "albumin"]

[[steps]]
id = "km"
kind = "kaplan_meier"
title = "Survival by stage"
endpoint = "death"
by = "stage"
pairwise = "holm"

[[steps]]
id = "cif"
kind = "cumulative_incidence"
title = "Incidence of death"
endpoint = "death_cr"
by = "trt"
times = [365]

[[steps]]
id = "roc"
kind = "roc"
title = "Bilirubin and death"
outcome = "dead_3"
marker = "bili"
direction = "high"

[[steps]]
id = "roc_given"
kind = "roc"
title = "The usual limit of bilirubin"
outcome = "dead_3"
marker = "bili"
direction = "high"
cutoff = 3

[[steps]]
id = "km_bili"
kind = "kaplan_meier"
title = "Survival by bilirubin"
endpoint = "death"
by = "bili_high"

[[steps]]
id = "km_given"
kind = "kaplan_meier"
title = "Survival by the limit"
endpoint = "death"
by = "bili_given"

[[steps]]
id = "cox_bili"
kind = "cox"
title = "Hazards by bilirubin"
endpoint = "death"
covariates = ["bili_high"]
selection = { rule = "all" }

[[steps]]
id = "logit"
kind = "logistic"
title = "Death within three years"
outcome = "dead_3"
covariates = ["age", "bili"]
selection = { rule = "all" }

[[steps]]
id = "matching"
kind = "match"
title = "Matching"
treated = { variable = "trt", is = "D-penicillamine" }
covariates = ["age", "sex", "albumin"]

[[steps]]
id = "matched"
kind = "compare"
title = "Matched patients"
on = "matching"
by = "trt"
rows = [{ variable = "age", summary = "mean" }, "sex"]

[[steps]]
id = "within"
kind = "subgroups"
title = "Treatment within subgroups"
endpoint = "death"
exposure = "trt"
by = ["sex"]
"""


def _patients() -> pd.DataFrame:
    given = pd.read_csv(DATA)
    given = given[given["trt"].notna()].reset_index(drop=True)

    def named(name: str, words: dict[float, str]) -> pd.Categorical:
        return pd.Categorical(given[name].map(words), categories=list(words.values()))

    return given[["id", "time", "age", "bili", "albumin"]].assign(
        id=given["id"].astype(str),
        status=named("status", {0: "Alive", 1: "Transplant", 2: "Dead"}),
        trt=named("trt", {1: "D-penicillamine", 2: "Placebo"}),
        sex=pd.Categorical(given["sex"], categories=["f", "m"]),
        stage=named("stage", {k: str(k) for k in (1, 2, 3, 4)}),
        edema=named("edema", {0: "None", 0.5: "Some", 1: "Much"}),
    )


@cache
def view() -> View:
    plan, frame = plan_from(tomllib.loads(PLAN)), _patients()
    flow = Flow(len(frame))
    return View(
        run(Cohort(frame, plan.dictionary, "pbc.csv", "0" * 64, synthetic=False, flow=flow), plan)
    )


@cache
def tables() -> dict[str, Table]:
    return {table.key: table for table in study_tables(view())}


@cache
def told() -> dict[str, str]:
    """Title of a step -> its sentences."""
    return dict(results_text(view()))
