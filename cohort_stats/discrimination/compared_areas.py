"""Whether the areas under the ROC curves of several markers differ in the same patients."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import as_series, must_be
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.discrimination.areas import BOOTSTRAPS, area, interval_words
from cohort_stats.discrimination.sample import (
    Direction,
    Sample,
    must_be_numbers,
    must_be_whole,
)
from cohort_stats.distributions import Z95, chi_square_tail, normal_two_sided, t_two_sided
from cohort_stats.kernels import roc_samples
from cohort_stats.kernels.ranks import placements
from cohort_stats.problem import must_be_one_of
from cohort_stats.regression.coefficients import as_binary
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]
Test = Literal["delong", "bootstrap"]
NAN = float("nan")
TEST_WORDS = {"delong": "DeLong’s test", "bootstrap": "bootstrap test"}


@dataclass(frozen=True)
class Difference:
    """How two areas differ.

    Parameters
    ----------
    value, se
        The first less the second, and its standard error.
    limits
        95% limits.
    df
        Of Student's t, infinite for the normal distribution.
    """

    value: float
    se: float
    limits: tuple[float, float]
    df: float = np.inf

    @property
    def numbers(self) -> dict[str, float]:
        """Named as in the glossary; without a standard error there is no test."""
        values = {"auc_difference": self.value}
        if not self.se > 0:
            nothing = dict.fromkeys(("auc_difference_low", "auc_difference_high", "p"), NAN)
            return values | nothing
        statistic = self.value / self.se
        endless = np.isinf(self.df)
        p = normal_two_sided(statistic) if endless else t_two_sided(statistic, self.df)
        low, high = self.limits
        values |= {"auc_difference_low": low, "auc_difference_high": high}
        values |= {"test_statistic": statistic} | ({} if endless else {"df": self.df})
        return values | {"p": p}


def compare_areas(
    outcome: pd.Series,
    markers: pd.DataFrame,
    *,
    direction: Direction | Mapping[str, Direction],
    test: Test = "delong",
    bootstraps: int = BOOTSTRAPS,
    seed: int = 1,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Compare the areas of several markers measured in the same patients.

    Parameters
    ----------
    outcome
        True/False, 1/0, or missing; n patients.
    markers
        One column a marker, n rows.
    direction
        ``high`` or ``low``, for all markers or for each by its name.
    test
        ``delong`` or ``bootstrap``.
    bootstraps, seed
        Of the bootstrap.
    conventions
        ``auc_interval``, of the single areas.

    Returns
    -------
    Result
        On the patients with every marker known: auc with limits of each marker (`term`); for
        each pair (`term` against `level`) auc_difference with limits, test_statistic, p; with
        three markers or more chi_square, df and p of all together (DeLong).

    Notes
    -----
    DeLong, DeLong and Clarke-Pearson, Biometrics 1988;44:837–845. R: ``pROC::roc.test(paired =
    TRUE)``, ``method = "delong"`` or ``"bootstrap"`` (difference over the standard deviation of
    the samples' differences, drawn within outcomes; percentile limits); Stata: ``roccomp``;
    SPSS: ``ROC ANALYSIS /DESIGN PAIR = TRUE``.
    """
    conventions = as_conventions(conventions)
    must_be_one_of("test", test, tuple(TEST_WORDS))
    must_be_whole("bootstraps", bootstraps, 2)
    samples, left_out = _samples(outcome, markers, direction)
    names = list(samples)
    first = samples[names[0]]
    shared: dict[str, Any] = {"n_used": len(first.outcome), "n_missing": left_out}
    found, warnings = rows(first.counts, **shared), []
    words = f"Areas under the curve were compared by {TEST_WORDS[test]} for correlated curves"
    words += f" ({bootstraps} samples, seed {seed})." if test == "bootstrap" else "."
    why = {name: sample.without_curve() for name, sample in samples.items()}
    for name in (n for n in names if why[n]):
        warnings.append(f"`{name}`: no area: {why[name]}")
        del samples[name]
    method = interval_words(conventions, bootstraps, seed)
    for name, sample in samples.items():
        measured = area(sample, conventions, bootstraps=bootstraps, seed=seed)
        found += rows(measured, term=name, method=method, **shared)
    if len(samples) < 2:
        warnings.append("areas not compared: fewer than two markers have one")
        n = len(first.outcome)
        return Result(as_numbers(found), words, n, left_out, conventions, tuple(warnings))
    differences, together = _paired(samples, test, bootstraps, seed)
    for (one, other), difference in differences.items():
        numbers = difference.numbers
        found += rows(numbers, term=one, level=other, method=TEST_WORDS[test], **shared)
        if np.isnan(numbers["p"]):
            warnings.append(f"`{one}` against `{other}`: no test, as the areas do not vary apart")
    if len(samples) > 2:
        found += rows(together, method="DeLong’s test of all markers", **shared)
    n = len(first.outcome)
    return Result(as_numbers(found), words, n, left_out, conventions, tuple(warnings))


