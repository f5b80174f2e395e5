"""The patients of a Cox model: who stays, and their strata, clusters, weights and entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be, must_be_columns
from cohort_stats.endpoint import Endpoint
from cohort_stats.regression.coefficients import complete_cases
from cohort_stats.regression.covariate import Covariate
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Roles:
    """Columns of the frame that are no covariates.

    Parameters
    ----------
    strata
        Each combination of their levels has a baseline hazard of its own.
    cluster
        Rows of one level depend on each other, such as the lesions of a patient.
    weights
        Case weights.
    entry
        Time from which a row is observed: late entry, or the start of an interval over which
        its covariates hold.
    """

    strata: tuple[str, ...] = ()
    cluster: str = ""
    weights: str = ""
    entry: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(filter(None, (*self.strata, self.cluster, self.weights, self.entry)))


NO_ROLES = Roles()


@dataclass(frozen=True)
class Sample:
    """What a Cox model is fitted to.

    Parameters
    ----------
    endpoint, data
        Of the rows that stay.
    kept
        Which rows of the frame these are.
    left_out
        How many are not.
    warnings
        What to say of it.
    """

    endpoint: Endpoint
    data: pd.DataFrame
    kept: Bools
    left_out: int
    roles: Roles
    warnings: tuple[str, ...] = ()

    @cached_property
    def stratum(self) -> Places | None:
        """Number of each row's stratum; None without strata."""
        if not self.roles.strata:
            return None
        groups = self.data.groupby(list(self.roles.strata), observed=True, sort=True)
        return np.asarray(groups.ngroup().to_numpy(), dtype=np.intp)

    @cached_property
    def stratum_names(self) -> tuple[str, ...]:
        """What the strata are called, in order of their numbers; one empty name without."""
        if self.stratum is None:
            return ("",)
        firsts = np.unique(self.stratum, return_index=True)[1]
        named = self.data[list(self.roles.strata)].iloc[firsts].astype(str)
        return tuple(named.agg(", ".join, axis=1))

    @cached_property
    def cluster(self) -> Places | None:
        """Number of each row's cluster; None without clusters."""
        if not self.roles.cluster:
            return None
        groups = self.data.groupby(self.roles.cluster, observed=True)
        return np.asarray(groups.ngroup().to_numpy(), dtype=np.intp)

    @cached_property
    def weight(self) -> Floats | None:
        """Case weights; None when there are none."""
        return self._numbers(self.roles.weights)

    @cached_property
    def entry(self) -> Floats | None:
        """Time from which each row is observed; None when all are from the start."""
        return self._numbers(self.roles.entry) if self.roles.entry else self.endpoint.entry

    @property
    def copies(self) -> bool:
        """Whether case weights are whole numbers, as if rows were repeated."""
        return self.weight is None or bool((self.weight % 1 == 0).all())

    def _numbers(self, name: str) -> Floats | None:
        return self.data[name].to_numpy(dtype=float) if name else None


def sample_of(
    endpoint: Endpoint, frame: pd.DataFrame, covariates: Sequence[Covariate], roles: Roles
) -> Sample:
    """The rows whose covariates, follow-up and roles are all known.

    Raises
    ------
    ValueError
        When a column is missing from the frame, weights are not positive numbers, or entry
        times are given twice.
    """
    if roles.entry and endpoint.entry is not None:
        raise ValueError(f"entry must be empty: the endpoint has entry times; got {roles.entry!r}")
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    given = {"strata": roles.strata, "cluster": (roles.cluster,)}
    given |= {"weights": (roles.weights,), "entry": (roles.entry,)}
    for argument, names in given.items():
        must_be_columns(argument, [n for n in names if n], frame)
    keep, _ = complete_cases(frame, covariates, endpoint.known)
    for name in roles.names:
        keep &= frame[name].notna().to_numpy()
    keep, warnings = _in_order(endpoint, frame, keep, roles)
    left_out = int((~keep).sum())
    part, data = (endpoint.where(keep), frame[keep]) if left_out else (endpoint, frame)
    sample = Sample(part, data, keep, left_out, roles, warnings + overlapping(part, data, roles))
    if sample.weight is not None and not ((sample.weight > 0) & np.isfinite(sample.weight)).all():
        raise ValueError(f"weights must be positive numbers; got {sample.weight.min():g}")
    return sample


def overlapping(endpoint: Endpoint, data: pd.DataFrame, roles: Roles) -> tuple[str, ...]:
    """The warning that intervals of one cluster overlap; empty where they do not.

    Without a column of entry times the rows of a cluster are taken to be several lesions, or
    members of a family, which may well be at risk at the same time.
    """
    if not roles.cluster or not roles.entry:
        return ()
    frame = pd.DataFrame({"cluster": data[roles.cluster].to_numpy(), "stop": endpoint.time})
    frame["start"] = data[roles.entry].to_numpy(dtype=float)
    frame = frame.sort_values(["cluster", "start", "stop"])
    same = frame["cluster"].eq(frame["cluster"].shift())
    twice = same & (frame["start"] < frame.groupby("cluster", observed=True)["stop"].shift())
    number = int(frame.loc[twice, "cluster"].nunique())
    if not number:
        return ()
    words = f"intervals of the same `{roles.cluster}` overlap, at risk twice at one time"
    return (f"{words}: {counted(number, 'cluster')}",)


def _in_order(
    endpoint: Endpoint, frame: pd.DataFrame, keep: Bools, roles: Roles
) -> tuple[Bools, tuple[str, ...]]:
    if not roles.entry:
        return keep, ()
    late = keep & (frame[roles.entry].to_numpy(dtype=float) >= endpoint.time)
    if not late.any():
        return keep, ()
    number = counted(int(late.sum()), "row")
    return keep & ~late, (f"left out for an observation that ends before it begins: {number}",)


def without_single_clusters(roles: Roles, frame: pd.DataFrame) -> Roles:
    """The same roles, without a cluster of which no level has two rows."""
    if roles.cluster and not frame[roles.cluster].dropna().duplicated().any():
        return replace(roles, cluster="")
    return roles
