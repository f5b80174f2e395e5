"""How well a marker tells patients with an outcome from those without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.comparing.proportions import wilson
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import Z95, normal_two_sided
from cohort_stats.kernels.ranks import placements
from cohort_stats.problem import must_be_one_of
from cohort_stats.regression.coefficients import as_binary
from cohort_stats.results import Result, along, as_numbers, rows

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Direction = Literal["high", "low"]

BOOTSTRAPS = 1000
LARGEST_BATCH = 2_000_000  # sampled patients held in memory at once


def roc(
    outcome: pd.Series,
    marker: pd.Series,
    *,
    direction: Direction,
    cutoff: float | None = None,
    seed: int = 1,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Receiver operating characteristic of a marker, with its cut-off.

    Parameters
    ----------
    outcome
        True/False, 1/0, or missing; n patients.
    marker
        Numbers, n patients.
    direction
        ``high``: high values speak for the outcome; ``low``: low values do. Fixed by the
        hypothesis, never chosen from the data, so an area may be below 0.5.
    cutoff
        A cut-off from outside. Without it, the one with the largest Youden index is taken
        from these data.
    seed
        Of the bootstrap.
    conventions
        Recorded with the result.

    Returns
    -------
    Result
        auc with DeLong's interval and p against 0.5; the points of the curve; the cut-off
        (with its bootstrap percentile interval when derived), its 2 × 2 counts, and
        sensitivity, specificity, predictive values with Wilson intervals. A patient tests
        positive when the marker lies above (``high``) or below (``low``) the cut-off.

    Raises
    ------
    ValueError
        When `direction` is neither ``high`` nor ``low``, `outcome` holds anything but yes and
        no, `marker` is not numbers, or their lengths differ.

    Notes
    -----
    R: ``pROC::roc(direction = "<")`` for ``high``, ``">"`` for ``low``;
    ``ci.auc(method = "delong")``; ``coords("best")``. Candidate cut-offs lie midway between
    neighbouring values. Among equally good ones the most sensitive is taken, and a warning
    says so. When none has a Youden index above 0 there is no cut-off, and a warning says so.
    """
    conventions = as_conventions(conventions)
    outcome, marker = as_series("outcome", outcome), as_series("marker", marker)
    must_be_one_of("direction", direction, ("high", "low"))
    if len(outcome) != len(marker):
        raise ValueError(f"marker must have {len(outcome)} values; got {len(marker)}")
    if not pd.api.types.is_numeric_dtype(marker):
        raise ValueError(f"marker must be numbers; got {marker.dtype}")
    keep = outcome.notna().to_numpy() & marker.notna().to_numpy()
    y, x = as_binary("outcome", outcome)[keep], marker[keep].to_numpy(dtype=float)
    left_out = int((~keep).sum())
    shared: dict[str, Any] = {"n_used": len(y), "n_missing": left_out}
    counts = rows({"n": len(y), "events": int(y.sum())}, **shared)
    words = (
        "Discrimination was measured by the area under the ROC curve with DeLong’s interval; "
        f"{direction} values were taken to indicate the outcome."
    )
    why = _no_curve(y, x)
    if why:
        warning = f"ROC curve not drawn: {why}"
        return Result(as_numbers(counts), words, len(y), left_out, conventions, (warning,))
    curve = roc_curve(y, x, direction)
    area = _area(y, x, direction)
    found = counts + rows(area, method="DeLong", **shared)
    points = {"roc_sensitivity": curve.sensitivity, "roc_specificity": curve.specificity}
    drawn = along(points, shared, level=[repr(float(c)) for c in curve.cutoff])
    warnings = _warnings(y, area)
    best, equally_good = _best(curve) if cutoff is None else (cutoff, 1)
    if best is None:
        warnings.append(
            "no cut-off is given: none does better than chance (the largest Youden index is 0)"
        )
    elif cutoff is None:
        if equally_good > 1:
            warnings.append(
                f"{equally_good} cut-offs have the same Youden index; the most sensitive is given"
            )
        low, high = _bootstrap(y, x, direction, seed)
        limits = {"cutoff_low": low, "cutoff_high": high}
        method = f"bootstrap percentile, {BOOTSTRAPS} samples, seed {seed}"
        found += rows(limits, method=method, **shared)
        words += " The cut-off with the largest Youden index was derived from these data."
    if best is not None:
        derived = "largest Youden index, derived from these data"
        method = "given from outside" if cutoff is not None else derived
        found += rows({"cutoff": best}, method=method, **shared)
        found += _performance(y, positive(x, best, direction), shared)
    numbers = pd.concat([as_numbers(found), drawn], ignore_index=True)
    return Result(numbers, words, len(y), left_out, conventions, tuple(warnings))


def _no_curve(y: Bools, x: Floats) -> str:
    if not y.any():
        return "no patient has the outcome"
    if y.all():
        return "every patient has the outcome"
    return "the marker does not vary" if np.ptp(x) == 0 else ""


def _warnings(y: Bools, area: dict[str, float]) -> list[str]:
    if min(y.sum(), (~y).sum()) == 1:
        return ["only one patient on one side of the outcome: the area has no interval"]
    if area["auc_se"] == 0:
        way = "perfectly" if area["auc"] > 0.5 else "perfectly, but in the other direction"
        return [f"the marker separates the outcomes {way}: the area’s interval has no width"]
    if area["auc"] < 0.5:
        return ["the area is below 0.5: in these data the marker points in the other direction"]
    return []


@dataclass(frozen=True)
class Curve:
    """The points of a ROC curve, from the strictest cut-off to the most lenient.

    Parameters
    ----------
    cutoff, sensitivity, specificity
        Shape (k,); the first and last cut-offs are infinite.
    """

    cutoff: Floats
    sensitivity: Floats
    specificity: Floats


