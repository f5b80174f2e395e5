"""Outcomes as predictors of what is imputed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels.lifetable import life_table

Floats = npt.NDArray[np.float64]


def nelson_aalen(endpoint: Endpoint) -> Floats:
    """Nelson–Aalen cumulative hazard at each patient's own time; nan where it is unknown.

    Parameters
    ----------
    endpoint
        Time and event, n patients; with entry times, under left truncation. A competing event
        counts as a censoring.

    Notes
    -----
    H(t) = Σ d/n over the event times up to t, without a correction for ties. R:
    ``mice::nelsonaalen``, which does the same for distinct times and, for tied ones, takes
    ``basehaz`` of an empty Cox model (Efron).
    """
    known = endpoint.known
    part = endpoint.where(known)
    table = life_table(part.time, part.event, part.entry)
    hazard = np.cumsum(table.events / np.maximum(table.at_risk, 1.0))
    found = np.full(len(endpoint), np.nan)
    found[known] = hazard[np.searchsorted(table.time, part.time)]
    return found


def outcome_columns(
    endpoints: Sequence[Endpoint], outcomes: Mapping[str, pd.Series], n: int
) -> dict[str, pd.Series]:
    """Columns that stand for outcomes, by what they are called in a methods section.

    Parameters
    ----------
    endpoints
        Outcomes over time.
    outcomes
        Others, by name.
    n
        Patients.

    Raises
    ------
    ValueError
        When an outcome has another number of patients.
    """
    found: dict[str, pd.Series] = {}
    for endpoint in endpoints:
        label = endpoint.label or "the endpoint"
        _must_have(label, len(endpoint), n)
        found |= _of_endpoint(endpoint, label)
        if endpoint.competing is not None:
            found |= _of_endpoint(endpoint.swapped(), f"the competing event of {label}")
    for name, column in outcomes.items():
        _must_have(name, len(column), n)
        found[name] = column.reset_index(drop=True)
    return {name: column for name, column in found.items() if column.notna().any()}


def _of_endpoint(endpoint: Endpoint, label: str) -> dict[str, pd.Series]:
    known = endpoint.known
    event = pd.Series(endpoint.event, dtype="boolean").mask(~known)
    return {
        f"the event indicator of {label}": event,
        f"the Nelson–Aalen cumulative hazard of {label}": pd.Series(nelson_aalen(endpoint)),
    }


def _must_have(name: str, given: int, n: int) -> None:
    if given != n:
        raise ValueError(f"outcomes must have one entry a patient ({n}); {name!r} has {given}")
