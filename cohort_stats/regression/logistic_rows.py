"""The numbers of a logistic model that do not belong to a covariate."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.distributions import chi_square_tail
from cohort_stats.kernels.logit import LogitFit
from cohort_stats.regression.coefficients import coefficient_rows, pseudo_r2, wald
from cohort_stats.regression.design import Design
from cohort_stats.regression.outcome_sample import OutcomeSample

Floats = npt.NDArray[np.float64]

INTERCEPT = "(Intercept)"


def intercept_rows(
    beta: Floats,
    covariance: Floats,
    limits: list[tuple[float, float]] | None,
    shared: dict[str, object],
) -> list[dict[str, object]]:
    """Estimate, limits, standard error and p of the intercept, the first of the coefficients."""
    intercept = Design(0, (np.empty(0),), (INTERCEPT,), ("",), {})
    return coefficient_rows(
        intercept, beta[:1], covariance[:1, :1], "odds_ratio", shared, limits and limits[:1]
    )


def whole_model(
    fitted: LogitFit, y: Floats, beta: Floats, covariance: Floats, sample: OutcomeSample
) -> dict[str, float]:
    """Log likelihoods, pseudo-R² and the test of the whole model.

    Parameters
    ----------
    fitted, y, sample
        The fit, the outcome as 0 and 1, shape (n,), and the patients.
    beta, covariance
        Intercept first, shapes (p + 1,) and (p + 1, p + 1).
    """
    n, df = sample.total, len(beta) - 1
    events = float(y.sum() if sample.weight is None else y @ sample.weight)
    null = float(events * np.log(events / n) + (n - events) * np.log(1 - events / n))
    found = {
        "log_likelihood": fitted.log_likelihood,
        "log_likelihood_null": null,
        "deviance": -2 * fitted.log_likelihood,
        **pseudo_r2(fitted.log_likelihood, null, n),
    }
    if sample.robust:
        chi_square = wald(beta[1:], covariance[1:, 1:])
        found |= {"wald_chi_square": chi_square, "wald_df": df}
        return found | {"wald_p": chi_square_tail(chi_square, df)}
    lr = 2 * (fitted.log_likelihood - null)
    return found | {"lr_chi_square": lr, "lr_df": df, "lr_p": chi_square_tail(lr, df)}
