"""The GBSG-2 cohort with everything a comparison can be asked for."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from gbsg2_packet import folder

import analyses
from analyses.plan import plan_from
from analyses.running import run
from cohort_stats.validation import read_cohort
from data_templates.gbsg2 import write_gbsg2
from reports.view import View

STEPS = """
[[steps]]
id = "by_grade"
kind = "compare"
title = "Characteristics by tumour grade"
by = "grade"
rows = [
  { variable = "age", summary = "mean" },
  { variable = "size", summary = "mean", pairs = "tukey" },
  { variable = "nodes", pairs = "dunn" },
  { variable = "progesterone", test = "jonckheere" },
  { variable = "menopause", test = "trend" },
  { variable = "node_class", test = "linear by linear" },
]
posthoc = "holm"
smd = "largest"
distribution_checks = true

[[steps]]
id = "by_hormone"
kind = "compare"
title = "Characteristics by hormonal therapy"
by = "hormone"
rows = [{ variable = "age", summary = "mean" }, "size", { variable = "grade", test = "ranks" }]
difference = true
"""


@cache
def asked(preset: str = "recommended") -> View:
    home = Path(analyses.__file__).parent / "studies" / "gbsg2" / "plan.toml"
    content = tomllib.loads(home.read_text(encoding="utf-8"))
    del content["derived"]["many_nodes"]  # its cut-off comes from a step
    content["steps"] = tomllib.loads(STEPS)["steps"]
    content["conventions"]["preset"] = preset
    plan = plan_from(content)
    workbook = write_gbsg2(folder() / f"asked_{preset}.xlsx")
    return View(run(read_cohort(workbook, plan.dictionary), plan))
