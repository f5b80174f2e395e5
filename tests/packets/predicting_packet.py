"""GBSG-2 with predicted survival, run once for all the tests."""

from __future__ import annotations

from functools import cache

from gbsg2_packet import folder
from subgroups_packet import plan

from analyses.running import run
from cohort_stats.validation import read_cohort
from data_templates.gbsg2 import write_gbsg2
from reports.view import View

LONG = "A profile whose name is far longer than any legend or table would like to have it: " * 2
STEP = """
[[steps]]
id = "cox"
kind = "cox"
title = "Recurrence-free survival"
endpoint = "rfs"
covariates = ["hormone", "grade", "nodes", { variable = "age", per = 10 }]
selection = { rule = "all" }

[steps.predict]
at = [730, 1826]
profiles."60 years, grade III" = { age = 60, grade = "III" }
profiles."with hormonal therapy" = { age = 60, grade = "III", hormone = "Yes" }
"""
STRATIFIED = f"""
[[steps]]
id = "strata"
kind = "cox"
title = "Stratified"
endpoint = "rfs"
covariates = ["nodes", {{ variable = "age", knots = 4 }}, "size"]
strata = ["menopause"]
selection = {{ rule = "given", covariates = ["nodes", "age"] }}

[steps.predict]
at = [730, 9999]
profiles."{LONG}" = {{ menopause = "Premenopausal", age = 95, size = 20 }}
profiles.after = {{ menopause = "Postmenopausal" }}
"""


@cache
def view() -> View:
    study = plan(STEP + STRATIFIED)
    workbook = write_gbsg2(folder() / "gbsg2_predicting.xlsx")
    return View(run(read_cohort(workbook, study.dictionary), study))
