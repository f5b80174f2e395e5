"""How values are distributed: shown as information, never used to choose a test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cohort_stats.arguments import must_be, must_be_columns
from cohort_stats.comparing.outcome import TestOutcome, not_done
from cohort_stats.comparing.rows import OVERALL, groups_of, is_numeric
from cohort_stats.comparing.smd import variance_of
from cohort_stats.comparing.tests_of_difference import compare_means
from cohort_stats.conventions import RECOMMENDED
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, as_numbers, rows

Floats = npt.NDArray[np.float64]

FEWEST, MOST = 3, 5000  # the range of Royston's approximation, as in R
SHAPIRO = "Shapiro–Wilk test"
CENTRES = {"mean": "Levene’s test", "median": "Brown–Forsythe test"}


def shapiro_wilk(values: Floats) -> TestOutcome:
    """Whether values look as if drawn from a normal distribution.

    Parameters
    ----------
    values
        Known values, 3 to 5,000.

    Notes
    -----
    Royston's algorithm AS R94 (Applied Statistics 1995), by ``scipy.stats.shapiro``. R:
    ``shapiro.test``. A large p-value does not show that values are normal.
    """
    if not FEWEST <= len(values) <= MOST:
        return not_done(SHAPIRO, f"it takes {FEWEST} to {MOST} values; there are {len(values)}")
    if np.ptp(values) == 0:
        return not_done(SHAPIRO, "all values are the same")
    from scipy.stats import shapiro

    found = shapiro(values)
    return TestOutcome(SHAPIRO, float(found.pvalue), float(found.statistic))


def levene(samples: Sequence[Floats], *, centre: Literal["mean", "median"]) -> TestOutcome:
    """Whether groups vary alike: an analysis of variance of distances from the centre.

    Parameters
    ----------
    samples
        One array of known values a group.
    centre
        ``mean`` (Levene, 1960; SPSS) or ``median`` (Brown and Forsythe, JASA 1974).

    Notes
    -----
    R: ``anova(lm(abs(x - ave(x, g, FUN = median)) ~ g))``, ``car::leveneTest``.
    """
    must_be_one_of("centre", centre, tuple(CENTRES))
    method = CENTRES[centre]
    if min(len(s) for s in samples) < 2:
        return not_done(method, "a group has fewer than two known values")
    if max(variance_of(s) for s in samples) == 0:
        return not_done(method, "the values of a group do not vary")
    middle = np.mean if centre == "mean" else np.median
    distances = [np.abs(s - middle(s)) for s in samples]
    student = RECOMMENDED.overriding(two_means="student")
    found = compare_means(distances, student)
    if len(samples) == 2:  # F of two groups is the square of t
        return TestOutcome(method, found.p, found.statistic**2, 1.0, found.df, found.warning)
    return TestOutcome(
        method, found.p, found.statistic, found.df, found.df_denominator, found.warning
    )


def check_assumptions(
    frame: pd.DataFrame, variables: Sequence[str], *, by: str | None = None
) -> Result:
    """Shapiro–Wilk test of each group and tests of equal variances: information only.

    Parameters
    ----------
    frame
        One row a patient.
    variables
        Names of columns; those that are not numbers are passed over.
    by
        A categorical column; None looks at everybody together.

    Returns
    -------
    Result
        For each number: normality_w and normality_p by group; with two groups or more
        levene_f, levene_p, brown_forsythe_f and brown_forsythe_p.
    """
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    must_be("variables", variables, (list, tuple), "a list of names")
    must_be_columns("variables", variables, frame)
    must_be_columns("by", [by] if by else [], frame)
    groups = groups_of(frame, by) or {OVERALL: frame}
    found: list[dict[str, object]] = []
    warnings: list[str] = []
    for term in [v for v in variables if is_numeric(frame[v])]:
        samples = {g: part[term].dropna().to_numpy(float) for g, part in groups.items()}
        parts = [("normality", "w", g, shapiro_wilk(s)) for g, s in samples.items()]
        if len(groups) > 1:
            several = list(samples.values())
            parts.append(("levene", "f", "", levene(several, centre="mean")))
            parts.append(("brown_forsythe", "f", "", levene(several, centre="median")))
        for name, letter, group, outcome in parts:
            n = len(samples[group]) if group else sum(map(len, samples.values()))
            values = {f"{name}_{letter}": outcome.statistic, f"{name}_p": outcome.p}
            found += rows(values, group=group, term=term, method=outcome.method, n_used=n)
            if outcome.warning:
                warnings.append(f"`{term}`{group and f', {group}'}: {outcome.warning}")
    used = int(sum(len(part) for part in groups.values()))
    return Result(
        as_numbers(found),
        "Normality (Shapiro–Wilk test) and equality of variances (Levene’s and Brown–Forsythe "
        "tests) are given as information; no test was chosen by them.",
        used, len(frame) - used, RECOMMENDED, tuple(warnings),
    )  # fmt: skip
