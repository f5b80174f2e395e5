"""Write the golden tables anew: ``PYTHONPATH=tests/plans:tests/statistics python
tests/packets/write_golden.py``."""

from __future__ import annotations

from pathlib import Path

import adverse_packet
import birthwt_packet
import building_packet
import gbsg2_packet
import markers_packet
import pbc_year
import report_packet
import sample_packet
import studies_packet
import survival_packet
from compare_packet import asked
from text_views import text_of, views

from reports.table import Table, markdown
from reports.tables import study_tables


def asked_tables() -> list[Table]:
    """The tables of the comparisons, without the patient flow and derived variables."""
    return [t for t in study_tables(asked()) if t.key.startswith("by_")]


if __name__ == "__main__":
    for view, start in (
        (gbsg2_packet.view(), ""),
        (pbc_year.view(), "pbc_"),
        (survival_packet.view(), "survival_"),
        (sample_packet.view(), "sample_"),
        (building_packet.view(), "building_"),
        (birthwt_packet.view(), "birthwt_"),
        (adverse_packet.view(), "adverse_"),
    ):
        for table in study_tables(view):
            path = Path(__file__).parent / "golden" / f"{start}{table.key}.md"
            path.write_text(markdown(table), encoding="utf-8")
    for table in study_tables(studies_packet.view_of(studies_packet.PLAN, studies_packet.frame())):
        if table.key in studies_packet.GOLDEN:
            path = Path(__file__).parent / "golden" / f"studies_{table.key}.md"
            path.write_text(markdown(table), encoding="utf-8")
    for name, words in report_packet.golden():
        path = Path(__file__).parent / "golden" / f"{name}.md"
        path.write_text(words, encoding="utf-8")
    for table in asked_tables():
        path = Path(__file__).parent / "golden" / f"{table.key}.md"
        path.write_text(markdown(table), encoding="utf-8")
    for table in study_tables(markers_packet.view()):
        if table.key in markers_packet.GOLDEN:
            path = Path(__file__).parent / "golden" / f"markers_{table.key}.md"
            path.write_text(markdown(table), encoding="utf-8")
    for name, view in views().items():
        path = Path(__file__).parent / "golden" / f"text_{name}.md"
        path.write_text(text_of(view), encoding="utf-8")
