"""The area under a ROC curve: its standard error, interval and test against chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cohort_stats.conventions import Conventions
from cohort_stats.discrimination.sample import Sample
from cohort_stats.distributions import Z95, normal_two_sided
from cohort_stats.kernels import roc_samples
from cohort_stats.kernels.ranks import placements

Floats = npt.NDArray[np.float64]
NAN = float("nan")

BOOTSTRAPS = 2000
INTERVAL_WORDS = {
    "delong": "DeLong",
    "hanley-mcneil": "Hanley–McNeil, nonparametric",
    "hanley-mcneil exponential": "Hanley–McNeil, negative exponential",
    "bootstrap": "bootstrap",
}


def interval_words(conventions: Conventions, bootstraps: int, seed: int) -> str:
    """How the interval of an area is computed."""
    words = INTERVAL_WORDS[conventions.auc_interval]
    if conventions.auc_interval == "bootstrap":
        words += f" percentile, {bootstraps} samples within outcomes, seed {seed}"
    return words


def area(
    sample: Sample, conventions: Conventions, *, bootstraps: int = BOOTSTRAPS, seed: int = 1
) -> dict[str, float]:
    """The area with its standard error, 95% limits and p against 0.5.

    Parameters
    ----------
    sample
        Some with the outcome, some without.
    conventions
        ``auc_interval``.
    bootstraps, seed
        Of the bootstrap.

    Returns
    -------
    dict
        auc, auc_se, auc_low, auc_high, p; nan for all but the area when one side of the outcome
        has a single patient.

    Notes
    -----
    Limits are area ± 1.96 standard errors cut off at 0 and 1, or percentiles of the bootstrap.
    The standard error is by choice

    - ``delong``: DeLong, DeLong and Clarke-Pearson, Biometrics 1988; R: ``pROC::ci.auc``;
      Stata: ``roctab``.
    - ``hanley-mcneil``: Hanley and McNeil, Radiology 1982;143:29–36, with Q1 and Q2 counted in
      the data; SPSS: ``ROC /CRITERIA = DISTRIBUTION(FREE)``, its default (PSPP agrees).
    - ``hanley-mcneil exponential``: the same with Q1 = A/(2 − A) and Q2 = 2A²/(1 + A), the
      formula usually quoted; SPSS: ``DISTRIBUTION(NEGEXPO)``.
    - ``bootstrap``: standard deviation of the areas of samples drawn within each outcome; R:
      ``ci.auc(method = "bootstrap")``.

    p is normal, of (area − 0.5) over that standard error; with Hanley and McNeil's, over the
    standard error under no discrimination, √((n + 1)/(12 n₁ n₀)), as SPSS has it.
    """
    cases, controls = sample.cases, sample.controls
    v10, v01 = placements(cases, controls)
    found, m, n = float(v10.mean()), len(v10), len(v01)
    if min(m, n) == 1:
        return _normal(found, NAN, NAN)
    if conventions.auc_interval == "delong":
        se = float(np.sqrt(v10.var(ddof=1) / m + v01.var(ddof=1) / n))
        return _normal(found, se, se)
    if conventions.auc_interval == "bootstrap":
        areas = bootstrap_areas(cases, controls, bootstraps, seed)
        se = float(areas.std(ddof=1))
        low, high = (float(v) for v in np.quantile(areas, [0.025, 0.975]))
        return _normal(found, se, se) | {"auc_low": low, "auc_high": high}
    counted = conventions.auc_interval == "hanley-mcneil"
    q1, q2 = _pairs_above(cases, controls) if counted else _exponential(found)
    parts = found * (1 - found) + (m - 1) * (q1 - found**2) + (n - 1) * (q2 - found**2)
    chance = float(np.sqrt((m + n + 1) / (12 * m * n)))
    return _normal(found, float(np.sqrt(max(parts, 0.0) / (m * n))), chance)


def _normal(auc: float, se: float, se_of_test: float) -> dict[str, float]:
    return {
        "auc": auc,
        "auc_se": se,
        "auc_low": float(np.clip(auc - Z95 * se, 0, 1)),
        "auc_high": float(np.clip(auc + Z95 * se, 0, 1)),
        "p": normal_two_sided((auc - 0.5) / se_of_test) if se_of_test > 0 else NAN,
    }


def _exponential(auc: float) -> tuple[float, float]:
    return auc / (2 - auc), 2 * auc**2 / (1 + auc)


def _pairs_above(cases: Floats, controls: Floats) -> tuple[float, float]:
    """Chance that two cases both lie above a control, and that a case lies above two controls.

    Of a pair tied with the third one third counts, of one tied and one above a half.
    """
    return _both_above(controls, cases), _both_above(-cases, -controls)


def _both_above(one: Floats, two: Floats) -> float:
    ordered = np.sort(two)
    upto = np.searchsorted(ordered, one, side="right")
    above = len(ordered) - upto
    tied = upto - np.searchsorted(ordered, one, side="left")
    return float(np.mean(above**2 + above * tied + tied**2 / 3) / len(ordered) ** 2)


def bootstrap_areas(cases: Floats, controls: Floats, samples: int, seed: int) -> Floats:
    """Areas of samples drawn with replacement within each outcome.

    Parameters
    ----------
    cases, controls
        Marker values, high ones speaking for the outcome, each ascending.
    samples
        How many.
    seed
        Of the draws.

    Returns
    -------
    areas
        Shape (samples,).
    """
    values, codes = np.unique(np.concatenate([cases, controls]), return_inverse=True)
    mine, theirs, k = codes[: len(cases)], codes[len(cases) :], len(values)
    found = []
    rng = np.random.default_rng(seed)
    for i, j in roc_samples.drawn(rng, (len(cases), len(controls)), samples):
        tallies = roc_samples.tally(mine[i], k), roc_samples.tally(theirs[j], k)
        found.append(roc_samples.areas(*tallies))
    return np.concatenate(found)
