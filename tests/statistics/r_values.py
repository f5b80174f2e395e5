"""The values R printed, and the data they were computed from (see ../reference/README.md)."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose

from cohort_stats.conventions import RECOMMENDED, Conventions
from cohort_stats.endpoint import Endpoint
from cohort_stats.results import Result

REFERENCE = Path(__file__).parent.parent / "reference"
ESTIMATE = 1e-8
P_VALUE = 1e-6


@lru_cache
def _family(stem: str) -> dict[str, Any]:
    return json.loads((REFERENCE / f"{stem}.json").read_text(encoding="utf-8"))


def names(stem: str, *starts: str, without: tuple[str, ...] = ()) -> list[str]:
    """Cases of a family whose name starts in one of these ways, as parameters of a test."""
    found = [
        name
        for name in _family(stem)
        if name.startswith(starts) and not any(word in name for word in without)
    ]
    assert found, (stem, starts)
    return found


def case(stem: str, name: str) -> dict[str, Any]:
    return _family(stem)[name]


@lru_cache
def _data(file: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / file)


def data(file: str) -> pd.DataFrame:
    """A data set; text columns as categories, levels in alphabetical order, as R's factors."""
    frame = _data(file).copy()
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = pd.Categorical(frame[name])
    return frame


def factor(column: pd.Series) -> pd.Series:
    """Numbers as levels; R: ``factor()``."""
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")  # whole numbers beside missing ones
    return pd.Series(pd.Categorical(column), index=column.index)


_EVENT = {
    "gbsg2": ("cens", 1),
    "lung": ("status", 2),
    "veteran": ("status", 1),
    "pbc": ("status", 2),
}


def endpoint(key: str, frame: pd.DataFrame) -> Endpoint:
    """The endpoint of a data set; `key` may end in ``_days`` or ``_months``."""
    if key == "myeloma":
        time, entry = (frame[c].to_numpy(float) for c in ("futime", "entry"))
        return Endpoint(time, (frame["death"] == 1).to_numpy(), entry=entry)
    column, code = _EVENT[key.partition("_")[0]]
    time = frame["time"] / 30.4375 if key.endswith("_months") else frame["time"]
    return Endpoint(time.to_numpy(float), (frame[column] == code).to_numpy())


def convention(**choices: object) -> Conventions:
    return RECOMMENDED.overriding(**choices)


def close(got: object, wanted: object, what: str = "", rtol: float = ESTIMATE) -> None:
    """Equal to R's value to a relative tolerance; R's null is our nan (or infinity)."""
    got, wanted = np.asarray(got, dtype=float), np.asarray(wanted, dtype=float)
    got = np.where(np.isinf(got) & np.isnan(wanted), np.nan, got)
    assert_allclose(got, wanted, rtol=rtol, atol=1e-13, err_msg=what)


def value(result: Result, statistic: str, **where: object) -> float:
    """One number of a result; blank group, term and level unless told otherwise."""
    return result.value(statistic, **{"group": "", "term": "", "level": "", **where})
