"""How well predicted probabilities of an outcome fit: discrimination and calibration."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.comparing.proportions import wilson
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import Z95, chi_square_tail
from cohort_stats.kernels import logit, prediction
from cohort_stats.regression.coefficients import as_binary, no_estimates
from cohort_stats.regression.logistic_model import LogisticModel
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

GROUPS = 10
APPARENT = "apparent performance, in the patients the model was made from"
GROUPING = "groups cut at the type 7 deciles of predicted probability, equal ones together"


def performance(
    outcome: pd.Series,
    probability: pd.Series,
    *,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Discrimination and calibration of probabilities that come from elsewhere.

    Parameters
    ----------
    outcome
        True/False, 1/0, or missing; n patients.
    probability
        Of the outcome, between 0 and 1, or missing; n patients.
    conventions
        Recorded only.

    Returns
    -------
    Result
        n and events; brier; concordance (C) with DeLong's interval; calibration_intercept
        (calibration-in-the-large) and calibration_slope with Wald limits; Hosmer and
        Lemeshow's chi-square with as many degrees of freedom as groups, two or more; group by group
        (`level`) patients, events, mean prediction and observed share with Wilson limits.

    Raises
    ------
    ValueError
        When a probability lies outside 0 to 1, or the lengths differ.

    Notes
    -----
    Slope: ``glm(y ~ qlogis(p), binomial)``; in the large: ``glm(y ~ offset(qlogis(p)),
    binomial)``. Ten groups at deciles of the prediction, as R's ``ResourceSelection::
    hoslem.test``. SPSS says that it keeps patients with equal covariates together, as is done
    here, but not where exactly it cuts, so that its chi-square may differ. Steyerberg 2019.
    """
    conventions = as_conventions(conventions)
    outcome, given = as_series("outcome", outcome), as_series("probability", probability)
    if len(outcome) != len(given):
        raise ValueError(f"probability must have {len(outcome)} values; got {len(given)}")
    keep = outcome.notna().to_numpy() & given.notna().to_numpy()
    event, chance = as_binary("outcome", outcome)[keep], given[keep].to_numpy(dtype=float)
    if len(chance) and not (chance.min() >= 0 and chance.max() <= 1):
        raise ValueError(
            f"probability must lie between 0 and 1; got {chance.min():g} to {chance.max():g}"
        )
    left_out = int((~keep).sum())
    shared: dict[str, Any] = {"n_used": len(event), "n_missing": left_out}
    found = rows({"n": len(event), "events": int(event.sum())}, **shared)
    warnings: tuple[str, ...] = ()
    if event.all() or not event.any():
        which = "every" if event.all() else "no"
        why = f"{which} patient has the outcome" if len(event) else "nobody has both values known"
        warnings = (f"performance not computed: {why}",)
    else:
        with np.errstate(divide="ignore"):
            score = np.log(chance) - np.log1p(-chance)
        found += _discrimination(event, chance, score, None, None, shared)
        if np.isinf(score).any():
            warnings = ("calibration slope not computed: some predictions are exactly 0 or 1",)
        else:
            found += _calibration(event, score, None, shared)
        found += _groups(event, chance, 0, shared)
        warnings += _doubts(chance, found)
    words = "Discrimination was measured by C, calibration by its slope and in the large."
    return Result(as_numbers(found), words, len(event), left_out, conventions, warnings)


