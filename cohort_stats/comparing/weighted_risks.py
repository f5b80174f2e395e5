"""The share of weighted or matched patients with an event, and how groups differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.changes.pairing import parts_of
from cohort_stats.comparing.groups import OVERALL
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import Z95, chi_square_tail
from cohort_stats.regression.coefficients import as_binary
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
NAN = float("nan")


@dataclass(frozen=True)
class _Risks:
    """Weighted shares of the groups and their robust covariance, shapes (g,) and (g, g)."""

    share: Floats
    covariance: Floats


def weighted_risks(
    outcome: pd.Series,
    groups: pd.Series | None = None,
    *,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Share of weighted or matched patients with an event, with robust intervals.

    Parameters
    ----------
    outcome
        True/False, 1/0, or missing; n patients.
    groups
        A level for each patient; of two, the first is the one compared with.
    weights
        What each patient counts; patients with weight 0 are left out. All alike unless given.
    cluster
        Equal for patients who depend on each other, such as those of a matched set.
    conventions
        ``cluster_factor``: the robust variance is multiplied by g/(g − 1) or not.

    Returns
    -------
    Result
        For everybody and each group: n and events (patients), proportion (weighted) with limits
        on the logit scale. With groups: p of the Wald test that all shares are equal. With two:
        risk difference, risk ratio, odds ratio of the second against the first, with limits.

    Notes
    -----
    Sandwich variance, which takes the weights as known. R: ``svyciprop(method = "logit", df =
    Inf)``, ``svyglm`` on a design of the weights and sets; ``sandwich::vcovCL(type = "HC0")`` of
    ``lm`` and ``glm(family = binomial)``.
    """
    conventions = as_conventions(conventions)
    outcome = as_series("outcome", outcome)
    n = len(outcome)
    weight = np.ones(n) if weights is None else as_series("weights", weights).to_numpy(dtype=float)
    if len(weight) != n or not (np.isfinite(weight) & (weight >= 0)).all():
        raise ValueError("weights must be one number a patient, none missing or negative")
    own = np.arange(n) if cluster is None else pd.factorize(as_series("cluster", cluster))[0]
    if len(own) != n or (own < 0).any():
        raise ValueError("cluster must be known for every patient")
    parts, known = parts_of(outcome.notna().to_numpy() & (weight > 0), groups)
    happened = as_binary("outcome", outcome)
    kind = "robust interval (logit scale)"
    kind = kind if weights is None else f"weighted, {kind}"
    found: list[dict[str, object]] = []
    for group, here in parts.items():
        values: dict[str, float] = {"n": int(here.sum()), "events": int((happened & here).sum())}
        found += rows(values, group=group, n_used=int(here.sum()))
        risk = _risks([here], happened, weight, own, conventions)
        shares = _triple("proportion", *_on_logit(risk))
        found += rows(shares, group=group, method=kind, n_used=int(here.sum()))
    used, left_out = int(known.sum()), int(((weight > 0) & ~known).sum())
    compared = {name: here for name, here in parts.items() if name != OVERALL}
    warnings: list[str] = []
    if len(compared) > 1:
        risks = _risks(list(compared.values()), happened, weight, own, conventions)
        contrasts, warnings = _compared(risks)
        found += [
            row
            for method, values in contrasts
            for row in rows(values, method=method, n_used=used, n_missing=left_out)
        ]
    what = "Weighted proportions" if weights is not None else "Proportions"
    words = f"{what}, their differences and ratios have 95% confidence intervals from robust "
    words += "standard errors" + ("." if cluster is None else ", clustered by matched set.")
    if weights is not None:
        words = words[:-1] + ", which take the weights as known."
    if left_out:
        warnings.append(f"left out for want of the outcome or the group: {counted(left_out)}")
    return Result(as_numbers(found), words, used, left_out, conventions, tuple(warnings))


def _risks(
    parts: list[Bools], happened: Bools, weight: Floats, own: Places, conventions: Conventions
) -> _Risks:
    share, columns = [], []
    for here in parts:
        w = np.where(here, weight, 0.0)
        total = w.sum()
        p = float(w @ happened / total) if total > 0 else NAN
        share.append(p)
        columns.append(w * (happened - p) / total if total > 0 else np.full(len(w), NAN))
    inside = np.any(parts, axis=0)
    clusters = np.unique(own[inside], return_inverse=True)[1]
    g = int(clusters.max(initial=-1)) + 1
    sums = np.column_stack([np.bincount(clusters, weights=c[inside], minlength=g) for c in columns])
    factor = g / (g - 1) if conventions.cluster_factor == "g/(g-1)" and g > 1 else 1.0
    return _Risks(np.array(share), np.asarray(sums.T @ sums) * factor)


def _on_logit(risk: _Risks) -> tuple[float, float, float]:
    p, variance = float(risk.share[0]), float(risk.covariance[0, 0])
    if not (0 < p < 1 and variance > 0):
        return p, NAN, NAN
    centre, half = np.log(p / (1 - p)), Z95 * np.sqrt(variance) / (p * (1 - p))
    low, high = 1 / (1 + np.exp(-centre + half)), 1 / (1 + np.exp(-centre - half))
    return p, float(low), float(high)


def _compared(risks: _Risks) -> tuple[list[tuple[str, dict[str, float]]], list[str]]:
    share, covariance = risks.share, risks.covariance
    away = np.column_stack([-np.ones(len(share) - 1), np.eye(len(share) - 1)])
    spread = away @ covariance @ away.T
    df = int(np.linalg.matrix_rank(spread, rtol=1e-9, hermitian=True))
    apart = away @ share
    value = float(apart @ np.linalg.pinv(spread, rcond=1e-9, hermitian=True) @ apart)
    test = {"p": chi_square_tail(value, df), "test_statistic": value, "df": float(df)}
    name = "Wald test of equal proportions, robust variance"
    if not df:
        return [(name, {"p": NAN})], ["proportions not compared: they have no variance"]
    found = [(name, test)]
    if len(share) > 2:
        return found, []
    p, q = share
    difference, se = q - p, float(np.sqrt(spread[0, 0]))
    found.append(
        ("robust interval",
         _triple("risk_difference", difference, difference - Z95 * se, difference + Z95 * se))
    )  # fmt: skip
    warnings = []
    if not (min(p, q) > 0 and max(p, q) < 1):
        warnings.append("a group has no patient with, or none without, the outcome: no interval")
    slopes = {"risk_ratio": (1 / share, np.log(share)), "odds_ratio": _odds(share)}
    for ratio, (slope, logs) in slopes.items():
        gradient = slope * np.array([-1.0, 1.0])
        half = Z95 * float(np.sqrt(gradient @ covariance @ gradient))
        centre = float(logs[1] - logs[0])
        limits = (centre, centre - half, centre + half) if np.isfinite(half) else (centre, NAN, NAN)
        found.append(("robust interval (log scale)", _triple(ratio, *np.exp(limits))))
    return found, warnings


def _odds(share: Floats) -> tuple[Floats, Floats]:
    return 1 / (share * (1 - share)), np.log(share / (1 - share))


def _triple(name: str, value: float, low: float, high: float) -> dict[str, float]:
    return {name: float(value), f"{name}_low": float(low), f"{name}_high": float(high)}
