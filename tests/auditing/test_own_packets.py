"""Every packet of the tests audits clean: what the program prints, its own auditor can follow."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "packets"))

sys.path.insert(0, str(Path(__file__).parents[1] / "plans"))
sys.path.insert(0, str(Path(__file__).parents[1] / "statistics"))

import predicting_packet
from text_views import views

from analyses.auditing.audit import audit_manuscript
from analyses.auditing.severity import Severity
from reports.manuscript import manuscript
from reports.reading_docx import read_docx
from reports.tables import study_tables


def test_every_packet_audits_without_anything_above_minor(tmp_path):
    strong, compared = {}, {}
    for name, view in (views() | {"predicting": predicting_packet.view()}).items():
        path = tmp_path / f"{name}.docx"
        path.write_bytes(manuscript(view, study_tables(view), ()))
        found = audit_manuscript(read_docx(path))
        compared[name] = len(found.found)
        for one in found.weighed:
            if one.severity is not Severity.MINOR:
                strong[name, one.finding.what] = one.finding.outcome.how
    assert strong == {}
    assert min(compared.values()) > 0, compared
