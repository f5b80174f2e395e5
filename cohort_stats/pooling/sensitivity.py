"""Whether a pooled effect hangs on one study, or on which studies were published."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.kernels.meta import MetaFit, fit
from cohort_stats.pooling.meta_analysis import as_studies
from cohort_stats.pooling.pooled import Inference, inference, pooled_numbers
from cohort_stats.pooling.studies import Scale, Studies
from cohort_stats.results import Result, as_numbers, rows

#: Terms of the numbers.
WITHOUT, ASYMMETRY = "without", "funnel asymmetry"
#: Below this the test of a funnel says little (Sterne et al. 2011).
FEWEST_FOR_A_FUNNEL = 10


def leave_one_out(
    estimates: Studies | npt.ArrayLike,
    standard_errors: npt.ArrayLike | None = None,
    *,
    scale: Scale = "identity",
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Pool the studies anew without each of them.

    Parameters
    ----------
    estimates, standard_errors, scale, conventions
        As :func:`~cohort_stats.pooling.meta_analysis.pool`.

    Returns
    -------
    Result
        Term ``without``, one level a study left out: what ``pool`` gives of all the others.

    Notes
    -----
    R: ``metafor::leave1out(rma(…))``.
    """
    conventions = as_conventions(conventions)
    studies = as_studies(estimates, standard_errors, scale)
    k = len(studies)
    if k < 3:
        warning = "leaving out one study at a time takes at least three"
        return Result(as_numbers([]), "", k, 0, conventions, (warning,))
    found: list[dict[str, object]] = []
    for i, name in enumerate(studies.names):
        others = studies.where(np.arange(k) != i)
        numbers = pooled_numbers(others, conventions)
        found += rows(numbers, term=WITHOUT, level=name, n_used=k - 1)
    words = "As a sensitivity analysis, the studies were pooled again without each of them."
    return Result(as_numbers(found), words, k, 0, conventions)


def small_study_test(
    estimates: Studies | npt.ArrayLike,
    standard_errors: npt.ArrayLike | None = None,
    *,
    scale: Scale = "identity",
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Test whether small studies find other effects than large ones: a funnel's asymmetry.

    Parameters
    ----------
    estimates, standard_errors, scale
        As :func:`~cohort_stats.pooling.meta_analysis.pool`.
    conventions
        ``funnel_test``: ``egger`` or ``mixed``; the latter also ``between_studies`` and
        ``pooled_interval``.

    Returns
    -------
    Result
        Term ``funnel asymmetry``: coefficient of the standard error with its se, limits, test
        statistic, df and p; estimate with limits where the standard error is 0.

    Notes
    -----
    R: ``metafor::regtest(model = "lm")`` for ``egger``: effects regressed on their standard
    errors with weights 1 / se² and a multiplicative dispersion, t with k − 2 degrees of
    freedom; the slope is the intercept of Egger et al. 1997. ``regtest()`` for ``mixed``.
    """
    conventions = as_conventions(conventions)
    studies = as_studies(estimates, standard_errors, scale)
    k = len(studies)
    why = _no_test(studies)
    if why:
        warning = f"funnel asymmetry not tested: {why}"
        return Result(as_numbers([]), "", k, 0, conventions, (warning,))
    fitted, tested = _regression(studies, conventions)
    slope, se = float(fitted.beta[1]), float(tested.se[1])
    half = tested.quantile * tested.se
    statistic = slope / se if se > 0 else float("nan")
    values = {
        "coefficient": slope, "coefficient_low": slope - half[1],
        "coefficient_high": slope + half[1], "se": se, "test_statistic": statistic,
        "df": float("nan") if np.isinf(tested.df) else tested.df, "p": tested.p(statistic),
    }  # fmt: skip
    if studies.scale != "freeman-tukey":  # a study without error has no number of patients
        at_zero = studies.back(fitted.beta[0] + np.array([0, -1, 1]) * half[0])
        names = ("estimate", "estimate_low", "estimate_high")
        values |= dict(zip(names, at_zero, strict=True))
    method, words = _WORDS[conventions.funnel_test]
    warnings: tuple[str, ...] = ()
    if k < FEWEST_FOR_A_FUNNEL:
        warnings = (f"funnel asymmetry tested on {k} studies: below ten the test says little",)
    if studies.measure == "proportion":
        warnings += (
            "the standard error of a proportion depends on the proportion itself: the test of the "
            "funnel can mislead",
        )
    found = rows(values, term=ASYMMETRY, method=method, n_used=k)
    return Result(as_numbers(found), words, k, 0, conventions, warnings)


_WORDS = {
    "egger": (
        "Egger’s test (weighted regression on the standard error, t)",
        "Funnel asymmetry was tested by Egger’s regression of the effects on their standard errors "
        "(weights 1 / se², multiplicative dispersion).",
    ),
    "mixed": (
        "regression test (standard error as a moderator of the pooled model)",
        "Funnel asymmetry was tested with the standard error as a moderator of the pooled model.",
    ),
}


def _no_test(studies: Studies) -> str:
    if len(studies) < 3:
        return "it takes at least three studies"
    return "the studies are all of one precision" if np.ptp(studies.se) == 0 else ""


def _regression(studies: Studies, conventions: Conventions) -> tuple[MetaFit, Inference]:
    columns = np.column_stack([np.ones(len(studies)), studies.se])
    if conventions.funnel_test == "mixed":
        fitted = fit(studies.effect, studies.se**2, columns, conventions.between_studies)
        return fitted, inference(fitted, conventions)
    fitted = fit(studies.effect, studies.se**2, columns, "none")
    return fitted, Inference(fitted.covariance * fitted.dispersion, fitted.df)
