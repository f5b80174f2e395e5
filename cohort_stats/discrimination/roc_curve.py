"""How well a marker tells patients with an outcome from those without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.discrimination.areas import BOOTSTRAPS, area, interval_words
from cohort_stats.discrimination.cutoff_bootstrap import bootstrap_cutoff
from cohort_stats.discrimination.cutoffs import (
    AtCutoff,
    Cutoff,
    Rule,
    performance,
    share_words,
    two_by_two,
)
from cohort_stats.discrimination.sample import Direction, Sample, as_sample, must_be_whole
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, along, as_numbers, rows

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def roc(
    outcome: pd.Series,
    marker: pd.Series,
    *,
    direction: Direction,
    cutoff: float | None = None,
    cutoffs: Sequence[Cutoff] = ("youden",),
    at_cutoff: AtCutoff = "negative",
    bootstraps: int = BOOTSTRAPS,
    seed: int = 1,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Receiver operating characteristic of a marker, with cut-offs.

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
        One cut-off from outside, in place of `cutoffs`.
    cutoffs
        Rules, or numbers from outside, in the order of their weight: ``youden``, ``closest``
        (to the corner where sensitivity and specificity are 1), ``("sensitivity", 0.9)`` (the
        most specific with at least that sensitivity), ``("specificity", 0.9)`` (the converse).
    at_cutoff
        Whether a value equal to a cut-off tests ``positive`` (≥ or ≤) or ``negative`` (> or <).
        Of cut-offs from outside: one that the data choose lies between values.
    bootstraps, seed
        Of the bootstrap.
    conventions
        ``auc_interval``; ``proportion_interval``.

    Returns
    -------
    Result
        auc with interval and p against 0.5; the points of the curve; for each cut-off (the
        first without a `level`, the others with their rule as `level`) its 2 × 2 counts,
        sensitivity, specificity, predictive values, accuracy and likelihood ratios with
        intervals; where the data chose it, its bootstrap interval and its performance in
        patients who did not choose it. A patient tests positive when the marker lies above
        (``high``) or below (``low``) the cut-off, or at it where `at_cutoff` says so.

    Raises
    ------
    ValueError
        When `direction` is neither ``high`` nor ``low``, `outcome` holds anything but yes and
        no, `marker` is not numbers, their lengths differ, or a rule or `at_cutoff` is not known.

    Notes
    -----
    R: ``pROC::roc(direction = "<")`` for ``high``, ``">"`` for ``low``; ``ci.auc``;
    ``coords("best", best.method = "youden")``, ``"closest.topleft"``; ``epiR::epi.tests``.
    Candidate cut-offs lie midway between neighbouring values; none is interpolated. Among
    equally good ones the most sensitive is taken, and a warning says so. When none has a Youden
    index above 0 the data choose no cut-off, and a warning says so.
    """
    conventions = as_conventions(conventions)
    rules = [Rule.of(c) for c in (cutoffs if cutoff is None else (cutoff,))]
    must_be_whole("bootstraps", bootstraps, 2)
    must_be_one_of("at_cutoff", at_cutoff, ("positive", "negative"))
    sample = as_sample(outcome, marker, direction)
    counts = rows(sample.counts, **sample.shared)
    method = interval_words(conventions, bootstraps, seed)
    words = (
        f"Discrimination was measured by the area under the ROC curve (interval: {method}); "
        f"{direction} values were taken to indicate the outcome."
    )
    n, left_out = len(sample.outcome), sample.left_out
    why = sample.without_curve()
    if why:
        warning = f"ROC curve not drawn: {why}"
        return Result(as_numbers(counts), words, n, left_out, conventions, (warning,))
    curve = roc_curve(sample.outcome, sample.marker, direction)
    measured = area(sample, conventions, bootstraps=bootstraps, seed=seed)
    found = counts + rows(measured, method=method, **sample.shared)
    points = {"roc_sensitivity": curve.sensitivity, "roc_specificity": curve.specificity}
    drawn = along(points, sample.shared, level=[repr(float(c)) for c in curve.cutoff])
    warnings = sample.warnings(measured)
    for i, rule in enumerate(rules):
        level = rule.key if i else ""
        at, told = _cutoff(curve, rule, named=len(rules) > 1)
        warnings += told
        if at is not None:
            side = "negative" if rule.derived else at_cutoff
            found += _at(sample, rule, (at, side), level, conventions)
            if side == "positive":
                words += f" A value equal to the cut-off of {at:g} was taken as positive."
            if rule.derived:
                limits = bootstrap_cutoff(sample, rule, bootstraps, seed)
                how = f"bootstrap percentile, {bootstraps} samples, seed {seed}"
                found += rows(limits, level=level, method=how, **sample.shared)
                article = "a" if rule.value > 0 else "the"
                words += (
                    f" The cut-off with {article} {rule.criterion} was derived from these data; "
                    f"from {bootstraps} bootstrap samples come its interval, and its sensitivity "
                    "and specificity in patients who had no part in choosing it (out of bag)."
                )
    if any(row["statistic"] == "cutoff" for row in found):
        words += (
            f" Sensitivity, specificity and predictive values have {share_words(conventions)}s."
        )
    numbers = pd.concat([as_numbers(found), drawn], ignore_index=True)
    return Result(numbers, words, n, left_out, conventions, tuple(warnings))


def _cutoff(curve: Curve, rule: Rule, *, named: bool) -> tuple[float | None, list[str]]:
    """The cut-off of a rule, with what to know of it."""
    if not rule.derived:
        return rule.value, []
    point, same = rule.chosen(curve.sensitivity[None], curve.specificity[None])
    if point[0] < 0:
        return None, [
            "no cut-off is given: none does better than chance (the largest Youden index is 0)"
        ]
    at = float(curve.cutoff[point[0]])
    which = f" ({rule.key})" if named else ""
    what = "have the same Youden index" if rule.name == "youden" else "are equally good"
    if not np.isfinite(at):
        return None, [f"no cut-off parts the patients with a {rule.criterion}: none is given"]
    told = []
    if same[0] > 1:
        told.append(f"{same[0]} cut-offs {what}; the most sensitive is given{which}")
    return at, told


def _at(
    sample: Sample, rule: Rule, at: tuple[float, AtCutoff], level: str, conventions: Conventions
) -> list[dict[str, object]]:
    """The cut-off, its 2 × 2 counts, and how it performs."""
    shared: dict[str, Any] = {"level": level, **sample.shared}
    cutoff, side = at
    test = positive(sample.marker, cutoff, sample.direction, side)
    counts = two_by_two(sample.outcome, test)
    shares, others = performance(counts, conventions)
    found = rows({"cutoff": cutoff}, method=rule.words, **shared) + rows(counts, **shared)
    for values in shares.values():
        found += rows(values, method=share_words(conventions), **shared)
    return found + rows(others, method="log interval", **shared)


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


def positive(
    marker: Floats, cutoff: float, direction: Direction, at_cutoff: AtCutoff = "negative"
) -> Bools:
    """Who tests positive: above the cut-off (``high``) or below it (``low``), and maybe at it."""
    beyond = np.asarray(marker > cutoff if direction == "high" else marker < cutoff)
    return beyond | (marker == cutoff) if at_cutoff == "positive" else beyond
