"""The analysed patients as one file of numbers that R and SPSS read alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses.running import SYNTHETIC
from reports.syntax.study import IDENTIFYING, Study


def cohort_frame(study: Study) -> pd.DataFrame:
    """The analysed patients: what the steps look at, coded, without identifiers.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    pandas.DataFrame
        One row a patient, in the order of the cohort file. Levels are codes (see
        :func:`codes_of`), endpoints are a time and a status, samples of matching and weighting
        have columns of their own. Texts and ids on which an analysis rests are numbered in the
        order in which they first appear; of a meta-analysis the studies keep their names.
    """
    scene = study.scene
    columns: dict[str, pd.Series] = {}
    if study.view.synthetic:
        columns[study.name("data")] = pd.Series(SYNTHETIC, index=scene.frame.index)
    for name in study.variables:
        columns[study.name(name)] = _coded(study, name)
    for endpoint in study.endpoints:
        known, names = scene.endpoint(endpoint), study.times(endpoint)
        status = known.event.astype(float)
        if known.competing is not None:
            status[known.competing] = 2.0
        columns[names.time] = pd.Series(known.time)
        columns[names.status] = pd.Series(np.where(np.isnan(known.time), np.nan, status))
        if known.entry is not None:
            columns[names.entry] = pd.Series(known.entry)
    for step, sample in study.results.samples.items():
        inside, weight, sets = study.sample(step)
        columns[inside] = pd.Series(sample.patients.astype(float))
        if sample.weights is not None:
            columns[weight] = pd.Series(np.where(sample.patients, sample.weights, np.nan))
        if sample.sets is not None:
            columns[sets] = pd.Series(np.where(sample.patients, sample.sets, np.nan))
    return pd.DataFrame({name: column.array for name, column in columns.items()})


def codes_of(study: Study, name: str) -> dict[str, int]:
    """Label of each level of a variable -> its code: 0 and 1 of yes/no, else from 1."""
    variable = study.variable(name)
    first = 0 if variable.type == "yesno" else 1
    return {label: k for k, label in enumerate(levels_of(study, name), start=first)}


def levels_of(study: Study, name: str) -> tuple[str, ...]:
    """The labels of a variable's levels, in order."""
    column = study.scene.frame[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        return tuple(map(str, column.cat.categories))
    return study.variable(name).labels


def csv_text(frame: pd.DataFrame) -> str:
    """The file: whole numbers without a point, missing values empty."""
    plain = {
        str(name): [_cell(value) for value in column] for name, column in frame.items()
    }  # fmt: skip
    return str(pd.DataFrame(plain).to_csv(index=False, lineterminator="\n"))


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    if np.isnan(number):
        return ""
    return f"{number:.0f}" if number.is_integer() and abs(number) < 1e15 else repr(number)


def _coded(study: Study, name: str) -> pd.Series:
    column, variable = study.scene.frame[name], study.variable(name)
    if variable.is_categorical:
        return column.astype(object).map(codes_of(study, name)).astype(float)
    if variable.type not in IDENTIFYING:
        return column.astype(float)
    if variable.type == "text" and is_study(study, name):
        return column.astype(object).where(column.notna(), "")
    numbers = pd.Series(pd.factorize(column.astype(object))[0], index=column.index, dtype=float)
    return (numbers + 1).where(column.notna())


def is_study(study: Study, name: str) -> bool:
    """Whether a column names published studies, which are no patients."""
    return any(getattr(step, "study", "") == name for step in study.steps)
