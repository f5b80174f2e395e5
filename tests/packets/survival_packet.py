"""GBSG-2 with every word of the survival and rates steps, run once for all the tests."""

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
id = "km_all"
kind = "kaplan_meier"
title = "Survival by grade, everything asked for"
endpoint = "rfs"
by = "grade"
times = [365, 1095]
quantiles = [0.25]
rmst = 1825
weights = "tarone-ware"
strata = "menopause"
trend = true
pairwise = "holm"
differences = true

[[steps]]
id = "km_landmark"
kind = "kaplan_meier"
title = "Survival from half a year on"
endpoint = "rfs"
by = "hormone"
landmark = 180
rmst = "common"
weights = [0, 1]

[[steps]]
id = "km_alone"
kind = "kaplan_meier"
title = "Survival of all"
endpoint = "rfs"
rmst = 1000

[[steps]]
id = "rates"
kind = "rates"
title = "Rates of recurrence or death"
endpoint = "rfs"
by = "hormone"
per = 100
unit = "years"

[[steps]]
id = "rates_alone"
kind = "rates"
title = "Rate of all"
endpoint = "rfs"
per = 1000
"""


@cache
def view(preset: str = "recommended") -> View:
    text = (STUDIES / "gbsg2" / "plan.toml").read_text(encoding="utf-8")
    head = text[: text.index("[[steps]]")].replace('preset = "recommended"', f'preset = "{preset}"')
    head = head.replace(head[head.index("[derived.many_nodes]") : head.index("[derived.rec")], "")
    plan = plan_from(tomllib.loads(head + STEPS))
    workbook = write_gbsg2(folder() / f"survival_{preset}.xlsx")
    return View(run(read_cohort(workbook, plan.dictionary), plan))
