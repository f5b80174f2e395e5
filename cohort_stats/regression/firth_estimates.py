"""Firth's penalised estimates of a logistic model, as numbers of a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cohort_stats.distributions import chi_square_tail
from cohort_stats.kernels import firth as kernel
from cohort_stats.kernels.logit import LogitFit
from cohort_stats.regression.design import Design
from cohort_stats.results import rows

Floats = npt.NDArray[np.float64]

FIRTH = "Firth’s penalised likelihood, profile interval, likelihood-ratio p"


@dataclass(frozen=True)
class FirthEstimates:
    """What penalised likelihood says of each coefficient, the intercept first.

    Parameters
    ----------
    fitted
        The fit.
    limits
        Limits of the coefficients, of the profile penalised likelihood.
    p
        Penalised likelihood-ratio p of each coefficient.
    """

    fitted: LogitFit
    limits: list[tuple[float, float]]
    p: list[float]


def firth_estimates(y: Floats, matrix: Floats, weight: Floats | None) -> FirthEstimates:
    """Penalised estimates with profile limits and p-values.

    Parameters
    ----------
    y, matrix, weight
        As :func:`cohort_stats.kernels.firth.fit` takes them, a column of ones first.
    """
    best = kernel.fit(y, matrix, weight)
    limits, p = [], []
    for j in range(matrix.shape[1]):
        limits.append(kernel.profile_interval(y, matrix, best, j, weight))
        alone = np.arange(matrix.shape[1]) == j
        p.append(chi_square_tail(kernel.loss(y, matrix, best, alone, weight), 1))
    return FirthEstimates(best, limits, p)


def beside_rows(
    columns: Design, found: FirthEstimates, shared: Mapping[str, object]
) -> list[dict[str, object]]:
    """The penalised estimates beside those of a separated model.

    Parameters
    ----------
    columns
        Of the model.
    found
        From :func:`firth_estimates`.
    shared
        What all rows have in common.
    """
    told: list[dict[str, object]] = []
    shared = {**shared, "method": FIRTH}
    for j, (term, level) in enumerate(zip(columns.terms, columns.levels, strict=True), start=1):
        low, high = found.limits[j]
        with np.errstate(over="ignore"):
            ratio, least, most = np.exp([found.fitted.beta[j], low, high])
        values = {"firth_coefficient": found.fitted.beta[j], "firth_odds_ratio": ratio}
        values |= {"firth_odds_ratio_low": least, "firth_odds_ratio_high": most}
        told += rows({**values, "firth_p": found.p[j]}, term=term, level=level, **shared)  # type: ignore[arg-type]
    return told
