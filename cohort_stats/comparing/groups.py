"""Describe patients, and compare groups of them: the first table of every paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cohort_stats.arguments import must_be, must_be_columns
from cohort_stats.comparing.adjust import ADJUSTMENTS
from cohort_stats.comparing.outcome import outcome_rows
from cohort_stats.comparing.row_tests import differences_of_row, pairs_of_row, test_of_row
from cohort_stats.comparing.rows import OVERALL, Row, groups_of, how_given, is_numeric, with_levels
from cohort_stats.conventions import RECOMMENDED, Conventions, as_conventions
from cohort_stats.problem import must_be_one_of
from cohort_stats.results import Result, as_numbers, rows
from cohort_stats.wording import counted

__all__ = ["OVERALL", "Row", "compare_groups", "is_numeric", "numeric_summary", "quartiles"]

_QUANTILE_NAMES = {7: "linear", 6: "weibull", 2: "averaged_inverted_cdf"}


def compare_groups(
    frame: pd.DataFrame,
    variables: Sequence[Row | str],
    *,
    by: str | None = None,
    posthoc: str | None = None,
    difference: bool = False,
    conventions: Conventions | str = RECOMMENDED,
    seed: int = 1,
) -> Result:
    """Describe variables, overall and by group, and test whether the groups differ.

    Parameters
    ----------
    frame
        One row a patient. Text and True/False are categories, their levels in sorted order.
    variables
        The rows of the table, in order, each variable once.
    by
        A categorical column; patients without a group are left out. None describes only.
    posthoc
        With three groups or more, compare every two, whatever the test of all said, and
        adjust for the number of pairs of a row: ``holm``, ``bonferroni`` or
        ``benjamini-hochberg``.
    difference
        With two groups, the difference of means of the rows whose means are tested.
    conventions
        Which tests, which quartiles.
    seed
        Of the random tables of an exact test that is too large to enumerate.

    Returns
    -------
    Result
        For each variable and group: n, missing, and mean, sd, median, q1, q3, min, max
        (numbers) or count, percent a level (categories). For each variable: p, test
        statistic, degrees of freedom, with two groups smd (and mean_difference), with more
        smd_largest and smd_mean. For each pair (`group` against `level`): p and p_adjusted.

    Raises
    ------
    ValueError
        When a column does not exist, is neither numbers nor levels, or holds an infinite
        number, or a row's test does not fit its variable.

    Notes
    -----
    The statistic of two means is R's t of ``t.test(first, second)``, so its sign is that of
    the first group less the second; mean_difference and smd are the second less the first.
    """
    conventions = as_conventions(conventions)
    must_be("frame", frame, pd.DataFrame, "a DataFrame")
    must_be("variables", variables, (list, tuple), "a list of names or rows")
    must_be("by", by, (str, type(None)), "the name of a column, or None")
    must_be_one_of("posthoc", posthoc, (None, *ADJUSTMENTS))
    chosen = [v if isinstance(v, Row) else Row(v) for v in variables]
    must_be_columns("variables", [row.variable for row in chosen], frame)
    must_be_columns("by", [by] if by else [], frame)
    twice = [v for v, times in Counter(row.variable for row in chosen).items() if times > 1]
    if twice:
        raise ValueError(f"variables must each stand once; got {twice[0]!r} twice")
    frame = with_levels(frame, [row.variable for row in chosen])
    left_out = 0
    if by is not None:
        left_out = int(frame[by].isna().sum())
        frame = frame[frame[by].notna()]
    groups = groups_of(frame, by)
    found, warnings = [], []
    for name, group in {OVERALL: frame, **groups}.items():
        found += rows({"n": len(group)}, group=name, n_used=len(group))
    for row in chosen:
        for name, group in {OVERALL: frame, **groups}.items():
            found += _describe(group[row.variable], row.variable, name, conventions)
        if len(groups) < 2:
            continue
        columns = {name: group[row.variable] for name, group in groups.items()}
        outcome = test_of_row(row, columns, conventions, seed)
        known = int(frame[row.variable].notna().sum())
        shared = {"term": row.variable, "n_used": known, "n_missing": len(frame) - known}
        found += outcome_rows(outcome, **shared)
        if not np.isnan(outcome.p_se):
            found += rows({"p_se": outcome.p_se}, method=outcome.method, **shared)  # type: ignore[arg-type]
        if outcome.warning:
            warnings.append(f"`{row.variable}`: {outcome.warning}")
        found += differences_of_row(row, columns, conventions, means=difference)
        if posthoc is not None and len(groups) > 2:
            pairs, why = pairs_of_row(row, columns, conventions, posthoc, seed)
            found, warnings = found + pairs, warnings + why
    warnings += _without_test(groups, by)
    if difference and not any(one["statistic"] == "mean_difference" for one in found):
        warnings.append("no difference of means: it takes two groups and a row tested by its means")
    warnings += [
        f"‘{name}’ is a group of one patient: nothing can be said of how its values spread"
        for name, group in groups.items()
        if len(group) == 1
    ]
    if not len(frame):
        warnings.append("there is no patient to describe")
    if left_out:
        warnings.append(f"left out for want of a value of `{by}`: {counted(left_out)}")
    method = _method(chosen, len(groups), conventions, posthoc)
    return Result(
        as_numbers(found), method, len(frame), left_out, conventions, tuple(warnings)
    )  # fmt: skip


def _without_test(groups: Mapping[str, pd.DataFrame], by: str | None) -> list[str]:
    if by is None or len(groups) > 1:
        return []
    who = f"everybody is in the group ‘{next(iter(groups))}’" if groups else "nobody has a group"
    return [f"groups of `{by}` not compared: {who}"]


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


def _method(
    chosen: Sequence[Row], groups: int, conventions: Conventions, posthoc: str | None
) -> str:
    text = how_given(chosen)
    if groups < 2:
        return text
    text += f" Groups were compared with the test named at each row. {rule(conventions)}"
    if posthoc and groups > 2:
        text += (
            " Every two groups were then compared, whatever the test of all groups said, their "
            f"p-values adjusted within each row by {ADJUSTMENTS[posthoc]} method (Tukey’s test "
            "adjusts its own)."
        )
    return text


def rule(conventions: Conventions = RECOMMENDED) -> str:
    """The rule that picks the test of a row, as a sentence for a methods section or a note."""
    means = "Welch’s t-test (of more than two groups, Welch’s analysis of variance)"
    if conventions.two_means == "student":
        means = "Student’s t-test (of more than two groups, one-way analysis of variance)"
    exact = ", exact below 50 patients a group without ties"
    if conventions.rank_test == "asymptotic":
        exact = ""
    text = (
        "The test follows from how a row is summarised, not from how its values are distributed: "
        f"means by {means}, medians by the Mann–Whitney U test{exact} (of more than two groups, "
        f"the Kruskal–Wallis test), categories by {rule_of_counts(conventions)}"
    )
    return f"{text}; a row for which a test was chosen beforehand has that one."


def rule_of_counts(conventions: Conventions) -> str:
    """The part of the rule that is about categories."""
    exact = " or, where an expected count is below 5, an exact test"
    return _COUNTS[conventions.chi_square] + (exact if conventions.small_counts == "fisher" else "")


_COUNTS = {
    "pearson": "Pearson’s chi-square test",
    "yates": "the chi-square test (Yates’ correction of 2 × 2 tables)",
    "n-1": "the chi-square test (N − 1 for 2 × 2 tables)",
    "likelihood ratio": "the likelihood-ratio chi-square test",
}
