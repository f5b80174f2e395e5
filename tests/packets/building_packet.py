"""GBSG-2 with models that are searched for and validated, run once for all the tests."""

from __future__ import annotations

import tomllib
from functools import cache

from gbsg2_packet import folder

from analyses.plan import STUDIES, StudyPlan, plan_from
from analyses.running import run
from cohort_stats.validation import read_cohort
from data_templates.gbsg2 import write_gbsg2
from reports.view import View

COVARIATES = """covariates = [
  "hormone", { variable = "age", per = 10 }, "menopause", { variable = "size", per = 10 }, "grade",
  "nodes", { variable = "progesterone", per = 100 }, { variable = "oestrogen", per = 100 },
]"""
STEPS = f"""
[[steps]]
id = "forward"
kind = "cox"
title = "Forward"
endpoint = "rfs"
{COVARIATES}
selection = {{ rule = "forward", by = "likelihood ratio", enter = 0.05, remove = 0.10 }}
validation = {{ bootstrap = 10 }}

[[steps]]
id = "aic"
kind = "cox"
title = "By AIC"
endpoint = "rfs"
{COVARIATES}
selection = {{ rule = "both", by = "aic" }}

[[steps]]
id = "backward"
kind = "logistic"
title = "Backward"
outcome = "recurrence_2y"
{COVARIATES}
selection = {{ rule = "backward", by = "conditional" }}

[[steps]]
id = "lasso"
kind = "logistic"
title = "By the LASSO"
outcome = "recurrence_2y"
{COVARIATES}
selection = {{ rule = "lasso", penalty = "lambda.1se", folds = 5 }}

[[steps]]
id = "given"
kind = "logistic"
title = "Specified beforehand"
outcome = "recurrence_2y"
{COVARIATES}
selection = {{ rule = "given", covariates = ["nodes", "grade"] }}
validation = {{ bootstrap = 20 }}
"""


def plan(steps: str = STEPS) -> StudyPlan:
    """GBSG-2 with other steps."""
    text = (STUDIES / "gbsg2" / "plan.toml").read_text(encoding="utf-8")
    head = text[: text.index("[[steps]]")]
    head = head.replace(head[head.index("[derived.many_nodes]") : head.index("[derived.rec")], "")
    return plan_from(tomllib.loads(head + steps))


@cache
def view() -> View:
    workbook = write_gbsg2(folder() / "building.xlsx")
    return View(run(read_cohort(workbook, plan().dictionary), plan()))
