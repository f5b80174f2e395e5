"""How separation is told: which variable, which level, which patients."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.regression.design import Design
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def separation_words(columns: Design, data: pd.DataFrame, event: Bools, direction: Floats) -> str:
    """The warning that covariates predict an outcome perfectly in some patients.

    Parameters
    ----------
    columns, data, event
        Of the model.
    direction
        From :func:`~cohort_stats.kernels.separation.endless_direction`, without the intercept;
        not zero where a coefficient has no finite estimate.
    """
    names = separating(columns, data, event, direction)
    several = len(names) > 1
    verb, whose = (
        ("predict", "their odds ratios have") if several else ("predicts", "its odds ratio has")
    )
    told = (
        f"separation: {', '.join(names)} {verb} the outcome perfectly in some patients; {whose} "
        "no finite estimate"
    )
    return told + left_open(columns, np.isnan(direction), "other patients")


def left_open(columns: Design, unknown: Bools, by: str) -> str:
    """The end of a warning: covariates of which nothing is known; empty without any."""
    names = ", ".join(columns.names(unknown))
    return f"; the {by} leave open that of {names}" if names else ""


def separating(
    columns: Design, data: pd.DataFrame, event: Bools, direction: Floats, noun: str = "outcome"
) -> list[str]:
    """The covariates, and levels of factors, that predict an outcome perfectly.

    Parameters
    ----------
    columns, data, event, direction
        As :func:`separation_words` takes them.
    noun
        What an event is called.
    """
    endless = np.abs(direction) == 1
    if not endless.any():  # each could do without the other
        endless = direction != 0
    names: list[str] = []
    for term in dict.fromkeys(columns.terms):
        at = [j for j in columns.positions(term) if endless[j]]
        if at:
            told = _levels(columns, data, event, term, at, noun)
            names += told or columns.names(np.isin(np.arange(len(endless)), at))
    return names


def _levels(
    columns: Design, data: pd.DataFrame, event: Bools, term: str, at: list[int], noun: str
) -> list[str]:
    """Levels of a factor in which all patients have the outcome, or none; its reference too."""
    if term not in columns.references or term not in data.columns:
        return []
    found, labels = [], data[term].astype(str).to_numpy()
    for level in (columns.references[term], *(columns.levels[j] for j in at)):
        here = event[labels == level]
        if here.all() or not here.any():
            share = "all" if here.all() else "none"
            verb = "has" if len(here) == 1 else "have"
            found.append(f"`{term}` {level} ({share} of {counted(len(here))} {verb} the {noun})")
    return found
