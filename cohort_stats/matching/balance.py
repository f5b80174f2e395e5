"""How alike the treated and the controls are, before and after matching or weighting."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.comparing.groups import is_numeric
from cohort_stats.comparing.smd import standardised, variance_of
from cohort_stats.conventions import RECOMMENDED, Conventions
from cohort_stats.regression.coding import as_factor
from cohort_stats.results import pick, rows

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BINS = 20
BALANCED = 0.1  # of a standardised difference, by common use


def balance(
    frame: pd.DataFrame,
    is_treated: Bools,
    stages: Mapping[str, Floats],
    conventions: Conventions = RECOMMENDED,
) -> list[dict[str, object]]:
    """Standardised differences, variance ratios and distances of distributions, stage by stage.

    Parameters
    ----------
    frame
        The variables to balance, n rows; a patient with a missing value is left out of that row.
    is_treated
        Shape (n,).
    stages
        Name of each stage, such as ``before matching``, and the weight of each patient there,
        shape (n,); 0 for one who is left out.
    conventions
        ``smd_denominator``: of the original sample at every stage, so that only the means move.

    Returns
    -------
    list of dict
        Rows of a result, `group` being the stage: smd of numbers and of each level of
        categories; variance_ratio and ks of numbers.

    Notes
    -----
    Weighted means; variances Σw(x − m)²/(Σw − Σw²/Σw), the usual ones for equal weights. ks is
    the largest difference of the two weighted distribution functions. R: ``summary(matchit(…))``
    with `treated` as denominator, its columns "Std. Mean Diff.", "Var. Ratio" and "eCDF Max";
    Austin and Stuart, Stat Med 2015.
    """
    found: list[dict[str, object]] = []
    method = f"{conventions.smd_denominator} standard deviation of the original sample"
    for name in frame.columns:
        for level, values in _indicators(frame[name]):
            known = ~np.isnan(values)
            own = [variance_of(values[g], ddof=level == "") for g in (is_treated, ~is_treated)]
            variance = own[0] if conventions.smd_denominator == "treated" else np.mean(own)
            for stage, weights in stages.items():
                here = known & (weights > 0)
                sides = [_side(values, weights, here & g) for g in (is_treated, ~is_treated)]
                if any(not len(x) for x, _ in sides):
                    continue
                numbers = _contrast(sides, float(variance), numeric=level == "")
                found += rows(numbers, group=stage, term=name, level=level, method=method)
    return found


def score_counts(
    probability: Floats, is_treated: Bools, stages: Mapping[str, Floats]
) -> list[dict[str, object]]:
    """Patients by propensity score, in twentieths of its range, at each stage.

    Parameters
    ----------
    probability
        The scores, shape (n,).
    is_treated, stages
        As :func:`balance` takes them.

    Returns
    -------
    list of dict
        Rows of a result, `group` being the stage and `level` where a bin begins: score_treated
        and score_controls, sums of weights, and their shares of each group; score_mean, `level`
        being the group of patients.
    """
    edges = np.linspace(0, 1, BINS + 1)
    found: list[dict[str, object]] = []
    for stage, weights in stages.items():
        treated, controls = (
            np.histogram(probability[g], edges, weights=weights[g])[0]
            for g in (is_treated, ~is_treated)
        )
        for name, g in (("treated", is_treated), ("controls", ~is_treated)):
            total = weights[g].sum()
            mean = float(weights[g] @ probability[g] / total) if total > 0 else np.nan
            found += rows({"score_mean": mean}, group=stage, level=name, method="weighted mean")
        wholes = {"score_treated": treated.sum(), "score_controls": controls.sum()}
        for k, edge in enumerate(edges[:-1]):
            values = {"score_treated": float(treated[k]), "score_controls": float(controls[k])}
            found += rows(values, group=stage, level=f"{edge:.2f}", method="sums of weights")
            shares = {
                f"{name}_share": values[name] / all_ for name, all_ in wholes.items() if all_ > 0
            }
            found += rows(shares, group=stage, level=f"{edge:.2f}", method="weighted shares")
    return found


Side = tuple[Floats, Floats]


def _side(values: Floats, weights: Floats, here: Bools) -> Side:
    return values[here], weights[here]


def _contrast(sides: list[Side], variance: float, *, numeric: bool) -> dict[str, float]:
    (a, _), (b, _) = moments = [weighted_moments(*side) for side in sides]
    numbers = {"smd": standardised(a - b, variance)}
    if numeric:
        numbers["ks"] = ks_distance(sides[0], sides[1])
        if moments[1][1] > 0:
            numbers["variance_ratio"] = moments[0][1] / moments[1][1]
    return numbers


def weighted_moments(values: Floats, weights: Floats) -> tuple[float, float]:
    """Weighted mean and variance, as R's ``cov.wt``; exactly 0 where values do not vary."""
    if (weights == weights[0]).all():
        return float(values.mean()), variance_of(values)
    share = weights / weights.sum()
    mean = float(share @ values)
    if np.ptp(values) == 0:
        return mean, 0.0
    return mean, float(share @ (values - mean) ** 2 / (1 - share @ share))


def ks_distance(first: Side, second: Side) -> float:
    """Largest difference of two weighted distribution functions (Kolmogorov–Smirnov)."""
    values = np.concatenate([first[0], second[0]])
    share = np.concatenate([first[1] / first[1].sum(), -second[1] / second[1].sum()])
    order = np.argsort(values, kind="stable")
    steps = np.cumsum(share[order])
    last = np.append(np.diff(values[order]) != 0, True)
    return float(np.abs(steps[last]).max())


def effective_n(weights: Floats) -> float:
    """Patients of equal weight that would tell as much: (Σw)²/Σw² (Kish)."""
    return float(weights.sum() ** 2 / (weights @ weights)) if weights.any() else 0.0


def imbalance(numbers: pd.DataFrame, stage: str) -> tuple[str, ...]:
    """The warning that covariates are still unbalanced at a stage, if any is."""
    after = pick(numbers, "smd", group=stage)
    far = after.loc[after["value"].abs() > BALANCED, "term"]
    if far.empty:
        return ()
    names = ", ".join(f"`{term}`" for term in dict.fromkeys(far))
    return (f"still unbalanced {stage} (difference above {BALANCED:g}): {names}",)


def _indicators(column: pd.Series) -> list[tuple[str, Floats]]:
    if is_numeric(column):
        return [("", column.to_numpy(dtype=float, na_value=np.nan))]
    factor = as_factor(column)
    levels = [code for code in range(len(factor.categories)) if (factor.codes == code).any()]
    shown = levels[1:] if len(levels) == 2 else levels
    return [
        (str(factor.categories[k]), np.where(factor.codes < 0, np.nan, factor.codes == k))
        for k in shown
    ]