def logistic_performance(model: LogisticModel) -> Result:
    """Apparent discrimination and calibration of a logistic model: in its own patients.

    Parameters
    ----------
    model
        From `fit_logistic` or `fit_firth`.

    Returns
    -------
    Result
        As :func:`performance` gives, without n and events; Hosmer and Lemeshow's chi-square
        with two degrees of freedom fewer than groups. The slope is 1 and the intercept 0 by
        construction of maximum likelihood: only new patients, or bootstrap validation, can
        tell them. With clusters C has a jackknife interval; with clusters or weights there
        are no groups. No finite estimates: no numbers, and a warning.
    """
    before, sample = model.result, model.sample
    shared: dict[str, Any] = {"n_used": before.n_used, "n_missing": before.n_missing}
    if model.fitted is None or not model.finite:
        warning = (f"performance not computed: {no_estimates(model.fitted)}",)
        return Result(
            as_numbers([]), "", before.n_used, before.n_missing, before.conventions, warning
        )
    # Row by row, so that patients with equal covariates have exactly equal scores.
    score = np.asarray((model.columns.matrix * model.beta[1:]).sum(axis=1)) + model.beta[0]
    chance, weight = logit.expit(score), sample.weight
    shared["method"] = APPARENT
    found = _discrimination(model.event, chance, score, weight, sample.cluster, shared)
    shared["method"] = f"{APPARENT}; 1 and 0 by construction of maximum likelihood"
    if model.penalised:
        shared["method"] = APPARENT
    found += _calibration(model.event, score, weight, shared)
    if weight is None and sample.cluster is None:
        shared["method"] = APPARENT
        found += _groups(model.event, chance, 2, shared)
    words = "Discrimination (C) and calibration are apparent: of the patients who made the model."
    return Result(as_numbers(found), words, before.n_used, before.n_missing, before.conventions)


def _doubts(chance: Floats, found: list[dict[str, object]]) -> tuple[str, ...]:
    """What to know of predictions that are all the same, or tell the outcomes apart perfectly."""
    values = {str(one["statistic"]): one["value"] for one in found}
    told = []
    if np.ptp(chance) == 0:
        told.append("all predictions are the same: the interval of C has no width")
    elif values["concordance_se"] == 0:
        told.append(
            "the predictions separate the outcomes perfectly: the interval of C has no width"
        )
    if "hl_p" not in values:
        told.append("Hosmer–Lemeshow test not done: the predictions fall into a single group")
    return tuple(told)


def _discrimination(
    event: Bools,
    chance: Floats,
    score: Floats,
    weight: Floats | None,
    cluster: npt.NDArray[np.intp] | None,
    shared: dict[str, Any],
) -> list[dict[str, object]]:
    c, se = prediction.c_statistic(event, score, weight, cluster)
    values = {"brier": float(np.average((event - chance) ** 2, weights=weight))}
    values |= {"concordance": c, "concordance_se": se}
    low, high = np.clip([c - Z95 * se, c + Z95 * se], 0, 1)
    values |= {"concordance_low": low, "concordance_high": high}
    return rows(values, **shared)


def _calibration(
    event: Bools, score: Floats, weight: Floats | None, shared: dict[str, Any]
) -> list[dict[str, object]]:
    y, ones = event.astype(float), np.ones((len(event), 1))
    large = logit.fit(y, ones, score, weight=weight)
    found = {"calibration_intercept": (large.beta[0], large.covariance[0, 0])}
    if np.ptp(score) > 0:
        slope = logit.fit(y, np.column_stack([ones, score]), weight=weight)
        if slope.converged:
            found["calibration_slope"] = slope.beta[1], slope.covariance[1, 1]
    values: dict[str, float] = {}
    for name, (estimate, variance) in found.items():
        half = Z95 * float(np.sqrt(variance))
        values |= {name: estimate, f"{name}_low": estimate - half, f"{name}_high": estimate + half}
    return rows(values, **shared)


def _groups(
    event: Bools, chance: Floats, lost: int, shared: dict[str, Any]
) -> list[dict[str, object]]:
    group = prediction.risk_groups(chance, GROUPS)
    n, events = np.bincount(group), np.bincount(group, weights=event)
    predicted = np.bincount(group, weights=chance) / n
    found: list[dict[str, object]] = []
    for k in range(len(n)):
        low, high = wilson(int(events[k]), int(n[k]))
        values = {"calibration_n": n[k], "calibration_events": events[k]}
        values |= {"calibration_predicted": predicted[k], "calibration_observed": events[k] / n[k]}
        values |= {"calibration_observed_low": low, "calibration_observed_high": high}
        found += rows(values, level=str(k + 1), **{**shared, "method": GROUPING})
    df = len(n) - lost
    if len(n) > 1 and df > 0:  # one group tells no more than calibration in the large
        chi_square = prediction.hosmer_lemeshow(event, chance, group)
        values = {"hl_chi_square": chi_square, "hl_df": df, "hl_groups": len(n)}
        values["hl_p"] = chi_square_tail(chi_square, df)
        found += rows(values, **{**shared, "method": f"Hosmer–Lemeshow test, {GROUPING}"})
    return found
