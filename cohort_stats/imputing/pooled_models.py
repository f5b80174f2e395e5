"""Regression models of completed sets, pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cohort_stats.imputing.pooled_estimates import (
    CHI_SQUARES,
    ESTIMATES,
    R_SQUARES,
    Rows,
    chi_square_rows,
    estimate_rows,
    r_square_rows,
)
from cohort_stats.imputing.rubin import PooledTest, pool_estimates, pool_wald
from cohort_stats.imputing.sets import COUNTS, Place, Sets
from cohort_stats.regression.proportional_hazards import DOUBTFUL_WORDS, doubtful
from cohort_stats.results import Result

Floats = npt.NDArray[np.float64]
Names = list[tuple[str, str]]
RATIOS = ("hazard_ratio", "subdistribution_hazard_ratio", "odds_ratio")
INTERCEPT, THRESHOLD = "(Intercept)", "(Threshold)"
GLOBAL = ("global_f", "global_df", "global_df_denominator", "global_p")
WHOLE = ("wald_f", "wald_df", "wald_df_denominator", "wald_p")


def pool_models(results: Sequence[Result], complete: Result | None = None) -> Result:
    """Pool models that were fitted to each completed set by Rubin's rules.

    Parameters
    ----------
    results
        Of :func:`~cohort_stats.regression.cox_model.cox`,
        :func:`~cohort_stats.regression.logistic_model.logistic` or
        :func:`~cohort_stats.regression.fine_gray_model.fine_gray`, or the univariable models of
        :func:`~cohort_stats.regression.model_building.build_model`; one a completed set.
    complete
        The same on complete cases, to count the patients whose values were imputed.

    Returns
    -------
    Result
        Per term or level: coefficient, se, ratio with limits and p by Student's t, df,
        se_within, se_between, relative_increase, fmi, relative_efficiency. Per factor the
        global p, and for the model the Wald test, by D1; likelihood-ratio and
        proportional-hazards tests by D2; concordance on the logit scale; R² by Fisher's z. For
        the model imputations and imputed_patients. Log likelihoods are not pooled.

    Notes
    -----
    R: ``summary(mice::pool(…))``, ``mice::D1``, ``mice::D2(use = "likelihood")``. The degrees
    of freedom of complete data are patients less coefficients, of Cox and Fine–Gray models
    events less coefficients, as mice takes them. A coefficient that is infinite in a set, or
    missing for want of its level, is not pooled and a warning names it.
    """
    sets = Sets(results)
    found: Rows = []
    lost: list[str] = []
    for place in sets:
        name = place.statistic
        if name == "coefficient":
            made = _coefficient(sets, place)
            lost += [] if made else [f"`{place.term}` {place.level}".strip()]
            found += made or sets.rows(place, {"coefficient": np.nan})
        elif name == "global_p":
            found += _wald(sets, place, GLOBAL)
        elif name in CHI_SQUARES:
            found += chi_square_rows(sets, place)
            if name == "lr_chi_square" and place.of("wald_chi_square") not in sets:
                found += _wald(sets, place, WHOLE)
        elif name == "wald_chi_square":
            found += _wald(sets, place, WHOLE)
        elif name in ESTIMATES:
            found += estimate_rows(sets, place)
        elif name in R_SQUARES:
            found += r_square_rows(sets, place)
        elif name in (*COUNTS, "brier"):
            found += sets.mean(place)
            if name == "n" and not place.level:
                found += sets.rows(place, _imputed(sets, place, complete))
    warnings = []
    if lost:
        names = ", ".join(dict.fromkeys(lost))
        warnings.append(f"not pooled, for want of a finite estimate in every set: {names}")
    result = sets.result(found, warnings)
    kept = tuple(w for w in result.warnings if DOUBTFUL_WORDS not in w)
    single = Place("n", "", "", "", None) in sets
    doubts = doubtful(result.numbers, "" if single else "the univariable models")
    kind, dot, rest = result.method.partition(". ")
    words = f"{kind} of imputed data{dot}{rest}"
    return replace(result, method=words, warnings=(*kept, *doubts))


def _imputed(sets: Sets, place: Place, complete: Result | None) -> dict[str, Any]:
    values: dict[str, Any] = {"imputations": sets.m}
    if complete is None:
        return values
    numbers = complete.numbers
    here = (numbers["statistic"] == "n") & (numbers["term"] == place.term)
    here &= (numbers["level"] == "") & (numbers["group"] == place.group)
    if here.any():
        fewer = float(numbers.loc[here, "value"].iloc[0])
        values["imputed_patients"] = float(np.nanmean(sets.get(place))) - fewer
    return values


def _coefficient(sets: Sets, place: Place) -> Rows:
    beta, se = sets.get(place), sets.get(place.of("se"))
    if not (np.isfinite(beta) & np.isfinite(se)).all():
        return []
    one = pool_estimates(beta, se**2, _df_complete(sets, place))
    values: dict[str, Any] = {"coefficient": one.estimate, "se": one.se}
    values |= {"z": one.estimate / one.se, "p": one.p}
    for ratio in RATIOS:
        if place.of(ratio) in sets:
            with np.errstate(over="ignore"):
                ends = np.exp([one.estimate, *one.limits])
            values |= dict(zip((ratio, f"{ratio}_low", f"{ratio}_high"), ends, strict=True))
    return sets.rows(place, values | one.about)


def _df_complete(sets: Sets, place: Place) -> float:
    """Patients, of models over time events, less coefficients, of the model a number is of."""
    model = "" if Place("n", "", "", "", None) in sets else place.term
    if place.term == INTERCEPT and Place("n", "", "", "", None) not in sets:
        model = place.level  # univariable models tell their intercepts apart by level
    mine = [p for p in sets if p.statistic == "coefficient"]
    if model:
        mine = [p for p in mine if p.term == model or (p.term == INTERCEPT and p.level == model)]
    logistic = any(p.of("odds_ratio") in sets for p in mine)
    count = sets.get(Place("n" if logistic else "events", "", model, "", None))
    return max(float(np.nanmean(count)) - len(mine), 1.0)


def _wald(sets: Sets, place: Place, names: Sequence[str]) -> Rows:
    """A factor, or the whole model, against no effect (D1)."""
    chosen = [
        (p.term, p.level)
        for p in sets
        if p.statistic == "coefficient"
        and p.term in (place.term or p.term,)
        and p.term not in (INTERCEPT, THRESHOLD)
    ]
    found = _tested(sets, chosen)
    if found is None:
        return sets.rows(place, {names[-1]: np.nan})
    tested = (found.f, found.df, found.df_denominator, found.p)
    return sets.rows(place, dict(zip(names, tested, strict=True)))


def _tested(sets: Sets, chosen: Names) -> PooledTest | None:
    if not chosen:
        return None
    beta = np.column_stack([sets.get(Place("coefficient", "", *one, None)) for one in chosen])
    covariances = [r.covariance for r in sets.results]
    if any(c is None or not set(chosen) <= set(c.index) for c in covariances):
        return None
    blocks = np.stack([c.loc[chosen, chosen].to_numpy() for c in covariances if c is not None])
    if not np.isfinite(beta).all() or not np.isfinite(blocks).all():
        return None
    first = Place("coefficient", "", *chosen[0], None)
    return pool_wald(beta, blocks, _df_complete(sets, first))
