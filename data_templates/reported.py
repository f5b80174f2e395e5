"""Patients that a paper prints one by one, transcribed in a table of this folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analyses.plan import load_plan
from cohort_stats.cells import level_reader
from cohort_stats.dictionary import DataDictionary
from cohort_stats.workbooks.template import write_template


def write_reported(
    study: str, path: str | Path, where: str, remarks: tuple[str, ...], frame: pd.DataFrame
) -> Path:
    """Write the real patients that a paper prints.

    Parameters
    ----------
    study
        Key of the study.
    path
        The ``.xlsx`` to write.
    where
        Who they are: ``the 24 patients of Table 2``.
    remarks
        What to know of them.
    frame
        From :func:`read_reported`.

    Returns
    -------
    Path
        `path`.
    """
    plan = load_plan(study)
    section = plan.file.study
    real = f"REAL patients: {where} of this open access article (CC BY):"
    told = (real, section.citation, *remarks)
    return write_template(plan.dictionary, path, title=section.title, remarks=told, frame=frame)


def read_reported(path: str | Path, dictionary: DataDictionary) -> pd.DataFrame:
    """Read printed patients.

    Parameters
    ----------
    path
        A ``.csv`` whose headings are names of the plan.
    dictionary
        The plan's columns.

    Returns
    -------
    pandas.DataFrame
        One row a patient, categories as the plan's labels; what is not printed stays empty.
    """
    frame = pd.read_csv(path)
    for name in frame.columns:
        if dictionary[name].is_categorical:
            read = level_reader(dictionary[name])
            frame[name] = [read(printed) for printed in frame[name]]
    return frame
