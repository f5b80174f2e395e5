"""Rows that a review prints, as a workbook: ``KEY_studies.csv`` of this folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analyses.plan import load_plan
from cohort_stats.workbooks.template import write_template

HERE = Path(__file__).parent
ENDING = "_studies.csv"


def review_keys() -> list[str]:
    """The studies whose printed rows are kept here."""
    return sorted(path.name.removesuffix(ENDING) for path in HERE.glob(f"*{ENDING}"))


def printed_studies(study: str) -> tuple[list[str], pd.DataFrame]:
    """Read the printed rows of a study.

    Parameters
    ----------
    study
        One of :func:`review_keys`.

    Returns
    -------
    list of str, pandas.DataFrame
        The remarks at the head of the file, of which the first says that the rows are real; and
        the rows, columns named as in the plan, categories by their labels, as text.
    """
    path = HERE / f"{study}{ENDING}"
    lines = path.read_text(encoding="utf-8").splitlines()
    remarks = [line.removeprefix("# ") for line in lines if line.startswith("# ")]
    frame = pd.read_csv(path, comment="#", dtype=str, keep_default_na=False)
    return remarks, frame.replace("", None)


def write_printed_studies(study: str, path: str | Path) -> Path:
    """Write the rows that a paper prints as a workbook.

    Parameters
    ----------
    study
        One of :func:`review_keys`.
    path
        The ``.xlsx`` to write.

    Returns
    -------
    Path
        `path`.
    """
    plan = load_plan(study)
    remarks, frame = printed_studies(study)
    for name in frame.columns:
        if plan.dictionary[name].is_numeric:
            frame[name] = pd.to_numeric(frame[name])
    title, noun = plan.file.study.title, plan.file.noun
    return write_template(
        plan.dictionary, path, title=title, remarks=remarks, frame=frame, rows=noun
    )
