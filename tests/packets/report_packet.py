"""What a plan asks of its report: a house style, tables made one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from compare_packet import asked
from gbsg2_packet import view

from analyses.schema.report import ReportSection
from reports.house_style import STYLES, printing_in
from reports.table import markdown
from reports.tables import study_tables
from reports.view import View

COMBINED = {
    "tables": [
        {
            "merge": ["baseline", "baseline_matched"],
            "headings": ["All patients", "Matched patients"],
            "title": "Characteristics before and after matching",
        },
        {"stack": ["km_hormone", "km_grade"], "title": "Survival"},
        {"merge": ["cox_rfs", "logistic_2y"], "title": "Models", "headings": ["Time", "2 years"]},
    ]
}


def reported(seen: View, report: Mapping[str, object]) -> View:
    """A study as it is with another ``[report]``."""
    section = ReportSection.model_validate(report)
    plan = seen.results.plan
    file = plan.file.model_copy(update={"report": section})
    return View(replace(seen.results, plan=replace(plan, file=file)))


def golden() -> Iterator[tuple[str, str]]:
    """Name and text of each golden file."""
    for style in STYLES:
        with printing_in(style):
            table = next(t for t in study_tables(asked()) if t.key == "by_hormone")
            yield f"style_{style}", markdown(table)
    wanted = {"baseline_and_baseline_matched", "km_hormone_and_km_grade", "cox_rfs_and_logistic_2y"}
    for table in study_tables(reported(view(), COMBINED)):
        if table.key in wanted:
            yield table.key, markdown(table)
