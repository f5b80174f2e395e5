"""Proportions pooled from their counts: the random-intercept logistic model as a pooled model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

from cohort_stats.kernels import binomial_normal
from cohort_stats.kernels.meta import MetaFit, fit
from cohort_stats.pooling.studies import Studies

Floats = npt.NDArray[np.float64]

WORDS = "a random-intercept logistic model (binomial–normal, maximum likelihood)"
COMMON_WORDS = "a logistic model with one common proportion"
NO_MAXIMUM = (
    "the logistic model of the counts has no finite maximum (every study, or nearly every one, is "
    "at 0% or at 100%): nothing is pooled; the scale ‘freeman-tukey’ takes such proportions"
)


def fit_counts(studies: Studies, columns: Floats, *, common: bool) -> MetaFit:
    """Fit the counts of studies on columns.

    Parameters
    ----------
    studies
        Proportions, from :func:`~cohort_stats.pooling.studies.from_counts`.
    columns
        Shape (k, p), with the intercept.
    common
        No differences between studies but those of the columns: τ² = 0.

    Returns
    -------
    MetaFit
        Everything nan but the degrees of freedom when the likelihood has no finite maximum. Q is
        the likelihood-ratio statistic of studies that differ freely against those that do not; the
        studies have no weights.

    Notes
    -----
    R: ``metafor::rma.glmm(measure = "PLO", nAGQ = 25)``, whose ``QE.LRT`` is Q here; I² and H²
    rest on the typical variance of the logits, as there. Stijnen, Hamza and Özdemir, Stat Med 2010.
    """
    events, n = studies.events, studies.n
    k, p = columns.shape
    # Orthogonal columns of size 1 keep a moderator such as the year from costing digits.
    basis, turn = np.linalg.qr(columns)
    basis, back = basis * np.sqrt(k), np.linalg.inv(turn) * np.sqrt(k)
    found = binomial_normal.fit(events, n, basis, common=common)
    alike = found if common else binomial_normal.fit(events, n, basis, common=True)
    shape = fit(studies.effect, studies.se**2, columns, "none")
    nothing = np.full(k, np.nan)
    if not found.converged:
        none = np.full(p, np.nan)
        return MetaFit(
            np.nan, none, np.full((p, p), np.nan), nothing, np.nan, k - p, np.nan, np.nan
        )
    free = float(np.sum(xlogy(events, events / n) + xlogy(n - events, 1 - events / n)))
    eta = basis @ alike.beta
    bound = float(np.sum(events * eta - n * np.logaddexp(0, eta)))
    return MetaFit(
        found.tau**2, back @ found.beta, back @ found.covariance @ back.T, nothing,
        max(0.0, 2 * (free - bound)), k - p, shape.typical_variance, 1.0,
    )  # fmt: skip
