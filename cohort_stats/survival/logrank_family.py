"""The log-rank test and its family: weighted, stratified, for trend, and pair by pair."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.comparing.adjust import ADJUSTMENTS, Adjustment, adjust
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.distributions import chi_square_tail
from cohort_stats.endpoint import Endpoint
from cohort_stats.kernels import logrank as kernel
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.survival.groups import Followed, followed

Floats = npt.NDArray[np.float64]
Weights = Literal["log-rank", "gehan-breslow", "tarone-ware", "peto-peto"] | tuple[float, float]
TEST_NAMES = {
    "log-rank": "log-rank test",
    "gehan-breslow": "Gehan–Breslow test",
    "tarone-ware": "Tarone–Ware test",
    "peto-peto": "Peto–Peto test",
}


@dataclass(frozen=True)
class Compared:
    """Observed less expected events of each group, with what can be tested of them.

    Parameters
    ----------
    name
        The test in words.
    observed, expected, covariance
        Summed over strata; shapes (g,), (g,), (g, g).
    df
        Degrees of freedom.
    why
        Why there is nothing to test; empty when there is.
    """

    name: str
    observed: Floats
    expected: Floats
    covariance: Floats
    df: int
    why: str


def in_words(weights: Weights, *, stratified: bool) -> str:
    """The test in words: ``stratified Tarone–Ware test``."""
    if isinstance(weights, str):
        name = TEST_NAMES[weights]
    else:
        name = f"Fleming–Harrington ({weights[0]:g}, {weights[1]:g}) test"
    return f"stratified {name}" if stratified else name


def compared(who: Followed, weights: Weights, *, stratified: bool) -> Compared:
    """Observed and expected events of the groups, weighted, within strata.

    Raises
    ------
    ValueError
        When there are no such weights.
    """
    weights = _checked(weights)
    g = len(who.names)
    sums = [np.zeros(g), np.zeros(g), np.zeros((g, g))]
    for part, codes in _strata(who) if stratified else ((who.endpoint, who.codes),):
        counts = kernel.group_counts(part.time, part.event, codes, g, part.entry)
        found = kernel.logrank(counts, kernel.logrank_weights(counts, weights))
        sums = [total + one for total, one in zip(sums, found, strict=True)]
    observed, expected, covariance = sums
    # A group that is never at risk together with another one tells nothing and costs no df.
    df = int(np.linalg.matrix_rank(covariance, rtol=1e-9, hermitian=True)) if g else 0
    name = in_words(weights, stratified=stratified)
    return Compared(name, observed, expected, covariance, df, _why_not(g, who.endpoint, df))


def _strata(who: Followed) -> Iterator[tuple[Endpoint, npt.NDArray[np.intp]]]:
    for stratum in np.unique(who.strata):
        here = who.strata == stratum
        yield who.endpoint.where(here), who.codes[here]


def _checked(weights: Weights) -> Weights:
    if isinstance(weights, str):
        must_be_one_of("weights", weights, tuple(TEST_NAMES))
        return weights
    numbers = [w for w in weights if isinstance(w, int | float) and 0 <= w < np.inf]
    if len(weights) != 2 or len(numbers) != 2:
        names = ", ".join(map(repr, TEST_NAMES))
        raise ValueError(
            f"weights must be one of {names}, or two numbers (p, q), none negative; got {weights!r}"
        )
    return float(weights[0]), float(weights[1])


def _why_not(groups: int, part: Endpoint, df: int) -> str:
    if groups < 2:
        return "there are fewer than two groups"
    if not part.event.any():
        return "no event happened"
    if df == 0:
        return "no event happened while patients of two groups were at risk"
    return ""


def statistic(found: Compared) -> float:
    """Chi-square of all groups together."""
    difference = found.observed - found.expected
    inverse = np.linalg.pinv(found.covariance, rcond=1e-9, hermitian=True)
    return float(difference @ inverse @ difference)


def not_compared(found: Compared, who: Followed, conventions: Conventions) -> Result:
    """A result without a test, and why."""
    n = len(who.endpoint)
    shared = {"method": found.name, "n_used": n, "n_missing": who.n_missing}
    empty = as_numbers(rows({"p": float("nan")}, **shared))  # type: ignore[arg-type]
    warning = f"{found.name} not done: {found.why}"
    return Result(empty, "", n, who.n_missing, conventions, (*who.warnings, warning))


def logrank_trend(
    endpoint: Endpoint,
    groups: pd.Series,
    *,
    scores: Sequence[float] | None = None,
    weights: Weights = "log-rank",
    strata: pd.Series | None = None,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Test whether survival changes steadily from group to group.

    Parameters
    ----------
    endpoint
        Time and event, n patients.
    groups
        A level for each patient, levels in order.
    scores
        One number a group that has patients, in order; 1, 2, 3 … without it.
    weights, strata
        As for :func:`~cohort_stats.survival.curves.logrank`.
    conventions
        Recorded only.

    Returns
    -------
    Result
        trend_z (above 0 when events rise with the score), chi_square on one degree of freedom
        and p; the score of each group.

    Notes
    -----
    (Σ s (O − E))² over its hypergeometric variance (Tarone 1975). R: the score test of
    ``coxph(Surv(time, event) ~ score, ties = "exact")``; SPSS: ``KM … /TREND``.
    """
    conventions = as_conventions(conventions)
    who = followed(endpoint, groups, strata)
    found = compared(who, weights, stratified=strata is not None)
    score = _scores(scores, who.names)
    variance = float(score @ found.covariance @ score)
    if not found.why and variance <= 1e-12 * float(np.trace(found.covariance) * (score @ score)):
        found = replace(found, why="the scores of the groups do not differ")
    if found.why:
        return not_compared(found, who, conventions)
    z = float(score @ (found.observed - found.expected) / np.sqrt(variance))
    method = f"{found.name} for trend"
    shared = {"method": method, "n_used": len(who.endpoint), "n_missing": who.n_missing}
    values = {"trend_z": z, "chi_square": z**2, "df": 1, "p": chi_square_tail(z**2, 1)}
    numbers = rows(values, **shared)  # type: ignore[arg-type]
    for name, one in zip(who.names, score, strict=True):
        numbers += rows({"score": one}, group=name, **shared)  # type: ignore[arg-type]
    listed = ", ".join(f"{one:g}" for one in score)
    words = f"A trend across groups was tested with the {method} (scores {listed})."
    n, left_out = len(who.endpoint), who.n_missing
    return Result(as_numbers(numbers), words, n, left_out, conventions, who.warnings)


