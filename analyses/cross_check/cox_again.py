"""A Cox model fitted again, to the same patients, strata and entry times."""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analyses.cross_check.along import just_after
from analyses.cross_check.findings import NoOpinion
from analyses.cross_check.whitening import Whitened
from cohort_stats.regression.cox_sample import Sample

Floats = npt.NDArray[np.float64]
STEPS, SMALLEST = (0.95, 0.5), 0.1


@dataclass(frozen=True)
class Fitted:
    """What another program finds.

    Parameters
    ----------
    library
        Which.
    beta, se
        Of our columns, shape (p,).
    log_likelihood
        At its maximum.
    """

    library: str
    beta: Floats
    se: Floats
    log_likelihood: float


def fit(sample: Sample, white: Whitened, ties: str) -> Fitted:
    """By lifelines with Efron's ties, by statsmodels with Breslow's.

    Raises
    ------
    NoOpinion
        When the other program does not arrive at an estimate.
    """
    again = _statsmodels if ties == "breslow" else _lifelines
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*(fail|did not converge)")
        try:
            found = again(sample, white)
        except NoOpinion:
            raise
        except Exception as failure:
            raise NoOpinion.of(failure) from None
    if not (np.isfinite(found.beta).all() and np.isfinite(found.se).all()):
        raise NoOpinion()
    return found


def _lifelines(sample: Sample, white: Whitened) -> Fitted:
    from lifelines import CoxPHFitter

    names = [f"x{j}" for j in range(white.matrix.shape[1])]
    given = pd.DataFrame(white.matrix, columns=names)
    given["time"], given["event"] = sample.endpoint.time, sample.endpoint.event
    more: dict[str, Any] = {}
    if sample.weight is not None:
        given["weight"], more["weights_col"] = sample.weight, "weight"
    if sample.entry is not None:
        entry = just_after(sample.entry, sample.endpoint.time)
        given["entry"], more["entry_col"] = entry, "entry"
    if sample.stratum is not None:
        given["stratum"], more["strata"] = sample.stratum, ["stratum"]
    fitter = _patiently(CoxPHFitter, given, more)
    beta, covariance = fitter.params_[names], fitter.variance_matrix_.loc[names, names]
    return _own("lifelines", white, beta, covariance, fitter.log_likelihood_)


def _patiently(fitter: Any, given: pd.DataFrame, more: dict[str, Any]) -> Any:
    """Fitted in steps small enough: lifelines may step past the maximum, and fail."""
    from lifelines.exceptions import ConvergenceError, ConvergenceWarning

    def fitted(size: float) -> Any:
        options = {"precision": 1e-12, "r_precision": 1e-14, "step_size": size}
        return fitter().fit(given, "time", "event", fit_options=options, **more)

    for size in STEPS:
        with contextlib.suppress(ConvergenceError, ConvergenceWarning):
            return fitted(size)
    return fitted(SMALLEST)


def _statsmodels(sample: Sample, white: Whitened) -> Fitted:
    from statsmodels.duration.hazard_regression import PHReg

    if sample.weight is not None:
        raise NoOpinion("statsmodels, which has Breslow’s ties, takes no weights")
    entry = None if sample.entry is None else just_after(sample.entry, sample.endpoint.time)
    found = PHReg(
        sample.endpoint.time, white.matrix, status=sample.endpoint.event.astype(int),
        entry=entry, strata=sample.stratum, ties="breslow",
    ).fit()  # fmt: skip
    return _own("statsmodels", white, found.params, found.cov_params(), found.llf)


def _own(library: str, white: Whitened, beta: Any, covariance: Any, value: float) -> Fitted:
    own, spread = white.back(np.asarray(beta, float), np.asarray(covariance, float))
    return Fitted(library, own, np.sqrt(np.diag(spread)), float(value))
