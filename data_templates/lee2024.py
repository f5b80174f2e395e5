"""Workbooks of the study lee2024: the 24 patients in print, and a synthetic cohort."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd

from analyses.plan import STUDIES, load_plan
from cohort_stats.workbooks.template import write_template
from data_templates.reported import read_reported
from data_templates.simulate import simulate

TABLE2 = Path(__file__).parent / "lee2024_table2.csv"
SIMULATION = STUDIES / "lee2024" / "simulation.toml"


def write_lee2024_reported(path: str | Path) -> Path:
    """Write the 24 real patients of the paper's Table 2.

    Parameters
    ----------
    path
        The ``.xlsx`` to write.

    Returns
    -------
    Path
        `path`.
    """
    plan = load_plan("lee2024")
    remarks = (
        "REAL patients: the 24 patients of Table 2 of this open access article (CC BY):",
        plan.file.study.citation,
        "Mechanical failure is Yes in every row: the table lists the group with failure only.",
        "A comparison with patients without failure is therefore not possible from this file.",
        "Columns that the table does not print are left out.",
        "'Hepatocellular carcinoma' is printed HCC (case 16); 'Liver' is printed so (5, 18).",
        "'Unknown origin' is printed MUO (case 9); 'with' in a failure type is printed c.",
    )
    return write_template(
        plan.dictionary, path, title=plan.file.study.title, remarks=remarks, frame=reported()
    )


def reported() -> pd.DataFrame:
    """Read the patients of Table 2: columns named as in the plan, categories as its labels."""
    return read_reported(TABLE2, load_plan("lee2024").dictionary).assign(failure="Yes")


def write_lee2024_synthetic(path: str | Path, seed: int | None = None) -> Path:
    """Write a synthetic cohort drawn from the numbers that the paper prints.

    Parameters
    ----------
    path
        The ``.xlsx`` to write.
    seed
        Of the random numbers; that of the study's ``simulation.toml`` unless given.

    Returns
    -------
    Path
        `path`.
    """
    plan = load_plan("lee2024")
    remarks = (
        "SYNTHETIC patients: nobody stands behind a row. For trying out the software only.",
        "Drawn at random from the means, standard deviations and counts printed in:",
        plan.file.study.citation,
        "Results from this file say nothing about patients.",
        "236 rows, of which 16 meet an exclusion: 220 remain, as many as the paper enrolled.",
        "The paper does not print how many patients it left out.",
    )
    return write_template(
        plan.dictionary, path, title=plan.file.study.title, remarks=remarks, frame=synthetic(seed)
    )


def synthetic(seed: int | None = None) -> pd.DataFrame:
    """Draw the synthetic cohort of :func:`write_lee2024_synthetic`."""
    spec = tomllib.loads(SIMULATION.read_text(encoding="utf-8"))
    return simulate(spec, load_plan("lee2024").dictionary, seed)
