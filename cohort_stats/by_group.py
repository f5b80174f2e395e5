"""Patients of an endpoint by group: who is known, the groups in order, who was left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be
from cohort_stats.compare import OVERALL
from cohort_stats.endpoint import Endpoint
from cohort_stats.wording import counted


def known_patients(
    endpoint: Endpoint, groups: pd.Series | None
) -> tuple[npt.NDArray[np.bool_], int]:
    """Patients with a follow-up time and a group, and how many are without.

    Raises
    ------
    ValueError
        When the endpoint is none, or the groups are not one entry a patient.
    """
    must_be("endpoint", endpoint, Endpoint, "an Endpoint")
    must_be("groups", groups, (pd.Series, type(None)), "a Series, one entry a patient")
    known = endpoint.known
    if groups is not None:
        if len(groups) != len(endpoint):
            raise ValueError(
                f"groups must have one entry a patient ({len(endpoint)}); got {len(groups)}"
            )
        known = known & groups.notna().to_numpy()
    return known, int((~known).sum())


def only(groups: pd.Series | None, known: npt.NDArray[np.bool_]) -> pd.Series | None:
    """The groups of some of the patients."""
    return None if groups is None else groups[known]


def group_codes(groups: pd.Series) -> tuple[list[str], npt.NDArray[np.intp]]:
    """Names of the groups that have patients, in order, and the number of each patient's."""
    factor = pd.Categorical(groups).remove_unused_categories()
    return [str(c) for c in factor.categories], factor.codes.astype(np.intp)


def by_group(endpoint: Endpoint, groups: pd.Series | None) -> Iterator[tuple[str, Endpoint]]:
    """Everybody, then each group: its name and its patients."""
    yield OVERALL, endpoint
    if groups is None:
        return
    names, codes = group_codes(groups)
    for g, name in enumerate(names):
        yield name, endpoint.where(codes == g)


def left_out_warnings(endpoint: Endpoint, known: npt.NDArray[np.bool_]) -> list[str]:
    """Who was left out for want of a time or a group, in words."""
    timeless = int((~endpoint.known).sum())
    groupless = len(endpoint) - int(known.sum()) - timeless
    found = ((timeless, "a follow-up time"), (groupless, "a group"))
    return [f"left out for want of {what}: {counted(count)}" for count, what in found if count]
