"""Write the golden tables of pooled studies anew, from the root: run this file."""

from __future__ import annotations

from pathlib import Path

from pooling_plan import plan_with, results_of, studies

from reports.table import markdown
from reports.tables import study_tables
from reports.view import View

if __name__ == "__main__":
    for table in study_tables(View(results_of(plan_with(), studies()))):
        path = Path(__file__).parent / "golden" / f"pool_{table.key}.md"
        path.write_text(markdown(table), encoding="utf-8")
