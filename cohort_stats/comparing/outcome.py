"""One test: its name, its p-value, and why it could not be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from cohort_stats.results import rows

NAN = float("nan")


@dataclass(frozen=True)
class TestOutcome:
    """One test.

    Parameters
    ----------
    method
        Name of the test, as a footnote gives it.
    p
        Two-sided p-value; nan when the test cannot be done.
    statistic, df, df_denominator
        nan where the test has none.
    warning
        Why the test could not be done, or what to know about it; empty otherwise.
    p_se
        Standard error of a p-value that random tables estimate; else nan.
    """

    __test__ = False  # not a test case of pytest

    method: str
    p: float
    statistic: float = NAN
    df: float = NAN
    df_denominator: float = NAN
    warning: str = ""
    p_se: float = NAN


def outcome_rows(outcome: TestOutcome, **shared: Any) -> list[dict[str, object]]:
    """A test as rows of a result: p, and the statistic and degrees of freedom it has."""
    values = {
        "p": outcome.p,
        "test_statistic": outcome.statistic,
        "df": outcome.df,
        "df_denominator": outcome.df_denominator,
    }
    kept = {k: v for k, v in values.items() if k == "p" or not np.isnan(v)}
    return rows(kept, method=outcome.method, **shared)


def not_done(method: str, why: str) -> TestOutcome:
    """A test without a p-value, and why."""
    return TestOutcome(method, NAN, warning=f"{method} not done: {why}")
