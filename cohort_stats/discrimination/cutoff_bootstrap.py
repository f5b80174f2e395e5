"""How far a cut-off depends on the patients at hand: bootstrap interval, out-of-bag performance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.discrimination.cutoffs import Rule
from cohort_stats.discrimination.sample import Sample
from cohort_stats.kernels import roc_samples

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
NAN = float("nan")


def bootstrap_cutoff(sample: Sample, rule: Rule, samples: int, seed: int) -> dict[str, float]:
    """Interval of a cut-off that data choose, and how it does in patients who did not choose it.

    Parameters
    ----------
    sample, rule
        The patients, and how a cut-off is chosen of them.
    samples, seed
        Of the bootstrap.

    Returns
    -------
    dict
        cutoff_low, cutoff_high: percentiles of the samples' cut-offs. sensitivity_out_of_bag,
        specificity_out_of_bag, youden_out_of_bag: means over the samples, each taken in the
        patients that the sample left out. nan where no sample gives one.

    Notes
    -----
    Patients are drawn with replacement, not within outcomes. Some 37% of them are left out of
    each sample; performance in these is free of optimism, and a little too low, as the cut-off
    comes from fewer patients (Efron and Tibshirani, J Am Stat Assoc 1997;92:548–560). A sample
    without a case, without a control or without a cut-off is passed over.
    """
    x = sample.sign * sample.marker
    order = np.lexsort((sample.outcome, x))  # whatever the order of the rows
    x, y = x[order], sample.outcome[order]
    values, codes = np.unique(x, return_inverse=True)
    found, outside = [], []
    for (drawn,) in roc_samples.drawn(np.random.default_rng(seed), (len(x),), samples):
        cutoffs = _cutoffs(rule, y, values, codes, drawn)
        good = np.isfinite(cutoffs)
        found.append(sample.sign * cutoffs[good])
        positive = x > cutoffs[good, None]
        left = roc_samples.tally(drawn[good], len(x)) == 0
        outside.append(
            np.stack([_share(positive & left, y, left), _share(left & ~positive, ~y, left)])
        )
    cutoffs, shares = np.concatenate(found), np.concatenate(outside, axis=1)
    return _limits(cutoffs) | _means(shares)


def _cutoffs(rule: Rule, y: npt.NDArray, values: Floats, codes: Indices, drawn: Indices) -> Floats:
    """The cut-off of each sample where high is positive; infinite or nan where there is none."""
    k = len(values)
    cells = codes[drawn] + k * y[drawn]
    both = roc_samples.tally(cells, 2 * k)
    controls, cases = both[:, :k], both[:, k:]
    usable = (cases.sum(axis=1) > 0) & (controls.sum(axis=1) > 0)
    sensitivity, false_positive = roc_samples.curves(cases[usable], controls[usable])
    highest, _ = rule.chosen(sensitivity, 1 - false_positive)
    found = np.full(len(drawn), np.nan)
    present = (cases + controls)[usable] > 0
    chosen = roc_samples.between_neighbours(present, values, np.maximum(highest, 0))
    found[usable] = np.where(highest < 0, np.nan, chosen)
    return found


def _share(right: npt.NDArray, of: npt.NDArray, left: npt.NDArray) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray((right & of).sum(axis=1) / (left & of).sum(axis=1), dtype=np.float64)


def _limits(cutoffs: Floats) -> dict[str, float]:
    if not len(cutoffs):
        return {"cutoff_low": NAN, "cutoff_high": NAN}
    low, high = np.quantile(cutoffs, [0.025, 0.975])
    return {"cutoff_low": float(low), "cutoff_high": float(high)}


def _means(shares: Floats) -> dict[str, float]:
    known = shares[:, ~np.isnan(shares).any(axis=0)]
    se, sp = (float(v.mean()) if len(v) else NAN for v in known)
    return {
        "sensitivity_out_of_bag": se,
        "specificity_out_of_bag": sp,
        "youden_out_of_bag": se + sp - 1,
    }