def roc_curve(outcome: Bools, marker: Floats, direction: Direction) -> Curve:
    """Sensitivity and specificity at every cut-off between neighbouring values.

    Parameters
    ----------
    outcome
        Shape (n,); some True, some False.
    marker
        Shape (n,).
    direction
        ``high`` or ``low``.
    """
    sign = 1.0 if direction == "high" else -1.0
    values, inverse = np.unique(sign * marker, return_inverse=True)
    cases = np.bincount(inverse, weights=outcome, minlength=len(values))
    controls = np.bincount(inverse, weights=~outcome, minlength=len(values))
    middle = (values[1:] + values[:-1]) / 2
    middle = np.where(middle < values[1:], middle, values[:-1])  # neighbours of the last digit
    cutoffs = sign * np.concatenate([[-np.inf], middle, [np.inf]])[::-1]
    sensitivity = np.concatenate([[0.0], np.cumsum(cases[::-1]) / cases.sum()])
    specificity = 1 - np.concatenate([[0.0], np.cumsum(controls[::-1]) / controls.sum()])
    return Curve(cutoffs, sensitivity, specificity)


def positive(marker: Floats, cutoff: float, direction: Direction) -> Bools:
    """Who tests positive: strictly above the cut-off (``high``) or below it (``low``)."""
    return np.asarray(marker > cutoff if direction == "high" else marker < cutoff)


def _area(outcome: Bools, marker: Floats, direction: Direction) -> dict[str, float]:
    sign = 1.0 if direction == "high" else -1.0
    v10, v01 = placements(sign * marker[outcome], sign * marker[~outcome])
    auc = float(v10.mean())
    parts = [v.var(ddof=1) / len(v) if len(v) > 1 else np.nan for v in (v10, v01)]
    se = float(np.sqrt(sum(parts)))
    return {
        "auc": auc,
        "auc_se": se,
        "auc_low": float(np.clip(auc - Z95 * se, 0, 1)),
        "auc_high": float(np.clip(auc + Z95 * se, 0, 1)),
        "p": normal_two_sided((auc - 0.5) / se) if se > 0 else float("nan"),
    }


def _best(curve: Curve) -> tuple[float | None, int]:
    youden = curve.sensitivity + curve.specificity - 1
    if youden.max() <= 1e-12:
        return None, 0
    best = np.flatnonzero(youden >= youden.max() - 1e-12)
    return float(curve.cutoff[best[-1]]), len(best)


def _bootstrap(
    outcome: Bools, marker: Floats, direction: Direction, seed: int
) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    sign = 1.0 if direction == "high" else -1.0
    values, inverse = np.unique(sign * marker, return_inverse=True)
    n, at_once = len(outcome), max(1, LARGEST_BATCH // len(outcome))
    cutoffs: list[float] = []
    for start in range(0, BOOTSTRAPS, at_once):
        samples = rng.integers(0, n, (min(at_once, BOOTSTRAPS - start), n))
        cutoffs += _best_of_samples(outcome, values, inverse, samples)
    finite = [sign * c for c in cutoffs if np.isfinite(c)]
    if not finite:
        return float("nan"), float("nan")
    low, high = np.quantile(finite, [0.025, 0.975])
    return float(low), float(high)


def _best_of_samples(
    outcome: Bools, values: Floats, inverse: npt.NDArray[np.intp], samples: npt.NDArray[np.intp]
) -> list[float]:
    """The best cut-off of each sample, one row a sample, on the scale where high is positive."""
    rows_, k = len(samples), len(values)
    cells = (np.arange(rows_)[:, None] * k + inverse[samples]).ravel()
    here = outcome[samples].ravel()
    cases = np.bincount(cells[here], minlength=rows_ * k).reshape(rows_, k)
    controls = np.bincount(cells[~here], minlength=rows_ * k).reshape(rows_, k)
    total = cases.sum(axis=1), controls.sum(axis=1)
    found = []
    for i in np.flatnonzero((total[0] > 0) & (total[1] > 0)):
        present = np.flatnonzero(cases[i] + controls[i])
        above = np.cumsum(cases[i, present][::-1]) / total[0][i]
        above -= np.cumsum(controls[i, present][::-1]) / total[1][i]
        # `above[m]` is Youden's index of calling the m + 1 highest values positive.
        youden = np.concatenate([[0.0], above])
        m = int(np.flatnonzero(youden >= youden.max() - 1e-12)[-1])
        if 0 < m < len(present):
            found.append(float(values[present[-m]] + values[present[-m - 1]]) / 2)
    return found


def _performance(outcome: Bools, test: Bools, shared: dict[str, Any]) -> list[dict[str, object]]:
    tp, fp = int((test & outcome).sum()), int((test & ~outcome).sum())
    fn, tn = int((~test & outcome).sum()), int((~test & ~outcome).sum())
    counts = {"true_positive": tp, "false_positive": fp}
    counts |= {"true_negative": tn, "false_negative": fn}
    found = rows(counts, **shared)
    fractions = {
        "sensitivity": (tp, tp + fn),
        "specificity": (tn, tn + fp),
        "ppv": (tp, tp + fp),
        "npv": (tn, tn + fn),
    }
    for name, (part, whole) in fractions.items():
        low, high = wilson(part, whole)
        share = part / whole if whole else float("nan")
        values = {name: share, f"{name}_low": low, f"{name}_high": high}
        found += rows(values, method="Wilson interval", **shared)
    youden = tp / (tp + fn) + tn / (tn + fp) - 1
    return found + rows({"youden": youden}, **shared)
