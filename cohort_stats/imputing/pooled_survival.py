"""Survival curves, their tests and contrasts, of completed sets, pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.comparing.adjust import adjust
from cohort_stats.comparing.rows import OVERALL
from cohort_stats.distributions import Z95, t_quantile
from cohort_stats.imputing.pooled_estimates import (
    CHI_SQUARES,
    CLOGLOG,
    ESTIMATES,
    Rows,
    chi_square_rows,
    estimate_rows,
)
from cohort_stats.imputing.rubin import pool_estimates
from cohort_stats.imputing.sets import COUNTS, Place, Sets
from cohort_stats.kernels.lifetable import first_time_at_or_below
from cohort_stats.results import Result, along, pick

Floats = npt.NDArray[np.float64]
MEDIAN = ("median", "median_low", "median_high")
LIMITS = ("", "_low", "_high")
COUNTED = ("curve_censored", "curve_at_risk")


@dataclass(frozen=True)
class _Kind:
    """Names of a curve's numbers, where it begins, and how it is pooled in words."""

    curve: str
    at: str
    begins: float
    words: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.curve}{end}" for end in LIMITS)


SURVIVAL = _Kind(
    "curve",
    "survival",
    1.0,
    "Survival was pooled on the complementary log-log scale, and medians were read from the pooled "
    "curves.",
)
INCIDENCE = _Kind(
    "incidence_curve",
    "cumulative_incidence",
    0.0,
    "Cumulative incidence F(t) was pooled as log(−log F(t)).",
)


def pool_survival(results: Sequence[Result], imputed: int = 0) -> Result:
    """Pool Kaplan–Meier curves of completed sets.

    Parameters
    ----------
    results
        Of :func:`~cohort_stats.survival.curves.kaplan_meier` under ``survival_interval``
        ``log-log``, one a completed set.
    imputed
        Patients whose group was imputed.

    Returns
    -------
    Result
        Mean counts; imputations and imputed_patients; S(t) at times and along the curve with
        limits; the median, where the pooled curve and its limits reach one half; the mean of
        the medians of follow-up. Other quantiles and mean survival are not pooled.

    Notes
    -----
    S(t) is pooled as log(−log S(t)) by Rubin's rules (Marshall, Altman, Holder and Royston, BMC
    Medical Research Methodology 2009), with Student's t. Where a set has S(t) = 1 or 0 the mean
    over the sets is given, without limits unless all sets agree.
    """
    return _pooled(results, imputed, SURVIVAL)


def pool_incidence(results: Sequence[Result], imputed: int = 0) -> Result:
    """Pool cumulative incidence curves of completed sets.

    Parameters
    ----------
    results
        Of :func:`~cohort_stats.survival.competing.cumulative_incidence` under
        ``survival_interval`` ``log-log``, one a completed set.
    imputed
        As for :func:`pool_survival`.

    Returns
    -------
    Result
        As of :func:`pool_survival`, with F(t) in the place of S(t), and no median.

    Notes
    -----
    F(t) is pooled on the scale of its interval, log(−log F(t)).
    """
    return _pooled(results, imputed, INCIDENCE)


def _pooled(results: Sequence[Result], imputed: int, kind: _Kind) -> Result:
    sets = Sets([_without_curve(r, kind) for r in results])
    groups = pick(results[0].numbers, kind.curve)["group"]
    curves = {g: _pooled_curve(results, g, kind) for g in dict.fromkeys(groups)}
    found: Rows = []
    for place in sets:
        name = place.statistic
        if name in COUNTS or name.startswith("median_follow_up"):
            found += sets.mean(place) if name in COUNTS else _agreed(sets, place)
            if name == "n" and place.group == OVERALL:
                counts = {"imputations": sets.m, "imputed_patients": imputed}
                found += sets.rows(place, counts)
        elif name == kind.at:
            found += sets.rows(place, _at(sets, place))
        elif name == "median" and place.group in curves:
            found += sets.rows(place, _median(curves[place.group]))
    pooled = sets.result(found)
    frames = [pooled.numbers]
    for group, curve in curves.items():
        n = Place("n", group, "", "", None)
        shared: dict[str, Any] = {"group": group, "method": sets.said(sets.about(n).method)}
        shared["n_used"] = round(float(np.nanmean(sets.get(n))))
        values = {name: curve[name].to_numpy() for name in curve.columns if name != "time"}
        frames.append(along(values, shared, time=curve["time"].to_numpy()))
    numbers = pd.concat(frames, ignore_index=True)
    return replace(pooled, numbers=numbers, method=f"{pooled.method} {kind.words}")


def _agreed(sets: Sets, place: Place) -> Rows:
    """The median of follow-up: its mean; a limit only where all sets have the same."""
    values = sets.get(place)
    if place.statistic != "median_follow_up" and np.ptp(values) != 0:
        return sets.rows(place, {place.statistic: np.nan})
    return sets.mean(place)


def _without_curve(result: Result, kind: _Kind) -> Result:
    keep = ~result.numbers["statistic"].isin([*kind.names, *COUNTED]).to_numpy()
    return replace(result, numbers=result.numbers[keep])


