"""Patients weighted by the propensity score, and how alike the groups are before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.matching.balance import balance, effective_n, imbalance, score_counts
from cohort_stats.matching.propensity import CONTROL, TREATED, Propensity, propensity
from cohort_stats.problem import must_be_one_of
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BEFORE, AFTER = "before weighting", "after weighting"
ESTIMANDS = {
    "ate": "the inverse probability of the treatment received (effect in all patients)",
    "att": "the odds of treatment, the treated counting one (effect in the treated)",
    "ato": "the probability of the other treatment (overlap weights: effect in patients who might "
    "have had either)",
}
#: A weight so many times the mean of its group is called extreme.
EXTREME = 10.0


@dataclass(frozen=True)
class Weighted:
    """What each patient counts, and the balance that came of it.

    Parameters
    ----------
    result
        Balance of each covariate before and after, the weights by group, and who was left out.
    weights
        Shape (n,); 0 for a patient who was left out.
    score
        Shape (n,): the propensity score; nan for a patient without one.
    """

    result: Result
    weights: Floats
    score: Floats


def weight(
    treated: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    estimand: str = "ate",
    stabilised: bool = False,
    trim: tuple[float, float] | None = None,
    truncate: tuple[float, float] | None = None,
    score: str = "",
    conventions: Conventions | str = RECOMMENDED,
) -> Weighted:
    """Weight treated patients and controls by the propensity score.

    Parameters
    ----------
    treated
        True, False or missing; n patients.
    frame
        Their covariates, n rows.
    covariates
        What the propensity score is made of, and whose balance is given.
    estimand
        In whom the effect is sought. ``ate``, all patients: 1/e for the treated, 1/(1 − e) for
        controls. ``att``, the treated: 1 and e/(1 − e). ``ato``, those who might have had either
        (overlap): 1 − e and e.
    stabilised
        Multiply the weights of ``ate`` by the share of the group, so that their mean is about 1.
    trim
        Lowest and highest score of the patients who stay, such as (0.1, 0.9); their scores are
        not estimated anew.
    truncate
        Percentiles of all weights, such as (1, 99), to which weights beyond them are set.
    score
        Column with a propensity score between 0 and 1, in place of a logistic regression.
    conventions
        ``smd_denominator``: ``pooled`` or ``treated``, of the original sample in either case.

    Returns
    -------
    Weighted

    Raises
    ------
    ValueError
        When an argument is none of the values allowed, or `treated` holds anything but yes and
        no.

    Notes
    -----
    R: ``fitted(glm(treated ~ …, binomial))`` and the formulas above; ``WeightIt::weightit(method =
    "glm", estimand = )``, whose balance has these denominators with ``s.d.denom``. Percentiles
    are R's type 7. Robins, Hernán and Brumback 2000; Cole and Hernán, Am J Epidemiol 2008; Crump
    et al., Biometrika 2009; Li, Morgan and Zaslavsky, JASA 2018.
    """
    must_be_one_of("estimand", estimand, tuple(ESTIMANDS))
    if stabilised and estimand != "ate":
        raise ValueError(f"stabilised must be False but for the estimand 'ate'; got {estimand!r}")
    _check_limits("trim", trim, 1.0)
    _check_limits("truncate", truncate, 100.0)
    conventions = as_conventions(conventions)
    found = propensity(treated, frame, covariates, score=score)
    why, kept = found.why, _within(found, trim)
    if not why and len(set(found.is_treated[kept])) < 2:
        why = "nobody of one of the groups has a score within the limits"
    if why:
        return _not_done(found, why, conventions)
    raw = _raw(found.probability, found.is_treated, estimand)
    if stabilised:
        share = found.is_treated[kept].mean()
        raw = raw * np.where(found.is_treated, share, 1 - share)
    raw[~kept] = 0.0
    weights = _truncated(raw, kept, truncate)
    names = [c.variable for c in as_covariates(covariates)]
    stages = {BEFORE: np.ones(len(weights)), AFTER: weights}
    numbers = _numbers(found, weights, kept, int((weights[kept] != raw[kept]).sum()), truncate)
    numbers += balance(found.data[names], found.is_treated, stages, conventions)
    numbers += score_counts(found.probability, found.is_treated, stages)
    frame_of = as_numbers(numbers).assign(n_used=len(weights), n_missing=found.n_missing)
    warnings = (*found.warnings, *_warnings(found, weights), *imbalance(frame_of, AFTER))
    words = f"{found.method} {_words(estimand, stabilised, trim, truncate)}"
    result = Result(frame_of, words, len(weights), found.n_missing, conventions, warnings)
    return Weighted(result, found.spread(weights, 0.0), found.spread(found.probability, np.nan))


def _check_limits(argument: str, given: tuple[float, float] | None, most: float) -> None:
    if given is None:
        return
    if len(given) != 2 or not 0 <= given[0] < given[1] <= most:
        raise ValueError(
            f"{argument} must be two numbers from 0 to {most:g}, in order, or None; got {given!r}"
        )


def _within(found: Propensity, trim: tuple[float, float] | None) -> Bools:
    if trim is None or found.why:
        return np.ones(len(found.is_treated), dtype=bool)
    return np.asarray((found.probability >= trim[0]) & (found.probability <= trim[1]))


def _raw(e: Floats, is_treated: Bools, estimand: str) -> Floats:
    # Fitted probabilities may round to 0 or 1 where the model separates the groups.
    tiny = np.finfo(float).eps
    e = np.clip(e, tiny, 1 - tiny)
    mine, other = {
        "ate": (1 / e, 1 / (1 - e)),
        "att": (np.ones(len(e)), e / (1 - e)),
        "ato": (1 - e, e),
    }[estimand]
    return np.where(is_treated, mine, other)


def _truncated(raw: Floats, kept: Bools, truncate: tuple[float, float] | None) -> Floats:
    if truncate is None:
        return raw
    low, high = np.percentile(raw[kept], truncate)
    return np.asarray(np.where(kept, np.clip(raw, low, high), 0.0))


def _numbers(
    found: Propensity,
    weights: Floats,
    kept: Bools,
    changed: int,
    truncate: tuple[float, float] | None,
) -> list[dict[str, object]]:
    numbers: list[dict[str, object]] = []
    for name, group in ((TREATED, found.is_treated), (CONTROL, ~found.is_treated)):
        here = weights[group & kept]
        values = {
            "n": group.sum(),
            "weighted": len(here),
            "trimmed": (group & ~kept).sum(),
            "weight_sum": here.sum(),
            "weight_mean": here.mean(),
            "weight_min": here.min(),
            "weight_median": np.median(here),
            "weight_max": here.max(),
            "effective_n": effective_n(here),
        }
        numbers += rows(values, group=name)
    return numbers + (rows({"truncated": changed}) if truncate is not None else [])


def _warnings(found: Propensity, weights: Floats) -> tuple[str, ...]:
    warnings = []
    for name, group in (("treated patients", found.is_treated), ("controls", ~found.is_treated)):
        here = weights[group & (weights > 0)]
        extreme = int((here > EXTREME * here.mean()).sum())
        if extreme:
            warnings.append(
                f"extreme weights, over {EXTREME:g} times the mean of the {name}: "
                f"{counted(extreme)}, the largest {here.max():.1f}"
            )
        if effective_n(here) < len(here) / 2:
            warnings.append(
                f"the {len(here)} {name} differ much in weight: they count as much as "
                f"{effective_n(here):.1f} of equal weight"
            )
    return tuple(warnings)


def _words(
    estimand: str,
    stabilised: bool,
    trim: tuple[float, float] | None,
    truncate: tuple[float, float] | None,
) -> str:
    kind = "stabilised weights, " if stabilised else ""
    text = f"Patients were weighted by {kind}{ESTIMANDS[estimand]}."
    if trim is not None:
        text += f" Patients with a score below {trim[0]:g} or above {trim[1]:g} were left out."
    if truncate is not None:
        low, high = truncate
        text += f" Weights were truncated at their percentiles {low:g} and {high:g}."
    return text


def _not_done(found: Propensity, why: str, conventions: Conventions) -> Weighted:
    n = len(found.is_treated)
    counts = as_numbers(rows({"n": n}, n_used=n))
    warnings = (*found.warnings, f"weighting not done: {why}")
    empty = Result(counts, "", n, found.n_missing, conventions, warnings)
    total = len(found.scored)
    return Weighted(empty, np.zeros(total), np.full(total, np.nan))
