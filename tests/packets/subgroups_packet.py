"""GBSG-2 with subgroup analyses, run once for all the tests."""

from __future__ import annotations

import tomllib
from functools import cache

from gbsg2_packet import folder

from analyses.plan import STUDIES, StudyPlan, plan_from
from analyses.running import run
from cohort_stats.validation import read_cohort
from data_templates.gbsg2 import write_gbsg2
from reports.view import View

STEPS = """
[[steps]]
id = "within"
kind = "subgroups"
title = "Hormonal therapy within subgroups"
endpoint = "rfs"
exposure = "hormone"
by = ["menopause", "grade", "node_class"]

[[steps]]
id = "within_2y"
kind = "subgroups"
title = "Tumour size and recurrence within 2 years, within subgroups"
outcome = "recurrence_2y"
exposure = { variable = "size", per = 10 }
by = ["hormone", "grade"]

[[steps]]
id = "cox"
kind = "subgroups"
title = "As in R"
endpoint = "rfs"
exposure = "hormone"
by = ["menopause", "grade"]

[[steps]]
id = "logistic"
kind = "subgroups"
title = "As in R"
outcome = "recurrence"
exposure = "hormone"
by = ["menopause", "grade"]
"""


def plan(steps: str = STEPS) -> StudyPlan:
    """The study with other steps."""
    text = (STUDIES / "gbsg2" / "plan.toml").read_text(encoding="utf-8")
    head = text[: text.index("[[steps]]")].replace("[derived.many_nodes]", "[derived.dropped]")
    content = tomllib.loads(head + steps)
    del content["derived"]["dropped"]
    return plan_from(content)


@cache
def view() -> View:
    study = plan()
    workbook = write_gbsg2(folder() / "gbsg2_subgroups.xlsx")
    return View(run(read_cohort(workbook, study.dictionary), study))
