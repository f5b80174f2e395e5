"""The area under a part of a ROC curve: where a test has to be specific, or sensitive."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.discrimination.areas import BOOTSTRAPS
from cohort_stats.discrimination.sample import Direction, Sample, as_sample, must_be_whole
from cohort_stats.kernels import roc_samples
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
Of = Literal["specificity", "sensitivity"]


def partial_area(
    outcome: pd.Series,
    marker: pd.Series,
    *,
    direction: Direction,
    between: tuple[float, float],
    of: Of = "specificity",
    bootstraps: int = BOOTSTRAPS,
    seed: int = 1,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Area under the curve between two specificities, or two sensitivities.

    Parameters
    ----------
    outcome, marker, direction
        As for :func:`~cohort_stats.discrimination.roc_curve.roc`.
    between
        The range, such as ``(0.9, 1)``.
    of
        Of which the range is: ``specificity`` or ``sensitivity``.
    bootstraps, seed
        Of the bootstrap.
    conventions
        Recorded only.

    Returns
    -------
    Result
        partial_auc, from 0 to the width of the range, and partial_auc_standardised, 0.5 at
        chance and 1 at best, each with bootstrap percentile limits. Below the diagonal the
        latter is not defined: nan, and a warning.

    Notes
    -----
    R: ``pROC::auc(partial.auc = between, partial.auc.focus = of, partial.auc.correct = TRUE)``,
    ``ci.auc``; samples are drawn within outcomes. McClish, Med Decis Making 1989;9:190–195.
    """
    conventions = as_conventions(conventions)
    must_be_one_of("of", of, ("specificity", "sensitivity"))
    must_be_whole("bootstraps", bootstraps, 2)
    low, high = _range(between)
    sample = as_sample(outcome, marker, direction)
    n, left_out = len(sample.outcome), sample.left_out
    words = f"Partial areas under the ROC curve cover a {of} from {low:g} to {high:g}"
    found = rows(sample.counts, **sample.shared)
    why = sample.without_curve()
    if why:
        warning = f"no partial area: {why}"
        return Result(as_numbers(found), words, n, left_out, conventions, (warning,))
    raw = float(_partial(sample.cases, sample.controls, low, high, of, None)[0])
    chance, best = ((1 - low) ** 2 - (1 - high) ** 2) / 2, high - low
    samples = _partial(sample.cases, sample.controls, low, high, of, (bootstraps, seed))
    limits = np.quantile(samples, [0.025, 0.975])
    warnings: list[str] = []
    values = {}
    for name, at in (("", raw), ("_low", limits[0]), ("_high", limits[1])):
        values[f"partial_auc{name}"] = float(at)
        standardised = (1 + (float(at) - chance) / (best - chance)) / 2
        values[f"partial_auc_standardised{name}"] = standardised
    if raw < chance:
        warnings.append("this part of the curve lies below chance: no standardised partial area")
        values |= {name: float("nan") for name in values if "standardised" in name}
    if limits[0] == limits[1]:
        warnings.append("the interval has no width: all bootstrap samples have the same area")
    warnings += _few(sample)
    method = f"{of} {low:g} to {high:g}; bootstrap percentile, {bootstraps} samples within "
    found += rows(values, method=f"{method}outcomes, seed {seed}", **sample.shared)
    words += " (raw, and standardised after McClish; bootstrap percentile intervals)."
    return Result(as_numbers(found), words, n, left_out, conventions, tuple(warnings))


def _range(between: tuple[float, float]) -> tuple[float, float]:
    if len(between) != 2 or not 0 <= min(between) < max(between) <= 1:
        raise ValueError(f"between must be two different shares from 0 to 1; got {between!r}")
    return float(min(between)), float(max(between))


def _few(sample: Sample) -> list[str]:
    if min(sample.outcome.sum(), (~sample.outcome).sum()) == 1:
        return ["only one patient on one side of the outcome: the interval means little"]
    return []


def _partial(
    cases: Floats, controls: Floats, low: float, high: float, of: Of,
    draws: tuple[int, int] | None,
) -> Floats:  # fmt: skip
    """Partial areas of samples (how many, seed), or of the patients themselves."""
    values, codes = np.unique(np.concatenate([cases, controls]), return_inverse=True)
    mine, theirs, k = codes[: len(cases)], codes[len(cases) :], len(values)
    if draws is None:
        tallies = roc_samples.tally(mine[None], k), roc_samples.tally(theirs[None], k)
        return roc_samples.partial_areas(*tallies, low, high, of)
    found = []
    rng = np.random.default_rng(draws[1])
    for i, j in roc_samples.drawn(rng, (len(cases), len(controls)), draws[0]):
        tallies = roc_samples.tally(mine[i], k), roc_samples.tally(theirs[j], k)
        found.append(roc_samples.partial_areas(*tallies, low, high, of))
    return np.concatenate(found)
