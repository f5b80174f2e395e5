"""Patients matched on a propensity score, and how alike the groups are before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.kernels.assignment import TooLarge
from cohort_stats.matching.balance import balance, effective_n, imbalance, score_counts
from cohort_stats.matching.flow import matching_warnings, who_was_left_out
from cohort_stats.matching.pairing import Request, pairs_of, sets_of, weights_of
from cohort_stats.matching.propensity import CONTROL, TREATED, Propensity, propensity
from cohort_stats.regression.covariate import Covariate, as_covariates
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

BEFORE, AFTER = "before matching", "after matching"
Method = Literal["nearest", "optimal", "full"]
Order = Literal["largest", "smallest", "random", "data"]
Distance = Literal["logit", "probability"]
CaliperScale = Literal["sd", "raw"]


@dataclass(frozen=True)
class Matched:
    """Who was matched with whom, and the balance that came of it.

    Parameters
    ----------
    result
        Balance of each covariate before and after, and who was left out and why.
    sets
        Shape (n,): the number of the matched set, from 1, of each patient; 0 for one who is in
        none. All 0 after matching with replacement, where a control may be in several.
    weights
        Shape (n,): what each patient counts in the matched sample; 0 for one who is not in it.
        Of treated patients 1, of controls on average 1.
    pairs
        Shape (p, 2): the row of a treated patient and that of a control matched with it.
    score
        Shape (n,): the propensity score on the scale of the distance (its logit unless asked
        otherwise); nan for a patient without one.
    """

    result: Result
    sets: Places
    weights: Floats
    pairs: Places
    score: Floats


def match(
    treated: pd.Series,
    frame: pd.DataFrame,
    covariates: Sequence[Covariate | str],
    *,
    method: Method = "nearest",
    ratio: int = 1,
    caliper: float | None = 0.2,
    caliper_scale: CaliperScale = "sd",
    distance: Distance = "logit",
    score: str = "",
    exact: Sequence[str] = (),
    replacement: bool = False,
    order: Order = "largest",
    seed: int = 1,
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
        What the propensity score is made of, and whose balance is given.
    method
        ``nearest``: each treated patient in turn takes the nearest control. ``optimal``: the
        pairs whose distances sum to the least. ``full``: everybody is matched, in sets of one
        treated patient and one or more controls or the reverse, distances summing to the least.
    ratio
        Controls for each treated patient; some may find fewer. Not with ``full``.
    caliper
        Largest distance allowed; None for no limit.
    caliper_scale
        ``sd``: the caliper is in standard deviations of the distance over all patients.
        ``raw``: in its own units.
    distance
        On which scale scores are compared: ``logit`` or ``probability``.
    score
        Column with a propensity score between 0 and 1, in place of a logistic regression.
    exact
        Columns in which matched patients must be alike.
    replacement
        Whether a control may be matched more than once; ``nearest`` only.
    order
        In which order the treated choose, ``nearest`` without replacement: ``largest`` or
        ``smallest`` score first, ``random``, or the rows of the ``data``.
    seed
        Of the random order.
    conventions
        ``smd_denominator``: ``pooled`` or ``treated``, of the original sample in either case.

    Returns
    -------
    Matched

    Raises
    ------
    ValueError
        When an argument is none of the values allowed, or `treated` holds anything but yes and
        no.

    Notes
    -----
    ``nearest``: greedy, one round of controls after the other; R:
    ``MatchIt::matchit(distance = "glm", link = "linear.logit", m.order = "largest", ratio = )``,
    with ``replace = TRUE``, ``exact =``, ``caliper =``, ``std.caliper =``. MatchIt 4.5 cuts
    distances off to whole numbers, so that on a logit it takes controls that are not the nearest,
    also beyond the caliper; with ``distance =`` the fitted logit times 2²⁷ it makes these pairs.
    ``optimal`` makes as many pairs as the caliper allows and then the shortest; R:
    ``optmatch::pairmatch``. ``full``: R: ``optmatch::fullmatch``. Weights are those of MatchIt for
    the effect in the treated: a control counts Σ 1/k over the treated it is matched with, k being
    that one's controls.
    Caliper of 0.2 after Austin (Pharm Stat 2011); Rosenbaum and Rubin 1985; Hansen 2004.
    """
    asked = Request(
        method, ratio, caliper, caliper_scale, distance, tuple(exact), replacement, order, seed
    )
    conventions = as_conventions(conventions)
    found = propensity(treated, frame, covariates, score=score, others=exact)
    why, pairs = found.why, np.empty((0, 2), dtype=np.intp)
    place = found.logit if distance == "logit" else found.probability
    if not why:
        try:
            pairs = pairs_of(asked, found, place)
        except TooLarge as reason:
            why = f"{reason}: match within exact strata, or by nearest neighbours"
    if why:
        return _not_done(found, why, conventions)
    weights = weights_of(pairs, found.is_treated)
    sets = np.zeros(len(weights), np.intp) if replacement else sets_of(pairs, len(weights))
    numbers = _numbers(asked, found, place, pairs, weights, sets)
    names = [c.variable for c in as_covariates(covariates)]
    stages = {BEFORE: np.ones(len(weights)), AFTER: weights}
    numbers += balance(found.data[names], found.is_treated, stages, conventions)
    numbers += score_counts(found.probability, found.is_treated, stages)
    frame_of = as_numbers(numbers).assign(n_used=len(weights), n_missing=found.n_missing)
    warnings = (*found.warnings, *matching_warnings(asked, frame_of, pairs, found.is_treated))
    warnings += imbalance(frame_of, AFTER)
    words = f"{found.method} {asked.words()}"
    result = Result(frame_of, words, len(weights), found.n_missing, conventions, warnings)
    rows_of = np.flatnonzero(found.scored)
    return Matched(
        result,
        found.spread(sets, 0),
        found.spread(weights, 0.0),
        rows_of[pairs],
        found.spread(place, np.nan),
    )


def _numbers(
    asked: Request,
    found: Propensity,
    place: Floats,
    pairs: Places,
    weights: Floats,
    sets: Places,
) -> list[dict[str, object]]:
    numbers = who_was_left_out(asked, found, place, weights)
    for name, group in ((TREATED, found.is_treated), (CONTROL, ~found.is_treated)):
        numbers += rows({"effective_n": effective_n(weights[group])}, group=name)
    gaps = np.abs(place[pairs[:, 0]] - place[pairs[:, 1]])
    whole = {"pairs": len(pairs), "total_distance": gaps.sum()}
    if not asked.replacement:
        whole["sets"] = sets.max(initial=0)
    width = asked.width(place)
    return numbers + rows(whole | ({"caliper": width} if np.isfinite(width) else {}))


def _not_done(found: Propensity, why: str, conventions: Conventions) -> Matched:
    n = len(found.is_treated)
    counts = as_numbers(rows({"n": n}, n_used=n))
    warnings = (f"matching not done: {why}",)
    empty = Result(counts, "", n, found.n_missing, conventions, warnings)
    total = len(found.scored)
    nobody = np.zeros(total, dtype=np.intp)
    nowhere = np.empty((0, 2), dtype=np.intp)
    return Matched(empty, nobody, nobody.astype(float), nowhere, np.full(total, np.nan))
