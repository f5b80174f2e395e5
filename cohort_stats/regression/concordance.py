"""How often the patient with the higher score has the event first: Harrell's C."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series, must_be
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import Z95
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels.concordance import Pairs, pairs
from cohort_stats.regression.coefficients import no_estimates
from cohort_stats.regression.cox_model import CoxModel
from cohort_stats.results import Result, as_numbers, pick, rows

Floats = npt.NDArray[np.float64]


def concordance(
    endpoint: Endpoint, score: pd.Series, *, conventions: Conventions | str = RECOMMENDED
) -> Result:
    """Concordance of a score with an endpoint.

    Parameters
    ----------
    endpoint
        Time and event, n patients.
    score
        A number for each patient; a high one speaks for an early event.
    conventions
        Recorded only.

    Returns
    -------
    Result
        concordance with its standard error and 95% limits; n and events. When no two
        patients can be compared there is no estimate, and a warning; below 0.5 a warning too, as
        the score then points the other way.

    Notes
    -----
    Pairs with the same score count one half; two events at one time are not compared; who
    is censored at the time of an event counts as later. R: ``survival::concordance(Surv(time,
    event) ~ score, reverse = TRUE)``, whose standard error (infinitesimal jackknife) this is.
    Harrell, Lee and Mark 1996; Therneau and Watson 2015.
    """
    must_be("endpoint", endpoint, Endpoint, "an Endpoint")
    column = as_series("score", score)
    if len(column) != len(endpoint):
        raise ValueError(
            f"score must have one entry a patient ({len(endpoint)}); got {len(column)}"
        )
    known = endpoint.known & column.notna().to_numpy()
    part = endpoint.where(known)
    found = pairs(part.time, part.event, column[known].to_numpy(dtype=float), entry=part.entry)
    counts = {"n": len(part), "events": int(part.event.sum())}
    left_out = int((~known).sum())
    result = _result(found, counts, None, None, left_out, as_conventions(conventions))
    if not pick(result.numbers, "concordance")["value"].lt(0.5).any():
        return result
    warning = "the concordance is below 0.5: in these data a high score goes with a late event"
    return replace(result, warnings=(warning,))


def cox_concordance(model: CoxModel) -> Result:
    """Concordance of a Cox model with the patients it was fitted to.

    Parameters
    ----------
    model
        From `fit_cox`. Patients are compared within strata;
        clusters enter the standard error.

    Returns
    -------
    Result
        concordance with its standard error and 95% limits. No estimate, and a warning,
        where a coefficient is not finite.

    Notes
    -----
    R: ``survival::concordance(fit)``. It is that of the same patients who made the model:
    in others it will be lower.
    """
    sample, fitted, before = model.sample, model.fitted, model.result
    if fitted is None or not model.finite:
        warning = f"concordance not computed: {no_estimates(fitted)}"
        nothing = as_numbers([])
        return Result(nothing, "", before.n_used, before.n_missing, before.conventions, (warning,))
    # Row by row, so that patients with equal covariates have exactly equal scores.
    score = np.asarray((model.columns.matrix * fitted.beta).sum(axis=1))
    found = pairs(
        sample.endpoint.time,
        sample.endpoint.event,
        score,
        stratum=sample.stratum,
        entry=sample.entry,
        weight=sample.weight,
    )
    return _result(found, {}, sample.weight, sample.cluster, before.n_missing, before.conventions)


def _result(
    found: Pairs,
    counts: Mapping[str, float],
    weight: Floats | None,
    cluster: npt.NDArray[np.intp] | None,
    left_out: int,
    conventions: Conventions,
) -> Result:
    n = len(found.tied)
    shared = {"method": "concordance (Harrell’s C)", "n_used": n, "n_missing": left_out}
    value, se = c_and_error(found, weight, cluster)
    if np.isnan(value):
        why = "concordance not computed: no two patients can be compared"
        numbers = as_numbers(rows(counts, **shared))  # type: ignore[arg-type]
        return Result(numbers, "", n, left_out, conventions, (why,))
    values = {"concordance": value, "concordance_se": se}
    values |= {"concordance_low": value - Z95 * se, "concordance_high": value + Z95 * se}
    words = "Discrimination was measured by Harrell’s concordance."
    numbers = as_numbers(rows({**counts, **values}, **shared))  # type: ignore[arg-type]
    return Result(numbers, words, n, left_out, conventions)


def c_and_error(
    found: Pairs, weight: Floats | None = None, cluster: npt.NDArray[np.intp] | None = None
) -> tuple[float, float]:
    """Concordance and its standard error; nan when no two patients can be compared.

    Parameters
    ----------
    found
        From :func:`~cohort_stats.kernels.concordance.pairs`.
    weight, cluster
        Case weights, and the number of each row's cluster.
    """
    weights = np.ones(len(found.tied)) if weight is None else weight
    mine = found.concordant + found.discordant + found.tied
    compared = float(weights @ mine) / 2  # each pair was counted from both of its sides
    if not compared > 0:
        return float("nan"), float("nan")
    right = found.concordant + found.tied / 2
    value = float(weights @ right) / 2 / compared
    change = weights * (right - value * mine) / compared
    if cluster is not None:
        change = np.asarray(np.bincount(cluster, weights=change), dtype=np.float64)
    return value, float(np.sqrt(change @ change))
