"""The models of ``tests/reference/cox_more.R``, as our verbs take them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from r_values import case, convention, data

from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.cox_model import CoxModel, fit_cox
from cohort_stats.regression.cox_sample import Roles

FAMILY = "cox_more"


def frame_of(name: str) -> pd.DataFrame:
    """The data set of a case with its two columns of made-up case weights."""
    frame = data(case(FAMILY, name)["data"])
    i = np.arange(1, len(frame) + 1)
    return frame.assign(copies=1 + i % 3, fractions=0.5 + (i % 4) / 4)


def asked(name: str) -> tuple[Endpoint, pd.DataFrame, list[str], Roles]:
    """Endpoint, frame, covariates and roles of a case."""
    given, frame = case(FAMILY, name)["input"], frame_of(name)
    times = {
        "ceiling(time / 90)": lambda: np.ceil(frame["time"] / 90),
        "rep(1, nrow(d))": lambda: np.ones(len(frame)),
    }
    time = times.get(given["time"], lambda: frame[given["time"]])()
    column, code = given["event"].split(" == ")
    endpoint = Endpoint(np.asarray(time, float), (frame[column] == float(code)).to_numpy())
    roles = Roles(tuple(given["strata"]), given["cluster"], given["weights"], given["entry"])
    return endpoint, frame, list(given["covariates"]), roles


def model_of(name: str, ties: str = "") -> CoxModel:
    """The fitted model of a case such as ``rats strata, efron``."""
    ties = ties or name.rsplit(", ", 1)[1]
    endpoint, frame, covariates, roles = asked(name)
    return fit_cox(endpoint, frame, covariates, roles, conventions=convention(ties=ties))


def values_of(name: str) -> dict[str, Any]:
    """What R printed."""
    return case(FAMILY, name)["values"]


def marks(found: np.ndarray) -> dict[str, np.ndarray]:
    """A long column as the two numbers that the R script prints."""
    columns = np.asarray(found, float).reshape(len(found), -1)
    waves = np.cos(np.arange(1, len(columns) + 1))
    return {"squares": (columns**2).sum(axis=0), "waves": waves @ columns}