def _samples(
    outcome: pd.Series, markers: pd.DataFrame, direction: Direction | Mapping[str, Direction]
) -> tuple[dict[str, Sample], int]:
    """Each marker in the patients whose outcome and markers are all known."""
    outcome = as_series("outcome", outcome)
    must_be("markers", markers, pd.DataFrame, "a frame with one column a marker")
    if len(markers) != len(outcome) or markers.shape[1] < 2:
        given = f"{len(markers)} rows, {markers.shape[1]} columns"
        raise ValueError(f"markers must be {len(outcome)} rows of two columns or more; got {given}")
    names = [str(name) for name in markers]
    ways = direction if isinstance(direction, Mapping) else dict.fromkeys(names, direction)
    for name in names:
        must_be_numbers(f"markers[{name!r}]", markers[name])
        must_be_one_of(f"direction of {name!r}", ways.get(name), ("high", "low"))
    keep = outcome.notna().to_numpy() & markers.notna().to_numpy().all(axis=1)
    y, left_out = as_binary("outcome", outcome)[keep], int((~keep).sum())
    columns = {name: markers[name].to_numpy(dtype=float)[keep] for name in names}
    found = {name: Sample(y, x, ways[name], left_out) for name, x in columns.items()}
    return found, left_out


Pairs = dict[tuple[str, str], Difference]


def _paired(
    samples: Mapping[str, Sample], test: Test, bootstraps: int, seed: int
) -> tuple[Pairs, dict[str, float]]:
    """Differences of every two areas, and the test of all of them together."""
    names = list(samples)
    values, covariance = delong(list(samples.values()))
    together = _together(values, covariance)
    drawn = _bootstrap(list(samples.values()), bootstraps, seed) if test == "bootstrap" else None
    found: Pairs = {}
    for i, j in itertools.combinations(range(len(names)), 2):
        difference = float(values[i] - values[j])
        if drawn is not None:
            found[names[i], names[j]] = of_samples(difference, drawn[i] - drawn[j])
            continue
        variance = covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]
        se = float(np.sqrt(variance)) if variance > 1e-15 else 0.0
        limits = difference - Z95 * se, difference + Z95 * se
        found[names[i], names[j]] = Difference(difference, se, limits)
    return found, together


def delong(samples: Sequence[Sample]) -> tuple[Floats, Floats]:
    """Areas and DeLong's covariance of them; nan with a single case or control."""
    parts: list[list[Floats]] = [[], []]
    for sample in samples:
        x, y = sample.sign * sample.marker, sample.outcome
        for kept, one in zip(parts, placements(x[y], x[~y]), strict=True):
            kept.append(one)
    values = np.array([one.mean() for one in parts[0]])
    covariance = np.zeros((len(samples), len(samples)))
    for kept in parts:
        n = len(kept[0])
        covariance += np.cov(np.array(kept)) / n if n > 1 else np.nan
    return values, covariance


def _together(values: Floats, covariance: Floats) -> dict[str, float]:
    if np.isnan(covariance).any():
        return {"chi_square": NAN, "df": NAN, "p": NAN}
    contrast = np.column_stack([np.ones(len(values) - 1), -np.eye(len(values) - 1)])
    apart = contrast @ values
    spread = contrast @ covariance @ contrast.T
    df = int(np.linalg.matrix_rank(spread, rtol=1e-9, hermitian=True))
    chi_square = float(apart @ np.linalg.pinv(spread, rcond=1e-9, hermitian=True) @ apart)
    return {"chi_square": chi_square, "df": df, "p": chi_square_tail(chi_square, df)}


def _bootstrap(samples: Sequence[Sample], bootstraps: int, seed: int) -> list[Floats]:
    """Areas of the same drawn patients by each marker."""
    y = samples[0].outcome
    columns = [sample.sign * sample.marker for sample in samples]
    order = np.lexsort(columns)  # whatever the order of the rows
    coded = []
    for x in columns:
        values, codes = np.unique(x[order], return_inverse=True)
        coded.append((codes[y[order]], codes[~y[order]], len(values)))
    found: list[list[Floats]] = [[] for _ in samples]
    sizes = (int(y.sum()), int((~y).sum()))
    for i, j in roc_samples.drawn(np.random.default_rng(seed), sizes, bootstraps):
        for kept, (cases, controls, k) in zip(found, coded, strict=True):
            tallies = roc_samples.tally(cases[i], k), roc_samples.tally(controls[j], k)
            kept.append(roc_samples.areas(*tallies))
    return [np.concatenate(blocks) for blocks in found]


def of_samples(value: float, drawn: Floats) -> Difference:
    """A difference of areas with what bootstrap samples say of it, shape (samples,)."""
    low, high = (float(v) for v in np.quantile(drawn, [0.025, 0.975]))
    return Difference(value, float(drawn.std(ddof=1)), (low, high))
