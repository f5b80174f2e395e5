"""The patients of a regression on an outcome without time: who stays, clusters and weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be, must_be_columns
from cohort_stats.regression.coefficients import complete_cases
from cohort_stats.regression.covariate import Covariate

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class OutcomeSample:
    """What a logistic or ordinal model is fitted to.

    Parameters
    ----------
    data
        The rows that stay.
    kept
        Which rows of the frame these are.
    left_out
        How many are not.
    cluster_by, weighted_by
        Columns of clusters and case weights; empty without.
    """

    data: pd.DataFrame
    kept: Bools
    left_out: int
    cluster_by: str = ""
    weighted_by: str = ""

    def __len__(self) -> int:
        return len(self.data)

    @cached_property
    def cluster(self) -> Places | None:
        """Number of each row's cluster; None without clusters."""
        if not self.cluster_by:
            return None
        groups = self.data.groupby(self.cluster_by, observed=True)
        return np.asarray(groups.ngroup().to_numpy(), dtype=np.intp)

    @cached_property
    def weight(self) -> Floats | None:
        """Case weights; None when there are none."""
        return self.data[self.weighted_by].to_numpy(dtype=float) if self.weighted_by else None

    @property
    def total(self) -> float:
        """Sum of the case weights: patients, when there are none."""
        return float(len(self.data) if self.weight is None else self.weight.sum())

    @property
    def robust(self) -> bool:
        """Whether standard errors must not take the rows to be independent patients."""
        whole = self.weight is None or bool((self.weight % 1 == 0).all())
        return self.cluster is not None or not whole

    @property
    def words(self) -> list[str]:
        """What the method says of weights and clusters."""
        words = [f"weighted by `{self.weighted_by}`"] if self.weighted_by else []
        if self.cluster_by:
            words.append(f"standard errors robust to clustering within `{self.cluster_by}`")
        elif self.robust:
            words.append("robust standard errors")
        return words


def outcome_sample(
    known: Bools,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate],
    *,
    cluster: str = "",
    weights: str = "",
) -> OutcomeSample:
    """The rows whose outcome, covariates, cluster and weight are all known.

    Parameters
    ----------
    known
        Whose outcome is known, shape (n,).
    frame, covariates, cluster, weights
        As :func:`~cohort_stats.regression.logistic_model.logistic` takes them.

    Raises
    ------
    ValueError
        When a column is missing from the frame, or weights are not positive numbers.
    """
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    for argument, name in (("cluster", cluster), ("weights", weights)):
        must_be_columns(argument, [name] if name else [], frame)
    keep, _ = complete_cases(frame, covariates, known)
    roles = [name for name in (cluster, weights) if name]
    if roles:
        keep &= frame[roles].notna().all(axis=1).to_numpy()
    data = frame if keep.all() else frame[keep]
    sample = OutcomeSample(data, keep, int((~keep).sum()), cluster, weights)
    weight = sample.weight
    if weight is not None and not ((weight > 0) & np.isfinite(weight)).all():
        raise ValueError(f"weights must be positive numbers; got {weight.min():g}")
    return sample


def robust_covariance(
    scores: Floats, covariance: Floats, cluster: Places | None, *, corrected: bool
) -> Floats:
    """Sandwich of the covariance around the scores summed by cluster; shape (p, p).

    Parameters
    ----------
    scores
        Each row's part in the score, case weight and all, shape (n, p).
    covariance
        Inverse of the information, shape (p, p).
    cluster
        Number of each row's cluster; without, each row is its own.
    corrected
        Times g/(g − 1), for g clusters.
    """
    if cluster is not None:
        order = np.argsort(cluster, kind="stable")
        firsts = np.flatnonzero(np.diff(cluster[order], prepend=-1))
        scores = np.add.reduceat(scores[order], firsts, axis=0)
    half = scores @ covariance
    groups = len(scores)
    factor = groups / (groups - 1) if corrected and groups > 1 else 1.0
    return np.asarray(factor * half.T @ half)
