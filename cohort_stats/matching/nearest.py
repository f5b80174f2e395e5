"""Propensity score matching, and how alike the groups are before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.comparing.groups import is_numeric
from cohort_stats.comparing.smd import standardised, variance_of
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.kernels import logit as kernel
from cohort_stats.kernels.nearest import match_nearest
from cohort_stats.kernels.separation import endless_direction
from cohort_stats.regression.coefficients import as_binary, complete_cases, problem_with
from cohort_stats.regression.design import Covariate, as_covariates, as_factor, design
from cohort_stats.results import Result, as_numbers, pick, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TREATED, CONTROL = "treated", "control"
BEFORE, AFTER = "before matching", "after matching"
BALANCED = 0.1  # of a standardised difference, by common use


@dataclass(frozen=True)
class Matched:
    """Who was matched with whom, and the balance that came of it.

    Parameters
    ----------
    result
        Balance of each covariate before and after, and the counts of patients.
    pairs
        Shape (n,): the number of the matched set, from 1, of each patient; 0 when the
        patient is in none.
    score
        Shape (n,): logit of the propensity score; nan where a covariate is missing.
    """

    result: Result
    pairs: npt.NDArray[np.intp]
    score: Floats


def match(
    treated: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    ratio: int = 1,
    caliper: float | None = 0.2,
    conventions: Conventions | str = RECOMMENDED,
) -> Matched:
    """Match treated patients with controls on the propensity score.

    Parameters
    ----------
    treated
        True, False or missing; n patients. The smaller group is usually the treated one.
    frame
        Their covariates, n rows.
    covariates
        What the propensity score is made of.
    ratio
        Controls for each treated patient; some may find fewer.
    caliper
        Largest distance allowed, in standard deviations of the logit of the score over all
        patients; None for no limit.
    conventions
        ``smd_denominator``: ``pooled`` or ``treated``, of the original sample in either case.

    Returns
    -------
    Matched

    Raises
    ------
    ValueError
        When `ratio` is below 1, `caliper` is not positive, or `treated` holds anything but
        yes and no.

    Notes
    -----
    Greedy nearest neighbour without replacement on the logit, largest score first, one
    round of controls after the other, as R's ``MatchIt::matchit(distance = "glm", link =
    "linear.logit", ratio = )``. Caliper of 0.2 after Austin (Pharm Stat 2011).
    """
    if ratio < 1:
        raise ValueError(f"ratio must be at least 1; got {ratio}")
    if caliper is not None and caliper <= 0:
        raise ValueError(f"caliper must be positive or None; got {caliper}")
    conventions, treated = as_conventions(conventions), as_series("treated", treated)
    chosen = as_covariates(covariates)
    keep, left_out = complete_cases(frame, chosen, treated.notna().to_numpy())
    is_treated, data = as_binary("treated", treated)[keep], frame[keep]
    score = np.full(len(frame), np.nan)
    pairs = np.zeros(len(frame), dtype=np.intp)
    columns = design(data, chosen)
    why = problem_with(columns, int(is_treated.sum()), "treatment")
    if why:
        counts = as_numbers(rows({"n": int(keep.sum())}, n_used=int(keep.sum())))
        warning = f"matching not done: {why}"
        empty = Result(counts, "", int(keep.sum()), left_out, conventions, (warning,))
        return Matched(empty, pairs, score)
    matrix = np.column_stack([np.ones(len(data)), columns.matrix])
    fitted = kernel.fit(is_treated.astype(float), matrix)
    logit = matrix @ fitted.beta
    width = np.inf if caliper is None else caliper * float(np.std(logit, ddof=1))
    chosen_controls = match_nearest(logit[is_treated], logit[~is_treated], ratio, width)
    score[keep] = logit
    pairs[keep] = _sets(chosen_controls, is_treated)
    found = _flow_rows(is_treated, pairs[keep], width)
    found += balance(data[[c.variable for c in chosen]], is_treated, pairs[keep] > 0, conventions)
    words = _words(ratio, caliper)
    separated = endless_direction(is_treated.astype(float), matrix, fitted).any()
    warnings = _warnings(is_treated, pairs[keep], chosen_controls, left_out, bool(separated))
    numbers = as_numbers(found).assign(n_used=len(data), n_missing=left_out)
    warnings += _imbalance(numbers)
    return Matched(Result(numbers, words, len(data), left_out, conventions, warnings), pairs, score)


def balance(
    frame: pd.DataFrame,
    is_treated: Bools,
    kept: Bools,
    conventions: Conventions = RECOMMENDED,
) -> list[dict[str, object]]:
    """Standardised differences (and variance ratios of numbers) before and after matching.

    The denominator is of the original sample both times, so that only the means move.

    Parameters
    ----------
    frame
        The variables to balance, n rows.
    is_treated, kept
        Shape (n,).
    conventions
        ``smd_denominator``.

    Returns
    -------
    list of dict
        Rows of a result: smd and variance_ratio, `group` being before or after matching.
    """
    found: list[dict[str, object]] = []
    everyone = np.ones(len(frame), dtype=bool)
    method = f"{conventions.smd_denominator} standard deviation of the original sample"
    for name in frame.columns:
        for level, values in _indicators(frame[name]):
            a, b = values[is_treated], values[~is_treated]
            own = [variance_of(part, ddof=1 if level == "" else 0) for part in (a, b)]
            variance = own[0] if conventions.smd_denominator == "treated" else np.mean(own)
            for stage, here in ((BEFORE, everyone), (AFTER, kept)):
                known = here & ~np.isnan(values)
                x, y = values[is_treated & known], values[~is_treated & known]
                if not len(x) or not len(y):
                    continue
                numbers = {"smd": standardised(float(x.mean() - y.mean()), float(variance))}
                if level == "" and variance_of(y) > 0:
                    numbers["variance_ratio"] = variance_of(x) / variance_of(y)
                found += rows(numbers, group=stage, term=name, level=level, method=method)
    return found


def _indicators(column: pd.Series) -> list[tuple[str, Floats]]:
    if is_numeric(column):
        return [("", column.to_numpy(dtype=float))]
    factor = as_factor(column)
    levels = [code for code in range(len(factor.categories)) if (factor.codes == code).any()]
    shown = levels[1:] if len(levels) == 2 else levels
    return [
        (str(factor.categories[k]), np.where(factor.codes < 0, np.nan, factor.codes == k))
        for k in shown
    ]


def _sets(chosen: npt.NDArray[np.intp], is_treated: Bools) -> npt.NDArray[np.intp]:
    treated_at, controls_at = np.flatnonzero(is_treated), np.flatnonzero(~is_treated)
    sets = np.zeros(len(is_treated), dtype=np.intp)
    number = 0
    for i, controls in enumerate(chosen):
        found = controls[controls >= 0]
        if len(found):
            number += 1
            sets[treated_at[i]] = number
            sets[controls_at[found]] = number
    return sets


def _flow_rows(
    is_treated: Bools, pairs: npt.NDArray[np.intp], width: float
) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for name, group in ((TREATED, is_treated), (CONTROL, ~is_treated)):
        matched = int((pairs[group] > 0).sum())
        values = {"n": int(group.sum()), "pairs": matched, "unmatched": int(group.sum()) - matched}
        found += rows(values, group=name)
    return found + (rows({"caliper": width}) if np.isfinite(width) else [])


def _words(ratio: int, caliper: float | None) -> str:
    limit = "without a caliper"
    if caliper is not None:
        limit = f"within a caliper of {caliper:g} standard deviations of the logit"
    return (
        f"Propensity scores were estimated by logistic regression; patients were matched 1:{ratio} "
        f"by greedy nearest-neighbour matching without replacement on the logit, {limit}."
    )


def _imbalance(numbers: pd.DataFrame) -> tuple[str, ...]:
    after = pick(numbers, "smd", group=AFTER)
    far = after.loc[after["value"].abs() > BALANCED, "term"]
    if far.empty:
        return ()
    names = ", ".join(f"`{term}`" for term in dict.fromkeys(far))
    return (f"still unbalanced after matching (difference above {BALANCED:g}): {names}",)


def _warnings(
    is_treated: Bools,
    pairs: npt.NDArray[np.intp],
    chosen: npt.NDArray[np.intp],
    left_out: int,
    separated: bool,
) -> tuple[str, ...]:
    warnings = []
    alone = int((pairs[is_treated] == 0).sum())
    fewer = int(((chosen >= 0).sum(axis=1) < chosen.shape[1]).sum()) - alone
    if left_out:
        warnings.append(f"not scored for a missing value: {counted(left_out)}")
    if alone:
        warnings.append(
            f"left out because no control was found: {counted(alone, 'treated patient')}"
        )
    if fewer:
        warnings.append(
            f"with fewer than {chosen.shape[1]} controls: {counted(fewer, 'treated patient')}"
        )
    if separated:
        warnings.append("the propensity model separates the groups: scores are unreliable")
    return tuple(warnings)
