"""Describe patients, and compare groups of them: the first table of every paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from cohort_stats.arguments import must_be, must_be_columns
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.smd import smd
from cohort_stats.tests_of_difference import (
    TestOutcome,
    compare_counts,
    compare_means,
    compare_ranks,
    outcome_rows,
)
from cohort_stats.wording import counted

OVERALL = "Overall"
Summary = Literal["mean", "median"]
TestChoice = Literal["by type", "means", "ranks", "counts"]
_QUANTILE_NAMES = {7: "linear", 6: "weibull", 2: "averaged_inverted_cdf"}


@dataclass(frozen=True)
class Row:
    """A variable as a row of a comparison.

    Parameters
    ----------
    variable
        Name of a column: numbers or categories.
    summary
        ``mean`` (± SD) or ``median`` (Q1–Q3); numbers only.
    test
        ``by type``: means or ranks after the summary, counts for categories; ``ranks`` on
        an ordered category compares its levels in order.
    """

    variable: str
    summary: Summary = "median"
    test: TestChoice = "by type"

    def __post_init__(self) -> None:
        must_be_one_of("summary", self.summary, get_args(Summary))
        must_be_one_of("test", self.test, get_args(TestChoice))


def compare_groups(
    frame: pd.DataFrame,
    variables: Sequence[Row | str],
    *,
    by: str | None = None,
    conventions: Conventions | str = RECOMMENDED,
) -> Result:
    """Describe variables, overall and by group, and test whether the groups differ.

    Parameters
    ----------
    frame
        One row a patient; numbers, or categorical columns.
    variables
        The rows of the table, in order.
    by
        A categorical column; patients without a group are left out. None describes only.
    conventions
        Which tests, which quartiles.

    Returns
    -------
    Result
        For each variable and group: n, missing, and mean, sd, median, q1, q3, min, max
        (numbers) or count, percent a level (categories). For each variable: p, test
        statistic, degrees of freedom, and with two groups the standardised mean difference.

    Raises
    ------
    ValueError
        When a column does not exist or is neither numbers nor categories, or the counts of
        a number are to be tested.
    """
    conventions = as_conventions(conventions)
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    must_be("variables", variables, (list, tuple), "a list of names or rows")
    must_be("by", by, (str, type(None)), "the name of a column, or None")
    chosen = [v if isinstance(v, Row) else Row(v) for v in variables]
    must_be_columns("variables", [row.variable for row in chosen], frame)
    must_be_columns("by", [by] if by else [], frame)
    left_out = 0
    if by is not None:
        left_out = int(frame[by].isna().sum())
        frame = frame[frame[by].notna()]
    groups = _groups(frame, by)
    found, warnings = [], []
    for name, group in {OVERALL: frame, **groups}.items():
        found += rows({"n": len(group)}, group=name, n_used=len(group))
    for row in chosen:
        for name, group in {OVERALL: frame, **groups}.items():
            found += _describe(group[row.variable], row.variable, name, conventions)
        if len(groups) >= 2:
            outcome = _test(row, list(groups.values()), conventions)
            known = int(frame[row.variable].notna().sum())
            found += outcome_rows(
                outcome, term=row.variable, n_used=known, n_missing=len(frame) - known
            )
            if outcome.warning:
                warnings.append(f"`{row.variable}`: {outcome.warning}")
        if len(groups) == 2:
            first, second = (group[row.variable] for group in groups.values())
            known = int(first.notna().sum() + second.notna().sum())
            found += rows(
                {"smd": smd(second, first)},
                term=row.variable,
                method="standardised mean difference",
                n_used=known,
                n_missing=len(frame) - known,
            )
    if left_out:
        warnings.append(f"left out for want of a value of `{by}`: {counted(left_out)}")
    return Result(
        as_numbers(found), _method(len(groups), conventions), len(frame), left_out, conventions,
        tuple(warnings),
    )  # fmt: skip


def _groups(frame: pd.DataFrame, by: str | None) -> dict[str, pd.DataFrame]:
    if by is None:
        return {}
    column = frame[by]
    levels = (
        list(column.cat.categories)
        if isinstance(column.dtype, pd.CategoricalDtype)
        else sorted(column.unique())
    )
    parts = {str(level): frame[column == level] for level in levels}
    return {level: part for level, part in parts.items() if len(part)}


def is_numeric(column: pd.Series) -> bool:
    """Whether a column holds numbers rather than levels."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def quartiles(values: np.ndarray, conventions: Conventions) -> tuple[float, float, float]:
    """First quartile, median and third quartile of known values; R: ``quantile(type = )``."""
    method = _QUANTILE_NAMES[conventions.quartiles]
    found = np.quantile(values, [0.25, 0.5, 0.75], method=method)  # type: ignore[call-overload]
    return float(found[0]), float(found[1]), float(found[2])


def _describe(
    column: pd.Series, term: str, group: str, conventions: Conventions
) -> list[dict[str, object]]:
    known = column.dropna()
    n, missing = len(known), len(column) - len(known)
    shared = {"group": group, "term": term, "n_used": n, "n_missing": missing}
    found = rows({"n": n, "missing": missing}, **shared)  # type: ignore[arg-type]
    if is_numeric(column):
        return found + rows(numeric_summary(known.to_numpy(float), conventions), **shared)  # type: ignore[arg-type]
    if not isinstance(column.dtype, pd.CategoricalDtype):
        raise ValueError(f"variables must be numbers or categories; {term!r} is neither")
    for level in column.cat.categories:
        count = int((known == level).sum())
        percent = 100 * count / n if n else float("nan")
        found += rows({"count": count, "percent": percent}, level=str(level), **shared)  # type: ignore[arg-type]
    return found


def numeric_summary(values: np.ndarray, conventions: Conventions) -> dict[str, object]:
    """Mean, sd, median, quartiles and range of known values; nan without any."""
    if len(values) == 0:
        names = ("mean", "sd", "median", "q1", "q3", "min", "max")
        return dict.fromkeys(names, float("nan"))
    q1, median, q3 = quartiles(values, conventions)
    return {
        "mean": values.mean(),
        "sd": values.std(ddof=1) if len(values) > 1 else float("nan"),
        "median": median,
        "q1": q1,
        "q3": q3,
        "min": values.min(),
        "max": values.max(),
    }


def _test(row: Row, groups: list[pd.DataFrame], conventions: Conventions) -> TestOutcome:
    columns = [group[row.variable].dropna() for group in groups]
    numeric = is_numeric(columns[0])
    if numeric and row.test == "counts":
        raise ValueError(f"test of {row.variable!r}, a number, must be means or ranks; got counts")
    if row.test == "counts" or (row.test == "by type" and not numeric):
        return compare_counts(
            np.column_stack([c.value_counts(sort=False).to_numpy() for c in columns]), conventions
        )
    samples = [np.asarray(c if numeric else c.cat.codes, dtype=float) for c in columns]
    if row.test == "means" or (row.test == "by type" and row.summary == "mean"):
        return compare_means(samples, conventions)
    return compare_ranks(samples, conventions)


def _method(groups: int, conventions: Conventions) -> str:
    text = (
        "Numbers are given as mean ± standard deviation or median (first to third quartile), as "
        "marked, categories as count (per cent of those known)."
    )
    if groups < 2:
        return text
    text += " Groups were compared with the test named at each row."
    if conventions.small_counts == "fisher":
        text += " Categories with an expected count below 5 were compared with an exact test."
    return text
