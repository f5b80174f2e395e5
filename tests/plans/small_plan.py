"""A small plan, as text, that tests change a line of."""

from __future__ import annotations

import tomllib

from analyses.plan import StudyPlan, plan_from

PLAN = """
[study]
key = "small"
title = "A small study"
question = "Does it work?"
design = "Made up for tests"
seed = 7

[conventions]
preset = "recommended"

[variables.id]
label = "Patient"
type = "id"
required = true

[variables.arm]
label = "Arm"
type = "category"
levels = { A = "Surgery", B = "Radiotherapy", C = "Observation" }

[variables.age]
label = "Age"
type = "number"
unit = "years"
minimum = 0
maximum = 120

[variables.marker]
label = "Marker"
type = "number"

[variables.dead]
label = "Died"
type = "yesno"

[variables.months]
label = "Survival"
type = "number"
unit = "months"
minimum = 0

[derived.old]
label = "Age group"
cut = { variable = "age", at = [60], labels = ["< 60", "≥ 60"] }

[derived.low_marker]
label = "Marker by its cut-off"
cut = { variable = "marker", at_step = "roc", labels = ["< {at}", "≥ {at}"] }

[derived.dead_year]
label = "Died within a year"
event_by = { endpoint = "os", time = 12 }

[[exclusions]]
variable = "age"
below = 18
reason = "Younger than 18"

[groups.treated]
variable = "arm"
levels = ["B", "A"]

[endpoints.os]
label = "Overall survival"
time = "months"
event = "dead"

[[steps]]
id = "baseline"
kind = "compare"
title = "Characteristics"
by = "treated"
rows = ["age", { variable = "marker", summary = "mean" }, "old"]

[[steps]]
id = "km"
kind = "kaplan_meier"
title = "Survival"
endpoint = "os"
by = "treated"
times = [12]

[[steps]]
id = "cox"
kind = "cox"
title = "Risk factors"
endpoint = "os"
covariates = ["arm", { variable = "age", per = 10 }, "marker"]
selection = { rule = "univariable", p_below = 0.2 }

[[steps]]
id = "logistic"
kind = "logistic"
title = "Death within a year"
outcome = "dead_year"
covariates = ["age", "marker"]
selection = { rule = "given", covariates = ["marker"] }

[[steps]]
id = "roc"
kind = "roc"
title = "Marker and death within a year"
outcome = "dead_year"
marker = "marker"
direction = "low"

[[steps]]
id = "km_marker"
kind = "kaplan_meier"
title = "Survival by marker"
endpoint = "os"
by = "low_marker"

[[steps]]
id = "match"
kind = "match"
title = "Matching"
treated = { variable = "arm", is = "Surgery" }
covariates = ["age", "marker"]

[[steps]]
id = "matched"
kind = "compare"
title = "Matched patients"
on = "match"
by = "arm"
rows = ["age"]
"""


def plan_with(old: str = "", new: str = "") -> StudyPlan:
    """The plan, with one piece of its text replaced."""
    assert old in PLAN
    return plan_from(tomllib.loads(PLAN.replace(old, new, 1) if old else PLAN))


def plan_and(steps: str) -> StudyPlan:
    """The plan with further steps, as text."""
    return plan_from(tomllib.loads(PLAN + steps))
