"""Patients that a paper prints one by one, transcribed in a table of this folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from cohort_stats.cells import level_reader
from cohort_stats.dictionary import DataDictionary


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
