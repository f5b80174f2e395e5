"""What a model is built from: the patients who have every candidate, and their likelihood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.conventions import Conventions
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels.likelihoods import Likelihood, cox_likelihood, logit_likelihood
from cohort_stats.regression.coefficients import as_binary, problem_with
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.regression.cox_sample import Roles, sample_of
from cohort_stats.regression.design import Design, design
from cohort_stats.regression.outcome_sample import outcome_sample

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
#: An endpoint asks for a Cox model, a yes/no outcome for a logistic one.
Outcome = Endpoint | pd.Series


@dataclass(frozen=True)
class Material:
    """The patients whose outcome and candidates are all known.

    Parameters
    ----------
    event
        Who has the event or the outcome, shape (n,).
    columns
        The columns of all candidates.
    kept
        Which rows of the frame these patients are.
    conventions
        The choices in force.
    time, stratum, entry, weight
        Of a Cox model; `time` is None for a logistic one.
    cluster
        Number of each patient's cluster.
    """

    event: Bools
    columns: Design
    kept: Bools
    conventions: Conventions
    time: Floats | None = None
    stratum: Places | None = None
    entry: Floats | None = None
    weight: Floats | None = None
    cluster: Places | None = None
    ties: str = field(default="efron")

    def __len__(self) -> int:
        return len(self.event)

    @property
    def left_out(self) -> int:
        """How many patients lack a value."""
        return int((~self.kept).sum())

    @property
    def family(self) -> str:
        """``cox`` or ``logistic``."""
        return "logistic" if self.time is None else "cox"

    @cached_property
    def terms(self) -> dict[str, list[int]]:
        """The columns of each candidate, counted from 0."""
        return {name: self.columns.positions(name) for name in dict.fromkeys(self.columns.terms)}

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """The parts without which a product may not be in a model."""
        return dict(self.columns.interactions)

    @property
    def why_not(self) -> str:
        """Why no model of all candidates can be fitted; empty when it can."""
        noun = "outcome" if self.time is None else "event"
        return problem_with(self.columns, int(self.event.sum()), noun)

    def likelihood(self, rows: Places | None = None, *, ties: str = "") -> Likelihood:
        """The likelihood of all candidates, in these patients or in some of their rows."""
        at = np.arange(len(self)) if rows is None else rows
        matrix = self.columns.matrix[at]
        if self.time is None:
            return logit_likelihood(self.event[at].astype(float), matrix)
        return cox_likelihood(
            self.time[at],
            self.event[at],
            matrix,
            ties or self.ties,
            stratum=None if self.stratum is None else self.stratum[at],
            entry=None if self.entry is None else self.entry[at],
            weight=None if self.weight is None else self.weight[at],
        )


def material_of(
    outcome: Outcome,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    roles: Roles,
    conventions: Conventions,
) -> Material:
    """The patients of a model that is to be built.

    Parameters
    ----------
    outcome
        An endpoint (Cox), or True/False, 1/0, missing (logistic); n patients.
    frame
        Their covariates, n rows.
    covariates
        Every candidate.
    roles
        Of a Cox model. Of a logistic one the cluster alone.
    conventions
        ``ties``.
    """
    chosen = as_covariates(covariates)
    if not isinstance(outcome, Endpoint):
        return _logistic(as_series("outcome", outcome), frame, chosen, roles, conventions)
    sample = sample_of(outcome, frame, chosen, roles)
    part = sample.endpoint
    return Material(
        event=part.event,
        columns=design(sample.data, chosen),
        kept=sample.kept,
        conventions=conventions,
        time=part.time,
        stratum=sample.stratum,
        entry=sample.entry,
        weight=sample.weight,
        cluster=sample.cluster,
        ties=conventions.ties,
    )


def _logistic(
    outcome: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate],
    roles: Roles,
    conventions: Conventions,
) -> Material:
    if set(roles.names) - {roles.cluster}:
        raise ValueError(f"roles must be a cluster alone in a logistic model; got {roles!r}")
    known = outcome.notna().to_numpy()
    sample = outcome_sample(known, frame, covariates, cluster=roles.cluster)
    event = as_binary("outcome", outcome)[sample.kept]
    columns = design(sample.data, covariates)
    return Material(event, columns, sample.kept, conventions, cluster=sample.cluster)


Progress = Callable[[int, int], None]


def silent(done: int, of: int) -> None:
    """Tells nobody how far the work is."""
