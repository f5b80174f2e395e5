"""Studies that together hold every kind of step, each run once, for the tests of their words."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import adverse_packet
import birthwt_packet
import building_packet
import compare_packet
import competing_plan
import gbsg2_packet
import markers_packet
import missing_plan
import pbc_year
import picture_packet
import pooling_plan
import sample_packet
import studies_packet
import subgroups_packet
import survival_packet

from analyses.plan import load_plan
from analyses.running import run
from cohort_stats.validation import read_cohort
from reports.text import methods_text, results_text
from reports.view import View

WORKBOOKS = Path(__file__).parents[2] / "data_templates"

PICTURES = "".join(
    picture_packet.step(kind, words, kind)
    for kind, words in {
        "distribution": 'variables = ["days"]\nby = "arm"',
        "bars": 'variables = ["ecog_0"]\nby = "arm"',
        "waterfall": 'before = "size_0"\nafter = "size_1"\nscale = "absolute"',
        "swimmer": 'endpoint = "os"',
    }.items()
)


def _lee2024(workbook: str) -> View:
    plan = load_plan("lee2024")
    return View(run(read_cohort(WORKBOOKS / workbook, plan.dictionary), plan))


@cache
def views() -> dict[str, View]:
    """Name of a study -> its view."""
    pooling = pooling_plan.results_of(pooling_plan.plan_with(), pooling_plan.studies())
    return {
        "gbsg2": gbsg2_packet.view(),
        "lee2024": _lee2024("lee2024_SYNTHETIC.xlsx"),
        "lee2024_reported": _lee2024("lee2024_reported_24_real.xlsx"),
        "compared": compare_packet.asked(),
        "changes": pbc_year.view(),
        "pictures": picture_packet.view(PICTURES),
        "subgroups": subgroups_packet.view(),
        "adverse": adverse_packet.view(),
        "survival": survival_packet.view(),
        "samples": sample_packet.view(),
        "built": building_packet.view(),
        "birthwt": birthwt_packet.view(),
        "markers": markers_packet.view(),
        "competing": View(competing_plan.results()),
        "missing": View(missing_plan.results()),
        "pooling": View(pooling),
        "review": studies_packet.view_of(studies_packet.PLAN, studies_packet.frame()),
    }


def text_of(view: View) -> str:
    """Methods and results as Markdown, without the passage that names versions."""
    methods = [(h, w) for h, w in methods_text(view) if h != "Software"]
    parts = [f"**{h}.** {w}" for h, w in methods]
    results = [f"**{h}.** {w}" for h, w in results_text(view)]
    return "\n\n".join(["# Methods", *parts, "# Results", *results]) + "\n"
