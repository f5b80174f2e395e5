"""Survival of weighted or matched patients: adjusted curves, and the robust log-rank test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import weighted_survival as kernel
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.survival.curves import Asked, curves_of
from cohort_stats.survival.groups import Followed, followed
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class _Sample:
    """The patients of a weighted analysis, all known and with a positive weight."""

    who: Followed
    weight: Floats
    cluster: Places | None
    unweighted: int


def weighted_kaplan_meier(
    endpoint: Endpoint,
    groups: pd.Series | None = None,
    *,
    weights: pd.Series,
    cluster: pd.Series | None = None,
    times: Sequence[float] = (),
    risk_times: Sequence[float] = (),
    quantiles: Sequence[float] = (),
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Survival curves of weighted patients (adjusted Kaplan–Meier), overall and by group.

    Parameters
    ----------
    endpoint
        Time and event, n patients.
    groups
        A level for each patient; without it, all patients are one group.
    weights
        What each patient counts, such as the inverse probability of treatment; patients with
        weight 0 are left out.
    cluster
        Equal for patients who depend on each other, such as those of a matched set.
    times, risk_times, quantiles, conventions
        As for :func:`~cohort_stats.survival.curves.kaplan_meier`.

    Returns
    -------
    Result
        As :func:`~cohort_stats.survival.curves.kaplan_meier`. Patients, events, numbers at risk
        and follow-up are of the patients as they are; curves, medians and S(t) are weighted.

    Notes
    -----
    Intervals rest on the robust variance (infinitesimal jackknife), which takes the weights as
    known. R: ``survfit(Surv(time, event) ~ group, weights = , cluster = , robust = TRUE)``.
    Cole and Hernán 2004; Xie and Liu, Stat Med 2005.
    """
    conventions = as_conventions(conventions)
    if conventions.quantile_interval == "symmetric":  # its density is of unweighted counts
        conventions = conventions.overriding(quantile_interval="brookmeyer-crowley")
    sample = _sample(endpoint, groups, weights, cluster)
    who = sample.who
    parts = {OVERALL: np.ones(len(who.endpoint), dtype=bool)}
    parts |= {name: who.codes == g for g, name in enumerate(who.names)}
    tables = {name: _table(sample, here) for name, here in parts.items()}
    asked = Asked(tuple(times), tuple(risk_times), tuple(quantiles))
    method = f"weighted Kaplan–Meier, {conventions.survival_interval} interval, robust variance"
    numbers, warnings = curves_of(who, tables, asked, method, conventions)
    words = (
        "Survival was estimated by the weighted Kaplan–Meier method with robust 95% confidence "
        f"intervals on the {conventions.survival_interval} scale, which take the weights as known; "
        "numbers at risk are patients, not weights."
    )
    warnings += _left_out(sample)
    return Result(numbers, words, len(who.endpoint), who.n_missing, conventions, warnings)


def robust_logrank(
    endpoint: Endpoint,
    groups: pd.Series,
    *,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Compare survival between groups of weighted patients, or of matched sets.

    Parameters
    ----------
    endpoint
        Time and event, n patients.
    groups
        A level for each patient.
    weights, cluster
        As for :func:`weighted_kaplan_meier`; all patients count alike without weights.
    conventions
        Recorded only.

    Returns
    -------
    Result
        chi_square, df and p; weighted observed and expected events by group. Where groups
        cannot be compared p is nan, and a warning says why.

    Notes
    -----
    The log-rank statistic with the sandwich variance of its patients or clusters: the robust
    score test of a Cox model. R: ``coxph(…, weights = , cluster = , ties = "breslow")$rscore``;
    ``survey::svylogrank`` differs by n/(n − 1). Lin and Wei 1989.
    """
    conventions = as_conventions(conventions)
    sample = _sample(endpoint, groups, weights, cluster)
    who = sample.who
    name = "robust weighted log-rank test" if weights is not None else "robust log-rank test"
    shared = {"method": name, "n_used": len(who.endpoint), "n_missing": who.n_missing}
    warnings = (*who.warnings, *_left_out(sample))

    def result(numbers: list[dict[str, object]], words: str, *more: str) -> Result:
        return Result(
            as_numbers(numbers), words, len(who.endpoint), who.n_missing, conventions,
            (*warnings, *more),
        )  # fmt: skip

    part, g = who.endpoint, len(who.names)
    why = "" if g > 1 else "there are fewer than two groups"
    why = why or ("" if part.event.any() else "no event happened")
    if not why:
        observed, expected, covariance = kernel.robust_logrank(
            part.time, part.event, who.codes, g, sample.weight, sample.cluster
        )
        df = int(np.linalg.matrix_rank(covariance, rtol=1e-9, hermitian=True))
        why = "" if df else "no event happened while patients of two groups were at risk"
    if why:
        return result(rows({"p": float("nan")}, **shared), "", f"{name} not done: {why}")  # type: ignore[arg-type]
    difference = observed - expected
    value = float(difference @ np.linalg.pinv(covariance, rcond=1e-9, hermitian=True) @ difference)
    numbers = rows({"chi_square": value, "df": df, "p": chi_square_tail(value, df)}, **shared)  # type: ignore[arg-type]
    for level, seen, awaited in zip(who.names, observed, expected, strict=True):
        numbers += rows({"observed": seen, "expected": awaited}, group=level, **shared)  # type: ignore[arg-type]
    by_set = ", its variance clustered by matched set" if cluster is not None else ""
    return result(numbers, f"Groups were compared with the {name}{by_set}.")


def _table(sample: _Sample, here: npt.NDArray[np.bool_]) -> kernel.LifeTable:
    part = sample.who.endpoint.where(here)
    cluster = None if sample.cluster is None else sample.cluster[here]
    if cluster is not None:
        cluster = np.unique(cluster, return_inverse=True)[1]
    return kernel.weighted_life_table(part.time, part.event, sample.weight[here], cluster)


def _sample(
    endpoint: Endpoint,
    groups: pd.Series | None,
    weights: pd.Series | None,
    cluster: pd.Series | None,
) -> _Sample:
    if endpoint.entry is not None:
        raise ValueError("endpoint must be followed from time 0 where weighted; got entry times")
    n = len(endpoint)
    given = np.ones(n) if weights is None else as_series("weights", weights).to_numpy(dtype=float)
    if len(given) != n or not (np.isfinite(given) & (given >= 0)).all():
        raise ValueError("weights must be one number a patient, none missing or negative")
    here = given > 0
    part, levels = endpoint.where(here), None
    if groups is not None:
        levels = as_series("groups", groups)[here].reset_index(drop=True)
    who = followed(part, levels)
    known = part.known if levels is None else part.known & levels.notna().to_numpy()
    numbers = None
    if cluster is not None:
        codes = pd.factorize(as_series("cluster", cluster))[0]
        if (codes[here] < 0).any():
            raise ValueError("cluster must be known for every patient with a weight")
        numbers = np.unique(codes[here][known], return_inverse=True)[1]
    return _Sample(who, given[here][known], numbers, int(n - here.sum()))


def _left_out(sample: _Sample) -> tuple[str, ...]:
    if not sample.unweighted:
        return ()
    return (f"left out because their weight is 0: {counted(sample.unweighted)}",)
