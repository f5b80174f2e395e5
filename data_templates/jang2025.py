"""Workbook of the study jang2025: the 7 patients in print."""

from __future__ import annotations

from pathlib import Path

from analyses.plan import load_plan
from data_templates.reported import read_reported, write_reported

TABLE3 = Path(__file__).parent / "jang2025_table3.csv"


def write_jang2025_reported(path: str | Path) -> Path:
    """Write the 7 real patients of the paper's Table 3, as :func:`write_reported` does."""
    remarks = (
        "Every one had a revision and BioGlue: the table lists the revisions only.",
        "A comparison with other patients is therefore not possible from this file.",
        "Columns that the table does not print, as the ESCC grade, are left out.",
        "Location and number of levels were read off the operated vertebrae, which are as printed.",
        "Symptomatic invasion is Yes in the five masses that the text counts (cases 1 to 5).",
        "The day printed for case 7 is that of an anticoagulant, not of the complication.",
    )
    frame = read_reported(TABLE3, load_plan("jang2025").dictionary)
    return write_reported("jang2025", path, "the 7 patients of Table 3", remarks, frame)
