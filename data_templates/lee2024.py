"""The workbook of the 24 patients whom the paper of the study lee2024 prints."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analyses.plan import load_plan
from data_templates.reported import read_reported, write_reported

TABLE2 = Path(__file__).parent / "lee2024_table2.csv"


def write_lee2024_reported(path: str | Path) -> Path:
    """Write the 24 real patients of the paper's Table 2, as :func:`write_reported` does."""
    remarks = (
        "Mechanical failure is Yes in every row: the table lists the group with failure only.",
        "A comparison with patients without failure is therefore not possible from this file.",
        "Columns that the table does not print are left out.",
        "'Hepatocellular carcinoma' is printed HCC (case 16); 'Liver' is printed so (5, 18).",
        "'Unknown origin' is printed MUO (case 9); 'with' in a failure type is printed c.",
    )
    return write_reported("lee2024", path, "the 24 patients of Table 2", remarks, reported())


def reported() -> pd.DataFrame:
    """Read the patients of Table 2: columns named as in the plan, categories as its labels."""
    return read_reported(TABLE2, load_plan("lee2024").dictionary).assign(failure="Yes")
