"""Write the golden tables anew: ``python tests/packets/write_golden.py`` from the root."""

from __future__ import annotations

from pathlib import Path

from compare_packet import asked
from gbsg2_packet import view

from reports.table import Table, markdown
from reports.tables import study_tables


def asked_tables() -> list[Table]:
    """The tables of the comparisons, without the patient flow and derived variables."""
    return [t for t in study_tables(asked()) if t.key.startswith("by_")]


if __name__ == "__main__":
    for table in [*study_tables(view()), *asked_tables()]:
        path = Path(__file__).parent / "golden" / f"{table.key}.md"
        path.write_text(markdown(table), encoding="utf-8")
