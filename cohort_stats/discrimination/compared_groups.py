"""Whether the area under a marker's ROC curve differs between groups of patients."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.discrimination.areas import (
    BOOTSTRAPS,
    area,
    bootstrap_areas,
    interval_words,
)
from cohort_stats.discrimination.compared_areas import (
    TEST_WORDS,
    Difference,
    Test,
    delong,
    of_samples,
)
from cohort_stats.discrimination.sample import Direction, Sample, as_sample, must_be_whole
from cohort_stats.distributions import t_quantile
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
NAN = float("nan")


def compare_areas_between(
    outcome: pd.Series,
    marker: pd.Series,
    groups: pd.Series,
    *,
    direction: Direction,
    test: Test = "delong",
    bootstraps: int = BOOTSTRAPS,
    seed: int = 1,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Compare the area of one marker between groups of different patients.

    Parameters
    ----------
    outcome, marker
        As for :func:`~cohort_stats.discrimination.roc_curve.roc`.
    groups
        A level for each patient.
    direction, test, bootstraps, seed, conventions
        As for :func:`~cohort_stats.discrimination.compared_areas.compare_areas`.

    Returns
    -------
    Result
        n, events, auc with limits of each group; for each pair (`group` against `level`)
        auc_difference with limits, test_statistic, df, p.

    Notes
    -----
    DeLong's variances added; Student's t with Welch–Satterthwaite degrees of freedom, each
    group counted as one sample. R: ``pROC::roc.test(paired = FALSE)``. Stata's ``roccomp, by()``
    and SPSS take the normal distribution.
    """
    conventions = as_conventions(conventions)
    must_be_one_of("test", test, tuple(TEST_WORDS))
    must_be_whole("bootstraps", bootstraps, 2)
    outcome, marker, groups = (
        as_series(name, given)
        for name, given in (("outcome", outcome), ("marker", marker), ("groups", groups))
    )
    if len(groups) != len(outcome):
        raise ValueError(f"groups must have {len(outcome)} entries; got {len(groups)}")
    everybody = as_sample(outcome, marker, direction)
    levels = pd.Categorical(groups) if groups.dtype != "category" else groups.array
    method = interval_words(conventions, bootstraps, seed)
    found, warnings, samples = [], [], {}
    for name in map(str, levels.categories):
        here = np.asarray(levels.astype(str) == name)
        sample = as_sample(outcome[here], marker[here], direction)
        found += rows(sample.counts, group=name, **sample.shared)
        if sample.without_curve():
            warnings.append(f"{name}: no area: {sample.without_curve()}")
            continue
        samples[name] = sample
        measured = area(sample, conventions, bootstraps=bootstraps, seed=seed)
        found += rows(measured, group=name, method=method, **sample.shared)
        warnings += [f"{name}: {told}" for told in sample.warnings(measured)]
    drawn = _of_groups(samples, bootstraps, seed) if test == "bootstrap" else {}
    for one, other in itertools.combinations(samples, 2):
        difference = _unpaired(samples[one], samples[other])
        if test == "bootstrap":
            difference = of_samples(difference.value, drawn[one] - drawn[other])
        n = len(samples[one].outcome) + len(samples[other].outcome)
        numbers = difference.numbers
        found += rows(numbers, group=one, level=other, method=TEST_WORDS[test], n_used=n)
    if len(samples) < 2:
        warnings.append("areas not compared: fewer than two groups have one")
    n = sum(len(sample.outcome) for sample in samples.values())
    words = f"Areas under the curve of groups were compared by {TEST_WORDS[test]}."
    left_out = len(outcome) - n if samples else everybody.left_out
    return Result(as_numbers(found), words, n, left_out, conventions, tuple(warnings))


def _unpaired(one: Sample, other: Sample) -> Difference:
    values, variances = [], []
    for sample in (one, other):
        area_, covariance = delong([sample])
        values.append(float(area_[0]))
        variances.append(float(np.asarray(covariance).ravel()[0]))
    difference, total = values[0] - values[1], sum(variances)
    se = float(np.sqrt(total))
    if not se > 0:
        return Difference(difference, se, (NAN, NAN))
    sizes = (len(one.outcome), len(other.outcome))
    df = total**2 / sum(v**2 / (n - 1) for v, n in zip(variances, sizes, strict=True))
    width = t_quantile(0.975, df) * se
    return Difference(difference, se, (difference - width, difference + width), df)


def _of_groups(samples: Mapping[str, Sample], bootstraps: int, seed: int) -> dict[str, Floats]:
    """Areas of samples of each group, drawn apart from the other groups."""
    return {
        name: bootstrap_areas(sample.cases, sample.controls, bootstraps, seed + i)
        for i, (name, sample) in enumerate(samples.items())
    }
