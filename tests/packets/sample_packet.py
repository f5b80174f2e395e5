"""GBSG-2 weighted and matched in every way, run once for all the tests."""

from __future__ import annotations

import tomllib
from functools import cache

from gbsg2_packet import folder

from analyses.plan import STUDIES, plan_from
from analyses.running import run
from cohort_stats.validation import read_cohort
from data_templates.gbsg2 import write_gbsg2
from reports.view import View

STEPS = """
[[steps]]
id = "weighting"
kind = "weight"
title = "Weighting by the propensity score"
treated = "hormone"
covariates = ["age", "menopause", "size", "grade", "nodes", "progesterone", "oestrogen"]
estimand = "ate"
stabilised = true
truncate = [1, 99]

[[steps]]
id = "w_base"
kind = "compare"
title = "Weighted baseline"
on = "weighting"
by = "hormone"
rows = [{ variable = "age", summary = "mean" }, "menopause", "grade", "nodes"]

[[steps]]
id = "w_km"
kind = "kaplan_meier"
title = "Weighted survival"
on = "weighting"
endpoint = "rfs"
by = "hormone"
times = [365, 1095]
risk_every = 365

[[steps]]
id = "w_cox"
kind = "cox"
title = "Weighted Cox"
on = "weighting"
endpoint = "rfs"
covariates = ["hormone"]
selection = { rule = "all" }
e_values = ["hormone"]

[[steps]]
id = "pairs"
kind = "match"
title = "Matched pairs"
treated = "hormone"
covariates = ["age", "menopause", "size", "grade", "nodes", "progesterone", "oestrogen"]
method = "optimal"
exact = ["menopause"]

[[steps]]
id = "p_base"
kind = "compare"
title = "Pairs at baseline"
on = "pairs"
by = "hormone"
sets = "paired"
rows = [{ variable = "age", summary = "mean" }, "menopause", "grade", "nodes"]

[[steps]]
id = "p_share"
kind = "proportion"
title = "Recurrence in pairs"
on = "pairs"
by = "hormone"
outcome = "recurrence"
sets = "paired"
e_value = true
rosenbaum = [1, 1.5, 2]

[[steps]]
id = "p_cox"
kind = "cox"
title = "Cox, stratified by pair"
on = "pairs"
endpoint = "rfs"
covariates = ["hormone"]
selection = { rule = "all" }
sets = "strata"

[[steps]]
id = "full"
kind = "match"
title = "Full matching"
treated = "hormone"
covariates = ["age", "menopause", "size", "grade", "nodes", "progesterone", "oestrogen"]
method = "full"

[[steps]]
id = "f_log"
kind = "logistic"
title = "Logistic after full matching"
on = "full"
outcome = "recurrence"
covariates = ["hormone"]
selection = { rule = "all" }
e_values = ["hormone"]

[[steps]]
id = "trimmed"
kind = "weight"
title = "Overlap weights of those with a middling score"
treated = "hormone"
covariates = ["age", "menopause", "nodes"]
estimand = "ato"
trim = [0.2, 0.6]

[[steps]]
id = "t_share"
kind = "proportion"
title = "Weighted shares"
on = "trimmed"
by = "hormone"
outcome = "recurrence"
e_value = true
"""


@cache
def view() -> View:
    text = (STUDIES / "gbsg2" / "plan.toml").read_text(encoding="utf-8")
    head = text[: text.index("[[steps]]")]
    head = head.replace(head[head.index("[derived.many_nodes]") : head.index("[derived.rec")], "")
    plan = plan_from(tomllib.loads(head + STEPS))
    workbook = write_gbsg2(folder() / "samples.xlsx")
    return View(run(read_cohort(workbook, plan.dictionary), plan))
