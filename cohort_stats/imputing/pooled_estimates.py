"""Estimates and chi-squares of completed sets, each pooled on the scale that suits it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cohort_stats.distributions import Z95
from cohort_stats.imputing.rubin import pool_chi_square, pool_estimates
from cohort_stats.imputing.sets import Place, Sets

Floats = npt.NDArray[np.float64]
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Scale:
    """A scale on which estimates are near to normal: there, back, and its slope."""

    there: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


IDENTITY = Scale(lambda x: x, lambda x: x, np.ones_like)
LOG = Scale(np.log, np.exp, lambda x: 1 / x)
LOGIT = Scale(
    lambda x: np.log(x / (1 - x)), lambda x: 1 / (1 + np.exp(-x)), lambda x: 1 / (x * (1 - x))
)
#: Of survival S: log(−log S), which falls as S rises (Marshall et al. 2009).
CLOGLOG = Scale(
    lambda x: np.log(-np.log(x)), lambda x: np.exp(-np.exp(x)), lambda x: 1 / (x * np.log(x))
)

#: Estimate -> the scale of its limits (None: it has a standard error), the scale it is pooled on.
ESTIMATES: dict[str, tuple[Scale | None, Scale]] = {
    "concordance": (None, LOGIT),
    "auc": (None, LOGIT),
    "rmst": (None, IDENTITY),
    "survival_difference": (IDENTITY, IDENTITY),
    "rmst_difference": (IDENTITY, IDENTITY),
    "rmst_ratio": (LOG, LOG),
}
#: Chi-squares of the sets -> what their pooled test is called.
CHI_SQUARES = (
    "chi_square", "lr_chi_square", "term_lr_chi_square", "ph_chi_square", "ph_global_chi_square",
    "po_chi_square", "po_global_chi_square",
)  # fmt: skip
#: Shares of explained variation, pooled as Fisher's z of their roots.
R_SQUARES = ("nagelkerke", "mcfadden", "cox_snell")


def estimate_rows(sets: Sets, place: Place) -> Rows:
    """An estimate of :data:`ESTIMATES`, pooled, with its limits and what is missing of it."""
    name = place.statistic
    limits, scale = ESTIMATES[name]
    values = sets.get(place)
    with np.errstate(all="ignore"):
        if limits is None:
            errors = sets.get(place.of(f"{name}_se")) * np.abs(scale.slope(values))
        else:
            low, high = (limits.there(sets.get(place.of(f"{name}_{e}"))) for e in ("low", "high"))
            errors = np.abs(high - low) / (2 * Z95)
        moved = scale.there(values)
    if not (np.isfinite(moved) & np.isfinite(errors)).all():
        return sets.rows(place, dict.fromkeys((name, f"{name}_low", f"{name}_high"), np.nan))
    found = pool_estimates(moved, errors**2)
    ends = sorted(float(scale.back(np.float64(x))) for x in found.limits)  # type: ignore[arg-type]
    centre = float(scale.back(np.float64(found.estimate)))  # type: ignore[arg-type]
    pooled: dict[str, Any] = {name: centre, f"{name}_low": ends[0], f"{name}_high": ends[1]}
    if place.of(f"{name}_se") in sets:
        pooled[f"{name}_se"] = found.se / abs(float(scale.slope(np.float64(centre))))  # type: ignore[arg-type]
    if place.of("p") in sets:
        pooled["p"] = found.p
    return sets.rows(place, {**pooled, "fmi": found.fmi})


def chi_square_rows(sets: Sets, place: Place) -> Rows:
    """A chi-square of :data:`CHI_SQUARES`, pooled (D2), as F with its degrees of freedom and p."""
    stem = place.statistic.removesuffix("chi_square")
    values, degrees = sets.get(place), sets.get(place.of(f"{stem}df"))
    names = [f"{stem}{end}" for end in ("f", "df", "df_denominator", "p")]
    if not np.isfinite(values).all() or np.ptp(degrees) != 0 or not degrees[0] > 0:
        return sets.rows(place, {names[-1]: np.nan})
    found = pool_chi_square(values, degrees[0])
    tested = (found.f, found.df, found.df_denominator, found.p)
    return sets.rows(place, dict(zip(names, tested, strict=True)))


def r_square_rows(sets: Sets, place: Place) -> Rows:
    """A share of explained variation, pooled by Fisher's z of its root (Harel 2009)."""
    values = np.clip(sets.get(place), 0.0, 1 - 1e-12)
    return sets.rows(place, {place.statistic: np.tanh(np.arctanh(np.sqrt(values)).mean()) ** 2})