def _pooled_curve(results: Sequence[Result], group: str, kind: _Kind) -> pd.DataFrame:
    """One group's curve with limits at every time at which it steps in any set."""
    wides = []
    for result in results:
        mine = result.numbers[result.numbers["group"] == group]
        mine = mine[mine["statistic"].isin([*kind.names, *COUNTED])]
        wides.append(mine.pivot(index="time", columns="statistic", values="value"))
    times = np.unique(np.concatenate([w.index.to_numpy(dtype=float) for w in wides]))
    begins = (kind.begins, np.nan, np.nan)
    values, low, high = (
        np.array([_along(w[name], times, first) for w in wides])
        for name, first in zip(kind.names, begins, strict=True)
    )
    pooled = [_survival(values[:, i], low[:, i], high[:, i]) for i in range(len(times))]
    frame = pd.DataFrame(pooled, columns=list(kind.names)).assign(time=times)
    if "curve_censored" not in wides[0]:
        return frame
    gone = [w["curve_censored"].reindex(times).fillna(0.0).to_numpy() for w in wides]
    # Nobody leaves between two times of a set: at risk at one are those at risk at the next.
    there = [w["curve_at_risk"].reindex(times, method="bfill").fillna(0.0) for w in wides]
    counts = {"curve_censored": np.mean(gone, axis=0), "curve_at_risk": np.mean(there, axis=0)}
    return frame.assign(**counts)


def _along(curve: pd.Series, times: Floats, begins: float) -> Floats:
    """A curve, or a limit of it, at some times; nan after its end."""
    own = curve.index.to_numpy(dtype=float)
    place = np.searchsorted(own, times, side="right") - 1
    values = curve.to_numpy(dtype=float)[np.maximum(place, 0)]
    return np.where(times > own[-1], np.nan, np.where(place < 0, begins, values))


def _survival(values: Floats, low: Floats, high: Floats) -> tuple[float, float, float]:
    """S(t), or F(t), of the sets with log-log limits, pooled; nan where most sets have none."""
    there = ~np.isnan(values)
    if there.sum() < max(2, len(values) / 2):
        return (float("nan"),) * 3
    values, low, high = values[there], low[there], high[there]
    if np.ptp(values) == 0 and np.ptp(low) == 0 and np.ptp(high) == 0:
        return float(values[0]), float(low[0]), float(high[0])
    with np.errstate(all="ignore"):
        moved = CLOGLOG.there(values)
        errors = np.abs(CLOGLOG.there(low) - CLOGLOG.there(high)) / (2 * Z95)
    if not (np.isfinite(moved) & np.isfinite(errors)).all():
        return float(values.mean()), float("nan"), float("nan")
    found = pool_estimates(moved, errors**2)
    far = (t_quantile(0.975, found.df) if np.isfinite(found.df) else Z95) * found.se
    back = CLOGLOG.back(np.array([found.estimate, found.estimate + far, found.estimate - far]))
    return float(back[0]), float(back[1]), float(back[2])


def _at(sets: Sets, place: Place) -> dict[str, float]:
    names = [f"{place.statistic}{end}" for end in LIMITS]
    values, low, high = (sets.get(place.of(name)) for name in names)
    return dict(zip(names, _survival(values, low, high), strict=True))


def _median(curve: pd.DataFrame) -> dict[str, float]:
    """Where the pooled curve, and its limits, reach one half."""
    times = curve["time"].to_numpy()
    ends = (curve[name].to_numpy() for name in ("curve", "curve_low", "curve_high"))
    found = [_reaching(times, end) for end in ends]
    return dict(zip(MEDIAN, found, strict=True))


def _reaching(times: Floats, curve: Floats) -> float:
    known = ~np.isnan(curve)
    return float(first_time_at_or_below(times[known], curve[known], 0.5))


def pool_tests(results: Sequence[Result], adjustment: str = "") -> Result:
    """Pool tests and contrasts of survival over completed sets.

    Parameters
    ----------
    results
        Of :func:`~cohort_stats.survival.curves.logrank` and its family, of
        :func:`~cohort_stats.survival.contrasts.survival_difference` or
        :func:`~cohort_stats.survival.contrasts.restricted_mean`; one a completed set.
    adjustment
        Of the p-values of pairs of groups; none unless given.

    Returns
    -------
    Result
        Chi-squares by D2 as f, df, df_denominator and p; differences and ratios by Rubin's
        rules; observed and expected events as means.
    """
    sets = Sets(results)
    found: Rows = []
    for place in sets:
        if place.statistic in CHI_SQUARES:
            found += chi_square_rows(sets, place)
        elif place.statistic in ESTIMATES:
            found += estimate_rows(sets, place)
        elif place.statistic in (*COUNTS, "score", "horizon"):
            found += sets.mean(place)
    if adjustment:
        p = [row for row in found if row["statistic"] == "p"]
        adjusted = adjust([float(str(row["value"])) for row in p], adjustment)
        found += [
            {**row, "statistic": "p_adjusted", "value": value}
            for row, value in zip(p, adjusted, strict=True)
        ]
    if not found:  # nothing to test in any set
        place = next(iter(sets))
        found = sets.rows(place, {"p": float("nan")})
    return sets.result(found)
