"""Write the golden tables anew: ``python tests/packets/write_golden.py`` from the root."""

from __future__ import annotations

from pathlib import Path

import gbsg2_packet
import pbc_year

from reports.table import markdown
from reports.tables import study_tables

if __name__ == "__main__":
    for view, start in ((gbsg2_packet.view(), ""), (pbc_year.view(), "pbc_")):
        for table in study_tables(view):
            path = Path(__file__).parent / "golden" / f"{start}{table.key}.md"
            path.write_text(markdown(table), encoding="utf-8")
