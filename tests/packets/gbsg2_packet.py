"""The GBSG-2 packet, made once for all the tests that look at it."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from analyses.plan import load_plan
from analyses.running import StudyResults, run
from cohort_stats.validation import read_cohort
from data_templates.gbsg2 import write_gbsg2
from reports.packet import render
from reports.view import View


@cache
def folder() -> Path:
    """A folder that lives as long as the tests."""
    return Path(tempfile.mkdtemp(prefix="gbsg2-"))


@cache
def results() -> StudyResults:
    plan = load_plan("gbsg2")
    workbook = write_gbsg2(folder() / "gbsg2_cohort.xlsx")
    return run(read_cohort(workbook, plan.dictionary), plan)


@cache
def view() -> View:
    return View(results())


@cache
def packet() -> Path:
    return render(results(), folder() / "packet").folder