def _scores(given: Sequence[float] | None, names: Sequence[str]) -> Floats:
    score = np.arange(1.0, len(names) + 1) if given is None else np.asarray(given, dtype=float)
    if score.shape != (len(names),) or not np.isfinite(score).all():
        raise ValueError(f"scores must be one number a group ({', '.join(names)}); got {given!r}")
    return score


def logrank_pairwise(
    endpoint: Endpoint,
    groups: pd.Series,
    *,
    adjustment: Adjustment = "holm",
    weights: Weights = "log-rank",
    strata: pd.Series | None = None,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Compare survival between every two groups, each pair on its own patients.

    Parameters
    ----------
    endpoint
        Time and event, n patients.
    groups
        A level for each patient.
    adjustment
        ``holm``, ``bonferroni``, ``benjamini-hochberg`` or ``none``.
    weights, strata
        As for :func:`~cohort_stats.survival.curves.logrank`.
    conventions
        Recorded only.

    Returns
    -------
    Result
        For each pair (`group` against `level`): chi_square, df, p and p_adjusted. A pair that
        cannot be compared has p nan and a warning, and does not count in the adjustment.

    Notes
    -----
    R: ``survdiff`` on the two groups, then ``p.adjust``; ``survminer::pairwise_survdiff``.
    SPSS: ``KM … /COMPARE = PAIRWISE``, which does not adjust.
    """
    conventions = as_conventions(conventions)
    who = followed(endpoint, groups, strata)
    pairs = list(itertools.combinations(range(len(who.names)), 2))
    tests = [compared(_pair(who, *pair), weights, stratified=strata is not None) for pair in pairs]
    chi_square = [float("nan") if t.why else statistic(t) for t in tests]
    p = [chi_square_tail(value, 1) for value in chi_square]
    adjusted = adjust(p, adjustment)
    name = in_words(_checked(weights), stratified=strata is not None)
    how = (
        f", {ADJUSTMENTS[adjustment]} adjustment" if adjustment in ADJUSTMENTS else ", not adjusted"
    )
    numbers, warnings = [], [*who.warnings]
    if not pairs:
        warnings.append(f"pairwise {name} not done: there are fewer than two groups")
    for k, (a, b) in enumerate(pairs):
        first, second = who.names[a], who.names[b]
        n = int(np.isin(who.codes, (a, b)).sum())
        values = {"chi_square": chi_square[k], "df": 1, "p": p[k], "p_adjusted": adjusted[k]}
        numbers += rows(values, group=first, level=second, method=name + how, n_used=n)
        if tests[k].why:
            warnings.append(f"{first} against {second}: {name} not done: {tests[k].why}")
    words = f"Pairs of groups were compared with the {name}{how}."
    n, left_out = len(who.endpoint), who.n_missing
    return Result(as_numbers(numbers), words, n, left_out, conventions, tuple(warnings))


def _pair(who: Followed, a: int, b: int) -> Followed:
    here = np.isin(who.codes, (a, b))
    return Followed(
        who.endpoint.where(here), (who.names[a], who.names[b]),
        (who.codes[here] == b).astype(np.intp), who.strata[here], 0, (),
    )  # fmt: skip
