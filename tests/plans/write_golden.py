"""Write the golden tables anew: ``python tests/plans/write_golden.py`` from the root."""

from __future__ import annotations

from pathlib import Path

import missing_plan
from derived_plan import cohort, patients, plan_with

from analyses.running import run
from reports.table import markdown
from reports.tables import study_tables
from reports.tables.derived import derived_table
from reports.view import View

if __name__ == "__main__":
    plan = plan_with()
    table = derived_table(View(run(cohort(plan, patients()), plan)))
    path = Path(__file__).parent / "golden" / "derived.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(markdown(table), encoding="utf-8")
    for table in study_tables(View(missing_plan.results())):
        path = Path(__file__).parent / "golden" / f"missing_{table.key}.md"
        if path.exists():
            path.write_text(markdown(table), encoding="utf-8")
