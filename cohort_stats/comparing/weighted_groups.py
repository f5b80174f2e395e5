"""Weighted patients described, overall and by group: the first table of a weighted sample."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be, must_be_columns
from cohort_stats.comparing.rows import OVERALL, Row, groups_of, is_numeric, with_levels
from cohort_stats.comparing.smd import smd
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
WEIGHT = "weight of this table"


def weighted_groups(
    frame: pd.DataFrame,
    variables: Sequence[Row | str],
    *,
    by: str | None = None,
    weights: pd.Series,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Describe weighted patients, overall and by group; no p-values.

    Parameters
    ----------
    frame
        One row a patient. Text and True/False are categories, their levels in sorted order.
    variables
        The rows of the table, in order.
    by
        A categorical column; patients without a group are left out. None describes only.
    weights
        What each patient counts; patients with weight 0 are left out.
    conventions
        Recorded only.

    Returns
    -------
    Result
        For each group: n (patients), effective_n. For each variable and group: n and missing
        (patients); mean, sd, median, q1, q3, min, max (numbers) or count (sum of weights) and
        percent a level (categories). For each variable smd, or with more than two groups
        smd_largest and smd_mean.

    Notes
    -----
    Weighted mean and variance as R's ``cov.wt``; quantiles are the smallest value at which the
    weighted distribution function reaches the share, R: ``survey::svyquantile(qrule = "math")``.
    Tests that take patients as alike would not be valid and are not done: a weighted sample is
    judged by its standardised differences (Austin and Stuart, Stat Med 2015).
    """
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    chosen = [v if isinstance(v, Row) else Row(v) for v in variables]
    must_be_columns("variables", [row.variable for row in chosen], frame)
    must_be_columns("by", [by] if by else [], frame)
    given = np.asarray(weights, dtype=float)
    if given.shape != (len(frame),) or not (np.isfinite(given) & (given >= 0)).all():
        raise ValueError("weights must be one number a patient, none missing or negative")
    frame = with_levels(frame, [row.variable for row in chosen])
    frame = frame.assign(**{WEIGHT: given})[given > 0]
    left_out = 0 if by is None else int(frame[by].isna().sum())
    frame = frame if by is None else frame[frame[by].notna()]
    groups = groups_of(frame, by)
    parts = {OVERALL: frame, **groups}
    found: list[dict[str, object]] = []
    for name, group in parts.items():
        w = group[WEIGHT].to_numpy()
        values = {"n": len(group), "effective_n": w.sum() ** 2 / (w @ w) if len(w) else 0.0}
        found += rows(values, group=name, n_used=len(group))
    for row in chosen:
        for name, group in parts.items():
            found += _described(group[row.variable], group[WEIGHT].to_numpy(), row.variable, name)
        found += _apart(row.variable, groups)
    warnings: tuple[str, ...] = ()
    if left_out:
        warnings = (f"left out for want of a value of `{by}`: {counted(left_out)}",)
    words = (
        "Weighted patients are described by weighted means, quantiles and percentages; groups are "
        "compared by weighted standardised mean differences, not by tests."
    )
    conventions = as_conventions(conventions)
    return Result(as_numbers(found), words, len(frame), left_out, conventions, warnings)


def _described(column: pd.Series, weight: Floats, term: str, group: str) -> list[dict[str, object]]:
    known = column.notna().to_numpy()
    n, w = int(known.sum()), weight[known]
    shared = {"group": group, "term": term, "n_used": n, "n_missing": len(column) - n}
    found = rows({"n": n, "missing": len(column) - n}, **shared)  # type: ignore[arg-type]
    if is_numeric(column):
        return found + rows(_summary(column[known].to_numpy(dtype=float), w), **shared)  # type: ignore[arg-type]
    for level in column.cat.categories:
        count = float(w[(column[known] == level).to_numpy()].sum())
        percent = 100 * count / w.sum() if n else float("nan")
        found += rows({"count": count, "percent": percent}, level=str(level), **shared)  # type: ignore[arg-type]
    return found


def _summary(values: Floats, weight: Floats) -> dict[str, float]:
    if not len(values):
        names = ("mean", "sd", "median", "q1", "q3", "min", "max")
        return dict.fromkeys(names, float("nan"))
    share = weight / weight.sum()
    mean, spare = float(share @ values), 1 - float(share @ share)
    variance = float(share @ (values - mean) ** 2) / spare if spare > 1e-12 else float("nan")
    q1, median, q3 = weighted_quantiles(values, weight, (0.25, 0.5, 0.75))
    sd = float(np.sqrt(variance)) if np.ptp(values) > 0 or np.isnan(variance) else 0.0
    low, high = float(values.min()), float(values.max())
    return {"mean": mean, "sd": sd, "median": median, "q1": q1, "q3": q3, "min": low, "max": high}


def weighted_quantiles(values: Floats, weight: Floats, shares: Sequence[float]) -> list[float]:
    """The smallest values at which the weighted distribution function reaches the shares."""
    order = np.argsort(values, kind="stable")
    running = np.cumsum(weight[order])
    rounding = 1e-12 * running[-1]
    at = np.searchsorted(running, np.asarray(shares) * running[-1] - rounding)
    return [float(v) for v in values[order][np.minimum(at, len(values) - 1)]]


def _apart(term: str, groups: dict[str, pd.DataFrame]) -> list[dict[str, object]]:
    if len(groups) < 2:
        return []
    parts = list(groups.values())
    used = sum(int(part[term].notna().sum()) for part in parts)
    shared = {"term": term, "n_used": used, "n_missing": sum(map(len, parts)) - used}
    found = [
        smd(b[term], a[term], weights=(b[WEIGHT].to_numpy(), a[WEIGHT].to_numpy()))
        for a, b in combinations(parts, 2)
    ]
    if len(found) == 1:
        return rows({"smd": found[0]}, **shared)  # type: ignore[arg-type]
    sizes = np.abs(found)
    return rows({"smd_largest": sizes.max(), "smd_mean": sizes.mean()}, **shared)  # type: ignore[arg-type]
