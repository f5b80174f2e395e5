"""Outcomes and candidates of the model-building tests (see ../reference/building.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from r_values import data, factor

from cohort_stats.endpoint import Endpoint

ENDPOINTS = {
    "gbsg2": ("time", "cens", 1),
    "pbc": ("time", "status", 2),
    "veteran": ("time", "status", 1),
    "retinopathy": ("futime", "status", 1),
}
OUTCOMES = {"birthwt": ("low", 1), "aSAH": ("outcome", "Poor"), "gbsg2_hormone": ("horTh", "yes")}
FACTORS = {"pbc": ("stage", "edema"), "birthwt": ("race",)}


def problem(name: str) -> tuple[Endpoint | pd.Series, pd.DataFrame]:
    """The outcome and the frame of a case."""
    frame = data(f"{name.removesuffix('_hormone')}.csv")
    for column in FACTORS.get(name, ()):
        frame[column] = factor(frame[column])
    if name in OUTCOMES:
        column, case = OUTCOMES[name]
        return frame[column] == case, frame
    time, status, event = ENDPOINTS[name]
    return Endpoint(frame[time].to_numpy(float), np.asarray(frame[status] == event)), frame
